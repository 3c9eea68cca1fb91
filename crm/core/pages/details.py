"""One record as a page: key facts, what hangs on it, and what happened."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from crm.core import timeline
from crm.core.company import Company
from crm.core.entity import Entity
from crm.core.models import LinkedRecord
from crm.core.querysets import counted
from crm.core.reading import Reader, derive
from crm.core.wording import field_label

from .cells import Cell
from .reasons import reason
from .registry import pages_by_kind
from .story import Story

MOST_RELATED = 25
#: what can be added from a record's page, in this order
ADDABLE = ("activity", "call", "meeting", "task", "email", "document")
#: fields that are shown in no group of their own
SYSTEM_FIELDS = ("created_by", "created_at", "updated_at", "external_id")


@dataclass
class Tab:
    """One of the things to look at: its name in the address, and how many there are."""

    name: str
    label: str
    link: str
    is_current: bool
    count: int | None = None


class RecordDetail(Story):
    """One record and the tab of its page that is open."""

    def __init__(self, pages: Any, request: HttpRequest, record: Any):
        self.pages, self.request, self.record = pages, request, record
        self.user: Any = request.user
        self.entity: Entity = pages.entity
        self.currency = Company.current().base_currency
        reader = Reader(self.entity, user=self.user)
        self.row = reader.rows(pages.model.objects.filter(pk=record.pk).order_by())[0]

    def context(self) -> dict[str, Any]:
        """Return what the detail's template shows."""
        counts = self.counts()
        tabs = self.tabs(counts)
        current = next((tab for tab in tabs if tab.is_current), tabs[0])
        current.is_current = True
        return {
            "record": self.record,
            "row": self.row,
            "badges": self.badges(),
            "facts": self.cells(self.pages.facts),
            "figures": self.figures(),
            "tabs": tabs,
            "tab": current.name,
            "addable": self.addable(),
            "may_change": self.record.may_change,
            "may_delete": self.record.may_delete,
            "editable": self.editable() if self.record.may_change else set(),
            **self.of_tab(current.name),
        }

    # -- facts ---------------------------------------------------------------------------

    def cells(self, names: Any) -> list[Cell]:
        """Return the values of the fields named that the reader may see."""
        known = {*self.entity.readable(self.user), *self.entity.computed}
        if self.entity.is_linked:
            known.add("related_to")
        return [
            self.pages.cell(name, self.row, currency=self.currency)
            for name in names
            if name in known
        ]

    def badges(self) -> list[Cell]:
        """Return what state the record is in, to stand beside its name."""
        named = [name for name in ("status", "stage", "priority") if name in self.entity.columns]
        return [cell for cell in self.cells(named) if cell.more]

    def groups(self) -> list[tuple[str, list[Cell]]]:
        """Return all values in the entity's groups, what the system keeps last."""
        groups = [(str(title), self.cells(names)) for title, names in self.pages.groups]
        named = {name for _title, names in self.pages.groups for name in names}
        of_link = ("related_to_type", "related_to_id")
        skipped = named | {"id", "revision", "custom_fields", *SYSTEM_FIELDS, *of_link}
        others = [name for name in self.entity.columns if name not in skipped]
        if further := self.cells(others):
            groups.append((_("Further details"), further))
        of_record = [
            *self.cells(SYSTEM_FIELDS),
            Cell("reason", _("Why you see this"), "text", reason(self.record, self.user)),
        ]
        groups.append((_("Record"), of_record))
        return [(title, cells) for title, cells in groups if cells]

    def figures(self) -> list[Cell]:
        """Return what the record's answer derives from others, such as a company's open deals."""
        found = derive(self.entity, self.record.pk, (), user=self.user)
        looks = {"integer": "number", "datetime": "moment"}
        kinds = self.entity.derived.kinds if self.entity.derived else {}
        return [
            Cell(name, field_label(name), looks[kinds[name]], value)
            for name, value in found.items()
            if value is not None
        ]

    def editable(self) -> set[str]:
        """Return the fields that can be changed on the spot."""
        return set(self.pages.inline_fields(self.request))

    # -- tabs ----------------------------------------------------------------------------

    def related(self) -> dict[str, tuple[Any, Q]]:
        """Return the pages of what hangs on the record, with the condition that finds it."""
        kind, found = self.pages.kind, {}
        for model, links in timeline.ties(self.pages.model).items():
            pages = pages_by_kind().get(str(model._meta.model_name))
            if pages is None or not pages.may(self.request, "view"):
                continue
            about = Q()
            for link in links:
                typed = {"related_to_type": kind, "related_to_id": self.record.pk}
                about |= Q(**{link: self.record.pk}) if link else Q(**typed)
            found[pages.kind] = (pages, about)
        return found

    def counts(self) -> dict[str, int]:
        """Return how much of each kind hangs on the record, in one query."""
        return counted(
            {
                kind: pages.model.objects.visible_to(self.user).filter(about)
                for kind, (pages, about) in self.related().items()
            }
        )

    def tabs(self, counts: dict[str, int]) -> list[Tab]:
        """Return the tabs: what happened, all details, each kind that hangs on it, changes."""
        asked = self.request.GET.get("tab", "timeline")
        named: list[Any] = [("timeline", _("Timeline"), None), ("details", _("Details"), None)]
        pages = pages_by_kind()
        named += [
            (kind, pages[kind].title, counts[kind]) for kind in self.related() if counts.get(kind)
        ]
        named.append(("history", _("History"), None))
        return [
            Tab(name, label, f"?tab={name}", name == asked, count) for name, label, count in named
        ]

    def of_tab(self, name: str) -> dict[str, Any]:
        """Return what the open tab shows."""
        if name == "timeline":
            return self.timeline()
        if name == "details":
            return {"groups": self.groups()}
        if name == "history":
            return self.history()
        return self.related_rows(name)

    def related_rows(self, kind: str) -> dict[str, Any]:
        """Return the first rows of one kind that hangs on the record, with the way to the rest."""
        pages, about = self.related()[kind]
        rows = pages.model.objects.visible_to(self.user).filter(about)
        rows = rows.order_by("-created_at", "-id")[:MOST_RELATED]
        names = [n for n in pages.columns if n not in (f"{self.pages.kind}_id", "related_to")]
        listed = Reader(pages.entity, user=self.user).rows(rows)
        return {
            "related_pages": pages,
            "related_heads": [pages.label(name) for name in names],
            "related_rows": [
                (
                    pages.label_of(row),
                    pages.address(row["id"]),
                    [pages.cell(name, row, currency=self.currency) for name in names],
                )
                for row in listed
            ],
            "related_all": self._list_of(pages),
            "related_new": self._new_of(pages),
        }

    def _about(self, pages: Any) -> dict[str, str]:
        """Return the fields by which one of those pages' records hangs on this record."""
        link = f"{self.pages.kind}_id"
        if link in pages.entity.columns:
            return {link: str(self.record.pk)}
        return {"related_to_type": self.pages.kind, "related_to_id": str(self.record.pk)}

    def _list_of(self, pages: Any) -> str:
        query = QueryDict(mutable=True)
        query.update(self._about(pages))
        return f"{pages.link_to('list')}?{query.urlencode()}"

    def _new_of(self, pages: Any) -> str:
        if not (pages.can_create and pages.may(self.request, "add")):
            return ""
        query = QueryDict(mutable=True)
        query.update(self._about(pages))
        return f"{pages.link_to('new')}?{query.urlencode()}"

    def addable(self) -> list[dict[str, str]]:
        """Return what can be added without leaving the page."""
        pages, found = pages_by_kind(), []
        for kind in ADDABLE:
            of_kind = pages.get(kind)
            if of_kind is None or not (of_kind.can_create and of_kind.may(self.request, "add")):
                continue
            if issubclass(of_kind.model, LinkedRecord) and self.pages.kind in (
                of_kind.model.link_kinds()
            ):
                url = self.pages.link_to("add", self.record.pk, kind)
                found.append(
                    {"label": of_kind.words_for_adding(), "icon": of_kind.icon, "url": url}
                )
        return found
