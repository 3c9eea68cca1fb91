"""One box over everything: the search page, and the palette that goes anywhere."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.core.finding import find_anywhere
from crm.core.pages import signed_in
from crm.core.pages.registry import pages_by_kind

OF_A_KIND = 8
IN_PALETTE = 4


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is called so, by kind; each kind leads to its own list."""
    text = request.GET.get("q", "").strip()
    context = {"q": text, "groups": grouped(text, request.user, OF_A_KIND)}
    return render(request, "search/search.html", context)


@signed_in
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """The part of the palette that follows what is typed: pages first, then records."""
    text = request.GET.get("q", "").strip()
    context = {"q": text, "groups": grouped(text, request.user, IN_PALETTE)}
    return render(request, "search/palette.html", context)


def grouped(text: str, user: Any, most: int) -> list[tuple[Any, list[Any]]]:
    """Return what was found, by the pages of its kind, in the order of the menu."""
    found = find_anywhere(text, user=user, most=most)
    order = list(pages_by_kind())
    found = [row for row in found if row.kind in order]
    found.sort(key=lambda row: order.index(row.kind))
    return [
        (pages_by_kind()[kind], list(rows)) for kind, rows in groupby(found, lambda row: row.kind)
    ]
