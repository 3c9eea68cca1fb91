"""What the two questions of privacy take."""

from rest_framework import serializers

from crm.core.bodyfields import EmailField, TextField


class PersonSerializer(serializers.Serializer):
    """Whom it is about."""

    email = EmailField(max_length=254)


class EraseSerializer(PersonSerializer):
    """Whom to forget, and why."""

    reason = TextField(required=False, allow_blank=True, max_length=1000)
