"""What tells one system that data comes from another: its built-in columns, its ids, its names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from crm.base44.naming import BUILT_IN, INTERNAL, Names, names_of

from .drafts import Draft
from .mending import MENDINGS

APPS = uuid5(NAMESPACE_URL, "https://base44.app/apps/")


@dataclass(frozen=True)
class Dialect:
    """How a system writes what all of its tables have."""

    #: columns that are read on their own, or not at all
    built_in: frozenset[str]
    #: their moments, by our column
    moments: Mapping[str, str]
    #: what they call our fields, by entity
    names_of: Callable[[str], Names]
    #: under which id a record of an entity is stored here, by theirs: always the same one
    id_of: Callable[[str, str], UUID]
    #: what puts a row in order that was read, by entity
    mend: Callable[[str, Draft, Mapping[str, Any]], None]
    #: columns that it says although elsewhere only the server does
    taken: frozenset[str] = frozenset()
    #: whether a row without an owner belongs to its author, even where it could say so
    author_owns: bool = True
    #: whether what was uploaded is somewhere else than here
    files_elsewhere: bool = True


def base44(app_id: str) -> Dialect:
    """Return what is particular to a Base44 app (base44.md §12)."""
    space = uuid5(APPS, app_id)
    return Dialect(
        built_in=frozenset(
            {"id", *BUILT_IN, "created_by", "created_by_id", "is_sample", *INTERNAL}
        ),
        moments={ours: theirs for theirs, ours in BUILT_IN.items()},
        names_of=names_of,
        id_of=lambda entity, legacy_id: uuid5(space, f"{entity}:{legacy_id}"),
        mend=_mend,
    )


def _mend(entity: str, found: Draft, row: Mapping[str, Any]) -> None:
    if mend := MENDINGS.get(entity):
        mend(found, row)
