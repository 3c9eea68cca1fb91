"""Whom a campaign goes to: saved filters over leads and contacts, read as lists read theirs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from crm.core import selection
from crm.core.bases import Record
from crm.core.entity import entity_of
from crm.core.fields import normal_email
from crm.core.models import Event
from crm.messaging import suppression
from crm.people.models import Contact
from crm.sales.models import Lead

#: what an audience may hold filters over, in the order in which it is gone through
SOURCES: dict[str, type[Record]] = {"contacts": Contact, "leads": Lead}
EXCLUDED = "exclude_ids"
MOST_EXCLUDED = 1000
#: the switch that leaves out whoever is not known to have agreed to get mail
CONSENT = "require_consent"
#: why somebody is left out
REASONS = (
    *("opted_out", "unsubscribed", "bounced", "complained", "suppressed"),
    *("no_consent", "no_email", "duplicate"),
)
NAMES = {"manual": "suppressed"}
BATCH = 500


def check_audience(audience: Any, *, by: Any) -> None:
    """Refuse what no list would take as a filter, and what is no audience at all.

    The filters are read as ``by`` would use them. Raises ``ValidationError`` naming the path
    inside the audience.
    """
    problems: list[str] = []
    for name, filters in audience.items():
        if name == EXCLUDED:
            problems += [f"{name}: {reason}" for reason in _flaws_of_ids(filters)]
        elif name == CONSENT:
            problems += (
                []
                if isinstance(filters, bool)
                else [_("%(name)s: Write true or false.") % {"name": name}]
            )
        elif name not in SOURCES:
            allowed = ", ".join([*SOURCES, EXCLUDED, CONSENT])
            problems.append(
                _("%(name)s: An audience has %(allowed)s, and nothing of this name.")
                % {"name": name, "allowed": allowed}
            )
        elif not isinstance(filters, dict):
            problems.append(
                _("%(name)s: Write filters, such as {'status': 'new'}.") % {"name": name}
            )
        else:
            problems += [f"{name}.{path}: {why}" for path, why in _read(name, filters, by)[1]]
    if problems:
        raise ValidationError({"audience": problems})


def is_empty(audience: dict[str, Any]) -> bool:
    """Whether an audience names nobody."""
    return not any(name in audience for name in SOURCES)


def members(audience: dict[str, Any], source: str, *, by: Any, until: datetime) -> QuerySet:
    """Return the rows of one source that the audience means and ``by`` sees, in order of id.

    Those that came after ``until`` are not in it. Raises ``ValidationError`` where a filter
    is not valid any more.
    """
    rows, problems = _read(source, audience[source], by)
    if problems:
        path, why = problems[0]
        raise ValidationError({"audience": f"{source}.{path}: {why}"})
    rows = rows.filter(created_at__lte=until)
    if excluded := audience.get(EXCLUDED):
        rows = rows.exclude(pk__in=excluded)
    return rows.order_by("pk")


def is_anybody_in(audience: dict[str, Any], *, by: Any, until: datetime) -> bool:
    """Whether there is at least one row in an audience. Raises as :func:`members`."""
    sources = [source for source in SOURCES if source in audience]
    return any(members(audience, source, by=by, until=until).exists() for source in sources)


def _read(source: str, filters: dict[str, Any], by: Any) -> tuple[QuerySet, list[tuple[str, str]]]:
    model = SOURCES[source]
    entity = entity_of(model)
    problems: list[tuple[str, str]] = []
    params: MultiValueDict[str, str] = MultiValueDict()
    for name, value in filters.items():
        try:
            params.setlist(name, _texts(value))
        except ValueError as error:
            problems.append((name, str(error)))
    rows = selection.select(
        params,
        entity,  # type: ignore[arg-type]
        model.objects.visible_to(by),
        user=by,
        complain=lambda name, why: problems.append((name, why)),
    )
    return rows, problems


def _texts(value: Any) -> list[str]:
    """Return a value of JSON as an address would write it, a list as several of them."""
    match value:
        case bool():
            return [str(value).lower()]
        case str():
            return [value]
        case int() | float():
            return [str(value)]
        case None:
            return [""]
        case list() if not any(isinstance(item, list | dict) for item in value):
            return [text for item in value for text in _texts(item)]
    raise ValueError(_("Write a text, a number, true or false, or a list of them."))


def _flaws_of_ids(ids: Any) -> Iterator[str]:
    if not isinstance(ids, list):
        yield _("Write a list of ids.")
        return
    if len(ids) > MOST_EXCLUDED:
        yield _("At most %(most)s can be left out one by one.") % {"most": MOST_EXCLUDED}
    for item in ids:
        try:
            UUID(item)
        except (ValueError, TypeError, AttributeError):
            yield _("'%(text)s' is not an id.") % {"text": str(item)[:40]}
            return


@dataclass
class Sorted:
    """Some of an audience: who gets the mail, ``{address: id}``, and who is left out."""

    source: str
    taken: dict[str, UUID] = field(default_factory=dict)
    excluded: Counter[str] = field(default_factory=Counter)


def sort_out(
    source: str, rows: list[tuple[UUID, str]], known: set[str], *, consent: bool
) -> Sorted:
    """Say of each ``(id, address)`` whether it gets the mail; ``known`` addresses have it.

    With ``consent`` only those get it who are known to have agreed.
    """
    outcome = Sorted(source)
    agreed = _agreed(source, [pk for pk, _address in rows]) if consent else None
    addresses = {normal_email(address) for _pk, address in rows if address}
    refused = suppression.left_out(addresses)
    for pk, written in rows:
        address = normal_email(written)
        if not _is_address(address):
            outcome.excluded["no_email"] += 1
        elif reason := refused.get(address):
            outcome.excluded[NAMES.get(reason, reason)] += 1
        elif agreed is not None and pk not in agreed:
            outcome.excluded["no_consent"] += 1
        elif address in known or address in outcome.taken:
            outcome.excluded["duplicate"] += 1
        else:
            outcome.taken[address] = pk
    return outcome


def _agreed(source: str, ids: list[UUID]) -> set[UUID]:
    """Return who agreed: a contact that says when, a lead that came in by the web form."""
    if source == "contacts":
        rows = Contact.objects.filter(pk__in=ids, consent_at__isnull=False)
        return set(rows.values_list("pk", flat=True))
    told = Event.objects.filter(name="lead.submitted", record_type="lead", record_id__in=ids)
    return set(told.values_list("record_id", flat=True))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@dataclass
class Preview:
    """What a campaign would come to if it were sent now."""

    recipients: int
    excluded: dict[str, int]
    first: tuple[str, UUID] | None


def counted(audience: dict[str, Any], *, by: Any, now: datetime) -> Preview:
    """Go through an audience without writing anything."""
    known: set[str] = set()
    excluded: Counter[str] = Counter()
    first = None
    for source in SOURCES:
        if source not in audience:
            continue
        rows = members(audience, source, by=by, until=now).values_list("pk", "email")
        for batch in _batches(rows):
            outcome = sort_out(source, batch, known, consent=audience.get(CONSENT, False))
            known |= outcome.taken.keys()
            excluded += outcome.excluded
            if first is None and outcome.taken:
                first = (source, next(iter(outcome.taken.values())))
    return Preview(len(known), by_reason(excluded), first)


def _batches(rows: QuerySet) -> Iterator[list[tuple[UUID, str]]]:
    last = None
    while batch := list(rows.filter(pk__gt=last)[:BATCH] if last else rows[:BATCH]):
        last = batch[-1][0]
        yield batch


def by_reason(excluded: dict[str, int]) -> dict[str, int]:
    """Return how many were left out, for every reason there is."""
    return {reason: excluded.get(reason, 0) for reason in REASONS}
