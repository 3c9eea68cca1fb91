"""What the entities are built from beyond :class:`~crm.core.bases.Record`."""

from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from . import fields
from .bases import LIVE, Record


def link_kind(*kinds: str) -> models.CharField:
    """The type half of a typed link: what kinds of record it may point at."""
    choices = [(kind, kind.replace("_", " ").capitalize()) for kind in kinds]
    return models.CharField(max_length=20, blank=True, default="", choices=choices)


class LinkedRecord(Record):
    """A record about another one, named by ``related_to_type`` and ``related_to_id``.

    Subclasses declare ``related_to_type = link_kind("lead", …)``.
    """

    related_to_id = models.UUIDField(null=True, blank=True)

    #: kinds that stand for no record at all
    kinds_without_record: ClassVar[tuple[str, ...]] = ()
    related_to_type: Any

    class Meta(Record.Meta):
        abstract = True
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(related_to_type="", related_to_id=None)
                | Q(related_to_type="general", related_to_id=None)
                | (~Q(related_to_type__in=["", "general"]) & Q(related_to_id__isnull=False)),
                name="%(class)s_link_is_whole",
                violation_error_message=_("Set related_to_type and related_to_id together."),
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=["related_to_type", "related_to_id", "-created_at"],
                condition=LIVE,
                name="%(class)s_about",
            ),
        ]

    @classmethod
    def link_kinds(cls) -> list[str]:
        """Return the kinds of record that this one may be about."""
        field: Any = cls._meta.get_field("related_to_type")
        return [kind for kind, _name in field.choices if kind not in cls.kinds_without_record]

    @property
    def related_to(self) -> Any:
        """The record this one is about, deleted ones too, or None."""
        if self.related_to_type not in self.link_kinds():
            return None
        target = apps.get_model("crm", self.related_to_type)
        return target.all_objects.filter(pk=self.related_to_id).first()


#: how often the reactions to an event are tried before a person has to look
MOST_ATTEMPTS = 5


class Event(models.Model):
    """Something that happened to a record: history, timeline and outbox in one row.

    Append-only. ``data["changes"]`` holds ``{field: [old, new]}``; ``delivered_at`` stays
    empty until what waits for the event has been told (behaviours.md G2, G3).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = fields.string(80, required=True)
    record_type = fields.string(40, required=True)
    record_id = models.UUIDField()
    actor = fields.link(settings.AUTH_USER_MODEL, db_index=False)
    door = fields.string(20)
    request_id = fields.string(128)
    change_set = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = fields.text()

    class Meta:
        db_table = "events"
        ordering: ClassVar[list[str]] = ["-happened_at", "-id"]
        indexes = [
            models.Index(fields=["record_type", "record_id", "-id"], name="event_of_record"),
            models.Index(fields=["id"], condition=Q(delivered_at=None), name="event_outbox"),
            models.Index(fields=["change_set"], name="event_change_set"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.record_id}"


class Counter(models.Model):
    """The last number given out in one series, such as ``ticket``."""

    series = fields.string(60, required=True, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "counters"

    def __str__(self) -> str:
        return f"{self.series}: {self.value}"


class Job(models.Model):
    """A job that runs by the clock, and how it went the last time."""

    name = fields.string(60, required=True, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)
    error = fields.text()
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "jobs"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
