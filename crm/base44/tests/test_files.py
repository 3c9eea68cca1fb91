"""Files that apps upload: who may read them, by which address, and for how long."""

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from rest_framework.test import APIClient

from crm.documents.models import Document
from crm.documents.tests import samples
from crm.messaging.models import Email, Suppression

from .door import post, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

CORE = "integration-endpoints/Core"
OWN = configured.OWN_ADDRESS


def upload(send_file, user, name="logo.png", content=samples.PNG, private=False):
    kind = "UploadPrivateFile" if private else "UploadFile"
    answer = send_file(user, f"{CORE}/{kind}", name, content)
    assert answer.status_code == 200, answer.content
    [address] = answer.json().values()
    return address


def fetched(address, client=None):
    """Return the bytes behind an address of ours, followed as a browser does."""
    assert address.startswith(f"{OWN}/")
    answer = (client or APIClient()).get(address.removeprefix(OWN), follow=True)
    return answer, b"".join(answer) if answer.status_code == 200 else b""


def signed(user, client_of, **body):
    return post(f"{CORE}/CreateFileSignedUrl", body, client=client_of(user))


# -- public files --------------------------------------------------------------------------


def test_an_uploaded_file_is_read_by_whoever_has_its_address(ann, send_file):
    address = upload(send_file, ann)

    answer, content = fetched(address)

    assert address.endswith("/logo.png")
    assert content == samples.PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    document = Document.objects.get()
    assert (document.is_public, document.folder, document.uploaded_by) == (True, "uploads", ann)


def test_the_address_ends_with_the_publicity_of_the_file(ann, send_file):
    address = upload(send_file, ann)
    Document.objects.update(is_public=False)
    answer, _ = fetched(address)
    assert refused(answer) == (404, "not_found")


def test_an_id_alone_opens_nothing(ann, send_file):
    upload(send_file, ann)
    key = Document.objects.get().pk.hex
    for token in (key, f"{key}:", f"{key}:AAAA", f"{'0' * 32}:{'A' * 43}"):
        answer, _ = fetched(f"{OWN}/api/apps/{configured.BASE44_APP_ID}/files/{token}/x.png")
        assert refused(answer) == (404, "not_found")


def test_a_long_name_is_shortened_in_the_address(ann, send_file):
    address = upload(send_file, ann, name="ö" * 100 + " und.png")
    assert len(address) < 600
    assert address.endswith(".png")
    assert fetched(address)[1] == samples.PNG


@pytest.mark.parametrize("kind", ["UploadFile", "UploadPrivateFile"])
def test_what_is_refused_leaves_nothing(kind, ann, send_file, client_of, folder):
    program = send_file(ann, f"{CORE}/{kind}", "photo.png", samples.EXE)
    assert refused(program) == (422, "invalid")
    assert refused(post(f"{CORE}/{kind}", {"file": "x"}, format="multipart"))[0] == 401
    text = post(f"{CORE}/{kind}", {"file": "x"}, client=client_of(ann), format="multipart")
    assert refused(text) == (422, "invalid")
    json = post(f"{CORE}/{kind}", {"file": "x"}, client=client_of(ann))
    assert refused(json)[0] == 415
    assert not Document.all_objects.exists()
    assert folder.keys == set()


def test_a_file_above_the_limit_is_refused(ann, send_file, settings, folder):
    settings.MAX_UPLOAD_MB = 1
    answer = send_file(ann, f"{CORE}/UploadFile", "big.txt", b"x" * (1024 * 1024 + 1))
    assert refused(answer) == (413, "too_large")
    assert folder.keys == set()


# -- private files -------------------------------------------------------------------------


def test_a_private_file_is_read_by_a_signed_address(ann, send_file, client_of):
    uri = upload(send_file, ann, private=True)
    assert uri == f"private/{Document.objects.get().pk}"
    assert Document.objects.get().is_public is False

    answer = signed(ann, client_of, file_uri=uri, expires_in=60)

    assert answer.status_code == 200, answer.content
    assert fetched(answer.json()["signed_url"])[1] == samples.PNG


@pytest.mark.parametrize(("asked", "most"), [(None, 300), (3, 3), (300, 300), (86400, 300)])
def test_a_signed_address_lasts_five_minutes_at_most(
    asked, most, ann, send_file, client_of, monkeypatch
):
    uri = upload(send_file, ann, private=True)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)
    address = signed(ann, client_of, file_uri=uri, expires_in=asked).json()["signed_url"]
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0 + most - 1)
    assert fetched(address)[0].status_code == 200
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0 + most)
    assert fetched(address)[0].status_code == 403


def test_nobody_signs_what_they_may_not_see(ann, zoe, send_file, client_of):
    uri = upload(send_file, ann, private=True)
    body = {"file_uri": uri}
    assert refused(signed(zoe, client_of, **body)) == (404, "not_found")
    assert refused(post(f"{CORE}/CreateFileSignedUrl", body))[0] == 401
    for other in ("private/", "private/x", "../etc/passwd", "https://example.net/x", "\\"):
        assert refused(signed(ann, client_of, file_uri=other)) == (404, "not_found")
    for wrong in (0, -1, "soon"):
        answer = signed(ann, client_of, file_uri=uri, expires_in=wrong)
        assert refused(answer) == (422, "invalid")


# -- mail ----------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def nothing_sent_before():
    cache.clear()


def send_mail(client, **values):
    body = {"to": "carla@example.com", "subject": "Hello", "body": "Good morning", **values}
    return post(f"{CORE}/SendEmail", body, client=client)


def test_a_mail_leaves(ann, client_of, work_off):
    answer = send_mail(client_of(ann), from_name="The team")
    assert answer.status_code == 200, answer.content
    email = Email.objects.get()
    assert answer.json() == {"success": True, "messageId": str(email.pk)}
    assert email.created_by == ann
    work_off()
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["carla@example.com"], "Hello", "Good morning")
    assert sent.from_email.startswith("The team <")
    assert sent.reply_to == [ann.email]


def test_markup_is_sent_as_such_and_without_its_scripts(ann, client_of, work_off):
    send_mail(client_of(ann), body="<p>Good <b>morning</b></p><script>alert(1)</script>")
    work_off()
    [sent] = mail.outbox
    assert sent.body.strip() == "Good morning"
    [(markup, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "<b>morning</b>" in markup
    assert "alert" not in markup


@pytest.mark.parametrize(
    "values",
    [
        {"to": "nobody"},
        {"to": ["a@example.com"]},
        {"to": "a@example.com, b@example.com"},
        {"subject": ""},
        {"subject": "Hello\r\nBcc: a@example.com"},
        {"body": ""},
        {"from_name": "Team\nX: y"},
    ],
)
def test_a_mail_that_is_none_is_refused(values, ann, client_of):
    status, code = refused(send_mail(client_of(ann), **values))
    assert (status in {400, 422}, code) == (True, "invalid")
    assert not Email.all_objects.exists()


def test_mail_keeps_the_rules_of_the_house(ann, client_of, settings):
    assert refused(send_mail(APIClient()))[0] == 401
    Suppression.objects.create(address="carla@example.com", reason=Suppression.Reason.BOUNCED)
    assert refused(send_mail(client_of(ann)))[0] == 422
    settings.MAIL_DAILY_PER_USER = 1
    assert send_mail(client_of(ann), to="b@example.com").status_code == 200
    assert refused(send_mail(client_of(ann), to="c@example.com"))[0] == 429
    assert Email.objects.count() == 1
