"""Templates over the API: how they are filled, and that nothing in them is run."""

import pytest

from crm.messaging.models import Email
from crm.messaging.tests.conftest import EMAILS, errors
from crm.messaging.tests.factories import EmailTemplateFactory
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


def test_a_template_is_filled_and_sent(ann, client_of, work_off):
    template = EmailTemplateFactory(
        name="Welcome",
        subject="Hello {{ first_name }}",
        body="Dear {{contact.first_name}} of {{ company }}",
        html_body="<p>Dear {{ contact.first_name }} of {{ company }}</p>",
    )
    contact = ContactFactory(first_name="<Ida>", assigned_to=ann)
    body = {
        "to": "ida@example.com",
        "template": "Welcome",
        "data": {"company": "A & B"},
        "related_to_type": "contact",
        "related_to_id": str(contact.pk),
    }
    client = client_of(ann)
    for wanted in ("Welcome", str(template.pk)):
        row = client.post(f"{EMAILS}/send", {**body, "template": wanted}).json()["data"]
        assert (row["subject"], row["template_id"]) == ("Hello <Ida>", str(template.pk))
        assert row["body"] == "Dear <Ida> of A & B"
        assert row["html_body"] == "<p>Dear &lt;Ida&gt; of A &amp; B</p>"


def test_missing_fields_are_named_and_nothing_is_sent(ann, zoe, client_of):
    EmailTemplateFactory(name="T", subject="{{ a }} {{ b }}", body="{{ lead.company }} {{ c }}")
    unseen = LeadFactory(assigned_to=zoe, company="Secret")
    body = {
        "to": "ida@example.com",
        "template": "T",
        "data": {"a": "x"},
        "related_to_type": "lead",
        "related_to_id": str(unseen.pk),
    }
    found = errors(client_of(ann).post(f"{EMAILS}/send", body))
    assert found == {"data": ["Without a value: b, c, lead.company."]}


def test_a_preview_shows_what_would_be_said(sam, client_of):
    template = EmailTemplateFactory(subject="{{ a }}", body="{{ b }}", html_body="<p>{{ a }}</p>")
    url = f"{EMAILS}/templates/{template.pk}/preview"
    client = client_of(sam)
    answer = client.post(url, {"data": {"a": "<script>x</script>\n1"}}).json()["data"]
    assert answer == {
        "subject": "<script>x</script> 1",
        "body": "{{ b }}",
        "html_body": "<p>&lt;script&gt;x&lt;/script&gt;\n1</p>",
        "missing": ["b"],
    }
    assert client.post(url).json()["data"]["missing"] == ["a", "b"]
    assert not Email.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["{{ 7*7 }}", "{{ a|safe }}", "{% if a %}", "{{ a.b.c }}", "{{ __class__.x() }}", "{{}}"],
)
def test_there_is_no_code_in_templates(text, max, client_of):
    body = {"name": "T", "subject": "Hi", "body": text}
    answer = client_of(max).post(f"{EMAILS}/templates", body)
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["body"]


def test_a_value_is_not_read_as_a_template(max, client_of):
    EmailTemplateFactory(name="T", subject="{{ a }}", body="x")
    body = {"to": "i@example.com", "template": "T", "data": {"a": "{{ b }}", "b": "y"}}
    assert client_of(max).post(f"{EMAILS}/send", body).json()["data"]["subject"] == "{{ b }}"


def test_a_javascript_link_in_a_value_is_no_link(max, client_of):
    EmailTemplateFactory(name="T", subject="s", body="x", html_body='<a href="{{ url }}">go</a>')
    body = {"to": "i@example.com", "template": "T", "data": {"url": "javascript:alert(1)"}}
    row = client_of(max).post(f"{EMAILS}/send", body).json()["data"]
    assert row["html_body"] == "<a>go</a>"
