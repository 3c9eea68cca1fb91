"""What people do and have to do, mostly about another record."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import fields
from crm.core.bases import index, owner_index
from crm.core.models import LinkedRecord, link_kind
from crm.core.querysets import live
from crm.people.models import Contact

from . import recurrence as repetition
from .querysets import CallQuerySet, MeetingQuerySet, TaskQuerySet

#: the key in an activity's metadata that only the system sets
WRITTEN_BY_SYSTEM = "system"
NOT_DONE = ("pending", "in_progress")


def repeats() -> models.CharField:
    """An RRULE by which something comes again; empty is once."""
    return fields.string(
        repetition.LONGEST_RULE,
        validators=[repetition.check_rule],
        help_text="An RRULE, such as FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10.",
    )


class Task(LinkedRecord):
    """Something somebody promised to do."""

    class Status(models.TextChoices):
        PENDING = "pending"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        CANCELLED = "cancelled"

    class Priority(models.TextChoices):
        LOW = "low"
        MEDIUM = "medium"
        HIGH = "high"
        URGENT = "urgent"

    label_fields = ("title",)
    short_fields = ("title",)
    search_fields = ("title", "description", "notes")

    title = fields.string(required=True)
    description = fields.text()
    status = fields.choice(Status, Status.PENDING)
    priority = fields.choice(Priority, Priority.MEDIUM)
    due_date = fields.moment()
    completed_date = fields.moment()
    assigned_to = fields.link(
        settings.AUTH_USER_MODEL, related_name="tasks", db_index=False, db_column="assigned_to"
    )
    related_to_type = link_kind("lead", "contact", "account", "deal", "customer", "ticket")
    reminder = fields.moment()
    recurrence = repeats()
    notes = fields.text()
    #: when the reminder was given, or became pointless
    reminded_at = fields.moment(editable=False)
    #: when the task made the next one of its series
    repeated_at = fields.moment(editable=False)
    #: the due date with which its series began: it has the time of day that all share
    series_start = fields.moment(editable=False)

    objects: ClassVar[Any] = live(TaskQuerySet)

    class Meta(LinkedRecord.Meta):
        db_table = "tasks"
        indexes = [
            *LinkedRecord.Meta.indexes,
            owner_index("assigned_to"),
            index("status"),
            index("due_date"),
            models.Index(
                fields=["reminder"],
                condition=Q(deleted_at=None, reminded_at=None, status__in=NOT_DONE),
                name="task_reminder_waiting",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.recurrence and self.due_date is None:
            raise ValidationError({"due_date": _("A task that repeats needs a due date.")})

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status in NOT_DONE

    @property
    def zone(self) -> str:
        """The time zone of whoever has to do it."""
        return self.assigned_to.timezone if self.assigned_to else "UTC"


class Meeting(LinkedRecord):
    """People talking at an agreed time."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled"
        COMPLETED = "completed"
        CANCELLED = "cancelled"
        NO_SHOW = "no_show"

    class Type(models.TextChoices):
        IN_PERSON = "in_person"
        VIDEO_CALL = "video_call"
        PHONE_CALL = "phone_call"
        OTHER = "other"

    ATTENDEE = {
        "type": "object",
        "properties": {
            "email": fields.EMAIL_ADDRESS,
            "name": {"type": "string", "maxLength": 255},
            "response": {"type": "string", "maxLength": 50},
        },
        "required": ["email"],
        "additionalProperties": False,
    }

    owner_field = "host"
    label_fields = ("title",)
    short_fields = ("title",)
    search_fields = ("title", "description", "location", "notes")

    title = fields.string(required=True)
    description = fields.text()
    start_time = models.DateTimeField()
    end_time = models.DateTimeField()
    location = fields.string()
    meeting_link = fields.string()
    host = fields.link(settings.AUTH_USER_MODEL, related_name="meetings", db_index=False)
    contact = fields.link(Contact, related_name="meetings")
    status = fields.choice(Status, Status.SCHEDULED)
    meeting_type = fields.choice(Type, Type.VIDEO_CALL)
    attendees = fields.json_list(ATTENDEE)
    notes = fields.text()
    outcome = fields.text()
    related_to_type = link_kind("lead", "contact", "account", "deal", "customer", "ticket")
    recurrence = repeats()
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of its invitations
    invited_at = fields.moment(editable=False, help_text="When the invitations were mailed.")
    invitation_key = models.UUIDField(null=True, unique=True, editable=False)  # in their links

    objects: ClassVar[Any] = live(MeetingQuerySet)

    class Meta(LinkedRecord.Meta):
        db_table = "meetings"
        constraints = [
            *LinkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="meeting_ends_after_start",
                violation_error_message=_("end_time must be after start_time."),
            ),
        ]
        indexes = [
            *LinkedRecord.Meta.indexes,
            owner_index("host"),
            index("start_time"),
            index("status"),
        ]

    def clean(self) -> None:
        super().clean()
        if self.start_time and self.end_time and self.end_time <= self.start_time:
            raise ValidationError({"end_time": _("end_time must be after start_time.")})
        if self.recurrence and self.start_time:
            self._check_recurrence()

    def _check_recurrence(self) -> None:
        try:
            rule = repetition.read(self.recurrence)
        except ValidationError:
            return  # told by the field
        if not rule.begins(self.start_time, self.zone):
            told = _("start_time must itself be one of the times of this rule.")
            raise ValidationError({"recurrence": told})

    @property
    def zone(self) -> str:
        """The time zone on whose clocks the meeting keeps its time of day."""
        return self.host.timezone if self.host else "UTC"


