"""Which records of apps name a person."""

import string
from unicodedata import normalize

import pytest

from crm.activities.tests.factories import MeetingFactory
from crm.core import records
from crm.core.models import Event
from crm.declared.models import DeclaredRecord
from crm.declared.tests.factories import DeclaredEntityFactory, DeclaredRecordFactory
from crm.messaging.tests.factories import EmailFactory
from crm.people.tests.factories import ContactFactory, CustomerFactory
from crm.privacy.dossier import Dossier
from crm.privacy.naming import Identity
from crm.privacy.tests.conftest import EMAIL
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db

SWEDISH = "åsa@exämple.com"
PUNYCODE = "åsa@xn--exmple-cua.com"


def found(address=EMAIL):
    return list(Dossier(address).app_records().order_by("pk"))


@pytest.mark.parametrize(
    "value",
    [
        EMAIL,
        f" {EMAIL.upper()} ",
        f"{EMAIL}\n",
        f"\t{EMAIL}",
        f"{EMAIL}\u00a0",
        "quist-1",
        " quist-1\n",
        ["x", EMAIL],
        {"by": {"whom": [1, {"email": EMAIL}]}},
        {EMAIL: 1},
        [{"votes": {"quist-1": {"seats": 2}}}],
    ],
    ids=repr,
)
def test_a_record_that_names_the_person_is_found(person, hold, value):
    record = hold(guest=value, seats=2)
    assert found() == [record]


@pytest.mark.parametrize(
    "value", [f"fr{EMAIL}", f"Write to {EMAIL}", "quist-12", "QUIST-1", "", None, True, 1, []]
)
def test_other_records_are_not(person, hold, value):
    ContactFactory(email="else@example.com", external_id="")
    hold(guest=value)
    hold(guest={str(value): 1})
    assert found() == []


def test_ids_of_the_person_and_of_their_tickets_are_known(person, hold):
    customer = CustomerFactory(contact=person, customer_type="individual", email="")
    ticket = TicketFactory(contact=person, external_id="t-1")
    theirs = [hold(about=str(row.pk)) for row in (person, customer, ticket)]
    theirs.append(hold(about="t-1"))
    hold(about=str(ContactFactory().pk))
    assert found() == theirs


def test_an_id_is_known_in_other_spellings(person, hold):
    pk = str(person.pk)
    spelt = [pk.upper(), person.pk.hex, person.pk.hex.upper(), f" {pk}", person.pk.urn]
    theirs = [hold(about=one) for one in spelt]
    theirs.append(hold(**{pk: "as a key"}))
    hold(about=f"{pk}0")
    hold(about=f"See {pk}")
    assert found() == theirs


def test_an_id_of_digits_is_known_as_a_number(folder, hold):
    ContactFactory(email=EMAIL, external_id="17")
    theirs = [hold(by=17), hold(by=17.0), hold(by=["17"]), hold(**{"17": True})]
    for other in (170, 1.7, -17, "2017", "17 seats", True):
        hold(by=other)
    assert found() == theirs


def test_letters_that_a_database_writes_in_its_own_way_are_found(folder, hold):
    """SQLite keeps them escaped."""
    ContactFactory(email=SWEDISH, external_id='"å"\\')
    both = [hold(guest=SWEDISH), hold(guest=['"å"\\'])]
    assert found(SWEDISH) == both


def test_an_id_may_have_any_signs(hold):
    """Patterns of PostgreSQL are not quite those of Python."""
    ids = [f"{sign}a{sign}1{sign}" for sign in f"{string.punctuation} \t§ß漢😀"]
    theirs = {hold(by=one).pk for one in ids}
    hold(by="a1")
    rows = DeclaredRecord.all_objects.all()
    assert Identity([], ids).named(rows, "custom_fields") == theirs
    for one in ids:
        assert len(Identity([], [one]).named(rows, "custom_fields")) == 1, one


@pytest.mark.parametrize("stored", [SWEDISH, PUNYCODE])
@pytest.mark.parametrize("asked", [SWEDISH, PUNYCODE])
def test_letters_beyond_ascii_have_capitals_and_another_form(stored, asked, folder, hold):
    contact = ContactFactory(email=stored)
    theirs = [hold(guest=SWEDISH.upper()), hold(guest=PUNYCODE.upper()), hold(by=str(contact.pk))]
    theirs.append(hold(guest=normalize("NFD", SWEDISH)))
    hold(guest="asa@example.com")
    assert found(asked) == theirs


def test_a_record_that_once_named_the_person_is_found(person, hold, max):
    record, other = hold(guest=EMAIL), hold(guest="else@example.com")
    for row in (record, other):
        records.change(row, {"custom_fields": {"guest": "bob@example.com"}}, by=max)
    assert found() == [record]


def test_history_of_other_kinds_names_no_record_of_apps(person, hold, max):
    records.change(ContactFactory(), {"notes": EMAIL}, by=max)
    assert Event.objects.filter(data__icontains=EMAIL).exists()
    assert found() == []


def test_the_recycle_bin_and_what_the_app_no_longer_uses_are_looked_into(person, max):
    old = DeclaredRecordFactory(
        declaration=DeclaredEntityFactory(name="Old", active=False), custom_fields={"a": EMAIL}
    )
    gone = DeclaredRecordFactory(custom_fields={"a": EMAIL})
    records.remove(gone, by=max)
    assert found() == [old, gone]


def test_a_stranger_has_none(hold):
    hold(guest="", seats=1)
    assert not Dossier("nobody@example.com").app_records().exists()


def test_copies_and_invitations_are_found_in_capitals_beyond_ascii(folder):
    mail = EmailFactory(to_email="else@example.com", cc=[SWEDISH.upper()])
    meeting = MeetingFactory(attendees=[{"email": PUNYCODE}])
    dossier = Dossier(SWEDISH)
    assert list(dossier.emails()) == [mail]
    assert list(dossier.meetings()) == [meeting]
