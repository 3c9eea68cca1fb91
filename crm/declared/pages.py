"""The pages of the entities that administrators declared, each at ``/entities/<its name>/``."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.core.conditions import CUSTOM
from crm.core.entity import Entity
from crm.core.pages import RecordPages, signed_in
from crm.core.pages.cells import Cell
from crm.core.pages.details import SYSTEM_FIELDS, RecordDetail, Tab
from crm.core.pages.facets import Facet, chosen_values, facets, switches
from crm.core.pages.lists import Heading, RecordList
from crm.core.pages.reasons import reason
from crm.core.viewsets import RecordViewSet
from crm.core.wording import choice_label

from .layout import SYSTEM, Layout, described
from .models import DeclaredEntity, DeclaredRecord, title_of
from .recordforms import form_of

ICON = "shapes"


class DeclaredRows(RecordViewSet):
    """The records of one declared entity as somebody reaches them; it has no address."""

    queryset = DeclaredRecord.objects.all()
    declaration: DeclaredEntity

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(declaration=self.declaration)

    def in_trash(self) -> Any:
        return super().in_trash().filter(declaration=self.declaration)


class DeclaredList(RecordList):
    """A page of a declared entity's rows."""

    pages: "DeclaredPages"

    def choosable(self) -> list[str]:
        layout = self.pages.layout
        named = f"{CUSTOM}{layout.title_field}"
        return [*[name for name in layout.names() if name != named], *SYSTEM]

    def facets(self) -> list[Facet]:
        found = switches(self)
        for name in self.pages.layout.names():
            if "__" not in name and (facet := self._facet(name)):
                found.append(facet)
        return [*found, *[facet for facet in facets(self) if facet.name == "created_at"]]

    def _facet(self, name: str) -> Facet | None:
        layout = self.pages.layout
        field, label = layout.fields[name.removeprefix(CUSTOM)], layout.label(name)
        values = [str(value) for value in field.get("enum", ()) if value is not None]
        if field.get("type") == "boolean":
            values = ["true", "false"]
        if values:
            chosen = chosen_values(self.params, name)
            options = [(value, _spoken(value), value in chosen) for value in values]
            return Facet(name, label, "choices", options)
        if layout.is_number(name):
            ends = (self.params.get(f"{name}__gte", ""), self.params.get(f"{name}__lte", ""))
            return Facet(name, label, "span", [], ends)
        return None

    def _heading(self, name: str, label: str = "") -> Heading:
        layout = self.pages.layout
        if name == DeclaredRecord.label_fields[-1] and layout.title_field:
            name = f"{CUSTOM}{layout.title_field}"
        return super()._heading(name, label)

    def sortable(self) -> set[str]:
        return {*self.pages.layout.names(), "created_at", "updated_at"}

    def is_number(self, name: str) -> bool:
        return self.pages.layout.is_number(name)


def _spoken(value: str) -> str:
    return {"true": _("Yes"), "false": _("No")}.get(value) or choice_label(value)


class DeclaredDetail(RecordDetail):
    """One record of a declared entity. Nothing of the house's own hangs on it."""

    pages: "DeclaredPages"

    def cells(self, names: Any) -> list[Cell]:
        return [self.pages.cell(name, self.row, currency=self.currency) for name in names]

    def badges(self) -> list[Cell]:
        return [cell for cell in self.cells(self.pages.layout.states()) if not cell.is_empty]

    def groups(self) -> list[tuple[str, list[Cell]]]:
        layout = self.pages.layout
        of_record = [
            *self.cells([*SYSTEM_FIELDS][:3]),
            Cell("reason", _("Why you see this"), "text", reason(self.record, self.user)),
        ]
        found = [
            (layout.title, self.cells(layout.names())),
            (_("Further details"), self.cells(layout.further(self.row["custom_fields"]))),
            (_("Record"), of_record),
        ]
        return [(title, cells) for title, cells in found if cells]

    def tabs(self, counts: dict[str, int]) -> list[Tab]:
        asked = self.request.GET.get("tab", "details")
        named = [("details", _("Details")), ("history", _("History"))]
        return [Tab(name, label, f"?tab={name}", name == asked) for name, label in named]


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
        self.slug = declaration.name  # type: ignore[misc]
        self.columns = tuple(self.layout.columns())  # type: ignore[misc]
        self.facts = tuple(self.layout.facts())  # type: ignore[misc]
        self.groups = ((self.layout.title, tuple(self.layout.names())),)  # type: ignore[misc]

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
        return self.declaration.lets(request.user, verb)

    def link_to(self, what: str, *args: Any) -> str:
        return reverse(f"declared-{what}", args=[self.declaration.name, *args])

    def label(self, name: str) -> str:
        return self.layout.label(name)

    def label_of(self, row: dict[str, Any]) -> str:
        return title_of(row["custom_fields"], row["id"])

    def cell(self, name: str, row: dict[str, Any], *, currency: str) -> Cell:
        if not name.startswith(CUSTOM):
            return super().cell(name, row, currency=currency)
        return self.layout.cell(name, row["custom_fields"].get(name.removeprefix(CUSTOM)))

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
        return form_of(self.layout, names, record)(
            data, None, request=request, instance=record, initial=initial
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
        return {name: request.GET[name] for name in self.layout.names() if name in request.GET}


def _page(method: str, verb: str) -> Callable[..., HttpResponseBase]:
    """Return the view of one page, for whoever the entity's rules let do ``verb``."""

    def view(request: HttpRequest, entity: str, **options: Any) -> HttpResponseBase:
        declaration = DeclaredEntity.objects.filter(name=entity, active=True).first()
        if declaration is None:
            raise Http404
        if not declaration.lets(request.user, verb):
            raise PermissionDenied(_("Your role doesn't allow this."))
        return getattr(DeclaredPages(declaration), method)(request, **options)

    return signed_in(require_http_methods(["GET", "HEAD", "POST"])(view))  # type: ignore[arg-type]


ENTITY = "entities/<slug:entity>/"
ONE = f"{ENTITY}<uuid:pk>/"
urlpatterns = [
    path(ENTITY, _page("browse", "view"), name="declared-list"),
    path(f"{ENTITY}new/", _page("new", "add"), name="declared-new"),
    path(f"{ENTITY}trash/", _page("trash", "delete"), name="declared-trash"),
    path(f"{ENTITY}export/", _page("export", "view"), name="declared-export"),
    path(ONE, _page("detail", "view"), name="declared-detail"),
    path(f"{ONE}edit/", _page("edit", "change"), name="declared-edit"),
    path(f"{ONE}edit/<str:name>/", _page("edit_field", "change"), name="declared-field"),
    path(f"{ONE}delete/", _page("delete", "delete"), name="declared-delete"),
    path(f"{ONE}restore/", require_POST(_page("restore", "delete")), name="declared-restore"),
]
