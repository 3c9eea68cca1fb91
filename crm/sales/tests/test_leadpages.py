"""The pages of leads: their next steps, whom they go to, their score and their conversion."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.activities.tests.factories import TaskFactory
from crm.people.models import Account, Contact
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales import conversion, leads
from crm.sales.models import Deal, Lead
from crm.sales.pipelines import default_pipeline
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


@pytest.fixture
def browser():
    """Give a browser signed in as somebody."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def step(client: Client, lead: Lead, status: str) -> str:
    answer = client.post(f"/leads/{lead.pk}/step/", {"status": status}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_next_steps_are_buttons(ann, browser):
    lead = LeadFactory(assigned_to=ann)
    client = browser(ann)
    assert 'name="status" value="contacted"' in page(client, f"/leads/{lead.pk}/")
    step(client, lead, "contacted")
    lead.refresh_from_db()
    assert lead.status == "contacted"
    assert 'name="status" value="new"' not in page(client, f"/leads/{lead.pk}/")


def test_an_illegal_step_is_told_and_changes_nothing(ann, browser):
    lead = LeadFactory(assigned_to=ann, status="contacted")
    told = step(browser(ann), lead, "new")
    assert "can&#x27;t go from contacted to new" in told
    assert "becomes converted only by its conversion" in step(browser(ann), lead, "converted")
    lead.refresh_from_db()
    assert lead.status == "contacted"


def test_who_may_only_see_a_lead_gets_no_steps(ann, browser):
    lead = LeadFactory(assigned_to=None)
    client = browser(ann)
    text = page(client, f"/leads/{lead.pk}/")
    assert "/step/" not in text
    assert "/convert/" not in text
    assert client.post(f"/leads/{lead.pk}/step/", {"status": "contacted"}).status_code == 403
    assert client.get(f"/leads/{lead.pk}/convert/").status_code == 403


def test_a_free_lead_can_be_taken(ann, browser):
    lead = LeadFactory(assigned_to=None)
    client = browser(ann)
    assert "Take this lead" in page(client, f"/leads/{lead.pk}/")
    client.post(f"/leads/{lead.pk}/assign/", {"assigned_to": str(ann.pk)})
    lead.refresh_from_db()
    assert lead.assigned_to == ann
    assert "Take this lead" not in page(client, f"/leads/{lead.pk}/")


def test_a_manager_assigns_within_the_team(mia, ann, tom, zoe, browser):
    lead = LeadFactory(assigned_to=ann)
    client = browser(mia)
    offered = page(client, f"/leads/{lead.pk}/assign/")
    assert ">Tom<" in offered
    assert ">Zoe<" not in offered
    refused = client.post(f"/leads/{lead.pk}/assign/", {"assigned_to": str(zoe.pk)})
    assert b"Select a valid choice" in refused.content
    client.post(f"/leads/{lead.pk}/assign/", {"assigned_to": str(tom.pk)})
    lead.refresh_from_db()
    assert lead.assigned_to == tom


def test_a_new_lead_is_scored_by_the_rules(ann, browser):
    client = browser(ann)
    form = page(client, "/leads/new/")
    assert 'name="lead_score"' not in form
    sent = {"first_name": "Ida", "last_name": "Berg", "email": "ida@nordlicht.example"}
    sent |= {"company": "Nordlicht", "status": "new", "source": "website", "lead_score": "99"}
    assert client.post("/leads/new/", sent).status_code == 302
    lead = Lead.objects.get()
    assert not lead.score_is_manual
    assert 0 < lead.lead_score < 99


def test_a_score_is_set_by_hand_and_given_back(ann, browser):
    lead = leads.create_lead(LeadFactory.build(assigned_to=ann, company="Nord"), by=ann)
    by_rules, client = lead.lead_score, browser(ann)
    sent = {"lead_score": "77", "shown_revision": lead.revision}
    client.post(f"/leads/{lead.pk}/edit/lead_score/", sent)
    lead.refresh_from_db()
    assert (lead.lead_score, lead.score_is_manual) == (77, True)
    assert "Let the rules compute it" in page(client, f"/leads/{lead.pk}/")
    client.post(f"/leads/{lead.pk}/score/release/")
    lead.refresh_from_db()
    assert (lead.lead_score, lead.score_is_manual) == (by_rules, False)


def test_an_emptied_score_is_given_back(ann, browser):
    lead = leads.create_lead(LeadFactory.build(assigned_to=ann, lead_score=55), by=ann)
    sent = {"lead_score": "", "shown_revision": lead.revision}
    browser(ann).post(f"/leads/{lead.pk}/edit/lead_score/", sent)
    lead.refresh_from_db()
    assert not lead.score_is_manual


def test_the_preview_tells_what_is_there_and_what_moves(ann, browser):
    AccountFactory(account_name="Nordlicht", assigned_to=ann)
    lead = LeadFactory(assigned_to=ann, company="Nordlicht", city="Kiel")
    TaskFactory(related_to_type="lead", related_to_id=lead.pk, assigned_to=ann)
    answer = browser(ann).get(f"/leads/{lead.pk}/convert/")
    account, contact = answer.context["sides"]
    assert (account["action"], account["label"]) == ("found", "Nordlicht")
    assert (contact["action"], contact["label"]) == ("made", str(lead))
    assert answer.context["moves"] == [("Tasks", 1)]
    assert (Contact.objects.count(), Deal.objects.count()) == (0, 0)
    lead.refresh_from_db()
    assert lead.status == "new"


def test_the_preview_follows_what_is_chosen(ann, browser):
    other = AccountFactory(account_name="Elsewhere", assigned_to=ann)
    lead = LeadFactory(assigned_to=ann, company="Nordlicht")
    answer = browser(ann).post(
        f"/leads/{lead.pk}/convert/",
        {"again": "1", "account": str(other.pk)},
        headers={"HX-Request": "true", "HX-Target": "preview"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.strip().startswith("<section")
    assert "Elsewhere" in text
    assert not Contact.objects.exists()


def test_a_conversion_makes_what_was_asked_for_once(ann, browser):
    lead = LeadFactory(assigned_to=ann, company="Nordlicht")
    client, address = browser(ann), f"/leads/{lead.pk}/convert/"
    sent = {"create_deal": "on", "deal_name": "Lamps", "amount": "1200", "stage": "Needs Analysis"}
    for _twice in range(2):
        client.post(address, sent)
    lead.refresh_from_db()
    assert lead.status == "converted"
    deal = Deal.objects.get()
    assert (deal.deal_name, deal.amount, deal.stage) == ("Lamps", 1200, "Needs Analysis")
    assert Account.objects.get().account_name == "Nordlicht"
    text = page(client, address)
    for record in (lead.converted_contact, lead.converted_account, deal):
        assert str(record.pk) in text


def test_without_a_deal_none_is_made(ann, browser):
    lead = LeadFactory(assigned_to=ann)
    browser(ann).post(f"/leads/{lead.pk}/convert/", {"deal_name": "Lamps"})
    lead.refresh_from_db()
    assert lead.status == "converted"
    assert not Deal.objects.exists()


def test_an_unqualified_lead_is_refused_in_words(ann, browser):
    lead = LeadFactory(assigned_to=ann, status="unqualified")
    answer = browser(ann).post(f"/leads/{lead.pk}/convert/", {})
    assert b"An unqualified lead can&#x27;t be converted." in answer.content
    lead.refresh_from_db()
    assert lead.status == "unqualified"


def test_what_it_became_is_linked_as_far_as_it_is_seen(ann, zoe, browser):
    contact = ContactFactory(assigned_to=zoe)
    lead = LeadFactory(assigned_to=ann)
    wishes = conversion.Wishes(contact=contact, create_deal=True, deal_name="Secret lamps")
    done = conversion.convert_lead(lead, wishes, by=ann)
    Deal.objects.filter(pk=done.deal.pk).update(assigned_to=zoe, created_by=zoe)
    text = page(browser(ann), f"/leads/{lead.pk}/convert/")
    assert str(contact.pk) in text
    assert "Secret lamps" not in text


def test_pages_take_few_queries(ann, browser):
    default_pipeline()
    lead = LeadFactory(assigned_to=ann, company="Nordlicht")
    client = browser(ann)
    for address in (f"/leads/{lead.pk}/", f"/leads/{lead.pk}/convert/", f"/leads/{lead.pk}/edit/"):
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        assert len(queries) <= MOST_QUERIES, address
