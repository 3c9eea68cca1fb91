"""Loading history: records are stored in bulk as they were somewhere else, and wake nobody.

Any state may come: converted, won, paid, delivered, with its stamps, authors and numbers. The
types of all values are checked all the same, the database has its last word, and a person who
asked to be erased stays out. What a domain adds stands in its own ``loading.py``.
"""

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from . import erasure, events
from .bases import Record
from .constraints import constraints_of
from .entries import BINNED, CREATED, DOOR, UNCHANGED, UPDATED, Entry, complete, id_at, settle
from .errors import DomainError
from .models import Event
from .plain import flaw_of_text
from .records import check_values, differing
from .wording import field_word

#: under this key an event holds what was loaded with it, as a fingerprint
LOADED = "loaded"


@transaction.atomic
def load(
    model: type[Record], entries: Sequence[Entry], *, within: dict[str, Any] | None = None
) -> None:
    """Store a batch of records; each entry tells what became of it.

    A record is known again by its external id. One whose source says nothing new is left
    alone, whatever people made of it since. ``within`` narrows the rows among which an external
    id is looked for. To be called within :func:`history`.
    """
    _look_up(model, entries, within or {})
    waiting = [entry for entry in entries if not entry.outcome]
    _keep_the_erased_out(model, waiting)
    complete(model, [entry for entry in waiting if not entry.outcome])
    for entry in waiting:
        if not entry.outcome:
            _check(entry)
    _insert(model, [entry for entry in waiting if entry.is_new and not entry.outcome])
    for entry in waiting:
        if not entry.is_new and not entry.outcome:
            _update(entry)
    done = [entry for entry in waiting if entry.outcome in (CREATED, UPDATED)]
    _store_parts(done)
    settle(model, [entry.pk for entry in done])


# -- what is there already -----------------------------------------------------------------


def _look_up(model: type[Record], entries: Sequence[Entry], within: dict[str, Any]) -> None:
    """Find the stored record of each entry, and settle those with which nothing is to do."""
    stored = _stored(model, entries, within)
    contents = _contents(model, [pk for pk, _gone in stored.values()])
    changed: dict[UUID, Entry] = {}
    for entry in entries:
        found = (entry.external_id and stored.get(entry.external_id)) or stored.get(entry.pk)
        if found is None:
            entry.record = _new(model, entry)
            continue
        entry.pk, gone = found
        if gone:
            entry.outcome = BINNED
        elif contents.get(entry.pk) == entry.content:
            entry.outcome = UNCHANGED
        else:
            changed[entry.pk] = entry
    rows = model.all_objects.select_for_update(of=("self",), no_key=True)
    for row in rows.filter(pk__in=changed).order_by("pk"):
        entry = changed[row.pk]
        entry.before, entry.record = copy(row), row
        wanted = {"external_id": entry.external_id, **entry.values}
        if "custom_fields" in wanted:  # what people added here stays
            wanted["custom_fields"] = {**row.custom_fields, **wanted["custom_fields"]}
        for name, value in differing(row, wanted).items():
            setattr(row, name, value)


def _stored(
    model: type[Record], entries: Sequence[Entry], within: dict[str, Any]
) -> dict[Any, tuple[UUID, bool]]:
    """Return ``(id, whether it is in the bin)`` by external id and by id, live rows first."""
    columns = ("pk", "external_id", "deleted_at")
    names = {entry.external_id for entry in entries} - {""}
    named = model.all_objects.filter(external_id__in=names, **within)
    by_id = model.all_objects.filter(pk__in=[entry.pk for entry in entries])
    found: dict[Any, tuple[UUID, bool]] = {}
    for rows, place in ((by_id, 0), (named, 1)):
        for row in rows.order_by().values_list(*columns):
            key, gone = row[place], row[2] is not None
            if key not in found or not gone:
                found[key] = (row[0], gone)
    return found


