"""Tickets and what is said on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.bases import Record, index, owner_index, unique_live
from crm.people.models import Contact, Customer


class Ticket(Record):
    """A customer's problem, until it is solved."""

    class Status(models.TextChoices):
        OPEN = "open"
        IN_PROGRESS = "in_progress"
        PENDING = "pending"
        RESOLVED = "resolved"
        CLOSED = "closed"

    class Priority(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"
        URGENT = "urgent"

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

    class Meta(Record.Meta):
        db_table = "tickets"
        constraints = [
            *Record.Meta.constraints,
            unique_live("ticket_number", message="Another ticket already has this number."),
        ]
        indexes = [
            *Record.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("priority"),
        ]


class TicketComment(models.Model):
    """Something said on a ticket; ``internal`` ones are for colleagues only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="comments")
    author = fields.link(settings.AUTH_USER_MODEL)
    body = fields.text(required=True)
    internal = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "ticket_comments"
        ordering: ClassVar[list[str]] = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.ticket}"
