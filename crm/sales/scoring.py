"""How promising a lead is, from 0 to 100, by rules that can be read and explained."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.activities.models import Call, Meeting
from crm.core import records
from crm.core.errors import Sentence
from crm.core.matching import company_domain
from crm.messaging.models import Email

from .models import Lead

Status = Lead.Status
FRESH = timedelta(days=30)
BATCH = 500
DECIDES = (
    "ceo", "cfo", "cto", "coo", "cio", "cmo", "chief", "president", "founder", "owner", "partner",
    "director", "vp", "vice", "head", "geschäftsführer", "geschäftsführerin", "inhaber",
    "inhaberin", "directeur", "directrice", "directora",
)  # fmt: skip
LEADS_A_TEAM = ("manager", "lead", "leiter", "leiterin", "supervisor", "responsable", "jefe")


@dataclass(frozen=True)
class Behaviour:
    """What a lead did, as far as it is linked to the lead."""

    opened: int = 0
    clicked: int = 0
    calls: int = 0
    meetings: int = 0


@dataclass(frozen=True)
class Seen:
    """A lead as the rules look at it."""

    lead: Lead
    did: Behaviour
    now: datetime

    def has_title(self, words: Iterable[str]) -> bool:
        """Whether one of the words stands in the job title."""
        title = self.lead.title.casefold()
        for sign in ",.;/&-()":
            title = title.replace(sign, " ")
        return not set(words).isdisjoint(title.split())

    def is_fresh(self) -> bool:
        """Whether we were in touch lately."""
        last = self.lead.last_contact_date
        return last is not None and self.now - FRESH < last


class Step(NamedTuple):
    """Points that a rule gives where something holds, and why."""

    points: int
    holds: Callable[[Seen], Any]
    why: Sentence


#: each rule's steps from the most to the least points; the first that holds counts.
#: The highest steps add up to 100.
RULES: dict[str, tuple[Step, ...]] = {
    # fit
    "company": (Step(5, lambda seen: seen.lead.company.strip(), _("The company is known.")),),
    "business_email": (
        Step(
            10,
            lambda s: company_domain(s.lead.email),
            _("Writes from a company's own domain."),
        ),
    ),
    "title": (
        Step(
            15,
            lambda seen: seen.has_title(DECIDES),
            _("The job title is one of who decides."),
        ),
        Step(
            7,
            lambda seen: seen.has_title(LEADS_A_TEAM),
            _("The job title is one of who leads."),
        ),
    ),
    "industry": (Step(5, lambda seen: seen.lead.industry.strip(), _("The industry is known.")),),
    "employees": (
        Step(10, lambda seen: (seen.lead.employees or 0) >= 50, _("50 employees or more.")),
        Step(5, lambda seen: (seen.lead.employees or 0) >= 10, _("10 employees or more.")),
    ),
    "annual_revenue": (
        Step(
            5,
            lambda s: (s.lead.annual_revenue or 0) >= 1_000_000,
            _("Revenue of a million."),
        ),
    ),
    "phone": (Step(5, lambda seen: seen.lead.phone.strip(), _("Can be called.")),),
    "country": (Step(5, lambda seen: seen.lead.country.strip(), _("The country is known.")),),
    # behaviour
    "status": (
        Step(15, lambda seen: seen.lead.status == Status.QUALIFIED, _("Is qualified.")),
        Step(5, lambda seen: seen.lead.status == Status.CONTACTED, _("Was contacted.")),
    ),
    "opened_mail": (Step(4, lambda seen: seen.did.opened, _("Opened a mail.")),),
    "clicked_mail": (Step(6, lambda seen: seen.did.clicked, _("Followed a link in a mail.")),),
    "call": (Step(5, lambda seen: seen.did.calls, _("Talked with us on the phone.")),),
    "meeting": (Step(5, lambda seen: seen.did.meetings, _("Met us.")),),
    "recent_contact": (Step(5, Seen.is_fresh, _("Was in touch within 30 days.")),),
}
#: fields of the lead that a rule looks at
RELEVANT = {
    "company", "email", "title", "industry", "employees", "annual_revenue", "phone", "country",
    "status", "last_contact_date",
}  # fmt: skip


def explain(lead: Lead, did: Behaviour, *, now: datetime) -> list[dict[str, Any]]:
    """Return for each rule its points and why; 0 points where none of its steps holds."""
    seen = Seen(lead, did, now)
    told = []
    for name, steps in RULES.items():
        step = next((step for step in steps if step.holds(seen)), None)
        most = steps[0]
        why = str(step.why) if step else gettext("Not so: %(reason)s") % {"reason": most.why}
        told.append({"rule": name, "points": step.points if step else 0, "why": why})
    return told


def scored(lead: Lead, did: Behaviour, *, now: datetime) -> dict[str, Any]:
    """Return the columns that hold a lead's score by the rules, and when time will lower it."""
    last = lead.last_contact_date
    fresh = Seen(lead, did, now).is_fresh()
    return {
        "lead_score": sum(row["points"] for row in explain(lead, did, now=now)),
        "score_expires_at": last + FRESH if last is not None and fresh else None,
    }


def behaviour_of(lead: Lead) -> Behaviour:
    """Return what a stored lead did. One query."""
    about = {"related_to_type": "lead", "related_to_id": OuterRef("pk")}
    talked = Q(status=Call.Status.COMPLETED) & ~Q(duration=0)
    found = (
        Lead.all_objects.filter(pk=lead.pk)
        .order_by()
        .values_list(
            _count(Email.objects.filter(**about, opens_count__gt=0)),
            _count(Email.objects.filter(**about, clicks_count__gt=0)),
            _count(Call.objects.filter(talked, **about)),
            _count(Meeting.objects.filter(**about, status=Meeting.Status.COMPLETED)),
        )
        .first()
    )
    return Behaviour(*found) if found else Behaviour()


def _count(rows: QuerySet) -> Any:
    counted = rows.order_by().values("related_to_id").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


@transaction.atomic
def rescore(lead: Lead) -> Lead:
    """Compute the score of a lead anew, unless somebody set it or the lead is converted."""
    stored = records.lock(lead)
    if stored.score_is_manual or stored.status == Status.CONVERTED:
        return stored
    values = scored(stored, behaviour_of(stored), now=timezone.now())
    return records.save_changes(stored, values, by=None)


def rescore_expired() -> int:
    """Lower the scores that rest on a contact which is too long ago; return how many."""
    done = 0
    due = Lead.objects.filter(score_expires_at__isnull=False).order_by("score_expires_at")
    while found := list(due.filter(score_expires_at__lte=timezone.now())[:BATCH]):
        for lead in found:
            with transaction.atomic():
                if rescore(lead).score_expires_at == lead.score_expires_at:  # set by hand since
                    Lead.objects.filter(pk=lead.pk).update(score_expires_at=None)
            done += 1
    return done
