"""An app's own entities, declared from the schemas that its code has in ``entities/``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core import records
from crm.declared.models import DeclaredEntity
from crm.declared.schemas import from_text

from .migration.entities import target_of
from .sources import MEGABYTE, Part

LARGEST_SCHEMA = MEGABYTE


@dataclass(frozen=True)
class Declared:
    """What became of one schema: ``told`` is it in a sentence, ``refused`` says that it failed."""

    name: str
    told: str
    refused: bool = False


def declare(schemas: Iterable[Part], *, update: bool = False) -> Iterator[Declared]:
    """Declare the entities of some schemas, and yield what became of each.

    Entities of ours are passed over. One that is declared already stays as it is, unless
    ``update`` says to take its new schema; who may do what stays in any case.
    """
    for part in schemas:
        if target_of(part.stem) is not None:
            yield Declared(part.stem, _("is one of ours."))
            continue
        try:
            yield _declared(part, update=update)
        except ValidationError as refusal:
            yield Declared(part.stem, " ".join(refusal.messages), refused=True)


def _declared(part: Part, *, update: bool) -> Declared:
    with part.open() as file:
        raw = file.read(LARGEST_SCHEMA + 1)
    if len(raw) > LARGEST_SCHEMA:
        raise ValidationError(_("This is larger than any schema."))
    schema = from_text(raw.decode("utf-8-sig", errors="replace"))
    said = schema.get("name")
    name = said if isinstance(said, str) else pascal(part.stem)
    entity = DeclaredEntity.objects.filter(name=name).first()
    if entity is None:
        entity = records.create(DeclaredEntity(name=name, schema=schema), by=None)
        return _told(entity, _("was declared."))
    if entity.schema == schema:
        return Declared(name, _("is declared already."))
    if not update:
        return Declared(name, _("is declared already, with another schema. --update takes this."))
    return _told(records.change(entity, {"schema": schema}, by=None), _("has its new schema."))


def _told(entity: DeclaredEntity, told: str) -> Declared:
    return Declared(entity.name, " ".join([told, *map(str, records.warnings_of(entity))]))


def pascal(stem: str) -> str:
    """Return a file's name as entities are called: ``project-note`` is ``ProjectNote``."""
    words = re.split(r"[^A-Za-z0-9]+", stem)
    return "".join(word[:1].upper() + word[1:] for word in words)
