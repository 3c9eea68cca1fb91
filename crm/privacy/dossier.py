"""Who a person is to us, and everything that hangs on them."""

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from crm.activities.models import Activity, Call, Meeting, Task
from crm.commerce.bookkeeping import CreditNote, Payment
from crm.commerce.models import Invoice, Order
from crm.core.bases import Record
from crm.core.fields import normal_email
from crm.core.models import Event
from crm.declared.models import DeclaredRecord
from crm.documents.models import Document
from crm.marketing.models import CampaignRecipient, Click
from crm.messaging.models import Email, Suppression
from crm.people.models import Contact, Customer
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket, TicketComment

from .naming import Identity
from .spelling import forms_of, spelt

PERSONS: dict[str, type[Record]] = {"contacts": Contact, "leads": Lead, "customers": Customer}
CHUNK = 500
#: customers that are companies beyond doubt
COMPANY = Q(customer_type=Customer.Type.BUSINESS, account__isnull=False)


class Dossier:
    """What is stored about whoever has an address, in the recycle bin too.

    Beside the contact, leads and customers with that very address these are the leads that
    became the contact and the private customers that are the contact, whatever address they
    have; ``addresses`` holds all of theirs. A business customer that is one of our accounts is
    a company with their address on it, not they: it stays, and what it buys is not theirs.
    """

    def __init__(self, address: str, *, lock: bool = False):
        self.address = normal_email(address)
        spelled = forms_of(self.address)
        own = Q(email__in=spelled)
        contacts = self._rows(Contact, own, lock)
        private = Q(contact__in=contacts, customer_type=Customer.Type.INDIVIDUAL)
        self.persons: dict[str, list[Any]] = {
            "contacts": contacts,
            "leads": self._rows(Lead, own | Q(converted_contact__in=contacts), lock),
            "customers": self._rows(Customer, (own & ~COMPANY) | private, lock),
        }
        theirs = (person.email for person in self.people)
        self.addresses = sorted(spelled.union(*map(forms_of, theirs)))

    @staticmethod
    def _rows(model: Any, which: Q, lock: bool) -> list[Any]:
        rows = model.all_objects.filter(which).order_by("pk")
        return list(locked(rows) if lock else rows)

    @property
    def people(self) -> list[Any]:
        """The contact, leads and customers in one list."""
        return [person for rows in self.persons.values() for person in rows]

    def hanging(self) -> dict[str, QuerySet]:
        """Return what hangs on the person, by kind, each as rows still to be read."""
        mails, tickets, invoices = self.emails(), self.tickets(), self.invoices()
        return {
            "activities": Activity.all_objects.filter(self.about()),
            "calls": Call.all_objects.filter(self.about()),
            "meetings": self.meetings(),
            "tasks": Task.all_objects.filter(self.about()),
            "emails": mails,
            "documents": self.documents(),
            "deals": self.deals(),
            "tickets": tickets,
            "ticket_comments": TicketComment.objects.filter(ticket__in=tickets),
            "companies": self.companies(),
            "orders": self.orders(),
            "invoices": invoices,
            "payments": Payment.objects.filter(invoice__in=invoices),
            "credit_notes": CreditNote.objects.filter(invoice__in=invoices),
            "campaign_recipients": self.recipients(),
            "clicks": self.clicks(),
            "suppressions": self.suppressions(),
            "app_records": self.app_records(),
        }

    def companies(self) -> QuerySet:
        """Return the business customers that have the person's address on them."""
        return Customer.all_objects.filter(COMPANY, email__in=self.addresses)

    def tickets(self) -> QuerySet:
        """Return the person's problems, as customer or as contact."""
        customers, contacts = self.persons["customers"], self.persons["contacts"]
        return Ticket.all_objects.filter(Q(customer__in=customers) | Q(contact__in=contacts))

    def deals(self) -> QuerySet:
        """Return the deals that the person is the contact of."""
        return Deal.all_objects.filter(contact__in=self.persons["contacts"])

    def documents(self) -> QuerySet:
        """Return the files about the person and their tickets."""
        return Document.all_objects.filter(self.about())

    def orders(self) -> QuerySet:
        """Return what the person ordered."""
        return Order.all_objects.filter(customer__in=self.persons["customers"])

    def clicks(self) -> QuerySet:
        """Return when the links in mails to the person were followed."""
        return Click.objects.filter(email__in=self.own_emails())

    def suppressions(self) -> QuerySet:
        """Return the addresses of theirs that are written no more."""
        return Suppression.objects.filter(address__in=self.addresses)

    def invoices(self) -> QuerySet:
        """Return what the person owes or owed us."""
        return Invoice.all_objects.filter(customer__in=self.persons["customers"])

    def own_emails(self) -> QuerySet:
        """Return the mails to the person, and those that are about them."""
        return Email.all_objects.filter(self.about() | Q(to_email__in=self.addresses))

    def emails(self) -> QuerySet:
        """Return the mails to the person, about them, and those of which they got a copy."""
        copied = self._naming(Email, "cc", "bcc")
        return Email.all_objects.filter(
            self.about() | Q(to_email__in=self.addresses) | Q(pk__in=copied)
        )

    def meetings(self) -> QuerySet:
        """Return the meetings with or about the person, and those they were invited to."""
        with_them = self.about() | Q(contact__in=self.persons["contacts"])
        return Meeting.all_objects.filter(with_them | Q(pk__in=self._naming(Meeting, "attendees")))

    def recipients(self) -> QuerySet:
        """Return their places in the audiences of campaigns."""
        return CampaignRecipient.objects.filter(
            Q(address__in=self.addresses)
            | Q(contact__in=self.persons["contacts"])
            | Q(lead__in=self.persons["leads"])
        )

    def app_records(self) -> QuerySet:
        """Return the records of apps' own entities that name the person or one of their tickets.

        Nobody but the app knows what its values mean: those with one of the addresses, or with
        one of the ids here or in the system they came from, as a whole value or key anywhere in
        them or in their history.
        """
        named = self.identity.named(DeclaredRecord.all_objects.all(), "custom_fields")
        rows = DeclaredRecord.all_objects.filter(pk__in=named | self.once_named)
        return rows.select_related("declaration")

    @cached_property
    def identity(self) -> Identity:
        """The values that stand for the person or for one of their tickets."""
        ids = list(self.tickets().values_list("pk", "external_id"))
        ids += [(person.pk, person.external_id) for person in self.people]
        return Identity(self.addresses, chain.from_iterable(ids))

    @cached_property
    def once_named(self) -> set[Any]:
        """The ids of apps' records whose history names the person; some may be gone."""
        history = Event.objects.filter(record_type=DeclaredRecord._meta.model_name)
        return self.identity.named(history, "data", by="record_id")

    def about(self) -> Q:
        """What is linked to the person or to one of their tickets."""
        found = Q(related_to_type="ticket", related_to_id__in=self.tickets().values("pk"))
        for rows in self.persons.values():
            for person in rows:
                kind = person._meta.model_name
                found |= Q(related_to_type=kind, related_to_id=person.pk)
        return found

    def _naming(self, model: Any, *columns: str) -> list[Any]:
        """Return the ids of rows that have one of the addresses in a JSON column."""
        found, pattern = [], "|".join(map(spelt, self.addresses))
        for column in columns:
            rows = model.all_objects.alias(as_text=Cast(column, TextField()))
            found += [
                pk
                for pk, values in rows.filter(as_text__iregex=pattern).values_list("pk", column)
                if not {addressed(value) for value in values}.isdisjoint(self.addresses)
            ]
        return found


def locked(rows: QuerySet) -> QuerySet:
    """Return those of the rows that are still there, kept from others until the transaction ends.

    Links to them may be made meanwhile.
    """
    return rows.order_by("pk").select_for_update(of=("self",), no_key=True)


def addressed(value: Any) -> str:
    """Return the normal address in an element of a list of addresses or attendees."""
    text = value.get("email") if isinstance(value, dict) else value
    return normal_email(text) if isinstance(text, str) else ""


def events_about(kind: str, ids: Iterable[Any]) -> QuerySet:
    """Return the history of some records of a kind."""
    return Event.objects.filter(record_type=kind, record_id__in=list(ids)).order_by("id")


def history_of(records: dict[str, list[Any]]) -> Iterable[Event]:
    """Yield the history of records given by kind, oldest first within a chunk of them."""
    for kind, ids in records.items():
        for start in range(0, len(ids), CHUNK):
            yield from events_about(kind, ids[start : start + CHUNK]).iterator()


def tables() -> list[Any]:
    """Return every table of the CRM."""
    return list(apps.get_app_config("crm").get_models())
