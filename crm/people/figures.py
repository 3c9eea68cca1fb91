"""What goes on with a company or a person, derived from the records about them.

Counted is what the reader may see. The records belong to higher domains, so they are named,
not imported.
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery
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
    "email": ("sent_at", {}),
}
PLANNED: dict[str, tuple[str, dict[str, Any]]] = {
    "task": ("due_date", {"status__in": ["pending", "in_progress"]}),
    "call": ("start_time", {"status": "scheduled"}),
    "meeting": ("start_time", {"status": "scheduled"}),
}


FIGURES = {
    "open_deals": "integer",
    "open_tickets": "integer",
    "next_activity_at": "datetime",
    "last_activity_at": "datetime",
}


def of(kind: str) -> Derived:
    """Return the figures of ``account`` or ``contact``."""
    return Derived(FIGURES, partial(_find, kind))


def _find(kind: str, key: UUID, user: Any) -> dict[str, Any]:
    """Ask for everything in one row of subqueries."""
    now = timezone.now()
    asked: dict[str, Any] = {}
    for what in ("deal", "ticket"):
        if (rows := _about(what, kind, key, user)) is not None:
            asked[f"open_{what}s"] = _count(rows.open())  # type: ignore[attr-defined]
    for what, (field, where) in PLANNED.items():
        if (rows := _about(what, kind, key, user)) is not None:
            rows = rows.filter(**where, **{f"{field}__gte": now})
            asked[f"next_{what}"] = Subquery(rows.order_by(field).values(field)[:1])
    for what, (field, where) in DONE.items():
        if (rows := _about(what, kind, key, user)) is not None:
            rows = rows.filter(**where, **{f"{field}__isnull": False})
            asked[f"last_{what}"] = Subquery(rows.order_by(f"-{field}").values(field)[:1])
    model: Any = apps.get_model("crm", kind)
    found = model.all_objects.filter(pk=key).order_by().values(**asked).first() or {}
    moments = {name: moment for name, moment in found.items() if moment is not None}
    return {
        "open_deals": found.get("open_deals"),
        "open_tickets": found.get("open_tickets"),
        "next_activity_at": min(_named("next_", moments), default=None),
        "last_activity_at": max(_named("last_", moments), default=None),
    }


def _named(beginning: str, moments: dict[str, datetime]) -> list[datetime]:
    return [moment for name, moment in moments.items() if name.startswith(beginning)]


def _count(rows: QuerySet) -> Subquery:
    """Count rows that don't depend on the outer one; joins may find one of them twice."""
    everything = Func(F("pk"), function="COUNT", template="%(function)s(DISTINCT %(expressions)s)")
    counted = rows.order_by().annotate(count=everything).values("count")
    return Subquery(counted, output_field=IntegerField())


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
