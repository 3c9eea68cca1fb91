"""The wire names of e-mails and templates."""

from rest_framework import serializers

from crm.core import fields
from crm.core.bodyfields import BooleanField, JSONValueField, MomentField, TextField
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Email, EmailTemplate

ADDRESSES = {"type": "array", "items": fields.EMAIL_ADDRESS, "maxItems": 50}
RECEIVER = {"anyOf": [fields.EMAIL_ADDRESS, {**ADDRESSES, "minItems": 1}]}
DATA = {"type": "object", "maxProperties": 200}
DOCUMENTS = {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 20}
KINDS = [kind for kind in Email.link_kinds() if kind]


class EmailSerializer(RecordSerializer):
    class Meta:
        model = Email
        fields = (
            "id",
            "from_email",
            "to_email",
            "cc",
            "bcc",
            "subject",
            "body",
            "html_body",
            "status",
            "sent_at",
            "scheduled_at",
            "opened_at",
            "clicked_at",
            "opens_count",
            "clicks_count",
            "machine_opens_count",
            "machine_clicks_count",
            "attachments",
            "template_id",
            "campaign_id",
            "related_to_type",
            "related_to_id",
            "metadata",
            "message_id",
            "error",
            "attempts",
            "retry_at",
            "outcome_unknown",
            *RECORD_FIELDS,
        )


class EmailTemplateSerializer(RecordSerializer):
    class Meta:
        model = EmailTemplate
        fields = (
            "id",
            "name",
            "subject",
            "body",
            "html_body",
            "description",
            "category",
            *RECORD_FIELDS,
        )


class SendSerializer(serializers.Serializer):
    """A mail to send. Of several addresses in ``to`` the further ones become copies (cc)."""

    to = JSONValueField(RECEIVER)
    subject = TextField(required=False, max_length=255)
    body = TextField(required=False)
    html = TextField(required=False)
    cc = JSONValueField(ADDRESSES, required=False)
    bcc = JSONValueField(ADDRESSES, required=False)
    template = TextField(required=False, max_length=255)
    data = JSONValueField(DATA, required=False)
    attachments = JSONValueField(DOCUMENTS, required=False)
    scheduled_at = MomentField(required=False)
    related_to_type = serializers.ChoiceField(KINDS, required=False)
    related_to_id = serializers.UUIDField(required=False)
    track = BooleanField(required=False)

    def email(self) -> Email:
        """Return the mail that the checked values describe, unsaved."""
        values = dict(self.validated_data)
        to = values.pop("to")
        first, *others = [to] if isinstance(to, str) else to
        renamed = {"html": "html_body"}
        for name in ("template", "data"):
            values.pop(name, None)
        values["cc"] = [*others, *values.get("cc", [])]
        return Email(
            to_email=first, **{renamed.get(name, name): value for name, value in values.items()}
        )


class SettleSerializer(serializers.Serializer):
    """What became of a mail whose outcome nobody knew."""

    outcome = serializers.ChoiceField(["sent", "failed", "resend"])


class PreviewSerializer(serializers.Serializer):
    """What the merge fields of a template shall stand for."""

    data = JSONValueField(DATA, required=False)
    related_to_type = serializers.ChoiceField(KINDS, required=False)
    related_to_id = serializers.UUIDField(required=False)
