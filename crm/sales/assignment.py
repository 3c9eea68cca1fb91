"""Whose a new lead becomes, by the rules that administrators wrote."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, IntegerField, Q, Value, When

from accounts.models import User
from accounts.roles import ROLES, cell
from crm.core import events, records

from .models import Lead
from .rulemodels import AssignmentRule

log = logging.getLogger(__name__)

How = AssignmentRule.How
#: leads that nobody works on any more
SETTLED = (Lead.Status.CONVERTED, Lead.Status.UNQUALIFIED)


@transaction.atomic
def create_by_rules(lead: Lead, *, by: Any) -> Lead:
    """Store a new lead and give it to whom the rules say, if it names no owner itself.

    Where no rule fits it belongs to the creator, as any other.
    """
    named = lead.assigned_to_id is not None
    records.create(lead, by=by)
    if not named and by is not None:  # the system's own leads went by the rules already
        assign_by_rules(lead, by=by)
    return lead


@transaction.atomic
def assign_by_rules(lead: Lead, *, by: Any) -> AssignmentRule | None:
    """Give a lead to the person whose turn it is by the first rule that fits and has somebody.

    The rule's row stays locked until the transaction ends: no turn is given twice.
    """
    stored = records.lock(lead)
    for rule in fitting_rules(stored):
        person = _take_turn(rule)
        if person is None:
            continue
        before = stored.assigned_to_id
        if before != person.pk:
            records.write(stored, {"assigned_to": person})
        changes = {"assigned_to": [before, person]} if before != person.pk else {}
        events.record("assigned", stored, by=by, changes=changes, rule=rule.name)
        records.copy_values(stored, lead)
        lead.assigned_to = person
        return rule
    return None


def fitting_rules(lead: Lead) -> list[AssignmentRule]:
    """Return the active rules whose conditions a stored lead meets, in their order.

    Two queries, however many rules there are. A rule that a change of fields has broken
    is passed over and logged, so that no lead is lost by it.
    """
    rules: list[AssignmentRule] = []
    flags: dict[str, Any] = {}
    helpers: dict[str, Any] = {}
    for number, rule in enumerate(AssignmentRule.objects.filter(active=True).order_by(*ORDER)):
        try:
            parts = rule.reads()
        except ValidationError as error:
            log.warning("The assignment rule '%s' can't be read: %s", rule, error)
            continue
        fits = Q()
        for part, annotations in parts:
            fits &= part
            helpers |= annotations
        flags[f"fits_{number}"] = _as_flag(fits)
        rules.append(rule)
    if not rules:
        return []
    rows = Lead.objects.filter(pk=lead.pk).order_by().alias(**helpers).annotate(**flags)
    found = rows.values_list(*flags).first() or ()
    return [rule for rule, fits in zip(rules, found, strict=True) if fits]


ORDER = ("position", "created_at", "id")


def _as_flag(condition: Q) -> Any:
    if not condition:
        return Value(1, IntegerField())
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


def _take_turn(rule: AssignmentRule) -> User | None:
    """Return who is next by a rule, and remember that they were; None if nobody is there."""
    if rule.how == How.USER:
        return User.objects.filter(pk=rule.user_id, status=User.Status.ACTIVE).first()
    locked = AssignmentRule.objects.select_for_update(of=("self",)).filter(pk=rule.pk).first()
    if locked is None:
        return None
    people = list(takers(rule.team_id))
    if rule.how == How.LEAST_LOADED:
        people = _least_loaded(people)
    if not people:
        return None
    last = locked.last_assigned_id
    later = (person for person in people if last is not None and person.pk > last)
    person = next(later, people[0])
    # Whose turn it was is no change of the rule: neither its revision nor its history moves.
    AssignmentRule.objects.filter(pk=rule.pk).update(last_assigned=person)
    return person


def takers(team_id: Any) -> models.QuerySet[User]:
    """Return who may take turns, in a fixed order: the active members of a team.

    Only those whose role works with leads; without a team everybody who sells.
    """
    able = User.objects.filter(status=User.Status.ACTIVE).order_by("pk")
    if team_id is None:
        return able.filter(role=User.Role.SALES_REP)
    roles = [role for role in ROLES if cell(role, "lead").view]
    return able.filter(team=team_id, role__in=roles)


def _least_loaded(people: list[User]) -> list[User]:
    """Keep those with the fewest leads to work on."""
    open_leads = Lead.objects.filter(assigned_to__in=people).exclude(status__in=SETTLED)
    counts = open_leads.order_by().values_list("assigned_to").annotate(number=Count("pk"))
    loads: dict[Any, int] = dict(counts)
    least = min((loads.get(person.pk, 0) for person in people), default=0)
    return [person for person in people if loads.get(person.pk, 0) == least]