def _contents(model: type[Record], ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the fingerprint of what was loaded last into each record."""
    told = Event.objects.filter(record_type=model._meta.model_name, record_id__in=ids, door=DOOR)
    found = {}
    for record_id, data in told.order_by("id").values_list("record_id", "data"):
        if LOADED in data:
            found[record_id] = data[LOADED]
    return found


def _new(model: type[Record], entry: Entry) -> Record:
    record: Any = model()
    identity = {"pk": entry.pk, "external_id": entry.external_id}
    for name, value in {**identity, **entry.initial, **entry.values}.items():
        setattr(record, name, value)
    if "updated_at" not in entry.values:
        record.updated_at = record.created_at
    return record


# -- checks ----------------------------------------------------------------------------------


def _keep_the_erased_out(model: type[Record], entries: Sequence[Entry]) -> None:
    if not model.is_person:
        return
    addresses = {str(entry.record.email) for entry in entries}
    erased = erasure.erased_among(sorted(addresses))
    for entry in entries:
        if entry.record.email in erased:
            entry.refuse(_("This person asked to be erased, and is not stored again."))


def _check(entry: Entry) -> None:
    """Refuse an entry with a value that is none of its field's kind."""
    record = entry.record
    checked = {field.name for field in record._meta.concrete_fields}
    if not entry.is_new:
        checked &= _changed(entry)
    problems = [
        f"{field_word(name)}: {reason}"
        for name in checked
        if isinstance(value := record.__dict__.get(name), str) and (reason := flaw_of_text(value))
    ]
    if not problems:
        try:
            check_values(record, only=checked)
        except ValidationError as error:
            problems = _sentences(error)
    if problems:
        entry.refuse("; ".join(problems))


def _sentences(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [
        reason if name == "__all__" else f"{field_word(name)}: {reason}"
        for name, reasons in error.message_dict.items()
        for reason in reasons
    ]


def _changed(entry: Entry) -> set[str]:
    """Return the names of the fields in which a record is no more what is stored."""
    return {
        field.name
        for field in entry.record._meta.concrete_fields
        if not field.generated
        and getattr(entry.record, field.attname) != getattr(entry.before, field.attname)
    }


# -- writing ---------------------------------------------------------------------------------


def _insert(model: type[Record], entries: Sequence[Entry]) -> None:
    """Store new records; where the database refuses one, find it by halving, and only it."""
    if not entries:
        return
    try:
        with transaction.atomic():
            for entry in entries:
                entry.record.search_text = entry.record.searchable()  # bulk_create passes save by
            model._base_manager.bulk_create([entry.record for entry in entries])
    except IntegrityError:
        if len(entries) > 1:
            middle = len(entries) // 2
            _insert(model, entries[:middle])
            _insert(model, entries[middle:])
            return
        _insert_alone(entries[0])
    else:
        for entry in entries:
            entry.outcome = CREATED


def _insert_alone(entry: Entry) -> None:
    try:
        with constraints_of(entry.record):
            entry.record.save(force_insert=True)
    except (DomainError, ValidationError) as error:
        entry.refuse("; ".join(getattr(error, "messages", None) or [str(error)]))
    else:
        entry.outcome = CREATED


def _update(entry: Entry) -> None:
    """Store what the source says otherwise than before."""
    record, before = entry.record, entry.before
    names = _changed(entry)
    if not names:
        entry.outcome = UNCHANGED
        return
    record.updated_at = max(record.updated_at, before.updated_at)
    record.revision += 1
    try:
        with constraints_of(record):
            record.save(update_fields=[*names, "revision", "updated_at"])
    except (DomainError, ValidationError) as error:
        entry.refuse("; ".join(getattr(error, "messages", None) or [str(error)]))
        return
    entry.outcome = UPDATED


def _store_parts(entries: Sequence[Entry]) -> None:
    """Store the rows that belong to the records, and the history of each."""
    parts: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for entry in entries:
        parts[Event].append(_told(entry))
        for row in entry.parts:
            parts[type(row)].append(row)
    for model, rows in parts.items():
        model._base_manager.bulk_create(rows)


def _told(entry: Entry) -> Event:
    record = entry.record
    loaded: dict[str, Any] = {LOADED: entry.content}
    if entry.is_new:
        told = events.event_values("created", record, by=None, **loaded)
        del told["actor"]  # by id: nobody is looked up a thousand times
        at, by = record.created_at, record.created_by_id
        return Event(**{**told, "id": id_at(at), "actor_id": by, "happened_at": at})
    changes = {
        name: [_plain(entry.before, name), _plain(record, name)]
        for name in sorted(_changed(entry) - entry.untold - {"revision", "updated_at"})
    }
    told = events.event_values("updated", record, by=None, changes=changes, **loaded)
    return Event(**told, happened_at=timezone.now())


def _plain(record: models.Model, name: str) -> Any:
    stored: Any = record._meta.get_field(name)
    return getattr(record, stored.attname)
