"""The wire names of tickets."""

from rest_framework import serializers

from crm.core.bodyfields import BooleanField, TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import LONGEST_COMMENT, Ticket


class TicketSerializer(RecordSerializer):
    class Meta:
        model = Ticket
        fields = (
            "id",
            "ticket_number",
            "subject",
            "description",
            "customer_id",
            "contact_id",
            "assigned_to",
            "status",
            "priority",
            "category",
            "source",
            "resolution",
            "resolved_date",
            "tags",
            "first_response_due",
            "resolution_due",
            "first_responded_at",
            "sla_breached",
            "escalated_at",
            "escalated_to_id",
            *RECORD_FIELDS,
        )


class ResolveSerializer(serializers.Serializer):
    """What solved the problem."""

    resolution = TextField()


class EscalateSerializer(serializers.Serializer):
    """Why the manager should look."""

    reason = TextField(required=False, allow_blank=True, max_length=2000)


class CommentSerializer(serializers.Serializer):
    """Something to be said: to the customer, ``internal``, or written down for the customer."""

    body = TextField(max_length=LONGEST_COMMENT)
    internal = BooleanField(required=False)
    from_customer = BooleanField(required=False)


class CommentChangeSerializer(serializers.Serializer):
    """Other words for the same comment."""

    body = TextField(max_length=LONGEST_COMMENT)
