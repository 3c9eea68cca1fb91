"""A record as Base44 clients read it: flat, with their names beside ours."""

from collections.abc import Iterable
from typing import Any

from crm.core.entity import Entity
from crm.declared.models import DeclaredEntity
from crm.declared.values import fields_of

from .naming import INTERNAL, names_of

Row = dict[str, Any]
#: told under other names, or of no use to such clients
LEFT_OUT = frozenset({"custom_fields", "revision", "created_at", "updated_at", "created_by"})


def shown(entity: Entity, row: Row, declaration: DeclaredEntity | None = None) -> Row:
    """Return a row of the read path in the second wire format (base44.md §11).

    ``declaration`` is that of a declared record: all its fields are told, null where missing.
    """
    if declaration is not None:
        nothing = dict.fromkeys(fields_of(declaration.schema))
        held = {**nothing, **row["custom_fields"], "id": row["id"]}
        return held | _built_in(entity, row)
    names = names_of(entity.model.__name__)
    own = {
        name: row[name]
        for name in (*entity.columns, *entity.computed)
        if name in row and name not in LEFT_OUT
    }
    found = {**own}
    for theirs, ours in names.aliases.items():
        if ours in own:
            found.setdefault(theirs, own[ours])
    custom = row.get("custom_fields") or {}
    for name, value in custom.items():
        if name in INTERNAL or name in LEFT_OUT:
            continue
        if name not in found or (name in names.extra and not found[name]):
            found[name] = value
    for halves, whole in names.halves.items():
        if whole in own:
            found |= _in_halves(halves, own[whole], custom)
    if entity.model.__name__ == "User":
        found |= _of_person(row)
    return found | _built_in(entity, row)


def _in_halves(names: tuple[str, str], whole: str, custom: Row) -> Row:
    """Return a name in two halves: as they were sent while they still make up the name."""
    sent = [str(custom.get(name) or "") for name in names]
    if " ".join(part for part in sent if part) == whole:
        return dict(zip(names, sent, strict=True))
    first, _, last = whole.partition(" ")
    return dict(zip(names, (first, last), strict=True))


def _built_in(entity: Entity, row: Row) -> Row:
    """Return what every record of such an app has by itself."""
    return {
        "created_date": row.get("created_at"),
        "updated_date": row.get("updated_at"),
        "created_by": _email_of_creator(entity, row),
        "created_by_id": row.get("created_by"),
        "is_sample": False,
    }


def _email_of_creator(entity: Entity, row: Row) -> str | None:
    for name, relation in entity.relations.items():
        if relation.column.name == "created_by":
            creator = row.get(name)
            return creator["email"] if creator else None
    return None


def _of_person(row: Row) -> Row:
    """Return what Base44 tells of a user beyond the fields."""
    return {
        "disabled": row.get("status") != "active",
        "is_verified": row.get("email_verified", False),
        "is_service": False,
        "_app_role": "admin" if row.get("role") == "admin" else "user",
    }


def names_in(text: str) -> list[str]:
    """Return the names in a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def narrowed(rows: Iterable[Row], names: list[str]) -> list[Row]:
    """Return rows with the named fields only, the id always among them; none is all."""
    if not names:
        return list(rows)
    wanted = {"id", *names}
    return [{name: value for name, value in row.items() if name in wanted} for row in rows]
