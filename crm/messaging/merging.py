"""Merge fields: ``{{ first_name }}`` and ``{{ contact.first_name }}``, put in as plain text.

Only names are understood; there is no code, no filter and no further lookup (security.md H3).
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core.entity import entity_of
from crm.core.reading import Reader

from . import content
from .models import EmailTemplate

PARTS = ("subject", "body", "html_body")
FIELD = re.compile(r"\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\s*\}\}", re.ASCII)
ANY_BRACES = re.compile(r"\{\{(.*?)\}\}|\{%.*?%\}", re.DOTALL)
#: filled in while a campaign's mail is composed
LEFT_ALONE = {"unsubscribe_url"}


def check(template: EmailTemplate) -> None:
    """Refuse braces that are no merge field. Raises ``ValidationError``."""
    errors = {}
    for part in PARTS:
        for found in ANY_BRACES.finditer(getattr(template, part)):
            if not FIELD.fullmatch(found[0]):
                errors[part] = _(
                    "'%(text)s' is no merge field. Write {{ first_name }} or "
                    "{{ contact.first_name }}."
                ) % {"text": found[0][:40]}
    if errors:
        raise ValidationError(errors)


def values_for(kind: str, record_id: Any, data: Mapping[str, Any], *, by: Any) -> dict[str, str]:
    """Return what merge fields stand for: ``data``, then the related record as ``by`` sees it.

    A record gives its fields as ``name`` and ``kind.name``, and its links' short forms as
    ``link.name``. Empty fields of a record count as missing, those of ``data`` don't.
    """
    values: dict[str, str] = {}
    if kind and record_id:
        values = of_record(kind, record_id, by=by)
    for name, value in data.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{inner}": _text(part) for inner, part in value.items()}
        else:
            values[name] = _text(value)
    return values


def of_record(kind: str, record_id: Any, *, by: Any) -> dict[str, str]:
    """Return the filled fields of a record that ``by`` can see; of no other, nothing."""
    try:
        model: Any = apps.get_model("crm", kind)
    except LookupError:
        return {}
    entity = entity_of(model)
    rows = model.objects.filter(pk=record_id)
    if entity is None:
        return {}
    found = Reader(entity, user=by).rows(rows.visible_to(by))
    return of_row(kind, found[0]) if found else {}


def of_row(kind: str, row: Mapping[str, Any]) -> dict[str, str]:
    """Return the merge values of a row as a reader reads it."""
    values: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            values |= {f"{name}.{part}": _text(v) for part, v in value.items() if _is_filled(v)}
        elif _is_filled(value):
            values[name] = values[f"{kind}.{name}"] = _text(value)
    return values


def rendered(template: EmailTemplate, values: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of a template with its fields filled in, and the names of ``missing`` ones.

    Missing fields stay as they are written. In HTML the values are escaped.
    """
    missing: set[str] = set()
    subject = merged(template.subject, values, missing)
    return {
        "subject": " ".join(subject.split()),
        "body": merged(template.body, values, missing),
        "html_body": content.sanitised(merged(template.html_body, values, missing, escape=True)),
        "missing": sorted(missing),
    }


def merged(
    text: str, values: Mapping[str, str], missing: set[str] | None = None, *, escape: bool = False
) -> str:
    """Return a text with its merge fields filled in; names without a value join ``missing``."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        if name in LEFT_ALONE:
            return found[0]
        if name not in values:
            if missing is not None:
                missing.add(name)
            return found[0]
        return html.escape(values[name]) if escape else values[name]

    return FIELD.sub(fill, text)


def sentence(missing: list[str]) -> str:
    """Return what to tell whoever left fields out."""
    return _("Without a value: %(fields)s.") % {"fields": ", ".join(missing)}


def _is_filled(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, list | dict)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if (value.hour or value.minute) else f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
