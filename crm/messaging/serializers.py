"""The wire names of e-mails."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Email


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
            "attachments",
            "template_id",
            "campaign_id",
            "related_to_type",
            "related_to_id",
            "metadata",
            "message_id",
            "error",
            "attempts",
            *RECORD_FIELDS,
        )
