"""Two people change a record at once: what each of them did, and which of it stays."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, QueryDict

from crm.core.forms import rendered, sent

from .texts import in_words

SALT = "shown-values"
KEEP = "keep_"


@dataclass
class Clash:
    """A field that somebody else changed: their value, and mine where I changed it too."""

    name: str
    label: str
    theirs: str
    mine: str
    is_mine_too: bool
    raw_theirs: str


def shown(form: Any) -> str:
    """Return the values that a form shows, signed, to be compared with later."""
    values = {name: rendered(form, name) for name in form.fields if name != "shown_revision"}
    return signing.dumps(values, salt=SALT, compress=True)


def settled(data: QueryDict) -> QueryDict:
    """Return what was sent, with their value wherever it was chosen."""
    chosen = [key for key in data if key.startswith(KEEP) and data[key] == "theirs"]
    if not chosen:
        return data
    data = data.copy()
    for key in chosen:
        name = key.removeprefix(KEEP)
        data[name] = data.get(f"theirs_{name}", "")
        forget_typed(data, name)
    return data


def forget_typed(data: QueryDict, name: str) -> None:
    """Let a lookup's id count, whatever was typed beside it."""
    for side in ("_text", ":text"):
        data.pop(f"{name}{side}", None)


def merged(
    pages: Any, request: HttpRequest, form: Any, fresh: Any, names: list[str]
) -> tuple[Any, list[Clash]]:
    """Return the form with everybody's changes, and where they meet.

    What only they changed is taken over; what only I changed stays; where both did, mine is
    shown until it is decided otherwise.
    """
    try:
        base = signing.loads(form.data.get("shown", ""), salt=SALT)
    except signing.BadSignature:
        base = {}
    data, clashes = form.data.copy(), []
    for name, field in fresh.fields.items():
        if name == "shown_revision":
            data[name] = str(fresh.instance.revision)
            continue
        theirs, mine = rendered(fresh, name), sent(form, name)
        before = base.get(name, theirs)
        if theirs in (before, mine):
            continue
        is_mine_too = mine != before
        if not is_mine_too:
            data[name] = theirs
            forget_typed(data, name)
        clashes.append(
            Clash(
                name,
                str(field.label),
                readable(fresh, name, theirs),
                readable(form, name, mine),
                is_mine_too,
                theirs,
            )
        )
    again = pages.form(request, names, record=fresh.instance, data=data)
    again.is_only_shown = True
    again.full_clean()
    again._errors = form.errors
    return again, clashes


def readable(form: Any, name: str, value: str) -> str:
    """Return a value as people read it."""
    field = form.fields[name]
    if hasattr(field.widget, "label") and callable(field.widget.label):
        return field.widget.label(value) or "–"
    if isinstance(field, forms.BooleanField):
        return in_words(bool(value))
    for key, label in getattr(field, "choices", None) or ():
        if str(key) == value:
            return str(label)
    return value or "–"
