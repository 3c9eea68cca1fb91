"""Mail over the API: what is sent, what may be asked for, and what is refused."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from crm.core.models import Event
from crm.documents.tests.factories import DocumentFactory
from crm.marketing.tests.factories import CampaignFactory
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.factories import EmailFactory, EmailTemplateFactory
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import LeadFactory
from crm.tests.world import refused

pytestmark = pytest.mark.django_db
URL = "/api/v1/emails"
MAIL = {"to": "ida@example.com", "subject": "Hello", "body": "Hi"}


def errors(response):
    refused(response, 400, "invalid")
    assert not Email.objects.exists()
    return response.json()["errors"]


@pytest.mark.parametrize("name", ["ann", "sam", "mia", "max"])
def test_everybody_with_mail_sends_their_own(name, request, client_of, work_off):
    person = request.getfixturevalue(name)
    answer = client_of(person).post(f"{URL}/send", MAIL)
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
    assert client_of(person).get(f"{URL}/{row['id']}").json()["data"]["status"] == "sent"


def test_several_receivers_in_one_mail(max, client_of):
    body = {**MAIL, "to": ["a@example.com", "b@example.com"], "cc": ["C@example.com"]}
    row = client_of(max).post(f"{URL}/send", body).json()["data"]
    assert (row["to_email"], row["cc"]) == ("a@example.com", ["b@example.com", "c@example.com"])


def test_text_is_made_from_html_and_html_is_cleaned(max, client_of):
    html = '<p>Hi <b>Ida</b></p><p>Bye</p><script>alert(1)</script><a href="javascript:x">y</a>'
    body = {"to": "ida@example.com", "subject": "Hello", "html": html}
    row = client_of(max).post(f"{URL}/send", body).json()["data"]
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
    answer = client_of(max).post(f"{URL}/send", {**MAIL, name: value})
    found = errors(answer)
    on_the_row = {"to": "to_email", "related_to_id": "related_to_type"}
    assert set(found) <= {name, on_the_row.get(name)}
    assert not Event.objects.filter(record_type="email").exists()
    work_off()
    assert mail.outbox == []


def test_fifty_receivers_are_enough(max, client_of):
    cc = [f"p{n}@example.com" for n in range(49)]
    assert client_of(max).post(f"{URL}/send", {**MAIL, "cc": cc}).status_code == 202
    Email.objects.all().delete()
    answer = client_of(max).post(f"{URL}/send", {**MAIL, "cc": cc, "bcc": ["x@example.com"]})
    assert "50" in errors(answer)["to_email"][0]


@pytest.mark.parametrize("body", [{"subject": "Hi"}, {"body": "Hi"}, {"subject": " ", "body": "x"}])
def test_a_mail_says_something(body, max, client_of):
    errors(client_of(max).post(f"{URL}/send", {"to": "ida@example.com", **body}))


def test_attachments_are_documents_that_the_sender_reads(ann, zoe, client_of):
    hers = DocumentFactory(uploaded_by=ann, file_size=5 * 1024 * 1024)
    theirs = DocumentFactory(uploaded_by=zoe)
    large = DocumentFactory(uploaded_by=ann, file_size=6 * 1024 * 1024)
    client = client_of(ann)
    for ids in ([theirs.pk], [hers.pk, large.pk]):
        body = {**MAIL, "attachments": [str(pk) for pk in ids]}
        assert list(errors(client.post(f"{URL}/send", body))) == ["attachments"]
    body = {**MAIL, "attachments": [str(hers.pk)]}
    assert client.post(f"{URL}/send", body).status_code == 202


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_nobody_writes_to_a_dead_address(reason, max, client_of):
    Suppression.objects.create(address="ida@example.com", reason=reason)
    assert reason in errors(client_of(max).post(f"{URL}/send", MAIL))["to_email"][0]


def test_a_day_has_its_limit(ann, tom, client_of, settings):
    settings.MAIL_DAILY_PER_USER = 2
    client = client_of(ann)
    client.post(f"{URL}/send", MAIL)
    later = (timezone.now() + timedelta(days=1)).isoformat()
    client.post(f"{URL}/send", {**MAIL, "scheduled_at": later})
    answer = client.post(f"{URL}/send", MAIL)
    refused(answer, 429, "throttled")
    assert 86_000 < int(answer["Retry-After"]) <= 86_400
    assert Email.objects.count() == 2
    assert client_of(tom).post(f"{URL}/send", MAIL).status_code == 202
    Email.objects.update(queued_at=timezone.now() - timedelta(hours=25), status="sent")
    assert client.post(f"{URL}/send", MAIL).status_code == 202


def test_a_mail_is_sent_from_the_house_whoever_it_claims_to_be_from(ann, client_of, settings):
    client = client_of(ann)
    body = {"to_email": "ida@example.com", "subject": "a", "body": "b", "status": "queued"}
    row = client.post(URL, {**body, "from_email": "boss@bank.example"}).json()["data"]
    assert row["from_email"] == settings.AWS_SES_FROM_EMAIL
    settings.MAIL_FROM_ALLOWED = ["@ours.example"]
    row = client.post(URL, {**body, "from_email": "ann@ours.example"}).json()["data"]
    assert row["from_email"] == "ann@ours.example"


def test_the_mail_stands_in_the_timeline_of_what_it_is_about(ann, client_of, work_off):
    lead = LeadFactory(assigned_to=ann)
    client = client_of(ann)
    about = {"related_to_type": "lead", "related_to_id": str(lead.pk)}
    row = client.post(f"{URL}/send", {**MAIL, **about}).json()["data"]
    work_off()
    told = client.get(f"/api/v1/leads/{lead.pk}/timeline").json()["data"]
    assert [(entry["kind"], entry["id"], entry["title"]) for entry in told] == [
        ("email", row["id"], "Hello")
    ]


def test_a_mail_about_something_unseen_is_refused(ann, zoe, client_of):
    lead = LeadFactory(assigned_to=zoe)
    about = {"related_to_type": "lead", "related_to_id": str(lead.pk)}
    assert "related_to_id" in errors(client_of(ann).post(f"{URL}/send", {**MAIL, **about}))


# -- drafts and their states ---------------------------------------------------------------


def test_a_draft_is_written_scheduled_taken_back_and_sent(ann, client_of, work_off):
    client = client_of(ann)
    body = {"to_email": "ida@example.com", "subject": "Hello", "body": "Hi"}
    url = f"{URL}/{client.post(URL, body).json()['data']['id']}"
    assert client.put(url, {"status": "scheduled"}).json()["errors"].keys() == {"scheduled_at"}
    later = (timezone.now() + timedelta(days=1)).isoformat()
    answer = client.put(url, {"status": "scheduled", "scheduled_at": later})
    assert answer.json()["data"]["status"] == "scheduled"
    assert client.put(url, {"status": "draft"}).json()["data"]["status"] == "draft"
    assert client.put(url, {"subject": "Hello again"}).status_code == 200
    answer = client.post(f"{url}/send")
    assert (answer.status_code, answer.json()["data"]["status"]) == (202, "queued")
    work_off()
    assert mail.outbox[0].subject == "Hello again"


def test_a_scheduled_mail_becomes_a_draft_again(max, client_of):
    email = EmailFactory(status="scheduled", scheduled_at=timezone.now() + timedelta(days=1))
    client = client_of(max)
    assert client.put(f"{URL}/{email.pk}", {"subject": "Later"}).status_code == 200
    answer = client.put(f"{URL}/{email.pk}", {"status": "draft"})
    assert answer.json()["data"]["status"] == "draft"


@pytest.mark.parametrize("present", [*Email.Status.values])
@pytest.mark.parametrize("wanted", [*Email.Status.values])
def test_states_move_by_sending_only(present, wanted, max, client_of):
    allowed = {("draft", "scheduled"), ("draft", "queued"), ("scheduled", "draft")}
    at = timezone.now() + timedelta(days=1)
    email = EmailFactory(status=present, scheduled_at=at)
    answer = client_of(max).put(f"{URL}/{email.pk}", {"status": wanted})
    if present == wanted or (present, wanted) in allowed:
        assert answer.status_code == 200, answer.content
        assert answer.json()["data"]["status"] == wanted
        return
    refused(answer, 409, "conflict")
    assert "Allowed from here" in answer.json()["message"]
    assert Email.objects.get().status == present


@pytest.mark.parametrize("status", ["sent", "failed", "sending", "bounced", "complained"])
def test_no_mail_is_born_sent(status, max, client_of):
    body = {"to_email": "ida@example.com", "subject": "a", "body": "b", "status": status}
    refused(client_of(max).post(URL, body), 409, "conflict")
    assert not Email.objects.exists()


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "failed", "bounced"])
def test_what_has_left_cannot_be_rewritten(status, max, client_of):
    email = EmailFactory(status=status)
    client = client_of(max)
    for change in ({"subject": "Other"}, {"body": "Other"}, {"cc": ["x@example.com"]}):
        refused(client.put(f"{URL}/{email.pk}", change), 409, "conflict")
    whole = client.get(f"{URL}/{email.pk}").json()["data"]
    assert client.put(f"{URL}/{email.pk}", whole).status_code == 200
    assert client.put(f"{URL}/{email.pk}", {"metadata": {"a": 1}}).status_code == 200


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "bounced", "complained"])
def test_a_mail_is_not_sent_twice(status, max, client_of):
    email = EmailFactory(status=status)
    refused(client_of(max).post(f"{URL}/{email.pk}/send"), 409, "conflict")


def test_a_failed_mail_gets_another_chance(ann, client_of, work_off):
    email = EmailFactory(status="failed", attempts=6, error="550", created_by=ann)
    assert client_of(ann).post(f"{URL}/{email.pk}/send").status_code == 202
    work_off()
    row = Email.objects.get()
    assert (row.status, row.attempts, row.error) == ("sent", 1, "")


def test_draft_bodies_are_checked_as_well(max, client_of):
    client = client_of(max)
    email = EmailFactory()
    for change in ({"subject": "a\nb"}, {"cc": ["no"]}, {"attachments": ["x"]}):
        refused(client.put(f"{URL}/{email.pk}", change), 400, "invalid")
    answer = client.put(f"{URL}/{email.pk}", {"html_body": "<b onclick=x>y</b><iframe></iframe>"})
    assert answer.json()["data"]["html_body"] == "<b>y</b>"


def test_nobody_sends_a_campaigns_mail_one_by_one(max, client_of):
    email = EmailFactory(campaign=CampaignFactory(status="active"))
    refused(client_of(max).post(f"{URL}/{email.pk}/send"), 409, "conflict")
    refused(client_of(max).put(f"{URL}/{email.pk}", {"status": "queued"}), 409, "conflict")


def test_a_mail_that_reads_like_a_colleagues_is_theirs_to_send(mia, ann, client_of):
    email = EmailFactory(created_by=ann)
    refused(client_of(mia).post(f"{URL}/{email.pk}/send"), 403, "permission_denied")


# -- outcomes that nobody knows ------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "status"), [("sent", "sent"), ("failed", "failed"), ("resend", "queued")]
)
def test_a_person_settles_an_unknown_outcome(outcome, status, ann, client_of):
    email = EmailFactory(
        status="sending", outcome_unknown=True, claimed_at=timezone.now(), created_by=ann
    )
    answer = client_of(ann).post(f"{URL}/{email.pk}/settle", {"outcome": outcome})
    assert answer.status_code == 200, answer.content
    row = answer.json()["data"]
    assert (row["status"], row["outcome_unknown"]) == (status, False)
    assert (row["sent_at"] is not None) == (outcome == "sent")
    event = Event.objects.filter(record_id=email.pk).latest("id")
    assert (event.actor, event.data["settled"]) == (ann, True)


def test_what_is_known_is_not_settled(max, client_of):
    for values in ({"status": "sent"}, {"status": "sending"}, {"status": "draft"}):
        email = EmailFactory(**values)
        answer = client_of(max).post(f"{URL}/{email.pk}/settle", {"outcome": "resend"})
        refused(answer, 409, "conflict")


# -- templates -----------------------------------------------------------------------------


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
        row = client.post(f"{URL}/send", {**body, "template": wanted}).json()["data"]
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
    found = errors(client_of(ann).post(f"{URL}/send", body))
    assert found == {"data": ["Without a value: b, c, lead.company."]}


def test_a_preview_shows_what_would_be_said(sam, client_of):
    template = EmailTemplateFactory(subject="{{ a }}", body="{{ b }}", html_body="<p>{{ a }}</p>")
    url = f"{URL}/templates/{template.pk}/preview"
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
    answer = client_of(max).post(f"{URL}/templates", body)
    refused(answer, 400, "invalid")
    assert list(answer.json()["errors"]) == ["body"]


def test_a_value_is_not_read_as_a_template(max, client_of):
    EmailTemplateFactory(name="T", subject="{{ a }}", body="x")
    body = {"to": "i@example.com", "template": "T", "data": {"a": "{{ b }}", "b": "y"}}
    assert client_of(max).post(f"{URL}/send", body).json()["data"]["subject"] == "{{ b }}"


def test_a_javascript_link_in_a_value_is_no_link(max, client_of):
    EmailTemplateFactory(name="T", subject="s", body="x", html_body='<a href="{{ url }}">go</a>')
    body = {"to": "i@example.com", "template": "T", "data": {"url": "javascript:alert(1)"}}
    row = client_of(max).post(f"{URL}/send", body).json()["data"]
    assert row["html_body"] == "<a>go</a>"
