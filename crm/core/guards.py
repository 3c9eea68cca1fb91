"""What stands in the way of a record that is to go, and who takes over what hangs on it.

A lower domain can't look into a higher one. Where it needs an answer now (may this account
go? whose is this person's work from tomorrow?), it asks here; ``crm/guards.py`` lists who has
one. All of it happens inside the transaction of the verb that asks.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from . import events, jobs
from .errors import Conflict, Sentence
from .models import Event
from .wording import noun, nouns

#: gives the rows that hang on a record, of one kind and still unfinished
Unfinished = Callable[[Any], QuerySet]
#: ``{verb: who is asked}``
Guards = Mapping[str, Iterable[Unfinished]]
NAMED = 3


def unfinished(verb: str, record: Any) -> list[QuerySet]:
    """Return the rows of every kind that stand in the way of a verb, without the empty kinds."""
    guards: Guards = import_string(settings.CRM_GUARDS)
    found = [rows_of(record) for rows_of in guards.get(verb, ())]
    return [rows for rows in found if rows.exists()]


def require_free(verb: str, record: Any, *, otherwise: Sentence) -> None:
    """Refuse a verb while unfinished work hangs on the record.

    ``otherwise`` says what to do instead. Raises :class:`Conflict` naming what is in the way.
    """
    if reasons := [in_words(rows) for rows in unfinished(verb, record)]:
        raise Conflict(
            _("%(record)s still has %(reasons)s. %(otherwise)s")
            % {"record": record, "reasons": "; ".join(reasons), "otherwise": otherwise},
            code="in_use",
        )


def in_words(rows: QuerySet) -> str:
    """Say how many rows there are, and name the first."""
    count = rows.count()
    names = ", ".join(str(row) for row in rows.order_by("pk")[:NAMED])
    what = noun(rows.model) if count == 1 else nouns(rows.model)
    more = ", …" if count > NAMED else ""
    return _("%(count)s open %(what)s (%(names)s%(more)s)") % {
        "count": count,
        "what": what,
        "names": names,
        "more": more,
    }


def hand_over(verb: str, person: Any, successor: Any, *, by: Any) -> dict[str, int]:
    """Give a person's unfinished work to somebody else; return how much of what kind."""
    return {
        rows.model._meta.model_name: _give(rows, successor, by=by)
        for rows in unfinished(verb, person)
    }


def _give(rows: QuerySet, successor: Any, *, by: Any) -> int:
    """One statement for all rows, and an event for each."""
    model: Any = rows.model
    owner = model._meta.get_field(model.owner_field)
    found = list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
    model.objects.filter(pk__in=[row.pk for row in found]).update(
        **{owner.name: successor}, revision=F("revision") + 1, updated_at=timezone.now()
    )
    Event.objects.bulk_create(
        Event(
            **events.event_values(
                "assigned",
                row,
                by=by,
                changes={owner.name: [getattr(row, owner.attname), successor]},
            )
        )
        for row in found
    )
    jobs.after_commit(events.DELIVER)
    return len(found)
