"""A person is forgotten: anonymised everywhere but in the ledgers, and never stored again."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.activities.models import Activity, Call, Meeting, Task
from crm.commerce.bookkeeping import CreditNote, Payment
from crm.commerce.models import Invoice, Order
from crm.core import erasure
from crm.core.bases import Record
from crm.core.company import Company
from crm.core.errors import Conflict
from crm.core.locks import hold
from crm.documents.models import LooseFile
from crm.documents.operations import purge_document
from crm.messaging import composing
from crm.messaging.models import Email
from crm.support.models import TicketComment

from .blanks import ERASED, blanks_of, rewrite
from .dossier import CHUNK, PERSONS, Dossier, addressed, locked, tables
from .histories import Rows, bared, without_mentions
from .leftovers import other_persons, still_open, to_look_through
from .mentions import Mentions, names_of

#: what the law wants kept as it was written, and what says who we ourselves are
UNTOUCHED = (Order, Invoice, Payment, CreditNote, Company)
WAITING = (
    *(Email.Status.DRAFT, Email.Status.SCHEDULED),
    *(Email.Status.QUEUED, Email.Status.FAILED),
)
NOT_SENT = "The person asked to be erased, so this was not sent."
KINDS = (
    *PERSONS,
    *("activities", "calls", "meetings", "tasks", "emails", "documents", "tickets"),
    *("ticket_comments", "campaign_recipients", "clicks", "suppressions", "app_records"),
    *("mentions", "events"),
)


@dataclass
class Erasure:
    """What was anonymised, how many of each kind, and what stays open nevertheless."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    warnings: list[str] = field(default_factory=list)


@transaction.atomic
def erase_person(address: str, *, by: Any, reason: str = "") -> Erasure:
    """Anonymise whoever has this address, and refuse to store them again from now on.

    Orders and invoices with their papers stay as they are: they are ledgers. All or nothing;
    again, or for somebody unknown, it finds nothing to do, and the address is blocked all the
    same. Raises :class:`Conflict` for a colleague's address and for our own.
    """
    hold("erasures")  # two persons who are in each other's records would wait for each other
    erasure.hold_address(address)
    dossier = Dossier(address, lock=True)
    _refuse_ourselves(dossier)
    erasure.hold_address(*dossier.addresses)
    return _Eraser(dossier, by=by).run(reason)


def _refuse_ourselves(dossier: Dossier) -> None:
    colleagues = get_user_model().all_objects.filter(email__in=dossier.addresses)  # type: ignore[attr-defined]
    if colleagues.exists():
        raise Conflict(_("This is a colleague's address. Deactivate the user instead."))
    ours = {composing.configured_sender(), *Company.objects.values_list("email", flat=True)}
    if not ours.isdisjoint(dossier.addresses):
        raise Conflict(_("This is an address of our own company, not a customer's."))


