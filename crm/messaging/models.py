"""E-mails as rows, whatever becomes of them; templates; addresses that are written no more."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import fields
from crm.core.bases import LIVE, Record, index, unique_live
from crm.core.models import LinkedRecord, link_kind
from crm.core.querysets import live

from .querysets import EmailQuerySet


class Email(LinkedRecord):
    """A message to somebody outside, from draft to delivery. Queued rows are the outbox."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SCHEDULED = "scheduled"
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        BOUNCED = "bounced"
        COMPLAINED = "complained"

    class Priority(models.IntegerChoices):
        """What goes first where several mails wait."""

        ACCOUNT = 0
        PERSONAL = 1
        CAMPAIGN = 2

    class AccountMail(models.TextChoices):
        """Mails whose text holds a secret, and is therefore written only when it leaves."""

        PASSWORD_RESET = "password_reset"  # noqa: S105
        INVITATION = "invitation"
        VERIFICATION = "verification"

    owner_field = "created_by"
    label_fields = ("subject",)
    short_fields = ("subject",)
    search_fields = ("subject", "to_email", "from_email")
    #: what hasn't left yet is as good as a draft: whoever wrote it may take it back
    scope_terms = {"draft": Q(status__in=["draft", "scheduled", "failed"])}

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
    machine_opens_count = fields.whole(0, editable=False)
    machine_clicks_count = fields.whole(0, editable=False)
    attachments = fields.json_list({"type": "string", "format": "uuid"}, longest=20)
    template_id = fields.string()
    campaign = fields.link("crm.Campaign", related_name="emails")
    related_to_type = link_kind(
        "lead", "contact", "account", "deal", "customer", "ticket", "invoice"
    )
    metadata = fields.json_object()
    message_id = fields.string(editable=False, help_text="Given by the provider.")
    error = fields.text(editable=False)
    attempts = fields.whole(0, editable=False)
    retry_at = fields.moment(editable=False)
    outcome_unknown = models.BooleanField(
        default=False,
        editable=False,
        help_text="Nobody knows whether it left: the provider's event or a person settles it.",
    )

    # Of the outbox itself, never on the wire
    reference = models.UUIDField(
        null=True, unique=True, editable=False, help_text="Its name outside, from queueing on."
    )
    from_name = fields.string(editable=False)
    reply_to = fields.email(editable=False)
    track = models.BooleanField(default=False, editable=False)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.PERSONAL, editable=False
    )
    queued_at = fields.moment(editable=False)
    claimed_at = fields.moment(editable=False)
    calendar = fields.text(editable=False, help_text="An invitation to a meeting, as iCalendar.")
    account_mail = fields.string(20, editable=False, help_text="One of AccountMail, or nothing.")
    account_subject = models.UUIDField(null=True, editable=False)

    objects: ClassVar = live(EmailQuerySet)

    class Meta(LinkedRecord.Meta):
        db_table = "emails"
        indexes = [
            *LinkedRecord.Meta.indexes,
            index("to_email"),
            index("status"),
            index("sent_at"),
            index("message_id"),
            models.Index(
                fields=["priority", "id"], condition=LIVE & Q(status="queued"), name="email_outbox"
            ),
        ]


class EmailTemplate(Record):
    """A text with merge fields, to write mails from."""

    owner_field = None
    search_fields = ("name", "subject", "category")

    name = fields.string(required=True)
    subject = fields.string(required=True)
    body = fields.text()
    html_body = fields.text()
    description = fields.text()
    category = fields.string()

    class Meta(Record.Meta):
        db_table = "email_templates"
        constraints = [
            *Record.Meta.constraints,
            unique_live("name", message=_("Another template already has this name.")),
        ]
        indexes = [*Record.Meta.indexes, index("category")]


class Suppression(models.Model):
    """An address that is written no more, and why."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced"
        COMPLAINED = "complained"
        UNSUBSCRIBED = "unsubscribed"
        MANUAL = "manual"

    address = fields.email(required=True, unique=True)
    reason = fields.choice(Reason, Reason.MANUAL)
    detail = fields.text()
    email = models.ForeignKey(
        Email, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "email_suppressions"
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.address} ({self.reason})"


class ProviderNotice(models.Model):
    """A message of the provider's that was taken in, so that it is taken in once."""

    message_id = fields.string(100, required=True, primary_key=True)
    kind = fields.string(40)
    email = models.ForeignKey(Email, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "email_provider_notices"
        ordering: ClassVar[list[str]] = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"
