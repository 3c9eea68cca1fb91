"""Writing mails on pages: what is stored, what is refused, and who may."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from crm.documents.models import Document
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.factories import EmailFactory, EmailTemplateFactory
from crm.people.tests.factories import ContactFactory
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db
NEW = "/emails/new/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def page(client):
    """A browser that is signed in as somebody."""

    def page(user):
        client.force_login(user, backend="accounts.backends.RoleBackend")
        return client

    return page


@pytest.fixture
def ida(ann):
    return ContactFactory(
        first_name="Ida", last_name="Berg", email="ida@example.com", assigned_to=ann
    )


def mail(**values):
    return {"to_text": "kim@example.org", "subject": "Offer", "body": "Here it is.", **values}


def test_a_mail_to_an_address_is_queued_and_the_page_says_so(page, ann):
    answer = page(ann).post(NEW, mail(verb="send"), follow=True)
    email = Email.objects.get()
    assert (email.status, email.to_email, email.created_by) == ("queued", "kim@example.org", ann)
    assert email.reply_to == ann.email
    assert "leaves within moments" in answer.content.decode()


def test_the_receiver_is_found_by_name_and_the_mail_is_about_them(page, ann, ida):
    page(ann).post(NEW, mail(to_text="Ida Berg", verb="send"))
    email = Email.objects.get()
    assert email.to_email == "ida@example.com"
    assert (email.related_to_type, email.related_to_id) == ("contact", ida.pk)


def test_somebody_out_of_sight_is_not_found(page, ann, zoe):
    hers = LeadFactory(first_name="Secret", email="secret@example.com", assigned_to=zoe)
    answer = page(ann).post(NEW, mail(to_text="Secret", verb="send"))
    assert answer.status_code == 200
    answer = page(ann).post(NEW, mail(to=f"lead:{hers.pk}", to_text="x", to_was="x", verb="send"))
    assert answer.status_code == 200
    assert "secret@example.com" not in answer.content.decode()
    assert not Email.objects.exists()


def test_several_addresses_and_copies(page, ann):
    page(ann).post(
        NEW,
        mail(
            to_text="a@example.org, B <b@example.org>",
            cc="c@example.org",
            bcc="d@example.org",
            verb="send",
        ),
    )
    email = Email.objects.get()
    assert email.to_email == "a@example.org"
    assert email.cc == ["b@example.org", "c@example.org"]
    assert email.bcc == ["d@example.org"]


def test_what_is_refused_stands_beside_its_field_and_nothing_is_stored(page, ann):
    answer = page(ann).post(NEW, mail(cc="nonsense", body="", verb="send"))
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "Give text, HTML or a template." in told
    assert 'value="nonsense"' in told
    assert not Email.objects.exists()


def test_a_suppressed_address_is_told_before_and_refused(page, ann):
    Suppression.objects.create(address="kim@example.org", reason="bounced")
    shown = page(ann).get(f"{NEW}?to=kim@example.org").content.decode()
    assert "is suppressed (bounced)" in shown
    answer = page(ann).post(NEW, mail(verb="send"))
    assert answer.status_code == 200
    assert not Email.objects.exists()


def test_who_opted_out_of_newsletters_is_told_of_and_may_be_written_to(page, ann, ida):
    ida.email_opt_out = True
    ida.save()
    shown = page(ann).get(f"/contacts/{ida.pk}/add/email/").content.decode()
    assert "asked for no newsletters" in shown
    page(ann).post(f"/contacts/{ida.pk}/add/email/", mail(to=f"contact:{ida.pk}", verb="send"))
    assert Email.objects.get().status == "queued"


def test_a_draft_is_kept_and_written_on(page, ann):
    browser = page(ann)
    browser.post(NEW, mail(verb="draft"))
    email = Email.objects.get()
    assert email.status == "draft"
    assert "Here it is." in browser.get(f"/emails/{email.pk}/edit/").content.decode()
    changed = mail(body="Better.", shown_revision=email.revision, verb="send")
    browser.post(f"/emails/{email.pk}/edit/", changed)
    email.refresh_from_db()
    assert (email.status, email.body) == ("queued", "Better.")


def test_a_draft_that_somebody_else_changed_is_not_written_over(page, ann):
    email = EmailFactory(created_by=ann, body="Old")
    stale = mail(shown_revision=email.revision - 1, verb="draft")
    assert page(ann).post(f"/emails/{email.pk}/edit/", stale).status_code == 200
    email.refresh_from_db()
    assert email.body == "Old"


def test_a_mail_is_planned_and_taken_back(page, ann):
    browser, later = page(ann), timezone.localtime() + timedelta(days=1)
    browser.post(NEW, mail(scheduled_at=f"{later:%Y-%m-%dT%H:%M}", verb="send"))
    email = Email.objects.get()
    assert email.status == "scheduled"
    browser.post(f"/emails/{email.pk}/keep/")
    email.refresh_from_db()
    assert email.status == "draft"


def test_a_form_sent_twice_makes_one_mail(page, ann):
    browser = page(ann)
    once = browser.get(NEW).context["once"]
    for _ in range(2):
        answer = browser.post(NEW, mail(once=once, verb="send"))
        assert answer.status_code == 302
    assert Email.objects.count() == 1


def test_a_template_fills_in_what_is_known_of_the_receiver(page, ann, ida):
    template = EmailTemplateFactory(
        subject="Hi {{ first_name }}", body="Your {{ contact.shoe_size }}"
    )
    address = f"/contacts/{ida.pk}/add/email/"
    shown = page(ann).post(
        address, {"to": f"contact:{ida.pk}", "template": template.pk, "again": "template"}
    )
    text = shown.content.decode()
    assert shown.status_code == 200
    assert 'value="Hi Ida"' in text
    assert "<code>contact.shoe_size</code>" in text
    assert not Email.objects.exists()
    left = mail(body="Your {{ contact.shoe_size }}", template=template.pk, verb="send")
    assert page(ann).post(NEW, left).status_code == 200


def test_a_file_from_the_device_becomes_a_document_about_the_record(page, ann, ida):
    file = SimpleUploadedFile("offer.txt", b"an offer")
    page(ann).post(
        f"/contacts/{ida.pk}/add/email/",
        mail(to=f"contact:{ida.pk}", related_to=f"contact:{ida.pk}", files=file, verb="send"),
    )
    document, email = Document.objects.get(), Email.objects.get()
    assert document.related_to_id == ida.pk
    assert email.attachments == [str(document.pk)]


def test_a_refused_mail_keeps_the_file_it_came_with(page, ann):
    file = SimpleUploadedFile("offer.txt", b"an offer")
    answer = page(ann).post(NEW, mail(subject="", files=file, verb="send"))
    document = Document.objects.get()
    assert answer.status_code == 200
    assert f'value="{document.pk}"' in answer.content.decode()
    assert not Email.objects.exists()


def test_a_program_is_refused_and_the_mail_stays(page, ann):
    file = SimpleUploadedFile("run.exe", b"MZ")
    answer = page(ann).post(NEW, mail(files=file, verb="send"))
    assert answer.status_code == 200
    assert "Programs and scripts" in answer.content.decode()
    assert not Email.objects.exists()


def test_an_answer_and_a_forward_begin_with_the_mail(page, ann, zoe):
    email = EmailFactory(created_by=ann, subject="Plan", body="Old words", to_email="a@example.org")
    again = page(ann).get(f"{NEW}?again={email.pk}").content.decode()
    assert 'value="Re: Plan"' in again
    assert "a@example.org" in again
    forward = page(ann).get(f"{NEW}?forward={email.pk}").content.decode()
    assert 'value="Fwd: Plan"' in forward
    assert "&gt; Old words" in forward
    assert page(zoe).get(f"{NEW}?again={email.pk}").status_code == 404


def test_a_template_can_be_asked_for_by_the_address(page, ann, ida):
    template = EmailTemplateFactory(subject="Hi {{ first_name }}")
    query = f"?related_to_type=contact&related_to_id={ida.pk}&template={template.pk}"
    shown = page(ann).get(f"{NEW}{query}").content.decode()
    assert 'value="Hi Ida"' in shown
    assert f'value="contact:{ida.pk}"' in shown


def test_a_form_that_comes_back_from_signing_in_keeps_what_was_typed(page, ann):
    template = EmailTemplateFactory(subject="Other")
    shown = page(ann).post(NEW, mail(template=template.pk, again="1", verb="send"))
    assert 'value="Offer"' in shown.content.decode()
    assert not Email.objects.exists()
