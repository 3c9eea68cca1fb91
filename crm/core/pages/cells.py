"""Values as a page shows them: each names the template part that draws it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import filesizeformat

from crm.core.entity import Column, Entity
from crm.core.reading import Row
from crm.core.wording import choice_label, field_label, tone

from .registry import address_of

LINKS = {"website", "linkedin_url", "meeting_link", "recording_url", "image_url", "original_url"}
SAFE_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class Cell:
    """One value: how it is drawn (``look``), what it is, and what else its look needs."""

    name: str
    label: str
    look: str
    value: Any
    more: str = ""
    link: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value in (None, "", [], {})

    @property
    def is_number(self) -> bool:
        return self.look in ("money", "number", "exact", "lasting")

    @property
    def template(self) -> str:
        return f"components/values/{self.look}.html"


def is_day(name: str) -> bool:
    """Whether a point in time is meant as a day, as its name says (``due_date``)."""
    return name.endswith("_date") or name in ("expires_at",)


def is_numeric(column: Column) -> bool:
    """Whether a column's values stand right-aligned."""
    return column.kind in ("money", "integer")


def cell_of(entity: Entity, name: str, row: Row, *, currency: str) -> Cell:
    """Return the value of one column as it is shown; ``currency`` is that of plain amounts."""
    label = field_label(name, entity.model._meta.model_name or "")
    if name == "related_to":
        return _related(label, row.get("related_to"))
    if name in entity.computed:
        return Cell(name, label, "text", row.get(name))
    column = entity.columns[name]
    value = row.get(name)
    for relation in entity.relations.values():
        if relation.column.name == name:
            return _linked(name, label, relation.name, relation.target, row)
    return Cell(name, label, *_look(column, value, row.get("currency") or currency))


def _look(column: Column, value: Any, currency: str) -> tuple[str, Any, str, str]:
    """Return look, value, more and link of a plain column."""
    name = column.name
    if value in (None, "", [], {}):
        return "empty", None, "", ""
    if column.choices or name == "stage":
        return "choice", choice_label(value), tone(value), ""
    match value:
        case bool():
            return "yes_no", value, "", ""
        case Decimal():
            return "money", value, currency, ""
        case int() if name == "file_size":
            return "text", filesizeformat(value), "", ""
        case int():
            return ("lasting" if name == "duration" else "number"), value, "", ""
        case datetime():
            return ("day" if is_day(name) else "moment"), value, "", ""
        case list() | dict():
            return "json", value, "", ""
    if name == "recurrence":
        return "repeat", value, "", ""
    if name.endswith("email"):
        return "link", value, "", f"mailto:{value}"
    if name in ("phone", "mobile", "phone_number"):
        return "link", value, "", f"tel:{value.replace(' ', '')}"
    if name in LINKS and value.startswith(SAFE_SCHEMES):
        return "link", value.split("://", 1)[1].rstrip("/"), "new", value
    return ("prose" if "\n" in value or len(value) > 120 else "text"), value, "", ""


def _linked(name: str, label: str, relation: str, target: Any, row: Row) -> Cell:
    form = row.get(relation)
    if not form:
        return Cell(name, label, "empty", None)
    kind = target._meta.model_name
    text = short_label(target, form)
    if kind == "user":
        return Cell(name, label, "person", text)
    link = "" if form.get("deleted") else address_of(kind, form["id"])
    return Cell(name, label, "link", text, link=link)


def _related(label: str, form: Any) -> Cell:
    if not form:
        return Cell("related_to", label, "empty", None)
    link = "" if form.get("deleted") else address_of(form["type"], form["id"])
    return Cell("related_to", label, "link", form["label"] or "–", link=link)


def short_label(model: Any, form: dict[str, Any]) -> str:
    """Return what a record is called, from its short form or its row."""
    names = [name for name in model.label_fields if form.get(name)]
    text = " ".join(str(form[name]) for name in names).strip()
    return text or str(form.get("email") or form.get("full_name") or "–")
