"""What lookups ask: who or what is called so."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.core.finding import find_anywhere, sought
from crm.core.reading import Reader
from crm.core.searchtext import matching

from .access import signed_in
from .registry import pages_by_kind

MOST = 8
ANY = "any"


@signed_in
@require_safe
def lookup(request: HttpRequest, slug: str) -> JsonResponse:
    """Answer with the few records that match best, as far as the caller sees them."""
    text = asked(request)
    if slug == ANY:
        return JsonResponse({"found": _of_any_kind(request, text)})
    pages = pages_of(slug)
    rows: Any = pages.model.objects.all()
    if pages.kind != "user":  # colleagues are known to all
        rows = rows.visible_to(request.user)
    return JsonResponse({"found": matches(pages, rows, text, user=request.user)})


def asked(request: HttpRequest) -> str:
    """Return the text that a lookup was asked for."""
    return sought(request.GET.get("q", ""))


def matches(pages: Any, rows: Any, text: str, *, user: Any) -> list[dict[str, str]]:
    """Return the few among some rows of an entity that a text means, the latest first."""
    if text:
        rows = rows.filter(matching(text))
    rows = rows.order_by("-created_at", "-id")[:MOST]
    found = Reader(pages.entity, user=user, only=pages.label_names).rows(rows)
    return [_short(pages, row) for row in found]


def _short(pages: Any, row: dict[str, Any]) -> dict[str, str]:
    label = pages.label_of(row)
    note = next((row[name] for name in pages.note_names if row.get(name)), "")
    return {"key": str(row["id"]), "label": label, "more": "" if note == label else note}


def _of_any_kind(request: HttpRequest, text: str) -> list[dict[str, str]]:
    kinds = [kind for kind in request.GET.get("kinds", "").split(",") if kind in pages_by_kind()]
    found = find_anywhere(text, user=request.user, kinds=kinds) if kinds else []
    return [
        {
            "key": f"{row.kind}:{row.id}",
            "label": row.label,
            "more": pages_by_kind()[row.kind].title_of_one,
        }
        for row in found[:MOST]
    ]


@signed_in
def lookup_new(request: HttpRequest, slug: str) -> HttpResponse:
    """The short form for a record that a lookup did not find."""
    pages = pages_of(slug)
    if not pages.can_create or not pages.may(request, "add"):
        raise Http404
    return pages.new_for_lookup(request)


def pages_of(slug: str) -> Any:
    """Return the pages under an address. Raises ``Http404``."""
    for pages in pages_by_kind().values():
        if pages.slug == slug:
            return pages
    raise Http404(_("There is nothing under this name."))
