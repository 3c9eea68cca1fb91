"""Clients send whole records back: what is as it was passes, what would be lost is refused."""

import pytest

from crm.core.models import Event
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.tests.factories import LeadFactory
from crm.tests.entities import CASES, IDS

pytestmark = pytest.mark.django_db


def refusal(answer):
    assert answer.status_code == 400, answer.json()
    return answer.json()["errors"]


@pytest.fixture
def contact(ann):
    return ContactFactory(assigned_to=ann, account=AccountFactory())


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_whole_record_comes_back_unchanged(case, max, client_of):
    record, client = case.make(), client_of(max)
    whole = client.get(case.url_of(record)).json()["data"]

    answer = client.put(case.url_of(record), whole)

    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"] == whole
    assert not Event.objects.filter(record_id=record.pk).exists()


@pytest.mark.parametrize(
    ("name", "say"),
    [("owner", "assigned_to"), ("account", "account_id"), ("creator", "created_by")],
)
@pytest.mark.parametrize("form", ["dict", "id", "number", "list", "empty dict"])
def test_a_changed_short_form_is_refused_by_name(name, say, form, contact, tom, max, client_of):
    other = str(AccountFactory().pk if name == "account" else tom.pk)
    sent = {"dict": {"id": other}, "id": other, "number": 5, "list": [other], "empty dict": {}}
    errors = refusal(
        client_of(max).patch(f"/api/v1/contacts/{contact.pk}", {name: sent[form], "title": "x"})
    )
    assert list(errors) == [name]
    assert say in errors[name][0] or "read-only" in errors[name][0]
    before = (contact.assigned_to, contact.account)
    contact.refresh_from_db()
    assert (contact.assigned_to, contact.account, contact.title) == (*before, "")


def test_the_link_under_its_own_name_wins_over_the_old_short_form(
    contact, ann, tom, max, client_of
):
    client, url = client_of(max), f"/api/v1/contacts/{contact.pk}"
    whole = client.get(url).json()["data"]
    assert whole["owner"]["id"] == str(ann.pk)

    answer = client.put(url, {**whole, "assigned_to": str(tom.pk)})

    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["owner"]["full_name"] == tom.full_name


def test_a_short_form_may_follow_the_link_beside_it(contact, tom, max, client_of):
    url = f"/api/v1/contacts/{contact.pk}"
    body = {"assigned_to": str(tom.pk), "owner": {"id": str(tom.pk), "full_name": "Tom"}}
    answer = client_of(max).patch(url, body)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["assigned_to"] == str(tom.pk)


def test_null_says_nothing_about_a_link(contact, ann, max, client_of):
    answer = client_of(max).patch(f"/api/v1/contacts/{contact.pk}", {"owner": None})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["assigned_to"] == str(ann.pk)


def test_a_new_record_takes_its_links_by_their_own_names(ann, max, client_of):
    client = client_of(max)
    body = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}
    errors = refusal(client.post("/api/v1/contacts", {**body, "owner": {"id": str(ann.pk)}}))
    assert list(errors) == ["owner"]
    assert "assigned_to" in errors["owner"][0]
    copy = {**body, "assigned_to": str(ann.pk), "owner": {"id": str(ann.pk)}, "account": None}
    answer = client.post("/api/v1/contacts", copy)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["data"]["assigned_to"] == str(ann.pk)


def test_the_record_that_another_is_about_is_held_to_the_same(max, client_of):
    lead, other, client = LeadFactory(), LeadFactory(), client_of(max)
    link = {"related_to_type": "lead", "related_to_id": str(lead.pk)}
    task = client.post("/api/v1/tasks", {"title": "Call", **link}).json()["data"]
    url = f"/api/v1/tasks/{task['id']}"
    for wrong in ({"type": "lead", "id": str(other.pk)}, {"type": "deal", "id": str(lead.pk)}, 5):
        errors = refusal(client.patch(url, {"related_to": wrong}))
        assert list(errors) == ["related_to"]
        assert "related_to_id" in errors["related_to"][0]
    moved = client.put(url, {**task, "related_to_id": str(other.pk)})
    assert moved.status_code == 200, moved.json()
    assert moved.json()["data"]["related_to"]["id"] == str(other.pk)


@pytest.mark.parametrize("name", ["created_date", "updated_date", "created_at", "revision"])
def test_what_is_read_only_says_so_under_every_name(name, contact, max, client_of):
    wrong = 99 if name == "revision" else "2001-01-01T00:00:00Z"
    errors = refusal(client_of(max).patch(f"/api/v1/contacts/{contact.pk}", {name: wrong}))
    assert errors == {name: ["This field is read-only."]}


# -- changes based on what was read ------------------------------------------------------------


def test_if_match_takes_a_list_of_which_one_is_current(contact, max, client_of):
    client, url = client_of(max), f"/api/v1/contacts/{contact.pk}"
    stale = client.get(url)["ETag"]
    current = client.patch(url, {"title": "one"}, headers={"If-Match": stale})["ETag"]

    for tags in ("{stale}, {current}", '{current},"r9-abc"', '"something else", W/{current}'):
        header = tags.format(stale=stale, current=current)
        answer = client.patch(url, {"title": tags}, headers={"If-Match": header})
        assert answer.status_code == 200, header
        current = answer["ETag"]

    for header in (f'{stale}, "r9-abc"', '"something else"', "nonsense", "r1"):
        answer = client.patch(url, {"title": "lost"}, headers={"If-Match": header})
        assert answer.status_code == 412, header
        assert answer.json()["code"] == "precondition_failed"
    contact.refresh_from_db()
    assert contact.title != "lost"
