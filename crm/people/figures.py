"""What goes on with a company or a person, derived from the records about them.

Counted is what the reader may see. The records belong to higher domains, so they are named,
not imported.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from crm.core.entity import Derived

#: how each kind of record hangs on a company or a person, beside the typed link
LINKS: dict[str, dict[str, tuple[str, ...]]] = {
    "deal": {"account": ("account",), "contact": ("contact",)},
    "ticket": {
        "account": ("customer__account", "contact__account"),
        "contact": ("contact", "customer__contact"),
    },
    "meeting": {"account": (), "contact": ("contact",)},
}
#: what has happened, and when; what is planned, and for when
DONE: dict[str, tuple[str, dict[str, Any]]] = {
    "activity": ("created_at", {}),
    "call": ("start_time", {"status": "completed"}),
    "meeting": ("end_time", {"status": "completed"}),
    "email": ("sent_at", {"sent_at__isnull": False}),
}
PLANNED: dict[str, tuple[str, dict[str, Any]]] = {
    "task": ("due_date", {"status__in": ["pending", "in_progress"]}),
    "call": ("start_time", {"status": "scheduled"}),
    "meeting": ("start_time", {"status": "scheduled"}),
}


def of(kind: str) -> dict[str, Derived]:
    """Return the figures of ``account`` or ``contact``."""
    return {
        "open_deals": Derived("integer", partial(_open, "deal", kind)),
        "open_tickets": Derived("integer", partial(_open, "ticket", kind)),
        "next_activity_at": Derived("datetime", partial(_next, kind)),
        "last_activity_at": Derived("datetime", partial(_last, kind)),
    }


def _open(what: str, kind: str, key: UUID, user: Any) -> int | None:
    rows = _about(what, kind, key, user)
    return None if rows is None else rows.open().distinct().count()  # type: ignore[attr-defined]


def _next(kind: str, key: UUID, user: Any) -> datetime | None:
    return _extreme(PLANNED, Min, min, kind, key, user, after=timezone.now())


def _last(kind: str, key: UUID, user: Any) -> datetime | None:
    return _extreme(DONE, Max, max, kind, key, user)


def _extreme(
    table: dict[str, tuple[str, dict[str, Any]]],
    aggregate: Any,
    choose: Callable,
    kind: str,
    key: UUID,
    user: Any,
    *,
    after: datetime | None = None,
) -> datetime | None:
    found = []
    for what, (field, where) in table.items():
        rows = _about(what, kind, key, user)
        if rows is None:
            continue
        if after is not None:
            rows = rows.filter(**{f"{field}__gte": after})
        moment = rows.filter(**where).aggregate(moment=aggregate(field))["moment"]
        if moment is not None:
            found.append(moment)
    return choose(found, default=None)


def _about(what: str, kind: str, key: UUID, user: Any) -> QuerySet | None:
    """Return the records about one, as the reader sees them; None where the role sees none."""
    if not user.scopes(what, "view"):
        return None
    model: Any = apps.get_model("crm", what)
    about = Q()
    for link in LINKS.get(what, {}).get(kind, ()):
        about |= Q(**{link: key})
    if hasattr(model, "link_kinds") and kind in model.link_kinds():
        about |= Q(related_to_type=kind, related_to_id=key)
    return model.objects.visible_to(user).filter(about)
