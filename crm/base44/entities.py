"""One entity as the second wire format serves it: a translator over its REST view.

Who may do what, which rows exist for whom, what a write does: all of it is the view's, the
operations' and the scopes'. Here the words change, nothing else.
"""

from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from crm.api import router
from crm.core.errors import Missing
from crm.core.queries.compiler import Compiler
from crm.core.queries.tree import Node
from crm.core.querysets import RecordQuerySet
from crm.core.reading import Reader, Row
from crm.core.viewsets import CANONICAL_ID

from .bodies import taken
from .fields import Fields, is_legacy_id
from .rows import shown

WORDS = {"view": "read", "add": "create", "change": "update", "delete": "delete"}


@cache
def by_name() -> dict[str, Any]:
    """Return the REST view of every entity by its name on this wire, such as ``Lead``."""
    views: list[Any] = [viewset for _, viewset, _ in router.registry]
    return {viewset.queryset.model.__name__: viewset for viewset in views}


class Door:
    """The way of one caller to one entity. Raises :class:`Missing` for an unknown one."""

    def __init__(self, name: str, request: Any):
        viewset = by_name().get(name)
        if viewset is None:
            raise Missing(f"There is no entity '{name[:60]}' in this app.")
        self.name = name
        self.user = request.user
        self.view = viewset(request=request, args=(), kwargs={}, action=None, format_kwarg=None)
        self.model = viewset.queryset.model
        self.entity = viewset.serializer_class.entity()
        self.fields = Fields(self.entity, self.user)
        self.serializer_for = self.view.get_serializer

    # -- what the caller may --------------------------------------------------------------

    def allow(self, verb: str) -> None:
        """Refuse what the caller's role lacks the permission for."""
        options = self.model._meta
        if not self.user.has_perm(f"{options.app_label}.{verb}_{options.model_name}"):
            raise PermissionDenied(
                f"Permission denied for {WORDS[verb]} operation on {self.name} entity"
            )

    def rows(self) -> RecordQuerySet:
        """Return the rows that exist as far as the caller is concerned."""
        rows = self.view.get_queryset()
        if self.model is get_user_model() and not self.user.has_perm("accounts.delete_user"):
            return rows.filter(pk=self.user.pk)  # here people see others only as administrators
        return rows

    def selected(self, node: Node, rows: RecordQuerySet | None = None) -> RecordQuerySet:
        """Return those of the rows that pass a query."""
        rows = self.rows() if rows is None else rows
        return rows.filter(Compiler(rows, self.fields.find).condition(node))

    # -- one record -----------------------------------------------------------------------

    def missing(self, id: str) -> Missing:
        """Return the refusal for a record that is not there, or not to be seen."""
        return Missing(f"Entity {self.name} with ID {id[:64]} not found")

    def key(self, id: Any) -> UUID:
        """Return our id for one of ours or of the app's former life. Raises :class:`Missing`."""
        if not isinstance(id, str):
            raise self.missing(str(id))
        if CANONICAL_ID.match(id):
            return UUID(id)
        found = None
        if is_legacy_id(id):
            found = self.rows().filter(external_id=id).values_list("pk", flat=True).first()
        if found is None:
            raise self.missing(id)
        return found

    def record(self, id: Any, verb: str) -> Any:
        """Return a record that the caller may ``view``, ``change`` or ``delete``."""
        key = str(self.key(id))
        if self.model is get_user_model() and not self.rows().filter(pk=key).exists():
            raise self.missing(str(id))
        try:
            return self.view.get_for(verb, key)
        except Http404 as error:
            raise self.missing(str(id)) from error

    def read(self, rows: QuerySet) -> list[Row]:
        """Return rows as this wire shows them, in their order."""
        found = Reader(self.entity, user=self.user).rows(rows)
        return [shown(self.entity, row) for row in found]

    def row(self, record: Any) -> Row:
        """Return a record as it is stored now."""
        return self.read(self.model.all_objects.filter(pk=record.pk))[0]

    def body(self, data: Row, stored: Row | None) -> Row:
        """Return what was sent as a body of ours; ``stored`` is the record as shown last."""
        return taken(self.entity, data, stored=stored, user=self.user)

    def required(self) -> list[str]:
        """Return the fields that a new record can't do without, by our names."""
        fields = self.view.get_serializer().fields.items()
        return [name for name, field in fields if field.required and not field.read_only]

    def rows_of(self, records: list[Any]) -> list[Row]:
        """Return records as they are stored now, in the order in which they are given."""
        rows = self.read(self.model.all_objects.filter(pk__in=[record.pk for record in records]))
        by_key = {row["id"]: row for row in rows}
        return [by_key[record.pk] for record in records]
