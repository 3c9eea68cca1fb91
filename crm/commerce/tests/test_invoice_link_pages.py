"""An invoice by link: who holds the address sees the invoice, and nobody else does."""

from datetime import UTC, datetime

import pytest
from django.core import signing
from django.test import Client

from crm.commerce import operations
from crm.commerce.links import PURPOSE, invoice_of, token_of
from crm.core.errors import Conflict
from crm.core.models import Event
from crm.people.tests.factories import CustomerFactory

from .factories import InvoiceFactory

pytestmark = pytest.mark.django_db
LINES = [{"name": "Lamp", "quantity": 2, "unit_price": 50, "total": 100}]


@pytest.fixture
def issued(max):
    due = datetime(2027, 1, 1, tzinfo=UTC)
    invoice = InvoiceFactory(
        customer=CustomerFactory(name="Nora North"), items=LINES, total=100, due_date=due
    )
    return operations.issue_invoice(invoice, by=max)


@pytest.fixture
def browser(max):
    client = Client()
    client.force_login(max)
    return client


def events_of(invoice):
    rows = Event.objects.filter(record_id=invoice.pk).order_by("id")
    return [event.name for event in rows if "link" in event.name]


def test_a_link_is_made_once_shown_and_told(browser, issued):
    browser.post(f"/invoices/{issued.pk}/link/")
    browser.post(f"/invoices/{issued.pk}/link/")
    issued.refresh_from_db()
    link = f"http://testserver/i/{token_of(issued)}"
    assert f'value="{link}"' in browser.get(f"/invoices/{issued.pk}/").content.decode()
    assert events_of(issued) == ["invoice.link_made"]
    answer = Client().get(link)
    page = answer.content.decode()
    assert answer.status_code == 200
    for text in (issued.invoice_number, "Nora North", "Lamp", "$100.00"):
        assert text in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert "/invoices/" not in page
    paper = Client().get(f"{link}/pdf")
    assert paper.content.startswith(b"%PDF")
    assert paper["Referrer-Policy"] == "no-referrer"


def test_a_link_says_what_the_wire_and_the_history_do_not(client_of, max, issued):
    operations.make_link(issued, by=max)
    answers = [
        client_of(max).get(f"/api/v1/invoices/{issued.pk}{more}").content.decode()
        for more in ("", "/history", "/timeline")
    ]
    assert not any(issued.link_key in answer for answer in answers)


def test_a_closed_link_shows_nothing_and_a_new_one_is_another(browser, issued, max):
    old = token_of(operations.make_link(issued, by=max))
    browser.post(f"/invoices/{issued.pk}/link/revoke/")
    browser.post(f"/invoices/{issued.pk}/link/revoke/")
    answer = Client().get(f"/i/{old}")
    assert answer.status_code == 404
    assert issued.invoice_number not in answer.content.decode()
    assert Client().get(f"/i/{old}/pdf").status_code == 404
    issued.refresh_from_db()
    new = token_of(operations.make_link(issued, by=max))
    assert new != old
    assert Client().get(f"/i/{new}").status_code == 200
    assert events_of(issued) == ["invoice.link_made", "invoice.link_revoked", "invoice.link_made"]


def test_only_a_token_of_ours_opens_it(issued, max):
    token = token_of(operations.make_link(issued, by=max))
    key, _sep, signature = token.partition(".")
    assert len(key) >= 32  # 192 bits of chance
    elsewhere = signing.Signer(salt="another", sep=".").sign(key)
    none = signing.Signer(salt=PURPOSE, sep=".").sign("")
    for forged in (key, f"{key}.", f"{key}.{signature[:-1]}", elsewhere, none, str(issued.pk)):
        assert invoice_of(forged) is None
        assert Client().get(f"/i/{forged}").status_code == 404
    assert Client().post(f"/i/{token}").status_code == 405


def test_a_draft_has_no_link(browser, max):
    draft = InvoiceFactory(items=LINES, total=100)
    with pytest.raises(Conflict):
        operations.make_link(draft, by=max)
    answer = browser.post(f"/invoices/{draft.pk}/link/", follow=True)
    assert "Issue the invoice first" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.link_key == ""
    assert token_of(draft) == ""
    type(draft).objects.filter(pk=draft.pk).update(link_key="k" * 32)
    draft.refresh_from_db()
    assert Client().get(f"/i/{token_of(draft)}").status_code == 404


def test_a_void_invoice_says_so(issued, max):
    token = token_of(operations.make_link(issued, by=max))
    operations.void_invoice(issued, "Sent twice", by=max)
    page = Client().get(f"/i/{token}").content.decode()
    assert "This invoice is void: Sent twice" in page


def test_whoever_asks_too_often_has_to_wait(settings, issued, max):
    settings.RATE_LIMIT_PUBLIC = 2
    token = token_of(operations.make_link(issued, by=max))
    stranger = Client(REMOTE_ADDR="203.0.113.77")
    codes = [stranger.get(f"/i/{token}").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    late = stranger.get(f"/i/{token}/pdf")
    assert late.status_code == 429
    assert late["Retry-After"] == "60"


def test_who_sees_an_invoice_of_theirs_may_share_it(ann, zoe, issued):
    type(issued).objects.filter(pk=issued.pk).update(assigned_to=ann)
    for user, code in ((zoe, 404), (ann, 302)):
        client = Client()
        client.force_login(user)
        assert client.post(f"/invoices/{issued.pk}/link/").status_code == code
    issued.refresh_from_db()
    assert issued.link_key
