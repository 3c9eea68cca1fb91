"""The pages of the entities that administrators declared, each at ``/entities/<its name>/``."""

from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.core.conditions import CUSTOM
from crm.core.entity import Entity
from crm.core.pages import RecordPages, signed_in
from crm.core.pages.cells import Cell
from crm.core.pages.editing import may_create
from crm.core.pages.lookups import asked, matches
from crm.core.pages.registry import pages_by_kind
from crm.core.plain import folded_name, id_or_none
from crm.core.reading import Reader
from crm.core.viewsets import RecordViewSet

from .details import DeclaredDetail
from .layout import SYSTEM, Layout
from .lists import DeclaredList
from .models import DeclaredEntity, DeclaredRecord
from .reading import described
from .recordfields import Offer
from .recordforms import begun, form_of
from .schemas import title_of

ICON = "shapes"


class DeclaredRows(RecordViewSet):
    """The records of one declared entity as somebody reaches them; it has no address."""

    queryset = DeclaredRecord.objects.all()
    declaration: DeclaredEntity

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(declaration=self.declaration)

    def in_trash(self) -> Any:
        return super().in_trash().filter(declaration=self.declaration)


class DeclaredPages(RecordPages):
    """The pages of one declared entity, laid out by its schema."""

    viewset = DeclaredRows
    list_class = DeclaredList
    detail_class = DeclaredDetail
    icon: ClassVar[str] = ICON

    def __init__(self, declaration: DeclaredEntity):
        super().__init__()
        self.declaration = declaration
        self.layout = Layout(declaration)
        self.slug = declaration.name
        self.columns = tuple(self.layout.columns())
        self.facts = SYSTEM
        #: what the records are called that the rows shown refer to, and where they are
        self.names: dict[tuple[str, UUID | None], tuple[str, str]] = {}
        self.groups = ((self.layout.title, tuple(self.layout.names())),)

    @property
    def entity(self) -> Entity:
        return described()

    @property
    def title(self) -> str:
        return self.layout.title

    @property
    def title_of_one(self) -> str:
        return self.layout.title

    def door(self, request: HttpRequest) -> Any:
        view = super().door(request)
        view.declaration = self.declaration
        return view

    def may(self, request: HttpRequest, verb: str) -> bool:
        return self.declaration.offers(request.user, verb)

    def link_to(self, what: str, *args: Any) -> str:
        return reverse(f"declared-{what}", args=[self.declaration.name, *args])

    @property
    def label_names(self) -> tuple[str, ...]:
        return ("id", "custom_fields")

    @property
    def lookup_address(self) -> str:
        return self.link_to("lookup")

    def label(self, name: str) -> str:
        return self.layout.label(name)

    def label_of(self, row: dict[str, Any]) -> str:
        return title_of(self.declaration.schema, row["custom_fields"])

    def cell(self, name: str, row: dict[str, Any], *, currency: str) -> Cell:
        if not name.startswith(CUSTOM):
            return super().cell(name, row, currency=currency)
        key = name.removeprefix(CUSTOM)
        value = row["custom_fields"].get(key)
        pk = id_or_none(str(value)) if key in self.targets else None
        if pk is None:
            return self.layout.cell(name, value)
        told, link = self.names.get((key, pk), (_("Not visible to you"), ""))
        return Cell(name, self.label(name), "link", told, link=link)

    # -- what records refer to -----------------------------------------------------------

    @cached_property
    def targets(self) -> dict[str, Any]:
        """The pages of what fields refer to by their names: ``customer_id`` to customers."""
        wanted, house = self.layout.references(), pages_by_kind()
        found = {key: house[name] for key, name in wanted.items() if name in house}
        if others := {key: name for key, name in wanted.items() if name not in house}:
            entities = DeclaredEntity.objects.annotate(folded=Lower("name"))
            own = entities.filter(active=True, folded__in=set(others.values()))
            pages = {folded_name(entity.name): DeclaredPages(entity) for entity in own}
            found |= {key: pages[name] for key, name in others.items() if name in pages}
        return found

    def learn_names(self, request: HttpRequest, rows: list[dict[str, Any]]) -> None:
        """Find out what the records are called that some rows refer to; one query an entity."""
        wanted: dict[str, set[UUID]] = defaultdict(set)
        fields = {key: pages.link_to("list") for key, pages in self.targets.items()}
        for row in rows:
            for key, place in fields.items():
                if (pk := id_or_none(str(row["custom_fields"].get(key)))) is not None:
                    wanted[place].add(pk)
        for place, ids in wanted.items():
            keys = [key for key, found in fields.items() if found == place]
            pages = self.targets[keys[0]]
            if not pages.may(request, "view"):
                continue
            seen = pages.queryset(request).filter(pk__in=ids).order_by()
            reader = Reader(pages.entity, user=request.user, only=pages.label_names)
            for row in reader.rows(seen):
                known = (pages.label_of(row), pages.address(row["id"]))
                self.names |= {(key, row["id"]): known for key in keys}

    def lookup(self, request: HttpRequest) -> JsonResponse:
        """Answer with the few records that match best."""
        found = matches(self, self.queryset(request), asked(request), user=request.user)
        return JsonResponse({"found": found})

    # -- forms ---------------------------------------------------------------------------

    def form_names(self, request: HttpRequest) -> list[str]:
        return self.layout.names()

    def form(
        self,
        request: HttpRequest,
        names: list[str],
        *,
        record: Any = None,
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> Any:
        record = record or DeclaredRecord(declaration=self.declaration)
        held = record.custom_fields or {}
        self.learn_names(request, [{"custom_fields": held}])
        offered = {}
        for key, pages in self.targets.items():
            is_told = (key, id_or_none(str(held.get(key)))) in self.names
            if pages.may(request, "view") and (is_told or held.get(key) in (None, "")):
                offered[key] = Offer(pages.queryset(request), pages.lookup_address, pages.slug)
        build = form_of(self.layout, names, record, offered)
        return build(
            data,
            None,
            request=request,
            instance=record,
            initial=initial,
            may_create=lambda slug: may_create(request, slug),
        )

    def grouped(self, form: Any) -> list[tuple[str, list[Any]]]:
        return [(self.layout.title, [field for field in form if not field.is_hidden])]

    def fixed_values(self, request: HttpRequest) -> dict[str, Any]:
        return {"declaration": self.declaration}

    def edit_field(self, request: HttpRequest, pk: Any, name: str) -> Any:
        if name not in self.layout.names():
            raise Http404
        return self._change(request, pk, [name], "field.html", one=name)

    def _initial(self, request: HttpRequest) -> dict[str, Any]:
        asked = {name: request.GET[name] for name in self.layout.names() if name in request.GET}
        return begun(self.layout, asked)


def _page(method: str, verb: str) -> Callable[..., HttpResponseBase]:
    """Return the view of one page, for whoever the entity's rules let do ``verb``."""

    def view(request: HttpRequest, entity: str, **options: Any) -> HttpResponseBase:
        declaration = DeclaredEntity.objects.filter(name=entity, active=True).first()
        if declaration is None:
            raise Http404
        if not declaration.offers(request.user, verb):
            raise PermissionDenied(_("Your role doesn't allow this."))
        return getattr(DeclaredPages(declaration), method)(request, **options)

    return signed_in(require_http_methods(["GET", "HEAD", "POST"])(view))


ENTITY = "entities/<slug:entity>/"
ONE = f"{ENTITY}<uuid:pk>/"
urlpatterns = [
    path(ENTITY, _page("browse", "view"), name="declared-list"),
    path(f"{ENTITY}new/", _page("new", "add"), name="declared-new"),
    path(f"{ENTITY}trash/", _page("trash", "delete"), name="declared-trash"),
    path(f"{ENTITY}lookup/", _page("lookup", "view"), name="declared-lookup"),
    path(f"{ENTITY}export/", _page("export", "view"), name="declared-export"),
    path(ONE, _page("detail", "view"), name="declared-detail"),
    path(f"{ONE}edit/", _page("edit", "change"), name="declared-edit"),
    path(f"{ONE}edit/<str:name>/", _page("edit_field", "change"), name="declared-field"),
    path(f"{ONE}delete/", _page("delete", "delete"), name="declared-delete"),
    path(f"{ONE}restore/", require_POST(_page("restore", "delete")), name="declared-restore"),
]
