"""The menu of the pages: what stands where, and who gets to see it."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from crm.core.pages.registry import pages_by_kind
from crm.declared.layout import menu_of
from crm.declared.pages import ICON

#: group: kinds of record, or pages of their own as (address, title, icon, permission)
MENU: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (
        "",
        (
            ("home", _("Home"), "house", ""),
            "task",
            ("calendar-page", _("Calendar"), "calendar-days", "crm.view_meeting"),
        ),
    ),
    (
        _("Sales"),
        (
            "lead",
            ("board", _("Pipeline"), "square-kanban", "crm.view_deal"),
            "deal",
            "contact",
            "account",
            ("forecast", _("Forecast"), "trending-up", "crm.view_deal"),
        ),
    ),
    (_("Support"), ("ticket",)),
    (_("Commerce"), ("customer", "order", "invoice", "product", "supplier")),
    (_("Marketing"), ("campaign", "linkanalytics")),
    (_("Activity"), ("email", "call", "meeting", "activity", "document")),
    (
        _("Insight and setup"),
        (
            ("reports", _("Reports"), "chart-column", "crm.view_task"),
            "workflow",
            ("settings", _("Settings"), "settings", "accounts.invite_user"),
        ),
    ),
)


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups with the entries that the reader may open."""
    groups = []
    for title, entries in MENU:
        items = [item for entry in entries if (item := _item(entry, request))]
        if items:
            groups.append({"title": title, "items": items})
    if further := _further(request):
        groups.insert(-1, {"title": _("More"), "items": further})
    return groups


def _further(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the entities that an administrator declared."""
    entries = [
        (reverse("declared-list", args=[name]), title) for name, title in menu_of(request.user)
    ]
    return [
        {"title": title, "icon": ICON, "link": link, "is_current": request.path.startswith(link)}
        for link, title in entries
    ]


def _item(entry: Any, request: HttpRequest) -> dict[str, Any] | None:
    if isinstance(entry, str):
        pages = pages_by_kind().get(entry)
        if pages is None or not pages.may(request, "view"):
            return None
        name, title, icon = f"{entry}-list", pages.title, pages.icon
    else:
        name, title, icon, permission = entry
        if permission and not request.user.has_perm(permission):
            return None
    try:
        link = reverse(name)
    except NoReverseMatch:
        return None
    path = request.path
    is_current = path == link or (link != "/" and path.startswith(link))
    return {"title": title, "icon": icon, "link": link, "is_current": is_current}