class Call(LinkedRecord):
    """A phone call, made or planned."""

    class Type(models.TextChoices):
        INBOUND = "inbound"
        OUTBOUND = "outbound"

    class Status(models.TextChoices):
        SCHEDULED = "scheduled"
        COMPLETED = "completed"
        MISSED = "missed"
        CANCELLED = "cancelled"

    owner_field = "user"
    label_fields = ("subject",)
    short_fields = ("subject",)
    search_fields = ("subject", "notes", "outcome")
    phone_fields = ("phone_number",)

    subject = fields.string(required=True)
    call_type = fields.choice(Type, Type.OUTBOUND)
    status = fields.choice(Status, Status.SCHEDULED)
    start_time = fields.moment()
    duration = fields.whole(help_text="Seconds.")
    phone_number = fields.string()
    related_to_type = link_kind("lead", "contact", "account", "deal", "customer", "ticket")
    user = fields.link(settings.AUTH_USER_MODEL, related_name="calls", db_index=False)
    notes = fields.text()
    outcome = fields.string()
    recording_url = fields.string()

    objects: ClassVar[Any] = live(CallQuerySet)

    class Meta(LinkedRecord.Meta):
        db_table = "calls"
        constraints = [
            *LinkedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(duration=None) | Q(duration__gte=0),
                name="call_duration_not_negative",
                violation_error_message=_("duration can't be negative."),
            ),
        ]
        indexes = [
            *LinkedRecord.Meta.indexes,
            owner_index("user"),
            index("status"),
            index("start_time"),
        ]


class Activity(LinkedRecord):
    """Something that happened to a record, told to people: the timeline."""

    class Type(models.TextChoices):
        EMAIL = "email"
        CALL = "call"
        MEETING = "meeting"
        TASK = "task"
        NOTE = "note"
        DEAL_UPDATE = "deal_update"
        STATUS_CHANGE = "status_change"
        OTHER = "other"

    owner_field = "user"
    label_fields = ("title",)
    short_fields = ("title",)
    search_fields = ("title", "description")
    scope_terms = {"note": Q(activity_type="note")}

    activity_type = fields.choice(Type)
    title = fields.string(required=True)
    description = fields.text()
    user = fields.link(settings.AUTH_USER_MODEL, related_name="activities", db_index=False)
    related_to_type = link_kind(
        "lead", "contact", "account", "deal", "customer", "ticket", "order", "invoice"
    )
    metadata = fields.json_object()

    class Meta(LinkedRecord.Meta):
        db_table = "activities"
        verbose_name_plural = "activities"
        indexes = [*LinkedRecord.Meta.indexes, owner_index("user"), index("activity_type")]

    @property
    def is_of_system(self) -> bool:
        """Whether it was written by the system, and not by a person."""
        return bool(self.metadata.get(WRITTEN_BY_SYSTEM))


class CalendarFeed(models.Model):
    """The private address of a person's calendar; without a row there is none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    nonce = fields.string(64, required=True)  # signed: with another one the address is dead
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "calendar_feeds"

    def __str__(self) -> str:
        return f"Calendar of {self.user}"
