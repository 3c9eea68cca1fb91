"""The REST face of an entity. A view makes one call of the domain and tells the outcome."""

import hashlib
import re
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, Case, Count, Q, Value, When
from django.http import Http404, HttpResponse, QueryDict
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from . import access, listing, records, timeline
from .bases import LIVE
from .context import origin
from .dialect import Dialect, spoken
from .entity import Entity
from .errors import StaleRevision
from .filters import RecordFilter
from .history import history_rows
from .querysets import reach
from .reading import Reader, derive, expand
from .schema import Contract
from .views import EnvelopedView, json_body, ok
from .wire import to_bytes

CANONICAL_ID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)
ETAG = re.compile(r'^(?:W/)?"r(\d{1,9})-[0-9a-f]+"\Z', re.ASCII)


class RecordViewSet(EnvelopedView, GenericViewSet):
    """List, read, create, change and delete one kind of record.

    Subclasses name a queryset and a serializer, and add an ``@action`` for each verb of
    their own.
    """

    filterset_class: ClassVar[type] = RecordFilter
    lookup_field = "id"
    lookup_value_regex = "[^/]+"
    verb: str | None = None
    verbs: ClassVar[dict[str, str]] = {}
    contract: Contract | None = None
    #: where one address takes several methods, by method
    contracts: ClassVar[dict[str, Contract]] = {}

    @property
    def entity(self) -> Entity:
        return self.serializer_class.entity()

    @property
    def dialect(self) -> Dialect:
        """The words in which the caller knows our fields."""
        return spoken()

    @property
    def label(self) -> str:
        """What one such record is called in a sentence."""
        return str(self.queryset.model._meta.verbose_name)

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "foreign": origin().foreign}

    def get_queryset(self):
        return self.queryset.model.objects.visible_to(self.request.user)

    # -- reading -------------------------------------------------------------------------

    def list(self, request):
        """The rows the caller may see: filtered, searched, sorted, one page of them."""
        return self.listed(self.get_queryset())

    def listed(self, queryset, *, deleted=False):
        """Answer with one page of rows; ``deleted`` says that they are in the recycle bin."""
        user = self.request.user
        query, queryset = self.selected(queryset, newest="deleted_at" if deleted else "created_at")
        page, pagination = listing.paginated(query, queryset)
        rows = Reader(self.entity, user=user, only=query.fields, deleted=deleted).rows(page)
        expand(self.entity, rows, query.expand, user=user)
        rows = self.dialect.rows(self.entity, rows, listing.meant(self.request.GET))
        return ok(rows, pagination=pagination)

    def selected(self, queryset, *, newest="created_at"):
        """Return the checked parameters of a list and the rows that they select."""
        params, user = listing.meant(self.request.GET), self.request.user
        params = self.dialect.parameters(self.entity, params, user=user)
        return listing.read(params, self.entity, queryset, user=user, newest=newest)

    def retrieve(self, request, id):
        """One record, with an ``ETag`` for conditional requests."""
        response = self.answer(*self.one(self.get_queryset(), id))
        if _matches(request.headers.get("If-None-Match", ""), response["ETag"]):
            return HttpResponse(status=304, headers={"ETag": response["ETag"]})
        return response

    def one(self, queryset, id):
        """Return one row as the caller may see it, and its revision."""
        user = self.request.user
        query = listing.ListQuery(self.entity, user)
        asked = self.request.GET if self.request.method in ("GET", "HEAD") else QueryDict()
        query.take_only(asked, "fields", "expand")
        params = self.dialect.parameters(self.entity, asked, user=user)
        query.fields = listing.read_fields(query, params, single=True)
        query.expand = listing.read_expand(query, params)
        query.check()
        only = [*query.fields, "revision"] if query.fields else []
        reader = Reader(self.entity, user=user, only=only)
        rows = reader.rows(queryset.filter(pk=self.key(id)).order_by())
        if not rows:
            raise Http404
        expand(self.entity, rows, query.expand, user=user)
        rows[0] |= derive(self.entity, rows[0]["id"], query.fields, user=user)
        revision = rows[0]["revision"]
        if only and "revision" not in query.fields:
            del rows[0]["revision"]
        return self.dialect.rows(self.entity, rows, asked)[0], revision

    def shown(self, record, *, status=200, message="", **more) -> Response:
        """Answer with a record as it is stored now."""
        row, revision = self.one(type(record).all_objects, str(record.pk))
        if told := records.warnings_of(record):
            more["warnings"] = told
        return self.answer(row, revision, status=status, message=message, **more)

    def answer(self, row, revision, *, status=200, message="", **more) -> Response:
        """Answer with a row and the ``ETag`` of exactly these bytes."""
        response = ok(row, status=status, message=message, **more)
        digest = hashlib.sha256(to_bytes(response.data)).hexdigest()[:16]
        response["ETag"] = f'"r{revision}-{digest}"'
        return response

    # -- writing -------------------------------------------------------------------------

    def sent(self, record=None):
        """Return the body in our words, for a new record or for changes of a stored one."""

        def stored():
            return self.one(self.queryset.model.all_objects, str(record.pk))[0]

        return self.dialect.body(
            self.entity,
            json_body(self.request),
            stored=None if record is None else stored,
            user=self.request.user,
        )

    def create(self, request):
        """Store a new record."""
        serializer = self.get_serializer(data=self.sent())
        serializer.is_valid(raise_exception=True)
        return self.shown(serializer.save(), status=201)

    def update(self, request, id):
        """Change the fields that are sent; the others stay. The same for PUT and PATCH."""
        if origin().foreign:  # such a body is merged into what is stored: nobody may come between
            with transaction.atomic():
                return self.changed(records.lock(self.get_for("change", id)))
        return self.changed(self.get_for("change", id))

    def changed(self, record):
        """Change a record by the body and answer with it."""
        serializer = self.get_serializer(record, data=self.sent(record), partial=True)
        serializer.context["if_revision"] = self.expected_revision()
        serializer.is_valid(raise_exception=True)
        return self.shown(serializer.save())

    def partial_update(self, request, id):
        """Change the fields that are sent; the others stay."""
        return self.update(request, id)

    def destroy(self, request, id):
        """Put the record into the recycle bin."""
        record = self.get_for("delete", id)
        records.remove(record, by=request.user, if_revision=self.expected_revision())
        return ok(message=f"{self.label.capitalize()} deleted successfully")

    # -- the recycle bin -----------------------------------------------------------------

    @action(detail=False, verb="delete")
    def trash(self, request):
        """What was deleted and may be restored by the caller, the latest first."""
        return self.listed(self.in_trash(), deleted=True)

    @action(detail=True, methods=["post"], verb="delete")
    def restore(self, request, id):
        """Take a record out of the recycle bin."""
        deleted = self.in_trash().filter(pk=self.key(id)).first()
        record = deleted or self.get_for("delete", id)  # a live one is a conflict, not unknown
        return self.shown(
            records.restore(record, by=request.user),
            message=f"{self.label.capitalize()} restored successfully",
        )

    def in_trash(self):
        """Return the deleted rows that the caller could see and delete."""
        deleted = self.queryset.model.all_objects.filter(~LIVE)
        return deleted.visible_to(self.request.user).deletable_by(self.request.user)

    # -- what is known about it ----------------------------------------------------------

    @action(detail=True, verb="view")
    def history(self, request, id):
        """Who changed what, when and through which door, newest first."""
        record = self.get_for("view", id)
        rows, pagination = history_rows(record, self.entity, request.GET, user=request.user)
        return ok(rows, pagination=pagination)

    @action(detail=True, verb="view")
    def timeline(self, request, id):
        """What happened around the record, newest first."""
        record = self.get_for("view", id)
        rows, pagination = timeline.page(record, self.entity, request.GET, user=request.user)
        return ok(rows, pagination=pagination)

    @action(detail=False, verb="view", url_path="stats/overview")
    def stats_overview(self, request):
        """How many records there are by each choice field, over the same filters as a list."""
        _, rows = self.selected(self.get_queryset())
        counts: dict[str, Any] = {"total": rows.count()}
        for column in self.entity.choice_columns():
            found = rows.order_by().values_list(column.path).annotate(count=Count("pk"))
            by_value = dict(found)
            name = column.name
            counts[_by(name)] = [
                {name: value, "count": count}
                for value, count in sorted(by_value.items(), key=lambda pair: -pair[1])
            ]
        return ok(counts)

    @action(detail=True, verb="view")
    def access(self, request, id):
        """Whether a colleague may view, change and delete this record, and why."""
        record = self.get_for("view", id)
        self.take_only("user")
        return ok(access.explain(record, request.GET.get("user", ""), asked_by=request.user))

    # -- helpers -------------------------------------------------------------------------

    def take_only(self, *names: str) -> None:
        """Refuse every parameter that is not one of ``names``."""
        query = listing.ListQuery(self.entity, self.request.user)
        query.take_only(self.request.GET, *names)
        query.check()

    def key(self, id: str) -> UUID:
        """Return the id of the address. A malformed one is as unknown as any other."""
        if not CANONICAL_ID.match(id):
            raise Http404
        return UUID(id)

    def get_for(self, verb: str, id: str):
        """Return a visible record; 404 hides the others, 403 names the right that is missing."""
        model = self.queryset.model
        condition = Q() if verb == "view" else reach(model, self.request.user, verb)
        allowed = case_of(condition)
        record = self.get_queryset().annotate(_allowed=allowed).filter(pk=self.key(id)).first()
        if record is None:
            raise Http404
        if not record._allowed:
            options = model._meta
            raise PermissionDenied(
                f"You may not {verb} this {self.label}: your role's permission "
                f"{options.app_label}.{verb}_{options.model_name} doesn't reach it."
            )
        return record

    def expected_revision(self) -> frozenset[int] | None:
        """Return the revisions that ``If-Match`` names, or None where any will do."""
        header = self.request.headers.get("If-Match", "").strip()
        if header in ("", "*"):
            return None
        tags = [ETAG.match(part.strip()) for part in header.split(",")]
        revisions = frozenset(int(tag.group(1)) for tag in tags if tag)
        if not revisions:
            raise StaleRevision('If-Match takes ETags as they were answered, such as "r3-1f0c…".')
        return revisions


def case_of(condition: Q) -> Any:
    """Return a condition as a column that is true or false."""
    if not condition:
        return Value(True)
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def _by(name: str) -> str:
    return "by" + "".join(part.capitalize() for part in name.split("_"))


def _matches(header: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return etag in tags or "*" in tags
