"""The style page: every component in both themes, side by side. For development only."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.activities.calendargrid import Day, cut, days_from
from crm.analytics.pages import Figure
from crm.analytics.tables import Cell as NumberCell
from crm.analytics.tables import Table, chart
from crm.core.fileforms import FilesField
from crm.core.pages import Action
from crm.core.pages.cells import Cell
from crm.core.pages.conflicts import Clash
from crm.core.pages.facets import Facet
from crm.core.pages.lists import Heading, Line, View
from crm.core.pages.registry import pages_by_kind
from crm.support.standing import Standing

TOKENS = [
    "ground",
    "surface",
    "raised",
    "sunken",
    "hover",
    "line",
    "line-strong",
    "ink",
    "ink-soft",
    "ink-faint",
    "accent",
    "accent-strong",
    "accent-soft",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
    "calm",
    "calm-soft",
    "plum",
    "plum-soft",
    "series-1",
    "series-2",
    "series-3",
    "series-4",
    "series-5",
    "series-6",
]
TONES = ("good", "warn", "bad", "calm", "accent", "plum", "line")
NOTICES = (
    ("success", "circle-check"),
    ("info", "info"),
    ("warning", "triangle-alert"),
    ("error", "circle-alert"),
)
TEMPLATES = settings.BASE_DIR / "templates"
NO_ID = "00000000-0000-0000-0000-000000000000"
BUTTONS = ("primary", "light", "quiet", "danger", "link")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show everything that pages are put together from. Raises 404 but in development."""
    if not (settings.DEBUG or settings.APP_ENV == "development"):
        raise Http404
    parts = {
        name: render_to_string("styleguide_parts.html", _theme(name), request)
        for name in ("light", "dark")
    }
    return render(request, "styleguide.html", {"parts": parts, "others": _others()})


