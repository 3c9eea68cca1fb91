"""A list as a page: the API's parameters in the address, and what the page offers to change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.core import listing
from crm.core.company import Company
from crm.core.entity import Entity
from crm.core.links import label_of
from crm.core.locales import number_in_words, typed_number
from crm.core.plain import id_or_none
from crm.core.reading import Reader

from .cells import Cell, is_numeric
from .facets import Facet, chips, facets, parted

PAGE_SIZES = (25, 50, 100)
#: what a page's address says beside what the API's list takes
OF_THE_PAGE = ("columns",)
#: what a lookup sends beside the id, after its name
OF_A_LOOKUP = ("_text", "_was")
#: what a single number is compared by
BOUNDS = ("gt", "gte", "lt", "lte")


@dataclass
class Heading:
    """The head of a column: where a click on it sorts to, and how it is sorted now."""

    name: str
    label: str
    is_number: bool
    link: str = ""
    sorted: str = ""


@dataclass
class View:
    """A question that a list is often asked, as a link to its answer."""

    label: str
    link: str
    is_current: bool


@dataclass
class Line:
    """One row of a list: the record's name, its page, and its further values."""

    id: Any
    title: str
    link: str
    cells: list[Cell]


class RecordList:
    """One page of an entity's rows, as the address asks for it."""

    def __init__(
        self,
        pages: Any,
        request: HttpRequest,
        queryset: QuerySet,
        *,
        newest: str = "created_at",
        deleted: bool = False,
    ):
        self.pages, self.request, self.deleted = pages, request, deleted
        self.entity: Entity = pages.entity
        self.params = params_of(request, self._lookups())
        self.problem = ""
        try:
            self.query, self.queryset = listing.read(
                self.asked(), self.entity, queryset, user=request.user, newest=newest
            )
        except ValidationError as refusal:
            self.problem = sentence_of(refusal)
            plain = QueryDict(f"limit={PAGE_SIZES[0]}")
            self.query, self.queryset = listing.read(
                plain, self.entity, queryset, user=request.user, newest=newest
            )
        self.columns = self._columns()
        self.page, self.pagination = listing.paginated(self.query, self.queryset)

    def _lookups(self) -> list[str]:
        owner = self.entity.relations.get("owner")
        return [owner.column.name] if owner else []

    def asked(self) -> QueryDict:
        """Return the parameters as the API takes them, where numbers are as people type them.

        Raises ``ValidationError``.
        """
        found = self.params.copy()
        found.setdefault("limit", str(PAGE_SIZES[0]))
        for key, values in self.params.lists():
            name, operator = parted(key)
            if operator in BOUNDS and self.is_number(name):
                found.setlist(key, [typed_number(value) for value in values])
        return found

    def _columns(self) -> list[str]:
        wanted = [name for name in self.request.GET.getlist("columns") if name]
        names = wanted or self.pages.columns
        return [name for name in names if name in self.choosable()]

    def choosable(self) -> list[str]:
        """Return the columns that the reader may have shown."""
        known = [*self.entity.readable(self.request.user), *self.entity.computed]
        if self.entity.is_linked:
            known.append("related_to")
        skipped = {"id", "revision", "custom_fields", "related_to_type", "related_to_id"}
        named = set(self.entity.model.label_fields)
        return [name for name in known if name not in skipped | named]

    def context(self) -> dict[str, Any]:
        """Return what the list's template shows."""
        currency = Company.current().base_currency
        lines = [self._line(row, currency) for row in self.read(self.page)]
        total, limit, page = self.pagination["total"], self.query.limit, self.query.page
        pages = max(1, ceil((total or 0) / limit))
        first = (page - 1) * limit
        return {
            "list": self,
            "may_add": False,
            "problem": self.problem,
            "headings": self.headings(),
            "title_heading": self._heading(self.entity.model.label_fields[-1], _("Name")),
            "lines": lines,
            "total": total,
            "first": first + 1 if lines else 0,
            "last": first + len(lines),
            "previous": self.address(page=page - 1) if page > 1 else "",
            "next": self.address(page=page + 1) if page < pages else "",
            "sums": self.sums(currency) if total and not self.deleted else [],
            "search": self.params.get("search", ""),
            "facets": self.facets(),
            "chips": chips(self),
            "sizes": [(size, self.address(limit=size, page=None)) for size in PAGE_SIZES],
            "limit": limit,
            "choices_of_columns": [
                (name, self.pages.label(name), name in self.columns) for name in self.choosable()
            ],
            "kept": self.kept("search", "page"),
            "kept_by_columns": self.kept("columns", "page"),
            "kept_columns": [("columns", name) for name in self.request.GET.getlist("columns")],
            "reset_columns": self.address(columns=None),
            "query_string_with_columns": self.request.GET.urlencode(),
        }

    def read(self, queryset: QuerySet) -> list[dict[str, Any]]:
        """Return some of the rows as they are shown."""
        return Reader(self.entity, user=self.request.user, deleted=self.deleted).rows(queryset)

    def facets(self) -> list[Facet]:
        """Return the filters that the page offers."""
        return facets(self)

    def _line(self, row: dict[str, Any], currency: str) -> Line:
        title = self.pages.label_of(row)
        link = "" if self.deleted else self.pages.address(row["id"])
        cells = [self.pages.cell(name, row, currency=currency) for name in self.columns]
        if self.deleted:
            by = row["deleted_by"] or {}
            cells = [
                Cell("deleted_at", _("Deleted"), "moment", row["deleted_at"]),
                Cell("deleted_by", _("By"), "person", by.get("full_name", "")),
            ]
        return Line(row["id"], title, link, cells)

    def headings(self) -> list[Heading]:
        """Return the heads of the columns shown."""
        if self.deleted:
            return [Heading("", _("Deleted"), False), Heading("", _("By"), False)]
        return [self._heading(name) for name in self.columns]

    def _heading(self, name: str, label: str = "") -> Heading:
        head = Heading(name, label or self.pages.label(name), self.is_number(name))
        if name in self.sortable() and not self.deleted:
            present = self.params.get("sort", "")
            head.sorted = {name: "ascending", f"-{name}": "descending"}.get(present, "")
            head.link = self.address(sort=f"-{name}" if present == name else name, page=None)
        return head

    def sortable(self) -> Collection[str]:
        """Return the columns that the list can be sorted by."""
        return listing.sortable(self.entity, self.request.user)

    def is_number(self, name: str) -> bool:
        """Whether a column's values stand right-aligned."""
        column = self.entity.columns.get(name)
        return column is not None and is_numeric(column)

    def address(self, **changes: Any) -> str:
        """Return this list's address with some parameters changed; None takes one away."""
        params = self.request.GET.copy()
        for name, value in changes.items():
            params.pop(name, None)
            if value is not None:
                params[name] = str(value)
        return f"?{params.urlencode()}"

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """Return the address's parameters without some, for a form to carry along."""
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            if name not in but
            for value in values
        ]

    def named_values(self, name: str, values: list[str]) -> dict[str, str]:
        """Return values of a filter in words: numbers, and ids as far as one sees the records."""
        if self.is_number(name):
            return {value: number_in_words(value) for value in values}
        column = self.entity.columns.get(name)
        if column is None or column.kind != "id" or not column.field.is_relation:
            return {}
        target: Any = column.field.related_model
        ids = [pk for value in values for part in value.split(",") if (pk := id_or_none(part))]
        seen = target.objects.visible_to(self.request.user).filter(pk__in=ids).order_by()
        labels = {str(pk): str(label) for pk, label in seen.values_list("pk", label_of(target))}
        return {
            value: ", ".join(labels.get(part, "…") for part in value.split(",")) for value in values
        }

    def sums(self, currency: str) -> list[dict[str, Any]]:
        """Return for each money column shown what all rows come to, by currency."""
        columns = [self.entity.columns.get(name) for name in self.columns]
        paths = {
            column.name: column.path for column in columns if column and column.kind == "money"
        }
        if not paths:
            return []
        sums = {f"sum_{name}": Sum(path) for name, path in paths.items()}
        rows = self.queryset.order_by()
        if "currency" in self.entity.columns:
            found = list(rows.values("currency").annotate(**sums).order_by("currency"))
        else:
            found = [{"currency": currency, **rows.aggregate(**sums)}]
        return [
            {"name": name, "sums": [(row[f"sum_{name}"], row["currency"]) for row in found]}
            for name in paths
        ]


def views_of(request: HttpRequest, asked: list[tuple[str, str]]) -> list[View]:
    """Return links to the questions ``(words, filters)``, and which of them is shown now."""
    present = request.GET.copy()
    for name in ("page", "limit", "sort", "columns", "search"):
        present.pop(name, None)
    shown = dict(present.lists())
    views = []
    for label, filters in asked:
        wanted = dict(QueryDict(filters).lists())
        wanted.pop("sort", None)
        views.append(View(str(label), f"?{filters}", wanted == shown))
    return views


def params_of(request: HttpRequest, lookups: Iterable[str]) -> QueryDict:
    """Return the parameters of the address that the API's list would take.

    ``lookups`` are the filters whose records are looked up by name.
    """
    params = request.GET.copy()
    for name in (*OF_THE_PAGE, *(f"{name}{end}" for name in lookups for end in OF_A_LOOKUP)):
        params.pop(name, None)
    return params


def sentence_of(refusal: ValidationError) -> str:
    """Return a refusal of parameters as a sentence for people."""
    detail = refusal.detail
    if not isinstance(detail, dict):
        return str(detail[0])
    return " ".join(f"{name}: {' '.join(map(str, told))}" for name, told in detail.items())
