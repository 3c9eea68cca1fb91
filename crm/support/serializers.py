"""The wire names of tickets."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Ticket


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
            *RECORD_FIELDS,
        )