class SampleForm(forms.Form):
    """A field of each kind, one of them wrong."""

    name = forms.CharField(help_text="As on the contract.")
    email = forms.EmailField()
    stage = forms.ChoiceField(choices=[("new", "New"), ("won", "Won")])
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.CharField(required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(required=False)
    papers = FilesField(required=False)


def _others() -> list[str]:
    """Return the components that are shown where they are used, and not here."""
    shown = (TEMPLATES / "styleguide_parts.html").read_text()
    found = [path.name for path in (TEMPLATES / "components").glob("*.html")]
    return sorted(name for name in found if name not in shown)


def _theme(name: str) -> dict[str, Any]:
    """Return what the components show, with ids that occur once on the page."""
    now = timezone.now()
    form = SampleForm({"name": "Fjelmworth", "email": "no address"}, auto_id=f"{name}_%s")
    form.is_valid()
    twin = {"type": "lead", "id": NO_ID, "label": "Ada Lovelace", "reasons": ["email"]}
    return {
        "name": name,
        "tokens": TOKENS,
        "tones": TONES,
        "notices": NOTICES,
        "buttons": BUTTONS,
        "actions": [
            Action("Open", "#", "eye"),
            Action("Archive", "#", "archive", method="post", confirm="Archive it?"),
        ],
        "cells": _cells(now),
        "form": form,
        "alike": SimpleNamespace(twins=[twin]),
        "clashes": [Clash("amount", "Amount", "$100", "$120", True, "100")],
        "pages": pages_by_kind()["lead"],
        "options": pages_by_kind()["lead"].model._meta,
        "tabs": [
            SimpleNamespace(label="Timeline", link="#", count=None, is_current=True),
            SimpleNamespace(label="Deals", link="#", count=3, is_current=False),
        ],
        **_list(),
        **_numbers(),
        "clocks": [
            Standing(False, state, now + timedelta(hours=1))
            for state in ("running", "soon", "late", "paused", "met", "missed")
        ],
        "calendar_days": _days(now),
        "views": [View("Mine", "#", True), View("Overdue", "#", False)],
        "now": now,
        "today": now,
    }


def _days(now: Any) -> list[Day]:
    entries = [
        {"kind": kind, "id": "", "title": kind.capitalize(), "start": now, "end": now, "status": ""}
        for kind in ("task", "meeting", "call")
    ]
    pieces = [piece for entry in entries for piece in cut(entry)]
    return days_from(timezone.localtime(now).date(), 1, pieces)


def _cells(now: Any) -> list[Cell]:
    return [
        Cell("text", "text", "text", "Fjelmworth Clinics"),
        Cell("prose", "prose", "prose", "Two lines\nof text"),
        Cell("money", "money", "money", Decimal("1234.50"), "EUR"),
        Cell("number", "number", "number", 1234),
        Cell("day", "day", "day", now),
        Cell("moment", "moment", "moment", now - timedelta(days=3)),
        Cell("choice", "choice", "choice", "Qualified", "good"),
        Cell("person", "person", "person", "Rita Solberg"),
        Cell("link", "link", "link", "rita@example.com", link="mailto:rita@example.com"),
        Cell("yes_no", "yes_no", "yes_no", True),
        Cell("json", "json", "json", ["one", "two"]),
        Cell("lasting", "lasting", "lasting", 754),
        Cell("repeat", "repeat", "repeat", "FREQ=WEEKLY;BYDAY=MO,TH"),
        Cell("clock", "clock", "clock", Standing(True, "soon", now + timedelta(hours=1))),
        Cell("empty", "empty", "empty", None),
    ]


def _list() -> dict[str, Any]:
    cells = [Cell("status", "Status", "choice", "New", "calm")]
    cells.append(Cell("amount", "Amount", "money", Decimal("5150"), "USD"))
    return {
        "title_heading": Heading("name", "Name", False, "#", "ascending"),
        "headings": [Heading("status", "Status", False, "#"), Heading("amount", "Amount", True)],
        "lines": [Line(number, f"Record {number}", "#", cells) for number in (1, 2)],
        "sums": [{"name": "amount", "sums": [(Decimal("10300"), "USD")]}],
        "list": SimpleNamespace(params={}),
        "chips": [("Status: New", "#")],
        "facets": [
            Facet("status", "Status", "choices", [("new", "New", True), ("won", "Won", False)]),
            Facet("created_at", "Created", "period", [("today", "Today", False)]),
            Facet("amount", "Amount", "span", []),
        ],
        "choices_of_columns": [("status", "Status", True)],
        "reset_columns": "#",
        "first": 1,
        "last": 2,
        "total": 2,
        "sizes": [(25, "#"), (50, "#")],
        "limit": 25,
        "next": "#",
    }


def _numbers() -> dict[str, Any]:
    numbers = {"previous": Decimal("33950"), "change": Decimal("21.6"), "count": 2}
    heads = ["Stage", "Deals", "Amount", "Share"]
    rows = [
        [
            NumberCell(stage),
            NumberCell(count, "count", "#"),
            NumberCell(Decimal(amount), "money", "#", "USD"),
            NumberCell(Decimal(share), "bar"),
        ]
        for stage, count, amount, share in (("New", 9, 130400, 65), ("Offer", 4, 70200, 35))
    ]
    table = Table(heads, rows)
    table.chart = chart("bars", table, "Amount")
    return {
        "figures": [
            Figure("won_deals", "Won", "sum", Decimal("41300"), numbers, "#", "2 deals"),
            Figure("leads", "New leads", "count", 34, {"count": 34}, "#", "leads"),
        ],
        "currency": "USD",
        "ranges": [
            {"label": label, "link": "#", "is_current": label == "30 days"}
            for label in ("7 days", "30 days", "1 year")
        ],
        "table": table,
        "pile": SimpleNamespace(
            rows=[SimpleNamespace(pk=NO_ID, subject="Scanner is dark")],
            total=5,
            link="#",
            late=2,
            late_link="#",
        ),
    }
