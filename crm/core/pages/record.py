"""The pages of one entity, in the manner of ``ModelAdmin``: each method is a view."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.core import records
from crm.core.bases import Record
from crm.core.conditions import CUSTOM
from crm.core.entity import Entity
from crm.core.errors import DomainError
from crm.core.querysets import reach
from crm.core.viewsets import case_of
from crm.core.wording import field_label, in_sentence

from .access import require_permission, signed_in
from .actions import Action
from .cells import Cell, cell_of
from .details import RecordDetail
from .editing import Editing
from .exports import csv_of
from .lists import Line, RecordList, views_of
from .recycling import Recycling


class RecordPages(Editing, Recycling):
    """List, detail, create, edit, delete, trash and restore of one entity.

    Subclasses name the viewset whose reads and rules they share, and say how the entity is
    laid out. A page with a verb of its own is a function beside the class.
    """

    viewset: ClassVar[Any]
    #: the first part of the addresses, such as ``leads``
    slug: str
    #: a Lucide icon
    icon: ClassVar[str] = "file"
    #: what stands in the list after the name, by names on the wire
    columns: tuple[str, ...] = ()
    #: what stands beside the record at first sight
    facts: tuple[str, ...] = ()
    #: all fields in groups, ``(title, names)``, for the form and the details
    groups: tuple[tuple[Any, tuple[str, ...]], ...] = ()
    #: what is asked when one is added from another record's page
    quick: ClassVar[tuple[str, ...]] = ()
    #: the field whose text the timeline of other records shows
    told_field: ClassVar[str] = ""
    #: what tells records of one name apart in a lookup; else a short field beside the name
    note: ClassVar[str] = ""
    #: the template of what can be done with a row of the list, such as completing it
    row_template: ClassVar[str] = ""
    #: links to records that its page shows more of than the name
    shown_with: ClassVar[tuple[str, ...]] = ()
    #: whether people make these by hand
    can_create: ClassVar[bool] = True
    list_class: ClassVar[type[RecordList]] = RecordList
    detail_class: ClassVar[type[RecordDetail]] = RecordDetail

    def __init__(self) -> None:
        self.model: type[Record] = self.viewset.queryset.model
        self.kind = str(self.model._meta.model_name)
        self.app = self.model._meta.app_label

    @property
    def entity(self) -> Entity:
        return self.viewset.serializer_class.entity()

    @property
    def title(self) -> str:
        """What many of them are called."""
        return field_label(str(self.model._meta.verbose_name_plural))

    @property
    def title_of_one(self) -> str:
        """What one of them is called."""
        return field_label(str(self.model._meta.verbose_name))

    @property
    def one(self) -> str:
        """What one of them is called within a sentence."""
        return in_sentence(self.title_of_one)

    @property
    def many(self) -> str:
        """What many of them are called within a sentence."""
        return in_sentence(self.title)

    @property
    def label_names(self) -> tuple[str, ...]:
        """The columns that say what a record is called."""
        return ("id", *self.model.short_fields, *self.model.label_fields, *self.note_names)

    @property
    def note_names(self) -> tuple[str, ...]:
        """The columns that tell records of one name apart, where there are any."""
        if self.note:
            return (self.note,)
        named = self.model.label_fields
        return tuple(name for name in self.model.short_fields if name not in named)

    def urls(self) -> list[Any]:
        """Return the addresses of this entity's pages."""
        kind, slug = self.kind, self.slug
        view, add, change, delete = "view", "add", "change", "delete"
        return [
            path(f"{slug}/", self._page(view, self.browse), name=f"{kind}-list"),
            path(f"{slug}/new/", self._page(add, self.new), name=f"{kind}-new"),
            path(f"{slug}/trash/", self._page(delete, self.trash), name=f"{kind}-trash"),
            path(f"{slug}/export/", self._page(view, self.export), name=f"{kind}-export"),
            path(f"{slug}/<uuid:pk>/", self._page(view, self.detail), name=f"{kind}-detail"),
            path(f"{slug}/<uuid:pk>/edit/", self._page(change, self.edit), name=f"{kind}-edit"),
            path(
                f"{slug}/<uuid:pk>/edit/<slug:name>/",
                self._page(change, self.edit_field),
                name=f"{kind}-field",
            ),
            path(
                f"{slug}/<uuid:pk>/add/<slug:kind>/", self._page(view, self.add), name=f"{kind}-add"
            ),
            path(
                f"{slug}/<uuid:pk>/delete/", self._page(delete, self.delete), name=f"{kind}-delete"
            ),
            path(
                f"{slug}/<uuid:pk>/restore/",
                self._page(delete, require_POST(self.restore)),
                name=f"{kind}-restore",
            ),
            *self.more_urls(),
        ]

    def more_urls(self) -> list[Any]:
        """Return the addresses of the pages that only this entity has."""
        return []

    def _page(self, verb: str, view: Any) -> Any:
        permission = f"{self.app}.{verb}_{self.kind}"

        def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponseBase:
            require_permission(request.user, permission)
            return view(request, *args, **options)

        return signed_in(require_http_methods(["GET", "HEAD", "POST"])(guarded))

    # -- reading -------------------------------------------------------------------------

    def browse(self, request: HttpRequest) -> HttpResponse:
        """The rows the reader may see: searched, filtered, sorted, one page of them."""
        context = self.list_class(self, request, self.queryset(request)).context()
        context["may_add"] = self.can_create and self.may(request, "add")
        context["may_see_trash"] = self.may(request, "delete")
        context["list_actions"] = self.list_actions(request)
        context["views"] = views_of(request, self.list_views(request))
        context["row_template"] = self.row_template
        context |= self.more_of_list(request, context["lines"])
        part = "#results" if self._wants_part(request, "results") else ""
        return self.render(request, f"list.html{part}", context)

    @property
    def export(self) -> Any:
        return require_safe(self._export)

    def _export(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered list as a CSV file, with the columns that are shown."""
        return csv_of(self.list_class(self, request, self.queryset(request)))

    def detail(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """One record: what it is, what hangs on it, and what happened."""
        record = self.with_rights(request, pk)
        context = self.detail_class(self, request, record).context()
        context["actions"] = self.actions(request, record)
        part = "#tab" if self._wants_part(request, "tab") else ""
        return self.render(request, f"detail.html{part}", context | self.more(request, record))

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        """Return what can be done with a record beyond editing it; the first are most likely."""
        return []

    def list_actions(self, request: HttpRequest) -> list[Action]:
        """Return what a list offers beside a new record, such as another view of it."""
        return []

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the questions that this list is often asked: words, and the API's filters."""
        return []

    def more_of_list(self, request: HttpRequest, lines: list[Line]) -> dict[str, Any]:
        """Return what ``row_template`` needs to know of the rows shown, in a query for all."""
        return {}

    def cell(self, name: str, row: dict[str, Any], *, currency: str) -> Cell:
        """Return one value of a row as it is shown."""
        return cell_of(self.entity, name, row, currency=currency)

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return what this entity's own detail template shows in addition."""
        return {}

    # -- what the pages share ------------------------------------------------------------

    def door(self, request: HttpRequest) -> Any:
        """Return the API's view of this entity, for the caller of the page."""
        view = self.viewset()
        view.request = request
        return view

    def queryset(self, request: HttpRequest) -> Any:
        """Return the rows the caller may see."""
        return self.door(request).get_queryset()

    def get_for(self, request: HttpRequest, verb: str, pk: Any) -> Any:
        """Return a record the caller may view, change or delete. Raises as the API does."""
        return self.door(request).get_for(verb, str(pk))

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Whether the caller's role has the permission at all."""
        return request.user.has_perm(f"{self.app}.{verb}_{self.kind}")

    def with_rights(self, request: HttpRequest, pk: Any) -> Any:
        """Return a visible record that knows whether the caller may change and delete it."""
        user = request.user
        rights = {
            f"may_{verb}": case_of(reach(self.model, user, verb))
            if self.may(request, verb)
            else Value(False)
            for verb in ("change", "delete")
        }
        rows = self.queryset(request)
        if self.shown_with:
            rows = rows.select_related(*self.shown_with)
        record = rows.annotate(**rights).filter(pk=pk).first()
        if record is None:
            raise Http404
        return record

    def perform(
        self,
        request: HttpRequest,
        pk: Any,
        verb: Callable[[Any], Any],
        told: str,
        undo: str = "",
    ) -> HttpResponse:
        """Do ``verb`` with a record, tell of it or why not, and lead back to where the button was.

        ``told`` is a sentence with ``%(record)s``; ``undo`` the address that takes it back.
        """
        record = self.get_for(request, "change", pk)
        try:
            verb(record)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        except (DomainError, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        else:
            for warning in records.warnings_of(record):
                messages.warning(request, warning)
            messages.success(request, told % {"record": record}, extra_tags=undo)
        return self.go(request, self.next_address(request) or self.address(pk))

    def address(self, pk: Any) -> str:
        """Return the address of one record's page."""
        return self.link_to("detail", pk)

    def link_to(self, what: str, *args: Any) -> str:
        """Return the address of one of the entity's pages: ``list``, ``new``, ``detail`` …"""
        return reverse(f"{self.kind}-{what}", args=args)

    @property
    def lookup_address(self) -> str:
        """Where a script finds what somebody types means."""
        return reverse("lookup", args=[self.slug])

    def label(self, name: str) -> str:
        """Return what a field is called, by its name on the wire."""
        return field_label(name.removeprefix(CUSTOM).replace("__", " "), self.kind)

    def render(
        self, request: HttpRequest, page: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Draw the entity's own template, or the one that all share."""
        name, _sep, part = page.partition("#")
        suffix = f"#{part}" if part else ""
        own = f"crm/{self.kind}_{name}{suffix}"
        shared = f"crm/record_{name}{suffix}"
        context = {"pages": self, **context}
        return render(request, [own, shared], context, status=status)

    def _wants_part(self, request: HttpRequest, target: str) -> bool:
        htmx: Any = getattr(request, "htmx", None)
        return bool(htmx) and htmx.target == target and not htmx.history_restore_request
