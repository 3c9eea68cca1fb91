"""One box over everything: the search page, and the palette that goes anywhere."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.core.finding import find_anywhere
from crm.core.pages import signed_in
from crm.core.pages.registry import pages_by_kind
from crm.declared.finding import find_records, open_entities
from crm.declared.pages import DeclaredPages

OF_A_KIND = 8
IN_PALETTE = 4
#: what the palette offers to add before anything is typed
FIRST_TO_ADD = ("lead", "deal", "contact", "task", "ticket")


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
    """The part of the palette that follows what is typed: pages, what may be added, records."""
    text = request.GET.get("q", "").strip()
    groups = grouped(text, request.user, IN_PALETTE)
    context = {"q": text, "groups": groups, "addable": addable(request, text)}
    return render(request, "search/palette.html", context)


def grouped(text: str, user: Any, most: int) -> list[tuple[Any, list[Any]]]:
    """Return what was found, by the pages of its kind.

    Kinds with a record that begins with the text come first, each in the order of the menu;
    entities of apps come last.
    """
    order = list(pages_by_kind())
    found = [row for row in find_anywhere(text, user=user, most=most) if row.kind in order]
    hit = {row.kind for row in found if row.begins}
    found.sort(key=lambda row: (row.kind not in hit, order.index(row.kind)))
    by_kind = groupby(found, lambda row: row.kind)
    groups = [(pages_by_kind()[kind], list(rows)) for kind, rows in by_kind]
    of_apps = find_records(text, user=user, most=most)
    return [*groups, *[(DeclaredPages(entity), rows) for entity, rows in of_apps]]


def addable(request: HttpRequest, text: str) -> list[tuple[Any, str]]:
    """Return the pages of what the reader may add, with the words, as far as ``text`` fits."""
    offered = [
        pages
        for pages in pages_by_kind().values()
        if pages.can_create and pages.may(request, "add")
    ]
    if text:
        offered += map(DeclaredPages, open_entities(request.user, "add"))
    else:
        offered = [pages for pages in offered if pages.kind in FIRST_TO_ADD]
    told = [(pages, _("New %(kind)s") % {"kind": pages.one}) for pages in offered]
    return [(pages, words) for pages, words in told if text.casefold() in words.casefold()]
