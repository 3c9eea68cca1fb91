"""What happened to a record and around it, as its page tells it."""

from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.core import timeline
from crm.core.conditions import CUSTOM
from crm.core.history import history_rows
from crm.core.links import label_of
from crm.core.plain import is_same, whole_number
from crm.core.wording import choice_label, event_label

from .facets import spoken
from .registry import address_of, pages_by_kind
from .texts import in_words

TOLD = 30


class Story:
    """The tabs of a record's page that tell of the past: timeline and history."""

    pages: Any
    request: Any
    record: Any
    user: Any
    entity: Any

    def timeline(self) -> dict[str, Any]:
        """Return what happened around the record."""
        params = QueryDict(mutable=True)
        params["limit"] = str(TOLD)
        params["cursor"] = self.request.GET.get("cursor", "") or "*"
        try:
            rows, pagination = timeline.page(self.record, self.entity, params, user=self.user)
        except ValidationError:  # a cursor that nobody was given
            params["cursor"] = "*"
            rows, pagination = timeline.page(self.record, self.entity, params, user=self.user)
        told = [self._told(row) for row in rows]
        self._add_texts(told)
        return {"timeline": told, "older": pagination["next_cursor"]}

    def _told(self, row: dict[str, Any]) -> dict[str, Any]:
        pages = pages_by_kind()
        if row["kind"] == "event":
            return {**row, "text": event_label(row["title"]), "icon": "circle-dot", "link": ""}
        of_kind = pages.get(row["kind"])
        return {
            **row,
            "text": row["title"] or _("Without a title"),
            "name": of_kind.title_of_one if of_kind else row["kind"],
            "icon": of_kind.icon if of_kind else "circle-dot",
            "link": address_of(row["kind"], row["id"]),
        }

    def _add_texts(self, told: list[dict[str, Any]]) -> None:
        """Put what was written beside the titles of notes and the like; one query for all."""
        queries: list[QuerySet] = []
        for pages in pages_by_kind().values():
            ids = [row["id"] for row in told if row["kind"] == pages.kind]
            if pages.told_field and ids:
                rows = pages.model.objects.filter(pk__in=ids).order_by()
                text = Cast(pages.told_field, TextField())
                queries.append(rows.annotate(told_text=text).values_list("pk", "told_text"))
        if not queries:
            return
        first, *others = queries
        texts = dict(first.union(*others, all=True) if others else first)
        for row in told:
            row["body"] = texts.get(row["id"], row.get("body", ""))

    def history(self) -> dict[str, Any]:
        """Return who changed what, newest first."""
        params = QueryDict(mutable=True)
        params["limit"] = str(TOLD)
        params["page"] = str(whole_number(self.request.GET.get("page", "")) or 1)
        rows, pagination = history_rows(self.record, self.entity, params, user=self.user)
        for row in rows:
            row["text"] = event_label(row["event"])
            row["via"] = choice_label(f"door.{row['via']}")
            row["changes"] = single_changes(row["changes"])
        changes = [change for row in rows for change in row["changes"]]
        self.learn_names(changes)
        for change in changes:
            name = change["field"]
            change["label"] = self.pages.label(name)
            change |= {end: self.told_value(name, change[end]) for end in ("old", "new")}
        pages, page = pagination["pages"] or 1, pagination["page"] or 1
        older = f"?tab=history&page={page + 1}" if page < pages else ""
        return {"history": rows, "older": older}

    def learn_names(self, changes: list[dict[str, Any]]) -> None:
        """Find out what the records are called that changed links name; one query a kind."""
        wanted: dict[Any, set[str]] = {}
        for change in changes:
            column = self.entity.columns.get(change["field"])
            if column is not None and column.kind == "id" and column.field.is_relation:
                ids = {change["old"], change["new"]} - {None, ""}
                wanted.setdefault(column.field.related_model, set()).update(ids)
        self.names: dict[str, str] = {}
        for model, ids in wanted.items():
            rows_of = model.all_objects.filter(pk__in=ids).order_by()
            found = rows_of.values_list("pk", label_of(model))
            self.names |= {str(pk): str(name) for pk, name in found}

    def told_value(self, name: str, value: Any) -> str:
        """Return one end of a change in words."""
        column = self.entity.columns.get(name)
        if column is None or value in (None, "", [], {}):
            return in_words(value)
        if column.kind == "id" and column.field.is_relation:
            return self.names.get(value) or _("another one")
        if column.choices:
            return choice_label(str(value))
        return spoken(value) if column.kind == "datetime" else in_words(value)


def single_changes(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return changes with that of ``custom_fields`` taken apart into those of its values."""
    found = []
    for change in changes:
        ends = change["old"], change["new"]
        if change["field"] != "custom_fields" or not all(isinstance(e, dict | None) for e in ends):
            found.append(change)
            continue
        old, new = (end or {} for end in ends)
        found += [
            {"field": f"{CUSTOM}{key}", "old": old.get(key), "new": new.get(key)}
            for key in dict.fromkeys([*old, *new])
            if not is_same(old.get(key), new.get(key))
        ]
    return found