class _Eraser:
    """One erasure under way."""

    def __init__(self, dossier: Dossier, *, by: Any):
        self.dossier, self.by = dossier, by
        self.done = Erasure()
        #: by kind the rows that were blanked, and by what is taken out those that name the person
        self.touched: Rows = defaultdict(set)
        self.named: dict[Mentions, Rows] = defaultdict(lambda: defaultdict(set))
        people = dossier.people
        names: set[str] = set()
        parts: set[str] = set()
        for person in people:
            full, single = names_of(person)
            names |= full
            parts |= single
        numbers = [
            getattr(person, column) for person in people for column in type(person).phone_fields
        ]
        self.addresses = Mentions(dossier.addresses)
        self.mentions = Mentions(dossier.addresses, names, numbers)
        #: for what is linked to the person: there a single name is theirs
        self.theirs = Mentions(dossier.addresses, names, numbers, names | parts)

    def run(self, reason: str) -> Erasure:
        """Go from what hangs on the person to the person: they are what it is found by."""
        dossier = self.dossier
        entities = self._app_records()
        self._documents()
        self._clicks_and_recipients()
        self._emails()
        self._meetings()
        for name, rows in (
            ("activities", Activity.all_objects.filter(dossier.about())),
            ("calls", Call.all_objects.filter(dossier.about())),
            ("tasks", Task.all_objects.filter(dossier.about())),
        ):
            self._blank(name, locked(rows))
        comments = TicketComment.objects.filter(ticket__in=dossier.tickets())
        for comment in locked(comments):
            self.done.counts["ticket_comments"] += rewrite(comment, {"body": ERASED}, by=self.by)
        self._blank("tickets", locked(dossier.tickets()))
        for name, people in dossier.persons.items():
            self._blank(name, people)
        self._suppressions()
        self._mentions_in(dossier.deals(), self.theirs)
        for nearby in self._nearby():
            self._mentions_in(nearby, self.mentions)
        for ledger in (*dossier.orders(), *dossier.invoices()):
            self._named(ledger, self.mentions)
        for model in self._scanned():
            self._addresses_in(model)
        for mentions, named in self.named.items():
            self.done.counts["events"] += without_mentions(named, mentions)
        self.done.counts["events"] += bared(self.touched, self.mentions)
        self._block(reason)
        self.done.warnings += [*still_open(dossier), *other_persons(dossier)]
        self.done.warnings += to_look_through(entities)
        return self.done

    # -- kind by kind ----------------------------------------------------------------------

    def _blank(self, name: str, rows: Iterable[Any]) -> None:
        for row in rows:
            self._rewrite(name, row, blanks_of(type(row)))

    def _rewrite(self, name: str, row: Any, values: dict[str, Any]) -> None:
        self.touched[row._meta.model_name].add(row.pk)
        self.done.counts[name] += rewrite(row, values, by=self.by)

    def _named(self, row: Any, mentions: Mentions) -> None:
        self.named[mentions][row._meta.model_name].add(row.pk)

    def _app_records(self) -> Counter[str]:
        """Take the person out of the values of apps' records; return how many of which entity.

        Nobody but the app knows what else these values say of them, so the rest stays.
        """
        entities: Counter[str] = Counter()
        self.named[self.theirs]["declaredrecord"] |= self.dossier.once_named
        for row in locked(self.dossier.app_records()).iterator(chunk_size=CHUNK):
            values = self.theirs.without(row.custom_fields, keys=False)
            self.done.counts["app_records"] += rewrite(row, {"custom_fields": values}, by=self.by)
            self._named(row, self.theirs)
            entities[row.declaration.name] += 1
        return entities

    def _documents(self) -> None:
        for document in self.dossier.documents():
            self.touched["document"].add(document.pk)
            keys = list(document.versions.values_list("key", flat=True))
            purge_document(document)
            LooseFile.objects.filter(key__in=[*keys, document.s3_key]).update(file_name="")
            self.done.counts["documents"] += 1

    def _clicks_and_recipients(self) -> None:
        clicks = self.dossier.clicks()
        self.done.counts["clicks"] = clicks.update(referrer="", email=None)
        for recipient in locked(self.dossier.recipients()):
            if recipient.mailed_at is None:
                recipient.delete()
            else:  # the campaign's report still counts it
                recipient.address = f"{recipient.pk.hex}@erased.invalid"
                recipient.lead = recipient.contact = None
                recipient.save(update_fields=["address", "lead", "contact"])
            self.done.counts["campaign_recipients"] += 1

    def _emails(self) -> None:
        theirs, own = set(self.dossier.addresses), self.dossier.own_emails()
        about = set(own.values_list("pk", flat=True))
        for email in locked(self.dossier.emails()):
            values: dict[str, Any] = {
                name: [one for one in getattr(email, name) if addressed(one) not in theirs]
                for name in ("cc", "bcc")
            }
            if email.to_email in theirs:
                values["to_email"] = ""
            if email.pk in about:
                values |= blanks_of(Email)
                if email.status in WAITING:
                    values |= {"status": Email.Status.FAILED, "retry_at": None, "error": NOT_SENT}
                self._rewrite("emails", email, values)
            else:
                found = self.mentions.taken_out(email)
                self._named(email, self.mentions)
                self.done.counts["emails"] += rewrite(email, {**found, **values}, by=self.by)

    def _meetings(self) -> None:
        theirs, dossier = set(self.dossier.addresses), self.dossier
        about = Q(contact__in=dossier.persons["contacts"]) | dossier.about()
        own = set(Meeting.all_objects.filter(about).values_list("pk", flat=True))
        for meeting in locked(dossier.meetings()):
            others = [one for one in meeting.attendees if addressed(one) not in theirs]
            if meeting.pk in own:
                self._rewrite("meetings", meeting, {**blanks_of(Meeting), "attendees": others})
            else:
                found = self.mentions.taken_out(meeting)
                self._named(meeting, self.mentions)
                values = {**found, "attendees": self.mentions.without(others)}
                self.done.counts["meetings"] += rewrite(meeting, values, by=self.by)

    def _suppressions(self) -> None:
        """The hash takes the place of the address: it refuses all mail by itself."""
        rows = self.dossier.suppressions()
        self.done.counts["suppressions"] = rows.count()
        rows.delete()

    # -- what only mentions the person -----------------------------------------------------

    def _nearby(self) -> Iterator[QuerySet]:
        """Yield rows about other things in which the person is likely to be named."""
        dossier = self.dossier
        yield dossier.companies()
        kinds = {
            "deal": dossier.deals(),
            "order": dossier.orders(),
            "invoice": dossier.invoices(),
        }
        linked = Q()
        for kind, rows in kinds.items():
            linked |= Q(related_to_type=kind, related_to_id__in=rows.values("pk"))
        for model in (Activity, Call, Meeting, Task, Email):
            yield model.all_objects.filter(linked)

    def _mentions_in(self, rows: QuerySet, mentions: Mentions) -> None:
        for row in locked(rows).iterator(chunk_size=CHUNK):
            values = mentions.taken_out(row)
            if values:
                self.done.counts["mentions"] += rewrite(row, values, by=self.by)
            self._named(row, mentions)

    def _addresses_in(self, model: Any) -> None:
        """Take the addresses out of a table: they alone are nobody else's wherever they are."""
        for row in locked(self.addresses.rows(model)).iterator(chunk_size=CHUNK):
            values = self.addresses.taken_out(row)
            if not values:
                continue
            self.done.counts["mentions"] += rewrite(row, values, by=self.by)
            if isinstance(row, Record):  # nothing else has a history
                self._named(row, self.mentions)

    def _scanned(self) -> list[Any]:
        return [model for model in (*tables(), LogEntry) if model not in UNTOUCHED]

    # -- what stays in the end -------------------------------------------------------------

    def _block(self, reason: str) -> None:
        for address in self.dossier.addresses or [self.dossier.address]:
            if not erasure.erased_among([address]):
                erasure.ErasedPerson.objects.create(
                    email_hash=erasure.hashes_of(address)[0],
                    erased_by=self.by,
                    reason=self.mentions.without(reason),
                )
