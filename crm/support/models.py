"""Tickets and what is said on them."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.bases import LIVE, Record, index, owner_index, unique_live
from crm.core.querysets import live
from crm.people.models import Contact, Customer

from . import promises
from .promises import SlaCalendar, SlaPolicy
from .querysets import TicketQuerySet

__all__ = ["SlaCalendar", "SlaPolicy", "Ticket", "TicketComment"]

LONGEST_COMMENT = 65_536


class Ticket(Record):
    """A customer's problem, until it is solved.

    Two clocks run on it, each used up in whole seconds of business time until ``…_since``:
    that of the first answer and that of the solution (behaviours.md, Ticket).
    """

    class Status(models.TextChoices):
        OPEN = "open"
        IN_PROGRESS = "in_progress"
        PENDING = "pending"
        RESOLVED = "resolved"
        CLOSED = "closed"

    Priority = promises.Priority

    class Source(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        CHAT = "chat"
        WEB = "web"
        SOCIAL_MEDIA = "social_media"

    label_fields = ("subject",)
    short_fields = ("ticket_number", "subject")
    search_fields = ("ticket_number", "subject", "description", "category")

    ticket_number = fields.string(editable=False)
    subject = fields.string(required=True)
    description = fields.text(required=True)
    customer = fields.link(Customer, related_name="tickets")
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="tickets", db_index=False, db_column="assigned_to"
    )
    status = fields.choice(Status, Status.OPEN)
    priority = fields.choice(Priority, Priority.MEDIUM)
    category = fields.string()
    source = fields.choice(Source, Source.WEB)
    resolution = fields.text()
    resolved_date = fields.moment()
    tags = fields.json_list(fields.TAG)
    contact = fields.link(Contact, related_name="tickets")
    first_response_due = fields.moment(editable=False)
    resolution_due = fields.moment(editable=False)
    first_responded_at = fields.moment(editable=False)
    sla_breached = models.BooleanField(default=False, editable=False)
    escalated_at = fields.moment(editable=False)
    escalated_to = fields.link(settings.AUTH_USER_MODEL, editable=False)
    sla_policy = fields.link(SlaPolicy, editable=False)
    response_used = models.PositiveBigIntegerField(default=0, editable=False)
    response_since = fields.moment(editable=False)
    resolution_used = models.PositiveBigIntegerField(default=0, editable=False)
    resolution_since = fields.moment(editable=False)

    objects: ClassVar[Any] = live(TicketQuerySet)

    class Meta(Record.Meta):
        db_table = "tickets"
        constraints = [
            *Record.Meta.constraints,
            unique_live("ticket_number", message=_("Another ticket already has this number.")),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("priority"),
            models.Index(
                fields=["first_response_due"],
                condition=LIVE & Q(sla_breached=False, first_responded_at=None),
                name="ticket_to_answer",
            ),
            models.Index(
                fields=["resolution_due"],
                condition=LIVE & Q(sla_breached=False),
                name="ticket_to_solve",
            ),
        ]

    @property
    def is_settled(self) -> bool:
        """Whether the ticket is resolved or closed."""
        return self.status in (self.Status.RESOLVED, self.Status.CLOSED)


class TicketComment(models.Model):
    """Something said on a ticket, as plain text; ``internal`` ones are for colleagues only.

    What the customer said has no author, nor has what the system notes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    author = fields.link(settings.AUTH_USER_MODEL)
    body = fields.text(required=True, validators=[MaxLengthValidator(LONGEST_COMMENT)])
    internal = models.BooleanField(default=False)
    from_customer = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = fields.moment()

    class Meta:
        db_table = "ticket_comments"
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        indexes: ClassVar[list] = [
            models.Index(fields=["ticket", "created_at", "id"], name="comment_of_ticket")
        ]
        constraints: ClassVar[list] = [
            models.CheckConstraint(
                condition=Q(from_customer=False) | Q(author=None, internal=False),
                name="comment_by_one_side",
                violation_error_message=_("What the customer says is neither internal nor ours."),
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.author or ('the customer' if self.from_customer else 'Nexa')} on {self.ticket}"
        )
