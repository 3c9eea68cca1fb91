"""E-mails as rows, whatever becomes of them."""

from django.db import models
from django.db.models import Q

from crm.core import fields
from crm.core.bases import index
from crm.core.models import LinkedRecord, link_kind


class Email(LinkedRecord):
    """A message to somebody outside, from draft to delivery."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SCHEDULED = "scheduled"
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        BOUNCED = "bounced"
        COMPLAINED = "complained"

    owner_field = "created_by"
    label_fields = ("subject",)
    short_fields = ("subject",)
    search_fields = ("subject", "to_email", "from_email")
    scope_terms = {"draft": Q(status="draft")}

    from_email = fields.email(help_text="The configured sender where empty.")
    to_email = fields.email(required=True)
    cc = fields.json_list(fields.EMAIL_ADDRESS, longest=50)
    bcc = fields.json_list(fields.EMAIL_ADDRESS, longest=50)
    subject = fields.string(required=True)
    body = fields.text(required=True)
    html_body = fields.text()
    status = fields.choice(Status, Status.DRAFT)
    sent_at = fields.moment(editable=False)
    scheduled_at = fields.moment()
    opened_at = fields.moment(editable=False)
    clicked_at = fields.moment(editable=False)
    opens_count = fields.whole(0, editable=False)
    clicks_count = fields.whole(0, editable=False)
    attachments = fields.json_list({"type": "string", "format": "uuid"}, longest=20)
    template_id = fields.string()
    campaign = fields.link("crm.Campaign", related_name="emails")
    related_to_type = link_kind(
        "lead", "contact", "account", "deal", "customer", "ticket", "invoice"
    )
    metadata = fields.json_object()
    message_id = fields.string(editable=False)
    error = fields.text(editable=False)
    attempts = fields.whole(0, editable=False)

    class Meta(LinkedRecord.Meta):
        db_table = "emails"
        indexes = [
            *LinkedRecord.Meta.indexes,
            index("to_email"),
            index("status"),
            index("sent_at"),
        ]
