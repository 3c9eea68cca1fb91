"""What an erasure leaves open, told to whoever asked for it."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from crm.commerce.guards import UNPAID
from crm.commerce.models import Order
from crm.support.models import Ticket

from .dossier import Dossier


def still_open(dossier: Dossier) -> Iterator[str]:
    """Yield a sentence for each kind of thing that is still going on with the person."""
    orders = dossier.orders().filter(deleted_at=None)
    finished = (Order.Status.DELIVERED, Order.Status.CANCELLED)
    for what, rows in (
        (_("open deals"), dossier.deals().filter(deleted_at=None).open()),  # type: ignore[attr-defined]
        (_("open orders"), orders.exclude(status__in=finished)),
        (_("unpaid invoices"), dossier.invoices().filter(deleted_at=None, status__in=UNPAID)),
        (_("unsolved tickets"), dossier.tickets().filter(deleted_at=None).exclude(
            status__in=(Ticket.Status.RESOLVED, Ticket.Status.CLOSED))),
    ):  # fmt: skip
        if count := rows.count():
            yield _("There are still %(what)s with this person: %(count)s.") % {
                "what": what,
                "count": count,
            }


def other_persons(dossier: Dossier) -> Iterator[str]:
    """Yield a sentence for each contact that may be the same person under another address."""
    known = {contact.pk for contact in dossier.persons["contacts"]}
    became = {lead.converted_contact_id for lead in dossier.persons["leads"]} - {None} - known
    for pk in sorted(became):
        yield _(
            "A lead of theirs became the contact %(id)s, who has another address. If that "
            "is the same person, erase that address too."
        ) % {"id": pk}


def to_look_through(entities: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence on the records of apps' own entities that named the person, if any."""
    if entities:
        counts = ", ".join(f"{name} ({count})" for name, count in sorted(entities.items()))
        yield _(
            "Records of apps name this person, and what else they say of them is not known here. "
            "Their address, name and numbers were taken out; look through the rest: %(entities)s."
        ) % {"entities": counts}
