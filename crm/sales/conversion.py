"""A lead becomes a contact, an account and perhaps a deal, once (behaviours.md, Lead)."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import CharField, Count, F, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.activities.models import Meeting
from crm.core import events, records
from crm.core.bases import Record
from crm.core.errors import Conflict
from crm.core.locks import hold
from crm.core.models import Event, LinkedRecord
from crm.core.ownership import check_handover
from crm.core.wording import noun, value_word
from crm.people.models import Account, Contact

from .leads import MOVES
from .matches import Match, find_contact, match_account, match_contact, names_to_hold
from .models import Deal, Lead

Status = Lead.Status
BATCH = 500


@dataclass(frozen=True)
class Wishes:
    """What somebody asks of a conversion beyond what the lead says."""

    account: Account | None = None
    contact: Contact | None = None
    create_deal: bool = False
    deal_name: str = ""
    amount: Any = None
    stage: str = ""


@dataclass(frozen=True)
class Conversion:
    """A converted lead and what it became."""

    lead: Lead
    contact: Contact | None
    account: Account | None
    deal: Deal | None
    already_converted: bool


@dataclass(frozen=True)
class Plan:
    """What a conversion would do."""

    account: Match
    contact: Match
    owner: Any


@transaction.atomic
def convert_lead(lead: Lead, wishes: Wishes, *, by: Any) -> Conversion:
    """Turn a lead into a contact, at an account, with a deal if asked for.

    What is there already is found and only its empty fields are filled. What hangs on the
    lead moves to the contact. Again, or at the same time, it gives the first result. Locks,
    in this order: lead, names, account, contact. Raises :class:`Conflict` for an unqualified
    lead and ``PermissionDenied`` where the right to add a record is missing.
    """
    stored = records.lock(lead)
    if stored.status == Status.CONVERTED:
        return conversion_of(stored)
    if stored.status == Status.UNQUALIFIED:
        allowed = ", ".join(map(value_word, MOVES[Status.UNQUALIFIED]))
        raise Conflict(
            _("An unqualified lead can't be converted. It can go to: %(allowed)s.")
            % {"allowed": allowed}
        )
    hold(*names_to_hold(stored))
    plan = plan_conversion(stored, wishes, by=by)
    account = _settle(plan.account, by=by)
    plan.contact.values = _with_account(plan.contact, account)
    contact = _settle(plan.contact, by=by)
    deal = (
        _make_deal(stored, wishes, account, contact, plan.owner, by) if wishes.create_deal else None
    )
    move_links(stored, contact, by=by)
    values = {
        "status": Status.CONVERTED,
        "converted_date": timezone.now(),
        "converted_contact": contact,
        "converted_account": account,
        "converted_deal": deal,
        "score_expires_at": None,
    }
    changes = {name: [getattr(stored, name), value] for name, value in values.items()}
    records.write(stored, values)
    became = {"contact": contact, "account": account, "deal": deal}
    events.record("converted", stored, by=by, changes=changes, **became)
    for record in (account, contact, deal):
        if record is not None:
            events.record("lead_converted", record, by=by, lead=stored)
    records.copy_values(stored, lead)
    return Conversion(stored, contact, account, deal, already_converted=False)


def plan_conversion(lead: Lead, wishes: Wishes, *, by: Any) -> Plan:
    """Say what a conversion would find, make and fill; nothing is written."""
    owner = _heir(lead, by)
    found, how = find_contact(lead, wishes.contact, by=by)
    account = match_account(lead, wishes.account, found, owner=owner, by=by)
    contact = match_contact(lead, found, how, account.record, owner=owner, by=by)
    return Plan(account, contact, owner)


def conversion_of(lead: Lead) -> Conversion:
    """Return what a converted lead became."""
    return Conversion(
        lead,
        lead.converted_contact,
        lead.converted_account,
        lead.converted_deal,
        already_converted=True,
    )


def count_links(lead: Lead) -> dict[str, int]:
    """Return by kind how many records would move to the contact. One query."""
    first, *others = [
        model.objects.filter(**_about("lead", lead))
        .order_by()
        .annotate(_kind=Value(str(model._meta.model_name), CharField()))
        .values("_kind")
        .annotate(_count=Count("pk"))
        .values_list("_kind", "_count")
        for model in movable()
    ]
    return {kind: count for kind, count in first.union(*others, all=True) if count}


def movable() -> list[type[LinkedRecord]]:
    """Return the entities that can be about a lead and about a contact."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, LinkedRecord) and {"lead", "contact"} <= set(model.link_kinds())
    ]


def move_links(lead: Lead, contact: Contact, *, by: Any) -> None:
    """Move everything about a lead to the contact that it became, the recycle bin included."""
    old, new = _about("lead", lead), _about("contact", contact)
    changes = {name: [old[name], new[name]] for name in old}
    Meeting.all_objects.filter(**old, contact=None).update(contact=contact)
    for model in movable():
        rows = list(model.all_objects.filter(**old).only("pk").order_by("pk"))
        told = [
            Event(**events.event_values("updated", row, by=by, changes=changes)) for row in rows
        ]
        now = timezone.now()
        model.all_objects.filter(pk__in=[row.pk for row in rows]).update(
            **new, revision=F("revision") + 1, updated_at=now
        )
        Event.objects.bulk_create(told, batch_size=BATCH)


def _about(kind: str, record: Record) -> dict[str, Any]:
    return {"related_to_type": kind, "related_to_id": record.pk}


def _settle(match: Match, *, by: Any) -> Any:
    """Store what a match says: the new record, or what fills the gaps of the found one."""
    record = match.record
    if record is None:
        return None
    if match.action == "made":
        _check_may_add(record, by)
        return records.create(record, by=by)
    found = records.lock(record)  # refuses one that was deleted meanwhile
    return records.change(found, match.values, by=by) if match.values else found


def _with_account(contact: Match, account: Account | None) -> dict[str, Any]:
    """Point a contact at the account as it was stored."""
    if contact.action == "made":
        contact.record.account = account
    return {**contact.values, "account": account} if "account" in contact.values else contact.values


def _make_deal(lead: Lead, wishes: Wishes, account: Any, contact: Any, owner: Any, by: Any) -> Deal:
    deal = Deal(
        deal_name=wishes.deal_name.strip() or (account.account_name if account else str(lead)),
        account=account,
        contact=contact,
        assigned_to=owner,
        lead_source=lead.source,
    )
    if wishes.amount is not None:
        deal.amount = wishes.amount
    if wishes.stage:
        deal.stage = wishes.stage
    _check_may_add(deal, by)
    return records.create(deal, by=by)


def _check_may_add(record: Record, by: Any) -> None:
    options = record._meta
    permission = f"{options.app_label}.add_{options.model_name}"
    if by is not None and not by.has_perm(permission):
        raise PermissionDenied(
            _(
                "This conversion makes a new %(entity)s, and your role's permission "
                "%(permission)s is missing."
            )
            % {"entity": noun(record), "permission": permission}
        )


def _heir(lead: Lead, by: Any) -> Any:
    """Return whose the new records become: the lead's owner, else whoever converts it."""
    owner = lead.assigned_to
    try:
        check_handover(Contact(), None, owner, by=by)
    except (PermissionDenied, ValidationError):
        return by
    return owner or by
