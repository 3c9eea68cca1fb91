"""What a Base44 client sends, in our words: names, links, addresses in parts."""

from collections.abc import Set
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import ForeignKey

from crm.core.bases import Record
from crm.core.entity import Entity
from crm.core.fields import normal_email
from crm.core.serializers import same

from .fields import is_legacy_id
from .naming import ADDRESS_PARTS, INTERNAL, SET_BY_SERVER, Names, names_of
from .rows import Row


def taken(entity: Entity, data: Row, *, stored: Row | None, user: Any) -> Row:
    """Return a body of theirs as a body of ours.

    ``stored`` is the record as it was shown last: clients send whole records back, and a
    field counts as sent only where it differs (behaviours.md G1). Where a field is sent
    under both its names and they differ, ours wins.
    """
    names = names_of(entity.model.__name__)
    sent = differing(data, stored, ignored=SET_BY_SERVER | INTERNAL)
    body = _without_parts(_with_own_names(sent, names), names)
    _join_halves(body, names, stored)
    _keep_label(body, names, stored)
    for name, link in names.emails.items():
        if isinstance(body.get(name), str) and link not in sent:
            _link_by_email(body, entity, name, link, user)
    for name in body.keys() & entity.columns.keys():
        body[name] = _as_id(entity.columns[name].field, body[name])
    return body


def differing(data: Row, stored: Row | None, *, ignored: Set[str]) -> Row:
    """Return what of a body asks for something: neither ``ignored`` nor as it is stored."""
    return {
        name: value
        for name, value in data.items()
        if name not in ignored and not _is_as_stored(stored, name, value)
    }


def _is_as_stored(stored: Row | None, name: str, value: Any) -> bool:
    if stored is None or name not in stored:
        return False
    nothing = (None, "")
    if stored[name] in nothing and value in nothing:
        return True
    return same(stored[name], value)


def _with_own_names(sent: Row, names: Names) -> Row:
    body = {name: value for name, value in sent.items() if name not in names.aliases}
    for theirs, ours in names.aliases.items():
        if theirs in sent:
            body.setdefault(ours, sent[theirs])
    return body


def _without_parts(body: Row, names: Names) -> Row:
    """Take an address that is an object apart into our columns."""
    for name, beginning in names.parts.items():
        address = body.get(name)
        if not isinstance(address, dict):
            continue
        del body[name]
        for part, column in ADDRESS_PARTS.items():
            if part in address:
                body.setdefault(f"{beginning}{column}", address[part])
    return body


def _join_halves(body: Row, names: Names, stored: Row | None) -> None:
    for halves, whole in names.halves.items():
        if whole in body or body.keys().isdisjoint(halves):
            continue
        parts = [body.get(name, (stored or {}).get(name)) for name in halves]
        body[whole] = " ".join(str(part).strip() for part in parts if part)


def _keep_label(body: Row, names: Names, stored: Row | None) -> None:
    """Keep in which words a record is said to be about something, where no record is named."""
    kind = "related_to_type"
    linked = body.get("related_to_id", (stored or {}).get("related_to_id"))
    if kind not in names.extra or linked or not body.get(kind):
        return
    custom = body.get("custom_fields")
    body["custom_fields"] = {**(custom if isinstance(custom, dict) else {}), kind: body.pop(kind)}


def _link_by_email(body: Row, entity: Entity, name: str, link: str, user: Any) -> None:
    """Link whoever has the address, where the writer sees exactly that person."""
    target: Any = entity.columns[link].field.related_model
    email = normal_email(body[name])
    found = target.objects.visible_to(user).filter(email=email).exclude(email="").first()
    if found is not None:
        body[link] = str(found.pk)


def _as_id(field: Any, value: Any) -> Any:
    """Return a link by our id where it was written as an old id or a person's address."""
    if not isinstance(field, ForeignKey) or not isinstance(value, str):
        return value
    target: Any = field.related_model
    found: Record | None = None
    if is_legacy_id(value):
        found = target.objects.filter(external_id=value).first()
    elif "@" in value and target is get_user_model():
        found = target.objects.filter(email=normal_email(value)).first()
    return value if found is None else str(found.pk)
