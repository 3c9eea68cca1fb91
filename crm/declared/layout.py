"""How a declared entity looks on pages: what its fields are called, and how values are shown."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import pgettext

from crm.core.conditions import CUSTOM
from crm.core.pages.cells import SAFE_SCHEMES, Cell
from crm.core.pages.texts import in_words
from crm.core.plain import folded_name
from crm.core.wording import choice_label, field_label, plain_words, tone

from .models import DeclaredEntity
from .schemas import title_field, types_of
from .values import fields_of, moment

#: what every record has beside its own fields, as pages show it
SYSTEM = ("created_by", "created_at", "updated_at")
MOST_COLUMNS = 4
#: a text that is longer is shown in paragraphs
LONGEST_LINE = 120
#: the letters of a day; the day that is written counts, whatever time follows in whatever zone
DAY = len("2026-05-01")
STATES = ("status", "state", "stage", "priority")
FIRST_YEAR, LAST_YEAR = 2, 9998
CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NUMBERS = {"number", "integer"}


def words_of(name: str) -> str:
    """Return a name as an app writes it in words: ``dueDate`` is "Due date"."""
    return field_label(CAPITAL.sub("_", name).lower())


def title_of_entity(name: str, said: Any) -> str:
    """Return what records of an entity are called: as its schema says, or the name in words."""
    return said if isinstance(said, str) and said else plain_words(CAPITAL.sub("_", name))


def menu_of(user: Any) -> list[tuple[str, str]]:
    """Return name and title of the entities whose records somebody may view; one query."""
    titled = KeyTextTransform("title", "schema")
    entities = DeclaredEntity.objects.filter(active=True).annotate(said=titled)
    found = entities.only("name", "access").order_by("name")
    return [(e.name, title_of_entity(e.name, e.said)) for e in found if e.lets(user, "view")]


class Layout:
    """The fields of one declared entity; on the wire each is ``custom_fields.name``."""

    def __init__(self, declaration: DeclaredEntity):
        self.declaration = declaration
        self.fields = fields_of(declaration.schema)
        #: the field that records are called by, where the schema has one
        self.title_field = title_field(declaration.schema)

    @property
    def title(self) -> str:
        """What such a record is called: the schema's own title, or the name in words."""
        return title_of_entity(self.declaration.name, self.declaration.schema.get("title"))

    def label(self, name: str) -> str:
        """Return what a field is called, by its name on the wire."""
        if not name.startswith(CUSTOM):
            return field_label(name)
        key = name.removeprefix(CUSTOM)
        field = self.fields.get(key, {})
        if said := field.get("title"):
            return said
        if key == "state" and choices_of(field):
            return pgettext("what state a record is in", "State")  # no part of an address
        return words_of(key)

    def names(self) -> list[str]:
        """Return all declared fields by their names on the wire."""
        return [f"{CUSTOM}{key}" for key in self.fields]

    def columns(self) -> list[str]:
        """Return what stands in a list after the name, unless the reader chooses."""
        short = [key for key in self.fields if key != self.title_field and self._is_short(key)]
        return [*[f"{CUSTOM}{key}" for key in short[:MOST_COLUMNS]], "created_at"]

    def references(self) -> dict[str, str]:
        """Return the fields that hold an id, with the folded name of what it is the id of."""
        return {
            key: folded_name(key.removesuffix("_id"))
            for key, field in self.fields.items()
            if key.endswith("_id") and types_of(field) <= {"string", "null"}
        }

    def states(self) -> list[str]:
        """Return the fields that say what state a record is in."""
        found = [key for key in STATES if "enum" in self.fields.get(key, {})]
        return [f"{CUSTOM}{key}" for key in found]

    def is_number(self, name: str) -> bool:
        """Whether a field's values are numbers, which stand right-aligned."""
        types = types_of(self.fields.get(name.removeprefix(CUSTOM), {})) - {"null"}
        return bool(types) and types <= NUMBERS

    def further(self, values: dict[str, Any]) -> Iterable[str]:
        """Return what a record holds beyond the schema."""
        return [f"{CUSTOM}{key}" for key in values if key not in self.fields]

    def cell(self, name: str, value: Any) -> Cell:
        """Return one value as it is shown."""
        field = self.fields.get(name.removeprefix(CUSTOM), {})
        return Cell(name, self.label(name), *_look(field, value))

    def _is_short(self, key: str) -> bool:
        types = types_of(self.fields[key])
        return not types & {"object", "array"} and not is_long(key, self.fields[key])


def choices_of(field: dict[str, Any]) -> list[str | int | float]:
    """Return the single values that a field's is one of; none where it takes others."""
    named = [value for value in field.get("enum", ()) if isinstance(value, str | int | float)]
    is_yes_no = "enum" not in field and types_of(field) - {"null"} == {"boolean"}
    return [True, False] if is_yes_no else named


def choice_in_words(value: str | float) -> str:
    """Return what a value of a choice is called."""
    return choice_label(value) if isinstance(value, str) else in_words(value)


#: fields that hold paragraphs, by their names
LONG = frozenset(
    {
        *("description", "notes", "note", "content", "body", "text", "message", "comment"),
        *("comments", "details", "summary", "bio", "instructions"),
    }
)


def is_long(key: str, field: dict[str, Any]) -> bool:
    """Whether a field's texts are likely to have several lines."""
    if "enum" in field or field.get("format"):
        return False
    longest = field.get("maxLength", 0)
    return key in LONG or (isinstance(longest, int) and longest > 2 * LONGEST_LINE)


def as_moment(text: str) -> datetime | None:
    """Return the point in time that a stored text means; a day is its beginning here.

    None for other texts, and for what is no moment in every zone.
    """
    try:
        found = moment(text)
    except ValueError:
        return None
    if isinstance(found, date) and not isinstance(found, datetime):
        found = datetime.combine(found, time.min)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def written_day(text: str) -> datetime | None:
    """Return the beginning of the day that is written in a text, whatever time and zone follow."""
    return as_moment(text[:DAY])


def _look(field: dict[str, Any], value: Any) -> tuple[str, Any, str, str]:
    """Return look, value, more and link of a value."""
    if value in (None, "", [], {}):
        return "empty", None, "", ""
    match value:
        case bool():
            return "yes_no", value, "", ""
        case int() | float():
            return "exact", Decimal(str(value)), "", ""
        case list() | dict():
            return "json", value, "", ""
    if "enum" in field:
        return "choice", choice_label(value), tone(value), ""
    match field.get("format"):
        case "date" if (day := written_day(value)) is not None:
            return "day", day, "", ""
        case "date-time" if (at := as_moment(value)) is not None:
            return "moment", at, "", ""
        case "email":
            return "link", value, "", f"mailto:{value}"
        case _ if value.startswith(SAFE_SCHEMES) and " " not in value:
            return "link", value.split("://", 1)[1].rstrip("/"), "new", value
    return ("prose" if "\n" in value or len(value) > LONGEST_LINE else "text"), value, "", ""
