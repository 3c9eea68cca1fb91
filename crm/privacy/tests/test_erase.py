"""A forgotten person is nowhere any more, but in the ledgers."""

import re

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.commerce.bookkeeping import CreditNote
from crm.commerce.models import Invoice, Order
from crm.core.erasure import ErasedPerson
from crm.core.models import Event, Job
from crm.documents.models import Document, LooseFile
from crm.messaging import feedback
from crm.messaging.models import Suppression
from crm.messaging.suppression import unsubscribe
from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.privacy import erasing
from crm.privacy.blanks import blanks_of, text_fields
from crm.privacy.dossier import PERSONS
from crm.privacy.tests.conftest import EMAIL, NAME, PHONE, SAID
from crm.sales.models import Deal
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory
from crm.tests.world import refused, stored

pytestmark = pytest.mark.django_db

URL = "/api/v1/privacy/erase"
TRACES = re.compile(r"quist|170\D*555\D*1234|1705551234", re.IGNORECASE)
#: what the law wants kept; nothing else may hold a trace
LEDGERS = {Order, Invoice, CreditNote}


def traces():
    """Return the tables and columns in which the person can still be read."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField | models.JSONField):
                continue
            for value in model._base_manager.values_list(field.attname, flat=True):
                if TRACES.search(str(value)):
                    found.add((model, field.name))
    return found


def erase(client, **body):
    answer = client.post(URL, {"email": EMAIL, **body})
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_nothing_of_the_person_is_left_but_in_the_ledgers(ida, max, client_of):
    before = {model for model, _ in traces()}
    assert len(before) > 12

    done = erase(client_of(max), reason=f"Asked by {SAID}")

    assert {model for model, _ in traces()} <= LEDGERS
    for name, record in (("contacts", ida.contact), ("leads", ida.lead)):
        assert done["erased"][name] == 1
        row = type(record).all_objects.get(pk=record.pk)
        assert (str(row), row.email, row.external_id) == ("Erased person", "", "")
        assert (row.search_text, row.custom_fields) == ("erased person", {})
    for kind in ("customers", "activities", "calls", "tasks", "documents", "tickets", "clicks"):
        assert done["erased"][kind] == 1, kind
    assert (done["erased"]["emails"], done["erased"]["meetings"]) == (3, 2)
    assert ErasedPerson.objects.get().erased_by == max


def test_the_ledgers_stay_as_they_are(ida, max, client_of):
    def kept():
        return [list(model.all_objects.order_by("pk").values()) for model in (Order, Invoice)]

    before = kept()
    erase(client_of(max))
    assert kept() == before
    assert before[1][0]["document"] == {"to": SAID}


def test_history_keeps_who_when_and_which_field(ida, max, client_of):
    erase(client_of(max))
    updated = Event.objects.get(name="contact.updated", record_id=ida.contact.pk)
    assert updated.actor == max
    assert updated.data["changes"] == {"notes": [None, None]}
    erased = Event.objects.get(name="contact.erased")
    assert (erased.actor, erased.data) == (max, {})
    rows = client_of(max).get(f"/api/v1/contacts/{ida.contact.pk}/history").json()["data"]
    assert {row["event"] for row in rows} >= {"contact.created", "contact.erased"}


def test_mail_that_waits_is_not_sent_and_others_keep_theirs(ida, max, client_of, work_off):
    erase(client_of(max))
    for row in (ida.draft, ida.copy, ida.meeting, ida.story, ida.deal):
        row.refresh_from_db()
    assert (ida.draft.status, ida.draft.to_email) == ("failed", "")
    assert (ida.copy.to_email, ida.copy.cc, ida.copy.status) == ("else@example.com", [], "draft")
    assert [one["email"] for one in ida.meeting.attendees] == ["else@example.com"]
    assert ida.story.description == "With (erased) <(erased)>, (erased)."
    assert ida.deal.deal_name == "(erased)"


def test_a_way_out_of_an_old_mail_concerns_nobody_else(ida, max, client_of):
    nameless = ContactFactory(email="")
    erase(client_of(max))
    ida.mail.refresh_from_db()
    unsubscribe(ida.mail.to_email, email=ida.mail)
    nameless.refresh_from_db()
    assert nameless.email_opt_out is False
    assert not Suppression.objects.exists()


def test_a_late_word_of_the_provider_brings_no_address_back(ida, max, client_of):
    erase(client_of(max))
    said = [{"emailAddress": EMAIL, "diagnosticCode": f"550 {EMAIL} unknown"}]
    for kind in ("Permanent", "Transient"):
        report = {"bounce": {"bounceType": kind, "bouncedRecipients": said}}
        feedback._act("Bounce", report, ida.mail)
    assert {model for model, _ in traces()} <= LEDGERS


@pytest.mark.parametrize("model", PERSONS.values(), ids=PERSONS)
def test_every_text_of_a_person_is_blanked(model):
    """A column that is added one day is forgotten as well."""
    assert {field.name for field in text_fields(model)} <= set(blanks_of(model))


def test_files_go_with_the_sweep(ida, max, client_of):
    key = Document.objects.get().s3_key
    erase(client_of(max))
    assert not Document.all_objects.exists()
    assert LooseFile.objects.get().key == key


def test_what_is_open_is_told(ida, max, client_of):
    warnings = " ".join(erase(client_of(max))["warnings"])
    for what in ("open deals", "open orders", "unpaid invoices", "unsolved tickets"):
        assert f"There are still {what} with this person: 1." in warnings


def test_again_there_is_nothing_to_do(ida, max, client_of):
    erase(client_of(max))
    events = Event.objects.count()
    done = erase(client_of(max))
    assert set(done["erased"].values()) == {0}
    assert done["warnings"] == []
    assert (Event.objects.count(), ErasedPerson.objects.count()) == (events, 1)


def test_a_stranger_is_blocked_and_nothing_else(max, client_of):
    done = erase(client_of(max), email="nobody@example.com")
    assert set(done["erased"].values()) == {0}
    assert ErasedPerson.objects.count() == 1


def test_a_lead_that_became_the_contact_goes_too(max, client_of):
    contact = ContactFactory(email=EMAIL)
    lead = LeadFactory(email="old@example.com", converted_contact=contact, last_name="Quist")
    erase(client_of(max))
    lead.refresh_from_db()
    assert (lead.email, lead.last_name) == ("", "person")
    answer = client_of(max).post(
        "/api/v1/contacts", {"first_name": "I", "last_name": "Q", "email": "old@example.com"}
    )
    refused(answer, 400, "invalid")


def test_others_are_left_alone(max, client_of):
    other = ContactFactory(
        email=f"fr{EMAIL}", first_name="Ida", last_name="Quist", phone=PHONE, notes="Her twin"
    )
    deal = DealFactory(contact=other, description=f"Write to fr{EMAIL}")
    ContactFactory(email=EMAIL, first_name="Ida", last_name="Quist")
    before = [stored(other), stored(deal)]
    erase(client_of(max))
    assert [stored(other), stored(deal)] == before


def test_a_company_loses_the_address_of_its_contact_and_no_more(max, client_of):
    contact = ContactFactory(email=EMAIL, first_name="Ida", last_name="Quist", phone=PHONE)
    company = CustomerFactory(
        name="Lamps AB", email=EMAIL, phone=PHONE, customer_type="business", tax_id="SE1",
        account=AccountFactory(), contact=contact, notes=f"Ask {SAID}",
    )  # fmt: skip
    theirs = TicketFactory(customer=company, description="All lamps are dark")
    erase(client_of(max))
    company.refresh_from_db()
    theirs.refresh_from_db()
    assert (company.name, company.tax_id, company.contact) == ("Lamps AB", "SE1", contact)
    assert (company.email, theirs.description) == ("", "All lamps are dark")
    assert not traces()


def test_rows_that_are_no_records_forget_the_address_too(ida, max, client_of):
    deals = ContentType.objects.get_for_model(Deal)
    entry = {"user": max, "content_type": deals, "action_flag": CHANGE}
    deal = LogEntry.objects.create(**entry, object_id=str(ida.deal.pk), object_repr=NAME)
    other = LogEntry.objects.create(**entry, object_id="1", object_repr=f"For {EMAIL}")
    Job.objects.create(name="send_mails", error=f"{EMAIL} was refused")
    erase(client_of(max))
    assert LogEntry.objects.get(pk=deal.pk).object_repr == "(erased)"
    assert LogEntry.objects.get(pk=other.pk).object_repr == "For (erased)"
    assert {model for model, _ in traces()} <= LEDGERS


def test_colleagues_and_ourselves_are_not_erased(max, ann, client_of):
    ContactFactory(email=ann.email)
    answer = client_of(max).post(URL, {"email": ann.email})
    refused(answer, 409, "conflict")
    assert not ErasedPerson.objects.exists()


def test_all_or_nothing(ida, max, client_of, monkeypatch):
    before = {(model, name) for model, name in traces()}
    count = Event.objects.count()
    client = client_of(max)
    client.raise_request_exception = False

    def fail(self, reason):
        raise RuntimeError("The plug was pulled.")

    monkeypatch.setattr(erasing._Eraser, "_block", fail)
    assert client.post(URL, {"email": EMAIL}).status_code == 500
    assert traces() == before
    assert (Event.objects.count(), ErasedPerson.objects.count()) == (count, 0)
    assert Document.objects.count() == 1
