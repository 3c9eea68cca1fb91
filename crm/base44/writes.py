"""Writes of the second wire format (base44.md §2, §3): one, many, by query and by key."""

from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from rest_framework.exceptions import ValidationError

from crm.core import locks, records
from crm.core.bulk import only_objects, placed, write_all
from crm.core.queries.columns import ColumnSource, typed
from crm.core.queries.jsonvalues import JsonSource
from crm.core.queries.tree import All, BadQuery, Node, Test, is_number
from crm.core.reading import Row

from . import operators
from .entities import Door

MOST_AT_ONCE = 500
MOST_NEW = 5000
KEY_KINDS = ("text", "integer", "money", "boolean", "id")
#: what Base44 lets nobody change about a user here; ignored as there
NEVER_CHANGED = frozenset({"email", "full_name", "collaborator_role", "password", "status"})


class Writer:
    """Writes through one door, as its caller."""

    def __init__(self, door: Door):
        self.door = door
        self.is_people = door.model is get_user_model()

    # -- one ------------------------------------------------------------------------------

    def create(self, data: Any) -> Row:
        """Store a new record and return it."""
        return self.create_many([data])[0]

    @transaction.atomic
    def update(self, id: Any, data: Row) -> Row:
        """Change the fields that are sent and return the whole record."""
        record, body = self._prepared(id, data)
        if not body:
            return self.door.row(record)
        return self.door.row(self._written([(record, body)], single=True)[0])

    def delete(self, id: Any) -> None:
        """Put a record into the recycle bin. What may not be deleted is as if it weren't there."""
        try:
            record = self.door.record(id, "delete")
        except PermissionDenied as error:
            raise self.door.missing(str(id)) from error
        records.remove(record, by=self.door.user)

    # -- many -----------------------------------------------------------------------------

    def create_many(self, data: Any) -> list[Row]:
        """Store new records, all or none, and return them in the order in which they came."""
        self._refuse_people()
        single = len(data) == 1 if isinstance(data, list) else False
        bodies = [(None, self._body(item)) for item in only_objects(data, most=MOST_NEW)]
        return self.door.rows_of(self._written(bodies, single=single))

    @transaction.atomic
    def update_many_by_id(self, data: Any) -> list[Row]:
        """Change records that name their ``id``, all or none."""
        items = only_objects(data, most=MOST_AT_ONCE)
        ids = [item.get("id") for item in items]
        if not all(isinstance(id, str) and id for id in ids):
            place = next(n for n, id in enumerate(ids) if not (isinstance(id, str) and id))
            raise ValidationError(placed(place, {"id": ["Each record names its id."]}))
        if len(set(ids)) < len(ids):
            raise ValidationError({"body": ["An id is there twice; name each once."]})
        found = [self._changeable(id) for id in ids]
        if len({record.pk for record in found}) < len(found):
            raise ValidationError({"body": ["A record is there twice; name each once."]})
        rows = self.door.rows_of(found)
        pairs = [
            (record, self._body(item, record, row))
            for item, record, row in zip(items, found, rows, strict=True)
        ]
        return self.door.rows_of(self._written(pairs))

    @transaction.atomic
    def update_matching(self, node: Node, data: Any) -> dict[str, Any]:
        """Apply update operators to up to 500 records that match and that the caller may change."""
        wanted = operators.read(data)
        door = self.door
        matching = door.selected(node, door.rows().changeable_by(door.user)).order_by("pk")
        found = list(_locked(matching)[: MOST_AT_ONCE + 1])
        changing = found[:MOST_AT_ONCE]
        pairs = [
            (record, self._body(operators.applied(wanted, row), record, row))
            for record, row in zip(changing, door.rows_of(changing), strict=True)
        ]
        self._written([pair for pair in pairs if pair[1]])
        return {"success": True, "updated": len(pairs), "has_more": len(found) > MOST_AT_ONCE}

    @transaction.atomic
    def delete_matching(self, node: Node) -> int:
        """Delete the records that match and that the caller may delete; return how many."""
        door = self.door
        found = door.selected(node, door.rows().deletable_by(door.user)).order_by("pk")
        doomed = list(_locked(found))
        for record in doomed:
            records.remove(record, by=door.user)
        return len(doomed)

    # -- by key ---------------------------------------------------------------------------

    @transaction.atomic
    def upsert(self, data: Any, keys: list[str]) -> dict[str, Any]:
        """Update the records that have the same values in ``keys``, create the others.

        One key twice in a call: the last wins. Two calls with one key take turns.
        """
        self._refuse_people()
        items = only_objects(data, most=MOST_AT_ONCE)
        for name in keys:
            self._check_key(name)
        by_key: dict[str, Row] = {}
        for place, item in enumerate(items):
            for name in keys:
                if not isinstance(item.get(name), str | int | float) or item[name] == "":
                    raise ValidationError(placed(place, {name: ["A value is missing."]}))
            by_key[self._key_of(item, keys)] = item
        locks.hold(*(f"upsert:{self.door.name}:{key}" for key in by_key))
        pairs: list[tuple[Any, Row]] = []
        for item in by_key.values():
            tests = tuple(Test(name, "eq", item[name]) for name in keys)
            record = self.door.selected(All(tests)).order_by("pk").first()
            if record is None:
                self.door.allow("add")
                pairs.append((None, self._body(item)))
            else:
                self.door.allow("change")
                pairs.append(self._prepared(str(record.pk), item))
        created = sum(record is None for record, _ in pairs)
        written = self.door.rows_of(self._written(pairs))
        return {"created": created, "updated": len(pairs) - created, "records": written}

    def _key_of(self, item: Row, keys: list[str]) -> str:
        """Return what two records have alike that are one by their key, however it is written."""
        own = {self.door.fields.own_name(name): item[name] for name in keys}
        return repr([(name, self._normal(name, own[name])) for name in sorted(own)])

    def _normal(self, name: str, value: Any) -> Any:
        source = self.door.fields.find(name)
        if isinstance(source, ColumnSource):
            value = typed(source, value) if source.kind != "id" else str(value).lower()
        if is_number(value) or isinstance(value, Decimal):
            return float(value)
        return value

    def _check_key(self, name: str) -> None:
        source = self.door.fields.find(name)
        in_column = isinstance(source, ColumnSource) and source.kind in KEY_KINDS
        if not in_column and not (isinstance(source, JsonSource) and source.key is not None):
            raise BadQuery(f"'{name[:60]}' can't be a key: use a text, number or boolean field.")

    # -- helpers --------------------------------------------------------------------------

    def _refuse_people(self) -> None:
        if self.is_people:
            raise PermissionDenied("People are invited, not created: use users.inviteUser.")

    def _prepared(self, id: Any, data: Row) -> tuple[Any, Row]:
        """Return a record, locked, and what is to change about it."""
        record = self._changeable(id)
        return record, self._body(data, record, self.door.row(record))

    def _changeable(self, id: Any) -> Any:
        return records.lock(self.door.record(id, "change"))

    def _body(self, data: Row, record: Any = None, stored: Row | None = None) -> Row:
        """Return a body of ours; ``stored`` is the record as it is shown now."""
        if self.is_people:
            data = self._about_person(data, record)
        return self.door.body(data, stored)

    def _about_person(self, data: Row, person: Any) -> Row:
        """Leave out what nobody changes this way; the role is an administrator's to change."""
        user = self.door.user
        may_set_role = user.has_perm("accounts.delete_user") and user.pk != person.pk
        left_out = NEVER_CHANGED if may_set_role else NEVER_CHANGED | {"role", "team_id"}
        return {name: value for name, value in data.items() if name not in left_out}

    def _written(self, pairs: list[tuple[Any, Row]], *, single: bool = False) -> list[Any]:
        """Store what was prepared. A refusal of a single record needs no place."""
        try:
            return write_all(self.door.serializer_for, pairs)
        except ValidationError as error:
            if not single or not isinstance(error.detail, dict):
                raise
            detail = {name.removeprefix("[0]."): why for name, why in error.detail.items()}
            raise ValidationError(detail) from error


def _locked(rows: Any) -> Any:
    """Return rows that nobody else changes meanwhile; who waited for one looks at it anew."""
    return rows.select_for_update(of=("self",), no_key=True)
