"""Mail over the API: what may be asked for, what is sent, and what is refused."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm.core.models import Event
from crm.documents.tests.factories import DocumentFactory
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.conftest import EMAILS, MAIL, errors
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["ann", "sam", "mia", "max"])
def test_everybody_with_mail_sends_their_own(name, request, client_of, work_off):
    person = request.getfixturevalue(name)
    answer = client_of(person).post(f"{EMAILS}/send", MAIL)
    assert answer.status_code == 202, answer.content
    row = answer.json()["data"]
    assert (row["status"], row["to_email"], row["created_by"]) == (
        "queued",
        "ida@example.com",
        str(person.pk),
    )
    assert mail.outbox == []  # nobody waits for the provider
    work_off()
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.reply_to) == (["ida@example.com"], "Hello", [person.email])
    assert client_of(person).get(f"{EMAILS}/{row['id']}").json()["data"]["status"] == "sent"


def test_several_receivers_in_one_mail(max, client_of):
    body = {**MAIL, "to": ["a@example.com", "b@example.com"], "cc": ["C@example.com"]}
    row = client_of(max).post(f"{EMAILS}/send", body).json()["data"]
    assert (row["to_email"], row["cc"]) == ("a@example.com", ["b@example.com", "c@example.com"])


def test_text_is_made_from_html_and_html_is_cleaned(max, client_of):
    html = '<p>Hi <b>Ida</b></p><p>Bye</p><script>alert(1)</script><a href="javascript:x">y</a>'
    body = {"to": "ida@example.com", "subject": "Hello", "html": html}
    row = client_of(max).post(f"{EMAILS}/send", body).json()["data"]
    assert row["body"] == "Hi Ida\nBye\ny"
    assert row["html_body"] == "<p>Hi <b>Ida</b></p><p>Bye</p><a>y</a>"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "ida@example.com\nBcc: all@example.com"),
        ("to", "a@example.com, b@example.com"),
        ("to", "Ida <ida@example.com>"),
        ("to", ""),
        ("to", []),
        ("to", ["a@example.com"] * 51),
        ("to", [f"p{n}@example.com" for n in range(10_000)]),
        ("cc", ["a@example.com\r\nX: y"]),
        ("bcc", ["not an address"]),
        ("subject", "Hello\nBcc: all@example.com"),
        ("subject", "Hello\rX"),
        ("subject", "Hello\u2028X"),
        ("subject", "x" * 256),
        ("attachments", ["01900000-0000-7000-8000-000000000000"]),
        ("attachments", ["../../etc/passwd"]),
        ("scheduled_at", "soon"),
        ("template", "No such template"),
        ("data", {"first_name": "Ida"}),
        ("sender", "me@example.com"),
        ("related_to_id", "01900000-0000-7000-8000-000000000000"),
    ],
)
def test_bad_input_is_refused_and_nothing_stored(name, value, max, client_of, work_off):
    answer = client_of(max).post(f"{EMAILS}/send", {**MAIL, name: value})
    found = errors(answer)
    on_the_row = {"to": "to_email", "related_to_id": "related_to_type"}
    assert set(found) <= {name, on_the_row.get(name)}
    assert not Event.objects.filter(record_type="email").exists()
    work_off()
    assert mail.outbox == []


def test_fifty_receivers_are_enough(max, client_of):
    cc = [f"p{n}@example.com" for n in range(49)]
    assert client_of(max).post(f"{EMAILS}/send", {**MAIL, "cc": cc}).status_code == 202
    Email.objects.all().delete()
    answer = client_of(max).post(f"{EMAILS}/send", {**MAIL, "cc": cc, "bcc": ["x@example.com"]})
    assert "50" in errors(answer)["to_email"][0]


@pytest.mark.parametrize("body", [{"subject": "Hi"}, {"body": "Hi"}, {"subject": " ", "body": "x"}])
def test_a_mail_says_something(body, max, client_of):
    errors(client_of(max).post(f"{EMAILS}/send", {"to": "ida@example.com", **body}))


def test_attachments_are_documents_that_the_sender_reads(ann, zoe, client_of):
    hers = DocumentFactory(uploaded_by=ann, file_size=5 * 1024 * 1024)
    theirs = DocumentFactory(uploaded_by=zoe)
    large = DocumentFactory(uploaded_by=ann, file_size=6 * 1024 * 1024)
    client = client_of(ann)
    for ids in ([theirs.pk], [hers.pk, large.pk]):
        body = {**MAIL, "attachments": [str(pk) for pk in ids]}
        assert list(errors(client.post(f"{EMAILS}/send", body))) == ["attachments"]
    body = {**MAIL, "attachments": [str(hers.pk)]}
    assert client.post(f"{EMAILS}/send", body).status_code == 202


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_nobody_writes_to_a_dead_address(reason, max, client_of):
    Suppression.objects.create(address="ida@example.com", reason=reason)
    assert reason in errors(client_of(max).post(f"{EMAILS}/send", MAIL))["to_email"][0]


def test_a_day_has_its_limit(ann, tom, client_of, settings):
    settings.MAIL_DAILY_PER_USER = 2
    client = client_of(ann)
    client.post(f"{EMAILS}/send", MAIL)
    later = (timezone.now() + timedelta(days=1)).isoformat()
    client.post(f"{EMAILS}/send", {**MAIL, "scheduled_at": later})
    answer = client.post(f"{EMAILS}/send", MAIL)
    refused(answer, 429, "throttled")
    assert 86_000 < int(answer["Retry-After"]) <= 86_400
    assert Email.objects.count() == 2
    assert client_of(tom).post(f"{EMAILS}/send", MAIL).status_code == 202
    Email.objects.update(queued_at=timezone.now() - timedelta(hours=25), status="sent")
    assert client.post(f"{EMAILS}/send", MAIL).status_code == 202


def test_a_mail_is_sent_from_the_house_whoever_it_claims_to_be_from(ann, client_of, settings):
    client = client_of(ann)
    body = {"to_email": "ida@example.com", "subject": "a", "body": "b", "status": "queued"}
    row = client.post(EMAILS, {**body, "from_email": "boss@bank.example"}).json()["data"]
    assert row["from_email"] == settings.AWS_SES_FROM_EMAIL
    settings.MAIL_FROM_ALLOWED = ["@ours.example"]
    row = client.post(EMAILS, {**body, "from_email": "ann@ours.example"}).json()["data"]
    assert row["from_email"] == "ann@ours.example"


def test_the_mail_stands_in_the_timeline_of_what_it_is_about(ann, client_of, work_off):
    lead = LeadFactory(assigned_to=ann)
    client = client_of(ann)
    about = {"related_to_type": "lead", "related_to_id": str(lead.pk)}
    row = client.post(f"{EMAILS}/send", {**MAIL, **about}).json()["data"]
    work_off()
    told = client.get(f"/api/v1/leads/{lead.pk}/timeline").json()["data"]
    assert [(entry["kind"], entry["id"], entry["title"]) for entry in told] == [
        ("email", row["id"], "Hello")
    ]


def test_a_mail_about_something_unseen_is_refused(ann, zoe, client_of):
    lead = LeadFactory(assigned_to=zoe)
    about = {"related_to_type": "lead", "related_to_id": str(lead.pk)}
    assert "related_to_id" in errors(client_of(ann).post(f"{EMAILS}/send", {**MAIL, **about}))
