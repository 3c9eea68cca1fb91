"""A session that ends in the middle of a form loses nothing."""

import re
from html import unescape

import pytest
from django.core import signing

from accounts import sessions
from accounts.models import Session
from conftest import PASSWORD
from crm.core.pages.access import KEPT
from crm.people.tests.factories import ContactFactory
from crm.sales.models import Lead

pytestmark = pytest.mark.django_db
NOTES = 'Line one\r\nLine "two" <b>& more</b>\r\n'


def hidden(page):
    """The hidden fields of a page's last form, as a browser would send them."""
    form = page.content.decode().rpartition("<form")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {unescape(name): unescape(value) for name, value in found}


def target(page):
    return unescape(re.search(r'<form method="post" action="([^"]+)"', page.content.decode())[1])


def sign_in(client, email="ann@example.com", **more):
    return client.post("/login/", {"username": email, "password": PASSWORD, **more})


@pytest.fixture
def interrupted(ann, client):
    """Ann began a lead, her session ended, and she sent the form; the page she gets."""
    sign_in(client)
    once = client.get("/leads/new/").context["once"]
    sessions.end_session(Session.objects.get())
    typed = {
        "first_name": "Berta",
        "last_name": "Öz",
        "email": "berta@example.com",
        "notes": NOTES,
        "once": once,
        "status": "new",
        "source": "website",
    }
    answer = client.post("/leads/new/?from=list", typed)
    assert answer.status_code == 401
    assert not Lead.objects.exists()
    return answer


def test_what_was_typed_is_stored_once_after_signing_in_again(interrupted, ann, client):
    kept = hidden(interrupted)
    assert set(kept) >= {"kept", "next"}

    wrong = client.post("/login/", {"username": "ann@example.com", "password": "no", **kept})
    assert hidden(wrong)["kept"] == kept["kept"]
    resume = sign_in(client, **kept)
    assert resume.status_code == 200
    assert target(resume) == "/leads/new/?from=list"

    for _ in range(2):  # pressed twice
        assert client.post(target(resume), hidden(resume)).status_code == 302

    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name, lead.created_by) == ("Berta", "Öz", ann)
    assert lead.notes.splitlines() == ["Line one", 'Line "two" <b>& more</b>']


def test_it_can_be_looked_at_before_it_is_stored(interrupted, client):
    resume = sign_in(client, **hidden(interrupted))

    shown = client.post(target(resume), {**hidden(resume), "again": "1"})

    assert shown.status_code == 200
    assert not Lead.objects.exists()
    assert shown.context["form"]["first_name"].value() == "Berta"
    assert client.post("/leads/new/", hidden(resume)).status_code == 302
    assert Lead.objects.count() == 1


def test_a_change_is_kept_too(ann, client):
    contact = ContactFactory(first_name="Old", created_by=ann)
    answer = client.post(f"/contacts/{contact.pk}/edit/first-name/", {"first_name": "New"})
    resume = sign_in(client, **hidden(answer))
    client.post(target(resume), hidden(resume))
    contact.refresh_from_db()
    assert contact.first_name == "New"


def test_ones_own_profile_can_be_looked_at_before_it_is_stored(ann, client):
    answer = client.post("/me/", {"full_name": "Ann Otter"})
    resume = sign_in(client, **hidden(answer))
    shown = client.post(target(resume), {**hidden(resume), "again": "1"})
    assert 'value="Ann Otter"' in shown.content.decode()
    ann.refresh_from_db()
    assert ann.full_name == "Ann"
    client.post(target(resume), hidden(resume))
    ann.refresh_from_db()
    assert ann.full_name == "Ann Otter"


def test_what_is_kept_still_obeys_the_rights_of_whoever_signs_in(interrupted, sam, client):
    resume = sign_in(client, "sam@example.com", **hidden(interrupted))
    assert client.post(target(resume), hidden(resume)).status_code == 403
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "kept",
    [
        "nonsense",
        signing.dumps({"path": "/leads/new/", "fields": {"a": ["b"]}}, salt="another-salt"),
        lambda: signing.dumps({"path": "https://evil.example/", "fields": {"a": ["b"]}}, salt=KEPT),
        lambda: signing.dumps({"path": "//evil.example/", "fields": {"a": ["b"]}}, salt=KEPT),
    ],
)
def test_only_what_we_signed_is_taken_and_only_to_ourselves(kept, ann, client):
    answer = sign_in(client, kept=kept() if callable(kept) else kept)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_script_is_told_and_the_page_stays(ann, client):
    answer = client.post("/leads/new/", {"first_name": "x"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 401
    assert "<form" not in answer.content.decode()
