"""One box over everything: what is found is what one may see, the best first, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from crm.commerce.tests.factories import InvoiceFactory
from crm.core.finding import find_anywhere
from crm.documents.tests.factories import DocumentFactory
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.support.tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """Open a page as somebody."""

    def page(person, address):
        client.force_login(person, backend="accounts.backends.RoleBackend")
        return client.get(address)

    return page


def labels(text, person, **options):
    return [row.label for row in find_anywhere(text, user=person, **options)]


@pytest.fixture
def acme(ann, tom, zoe):
    """Records of several people that all have a word in common."""
    LeadFactory(first_name="Ada", last_name="Acme", assigned_to=ann)
    LeadFactory(first_name="Zed", last_name="Acme", assigned_to=zoe)
    LeadFactory(first_name="Free", last_name="Acme", assigned_to=None)
    DealFactory(deal_name="Acme renewal", assigned_to=tom)
    AccountFactory(account_name="Acme Ltd")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("ann", {"Ada Acme", "Free Acme", "Acme Ltd"}),
        ("mia", {"Ada Acme", "Free Acme", "Acme renewal", "Acme Ltd"}),
        ("max", {"Ada Acme", "Zed Acme", "Free Acme", "Acme renewal", "Acme Ltd"}),
        ("sam", {"Acme Ltd"}),
    ],
)
def test_what_is_out_of_sight_is_not_found(request, acme, page, who, expected):
    person = request.getfixturevalue(who)
    assert set(labels("acme", person)) == expected
    for address in ("/search/?q=acme", "/search/palette/?q=acme"):
        found = page(person, address).content.decode()
        for name in ("Ada Acme", "Zed Acme", "Free Acme", "Acme renewal", "Acme Ltd"):
            assert (name in found) == (name in expected), (address, name)


def test_what_was_deleted_is_not_found(max):
    from_trash = AccountFactory(account_name="Acme Gone")
    type(from_trash).objects.filter(pk=from_trash.pk).update(deleted_at="2026-01-01T00:00Z")
    assert labels("acme", max) == []


def test_all_words_in_any_order_without_accents(max):
    ContactFactory(first_name="Mécia", last_name="Jesus")
    ContactFactory(first_name="Mécia", last_name="Other")
    assert labels("jesus mecia", max) == ["Mécia Jesus"]


def test_what_begins_with_the_text_comes_first_and_so_does_its_kind(max, page):
    LeadFactory(first_name="Bob", last_name="Novak")
    AccountFactory(account_name="Old Novak")
    AccountFactory(account_name="Novak Ltd")
    assert labels("novak", max)[0] == "Novak Ltd"
    groups = page(max, "/search/?q=novak").context["groups"]
    assert [pages.kind for pages, _rows in groups] == ["account", "lead"]
    assert [row.label for row in groups[0][1]] == ["Novak Ltd", "Old Novak"]


def test_a_note_tells_namesakes_apart(max, page):
    LeadFactory(first_name="Kim", last_name="Twin", email="kim.one@example.com")
    LeadFactory(first_name="Kim", last_name="Twin", email="kim.two@example.com")
    found = page(max, "/search/?q=twin").content.decode()
    assert "kim.one@example.com" in found
    assert "kim.two@example.com" in found


def test_finding_takes_one_query_however_much_there_is(max):
    def cost():
        with CaptureQueriesContext(connection) as found:
            labels("acme", max)
        return len(found)

    labels("acme", max)  # what the person may do is read once a request
    AccountFactory(account_name="Acme 1")
    assert cost() == 1
    for number in range(9):
        AccountFactory(account_name=f"Acme {number}")
        LeadFactory(first_name="Acme", last_name=str(number))
        TicketFactory(subject=f"Acme {number}")
    assert cost() == 1


def test_a_kind_shows_a_few_and_leads_to_the_rest(max, page):
    for number in range(12):
        AccountFactory(account_name=f"Acme {number}")
    answer = page(max, "/search/?q=acme")
    assert len(answer.context["groups"][0][1]) == 8
    assert 'href="/accounts/?search=acme"' in answer.content.decode()
    assert page(max, "/accounts/?search=acme").context["total"] == 12


def test_nothing_found_and_nothing_asked(max, page):
    assert "Nothing was found for" in page(max, "/search/?q=zzzzqq").content.decode()
    assert "Find anything" in page(max, "/search/").content.decode()


@pytest.mark.parametrize("text", ["%", "_", "\\", "' OR 1=1 --", "a" * 5000, "<script>", "\u202e"])
def test_odd_text_is_text(max, page, text):
    AccountFactory(account_name="Plain")
    answer = page(max, "/search/?" + urlencode({"q": text}))
    assert answer.status_code == 200
    assert "Plain" not in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


# -- the palette ---------------------------------------------------------------------------


def test_the_palette_offers_pages_and_what_one_may_add(page, ann, sam):
    found = page(ann, "/search/palette/").content.decode()
    assert 'href="/leads/"' in found
    assert 'href="/leads/new/"' in found
    found = page(sam, "/search/palette/").content.decode()
    assert "/leads/" not in found
    assert "/deals/" not in found
    assert 'href="/tickets/new/"' in found


def test_the_palette_narrows_by_what_is_typed(page, ann):
    found = page(ann, "/search/palette/?q=new+lead").content.decode()
    assert 'href="/leads/new/"' in found
    assert 'href="/tickets/new/"' not in found
    assert 'href="/tasks/"' not in found


def test_every_option_can_be_named_by_the_field(page, max, acme):
    found = page(max, "/search/palette/?q=acme").content.decode()
    assert found.count('role="option"') == found.count('aria-selected="false"')
    assert found.count('role="option"') == found.count('tabindex="-1"')
    assert 'href="/search/?q=acme"' in found


def test_strangers_find_nothing(client, db):
    AccountFactory(account_name="Acme")
    for address in ("/search/?q=acme", "/search/palette/?q=acme"):
        assert client.get(address).status_code == 302
    assert client.get("/search/palette/?q=acme", HTTP_HX_REQUEST="true").status_code == 401


def test_a_draft_without_a_number_is_found_and_can_be_linked(max, page):
    draft = InvoiceFactory(notes="Lamps for the hall")
    type(draft).objects.filter(pk=draft.pk).update(search_text="lamps")
    assert labels("lamps", max) == ["–"]
    assert page(max, "/search/?q=lamps").status_code == 200

    document = DocumentFactory(related_to_type="invoice", related_to_id=draft.pk)
    assert page(max, f"/documents/{document.pk}/").status_code == 200
    assert page(max, "/documents/").status_code == 200
