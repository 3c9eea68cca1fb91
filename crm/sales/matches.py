"""Whom a lead turns out to be: the account and the contact that are there already, or new ones."""

from dataclasses import dataclass, field
from typing import Any

from crm.core.bases import Record
from crm.core.matching import company_domain, name_key
from crm.people.models import Account, Contact

from .models import Lead

ADDRESS = ("address", "city", "state", "country", "postal_code")
#: fields of the account by fields of the lead, beside the address
COMPANY = ("website", "industry", "annual_revenue", "employees")
PERSON = ("phone", "title", "notes", "last_contact_date")
EMPTY = ("", None)


@dataclass
class Match:
    """What becomes of one side of a lead: a record found ``by`` something, a new one, or none.

    ``values`` are those that the record gets from the lead.
    """

    record: Any = None
    by: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """``found``, ``made`` or ``none``."""
        if self.record is None:
            return "none"
        return "made" if self.record._state.adding else "found"


def names_to_hold(lead: Lead) -> list[str]:
    """Return the names under which two conversions would make the same records."""
    domain = company_domain(lead.website, lead.email)
    company, email = name_key(lead.company), lead.email
    held = {"account name": company, "account domain": domain, "contact email": email}
    return [f"{kind}:{value}" for kind, value in held.items() if value]


def match_account(lead: Lead, chosen: Any, contact: Any, *, owner: Any, by: Any) -> Match:
    """Find a lead's account: the chosen one, else by domain, by name, or the contact's own.

    Where there is none a lead with a company makes one; a lead without makes none.
    """
    values = {name: getattr(lead, name) for name in COMPANY}
    values |= {f"billing_{name}": getattr(lead, name) for name in ADDRESS}
    found, how = _find_account(lead, chosen, contact, by)
    if found is not None:
        address = [f"billing_{name}" for name in ADDRESS]
        return Match(found, how, gaps(found, values, address, by=by))
    if not lead.company.strip():
        return Match()
    values["account_name"] = lead.company.strip()
    record = Account(**values, assigned_to=owner)
    return Match(record, values=_given(values))


def _find_account(lead: Lead, chosen: Any, contact: Any, by: Any) -> tuple[Any, str]:
    if chosen is not None:
        return chosen, "id"
    visible = Account.objects.all() if by is None else Account.objects.visible_to(by)
    oldest = visible.order_by("created_at", "id")
    domain, name = company_domain(lead.website, lead.email), name_key(lead.company)
    for how, where in (("domain", {"domain": domain}), ("name", {"name_key": name})):
        if all(where.values()) and (found := oldest.filter(**where).first()):
            return found, how
    if contact is not None and contact.account_id:
        return visible.filter(pk=contact.account_id).first(), "contact"
    return None, ""


def find_contact(lead: Lead, chosen: Any, *, by: Any) -> tuple[Any, str]:
    """Return a lead's contact and how it was found: the chosen one, else by email."""
    if chosen is not None:
        return chosen, "id"
    visible = Contact.objects.all() if by is None else Contact.objects.visible_to(by)
    found = visible.filter(email=lead.email).first() if lead.email else None
    return found, "email" if found else ""


def match_contact(lead: Lead, found: Any, how: str, account: Any, *, owner: Any, by: Any) -> Match:
    """Say what the found contact gets from the lead, or make a new one of it."""
    values = {name: getattr(lead, name) for name in (*PERSON, *ADDRESS)}
    if found is not None:
        filled = {**values, "email": lead.email, "account": account}
        return Match(found, how, gaps(found, filled, ADDRESS, by=by))
    source = lead.source if lead.source in Contact.Source.values else Contact.Source.OTHER
    values |= {"first_name": lead.first_name, "last_name": lead.last_name, "email": lead.email}
    values["source"] = source
    record = Contact(**values, account=account, assigned_to=owner)
    return Match(record, values=_given({**values, "account": account}))


def gaps(record: Record, values: dict[str, Any], address: Any, *, by: Any) -> dict[str, Any]:
    """Return the values that fill empty fields of a record which ``by`` may change.

    An address is filled as a whole, or two would be mixed.
    """
    changeable = type(record).objects.filter(pk=record.pk)
    if by is not None and not changeable.changeable_by(by).exists():
        return {}
    has_address = any(getattr(record, name) not in EMPTY for name in address)
    return {
        name: value
        for name, value in _given(values).items()
        if getattr(record, name) in EMPTY and not (has_address and name in address)
    }


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in EMPTY}
