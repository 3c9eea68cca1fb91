"""What all entities share as rows: identity, times, revision, soft deletion, custom fields."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from . import fields
from .querysets import LiveManager, RecordQuerySet
from .searchtext import digits_of, folded
from .wording import field_word

LIVE = Q(deleted_at=None)


def unique_live(*names: str, where: Q | None = None, message: Any = "") -> models.UniqueConstraint:
    """Values that no two live records share; the recycle bin doesn't block them."""
    condition = LIVE & where if where is not None else LIVE
    return models.UniqueConstraint(
        fields=names,
        condition=condition,
        name=f"%(class)s_{'_'.join(names)}_unique",
        violation_error_message=message,
    )


def _negative(names: tuple[str, ...]) -> str:
    fields = ", ".join(map(field_word, names))
    return gettext("%(fields)s can't be negative.") % {"fields": fields}


def not_negative(*names: str) -> models.CheckConstraint:
    """Numbers that can't go below zero, null ones aside."""
    condition = Q()
    for name in names:
        condition &= Q(**{name: None}) | Q(**{f"{name}__gte": 0})
    return models.CheckConstraint(
        condition=condition,
        name="%(class)s_amounts_not_negative",
        violation_error_message=lazy(_negative, str)(names),
    )


def owner_index(field: str) -> models.Index:
    """What a list within the scope ``own`` or ``team`` reads in its default order."""
    return models.Index(
        fields=[field, "-created_at", "-id"], condition=LIVE, name="%(class)s_by_owner"
    )


def index(*names: str) -> models.Index:
    """A plain index over live rows, named after its fields."""
    stem = "_".join(name.strip("-") for name in names)
    return models.Index(fields=names, condition=LIVE, name=f"%(class)s_{stem}"[:32])


class Record(models.Model):
    """What every CRM entity has.

    Subclasses say how they are called (``label_fields``), what search looks at
    (``search_fields``), what others show of them (``short_fields``) and who owns them.
    """

    owner_field: ClassVar[str | None] = "assigned_to"
    label_fields: ClassVar[tuple[str, ...]] = ("name",)
    short_fields: ClassVar[tuple[str, ...]] = ("name",)
    search_fields: ClassVar[tuple[str, ...]] = ()
    phone_fields: ClassVar[tuple[str, ...]] = ()
    #: scopes of the model's own: a condition, or what makes one for a user and a verb
    scope_terms: ClassVar[dict[str, Any]] = {}
    #: whether a row is about one person, who may ask to be erased (:mod:`crm.core.erasure`)
    is_person: ClassVar[bool] = False
    #: by which columns duplicates are found, and among which kinds (:mod:`crm.core.duplicates`)
    duplicate_keys: ClassVar[dict[str, tuple[str, ...]]] = {}
    duplicate_kinds: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = fields.link(
        settings.AUTH_USER_MODEL, editable=False, db_index=False, db_column="created_by"
    )
    external_id = fields.string(64, help_text="The record's id in the system it came from.")
    custom_fields = fields.json_object()
    revision = models.PositiveIntegerField(default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = fields.link(
        settings.AUTH_USER_MODEL, editable=False, db_index=False, db_column="deleted_by"
    )
    search_text = models.TextField(default="", blank=True, editable=False)

    objects = LiveManager()
    all_objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            unique_live(
                "external_id",
                where=~Q(external_id=""),
                message=_("Another record already has this external_id."),
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], condition=LIVE, name="%(class)s_recent"),
            models.Index(
                fields=["created_by", "-created_at", "-id"],
                condition=LIVE,
                name="%(class)s_by_creator",
            ),
            models.Index(fields=["-deleted_at"], condition=~LIVE, name="%(class)s_trash"),
        ]

    def __str__(self) -> str:
        return " ".join(str(getattr(self, name)) for name in self.label_fields).strip()

    def save(self, *args: Any, **options: Any) -> None:
        """Store the row together with the text that search looks at."""
        self.search_text = self.searchable()
        names = options.get("update_fields")
        if names is not None:
            options["update_fields"] = [*names, *self._followers(names)]
        super().save(*args, **options)

    def _followers(self, names: Any) -> list[str]:
        """Return the columns that follow from ``names`` and are stored with them."""
        found = [
            field.name
            for field in self._meta.concrete_fields
            if isinstance(field, fields.DerivedField) and not set(field.of).isdisjoint(names)
        ]
        if not {*self.search_fields, *self.phone_fields}.isdisjoint(names):
            found.append("search_text")
        return found

    def searchable(self) -> str:
        """Return the folded text of the search fields, phone numbers also as digits."""
        parts = [str(getattr(self, name) or "") for name in self.search_fields]
        for name in self.phone_fields:
            number = getattr(self, name)
            parts += [number, digits_of(number)]
        return folded(" ".join(part for part in parts if part))

    @property
    def is_deleted(self) -> bool:
        """Whether the record is in the recycle bin."""
        return self.deleted_at is not None

    @property
    def owner(self) -> Any:
        """The person this record belongs to, or None."""
        return getattr(self, self.owner_field) if self.owner_field else None
