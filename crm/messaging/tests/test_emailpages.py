"""The pages of one mail and of templates: what is shown, to whom, and what can't run."""

import pytest

from crm.messaging.models import Email, EmailTemplate
from crm.messaging.tests.factories import EmailFactory, EmailTemplateFactory
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    """A browser that is signed in as somebody."""

    def page(user):
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return page


def test_the_formatted_text_stands_in_a_frame_in_which_nothing_runs(page, ann):
    email = EmailFactory(created_by=ann)
    markup = '<p style="color: red">Hi</p><img src="https://spy.example/x.gif">'
    Email.objects.filter(pk=email.pk).update(html_body=f"{markup}<script>alert(1)</script>")
    browser = page(ann)
    detail = browser.get(f"/emails/{email.pk}/")
    assert f'src="/emails/{email.pk}/body/" sandbox' in detail.content.decode()
    assert "alert(1)" not in detail.content.decode()
    assert detail["X-Frame-Options"] == "DENY"
    body = browser.get(f"/emails/{email.pk}/body/")
    policy = body["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:;")
    assert "frame-ancestors 'self'" in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    assert '<p style="color:red">Hi</p>' in body.content.decode().replace(": ", ":")
    assert "<script" not in body.content.decode()


def test_a_mail_out_of_sight_is_not_found(page, ann, zoe):
    email = EmailFactory(created_by=ann)
    for part in ("", "body/", "edit/"):
        assert page(zoe).get(f"/emails/{email.pk}/{part}").status_code == 404
    for verb in ("send", "keep", "settle"):
        assert page(zoe).post(f"/emails/{email.pk}/{verb}/").status_code == 404
    email.refresh_from_db()
    assert email.status == "draft"


def test_the_views_of_the_list(page, ann):
    EmailFactory(created_by=ann, subject="Not yet", status="draft")
    EmailFactory(created_by=ann, subject="Gone wrong", status="failed")
    shown = page(ann).get("/emails/?status=draft").content.decode()
    assert "Not yet" in shown
    assert "Gone wrong" not in shown


def test_a_failed_mail_says_why_and_is_sent_again(page, ann):
    email = EmailFactory(created_by=ann, status="failed", error="550 no such box")
    assert "550 no such box" in page(ann).get(f"/emails/{email.pk}/").content.decode()
    page(ann).post(f"/emails/{email.pk}/send/")
    email.refresh_from_db()
    assert (email.status, email.error) == ("queued", "")


def test_a_mail_that_left_is_not_sent_twice_nor_edited(page, ann):
    email = EmailFactory(created_by=ann, status="sent")
    shown = page(ann).get(f"/emails/{email.pk}/").content.decode()
    assert "Send now" not in shown
    assert f"/emails/{email.pk}/edit/" not in shown
    assert page(ann).post(f"/emails/{email.pk}/send/").status_code in (302, 403)
    email.refresh_from_db()
    assert email.status == "sent"


def test_an_unknown_outcome_is_settled(page, max):
    email = EmailFactory(created_by=max, status="sending", outcome_unknown=True)
    assert "It arrived" in page(max).get(f"/emails/{email.pk}/").content.decode()
    assert page(max).post(f"/emails/{email.pk}/settle/", {"outcome": "x"}).status_code == 400
    page(max).post(f"/emails/{email.pk}/settle/", {"outcome": "failed"})
    email.refresh_from_db()
    assert (email.status, email.outcome_unknown) == ("failed", False)


def test_looking_changes_nothing(page, ann):
    email = EmailFactory(created_by=ann)
    for verb in ("send", "keep", "settle"):
        assert page(ann).get(f"/emails/{email.pk}/{verb}/").status_code == 405
    email.refresh_from_db()
    assert email.status == "draft"


def test_a_template_is_shown_for_a_record_before_it_is_stored(page, max):
    ida = ContactFactory(first_name="Ida", last_name="Berg")
    typed = {"subject": "Hi {{ first_name }}", "body": "Dear {{ nonsense }}"}
    answer = page(max).post(
        "/email-templates/preview/", {**typed, "about": f"contact:{ida.pk}", "about_text": ""}
    )
    shown = answer.content.decode()
    assert "Hi Ida" in shown
    assert "Without a value: nonsense." in shown
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert not EmailTemplate.objects.exists()


def test_a_preview_shows_nothing_of_a_record_out_of_sight(page, mia, zoe):
    hers = LeadFactory(first_name="Secret", assigned_to=zoe)
    template = EmailTemplateFactory()
    address = f"/email-templates/{template.pk}/preview/?about=lead:{hers.pk}"
    assert "Secret" not in page(mia).get(address).content.decode()


def test_braces_that_are_no_placeholder_are_refused_beside_their_field(page, max):
    values = {"name": "Odd", "subject": "Hi", "body": "{{ 1 + 1 }}"}
    answer = page(max).post("/email-templates/new/", values)
    assert answer.status_code == 200
    assert "is no merge field" in answer.content.decode()
    assert not EmailTemplate.objects.exists()


def test_placeholders_are_listed_and_reps_only_look(page, max, ann):
    shown = page(max).get("/email-templates/new/").content.decode()
    assert "{{ contact.first_name }}" in shown
    assert page(ann).get("/email-templates/new/").status_code == 403
    template = EmailTemplateFactory()
    shown = page(ann).get(f"/email-templates/{template.pk}/").content.decode()
    assert "Write with it" in shown
    assert f"/email-templates/{template.pk}/edit/" not in shown


def test_pages_take_few_queries(page, max, django_assert_max_num_queries):
    browser = page(max)
    email = EmailFactory(created_by=max, html_body="<p>x</p>")
    EmailTemplateFactory.create_batch(20)
    for address in (f"/emails/{email.pk}/", "/emails/", "/emails/new/", "/email-templates/new/"):
        browser.get(address)
        with django_assert_max_num_queries(15):
            assert browser.get(address).status_code == 200
