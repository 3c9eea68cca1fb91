"""Apps that send the browser here: to sign in, to sign out, to another provider."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client

from accounts.models import Session
from conftest import PASSWORD

from .door import me, refused

pytestmark = pytest.mark.django_db

APP_PAGE = "https://app.example.org/leads?tab=open#top"
FOREIGN = (
    "https://evil.example.net/",
    "https://app.example.org.evil.example.net/",
    "https://app.example.org@evil.example.net/",
    "https://app.example.org\\@evil.example.net/",
    "https://app.example.org:8443/",
    "http://app.example.org/",
    "//evil.example.net/",
    "///evil.example.net/",
    "/\\evil.example.net",
    "javascript:alert(1)",
    "https://",
    "https://app.example.org:port/",
    "https://app.example.org\n.evil.example.net/",
)


@pytest.fixture(autouse=True)
def known_apps(settings):
    settings.FRONTEND_URL = "https://crm.example.org"
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]


def sign_in(browser, person, **more):
    body = {"username": person.email, "password": PASSWORD, **more}
    return browser.post("/login/", body)


def token_in(answer):
    return parse_qs(urlsplit(answer["Location"]).query)["access_token"][0]


@pytest.mark.parametrize(
    "page", [APP_PAGE, "https://crm.example.org/", "https://app.example.org:443/?access_token=old"]
)
def test_signing_in_leads_back_with_a_token(page, ann):
    browser = Client()
    shown = browser.get("/login/", {"from_url": page, "app_id": configured.BASE44_APP_ID})
    assert shown.context["from_url"] == page
    assert "form-action 'self' https://" in shown["Content-Security-Policy"]

    answer = sign_in(browser, ann, from_url=page)

    assert answer.status_code == 302
    went, wanted = urlsplit(answer["Location"]), urlsplit(page)
    assert (went.scheme, went.netloc, went.path, went.fragment) == (
        wanted.scheme,
        wanted.netloc,
        wanted.path,
        wanted.fragment,
    )
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    if page == APP_PAGE:
        assert parse_qs(went.query)["tab"] == ["open"]
    assert me(token_in(answer)).json()["email"] == ann.email


def test_the_older_address_keeps_what_was_asked(ann):
    answer = Client().get("/login", {"from_url": APP_PAGE}, follow=True)
    assert answer.context["from_url"] == APP_PAGE


def test_token_and_page_are_one_session(ann):
    browser = Client()
    token = token_in(sign_in(browser, ann, from_url=APP_PAGE))
    assert Session.objects.count() == 1
    assert browser.get("/me/").status_code == 200

    browser.post("/logout/")

    assert refused(me(token))[0] == 401


def test_who_is_signed_in_already_goes_straight_back(ann):
    browser = Client()
    sign_in(browser, ann)

    answer = browser.get("/login/", {"from_url": APP_PAGE})

    assert answer.status_code == 302
    assert me(token_in(answer)).status_code == 200
    assert Session.objects.count() == 1


@pytest.mark.parametrize("page", FOREIGN)
def test_strangers_get_neither_token_nor_visitor(page, ann, settings):
    settings.CORS_ALLOW_ALL_ORIGINS = True
    browser = Client()
    shown = browser.get("/login/", {"from_url": page})
    assert shown.context["from_url"] == ""
    assert shown["Content-Security-Policy"].count("form-action 'self';") == 1 or shown[
        "Content-Security-Policy"
    ].endswith("form-action 'self'")

    answer = sign_in(browser, ann, from_url=page)
    again = browser.get("/login/", {"from_url": page})

    for went in (answer, again):
        assert went.status_code == 302
        assert went["Location"] == "/"


def test_a_page_of_ours_gets_the_visitor_without_a_token(ann):
    for page in ("/leads/", "http://testserver/leads/"):
        assert sign_in(Client(), ann, from_url=page)["Location"] == page


def test_a_wrong_password_leads_nowhere(ann):
    answer = Client().post(
        "/login/", {"username": ann.email, "password": "wrong", "from_url": APP_PAGE}
    )
    assert answer.status_code == 200
    assert answer.context["from_url"] == APP_PAGE
    assert not Session.objects.exists()


# -- signing out ---------------------------------------------------------------------------


def test_signing_out_in_the_app_ends_page_and_token(ann):
    browser = Client()
    token = token_in(sign_in(browser, ann, from_url=APP_PAGE))

    answer = browser.get("/api/apps/auth/logout", {"from_url": APP_PAGE})

    assert (answer.status_code, answer["Location"]) == (302, APP_PAGE)
    assert refused(me(token))[0] == 401
    assert browser.get("/me/").status_code == 302


@pytest.mark.parametrize("page", FOREIGN)
def test_signing_out_leads_to_no_stranger(page, ann):
    answer = Client().get("/api/apps/auth/logout", {"from_url": page})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")


def test_an_image_signs_nobody_out(ann):
    browser = Client()
    token = token_in(sign_in(browser, ann, from_url=APP_PAGE))
    browser.get("/api/apps/auth/logout", headers={"Sec-Fetch-Dest": "image"})
    assert me(token).status_code == 200


# -- other providers -----------------------------------------------------------------------

PROVIDERS = (
    "auth/login",
    "auth/microsoft/login",
    f"{configured.BASE44_APP_ID}/auth/sso/login",
)


@pytest.mark.parametrize("path", PROVIDERS)
def test_other_providers_are_told_to_be_missing(path, db):
    answer = Client().get(f"/api/apps/{path}", {"from_url": APP_PAGE})
    assert answer.status_code == 302
    assert answer["Location"].startswith("https://app.example.org/leads?")
    assert parse_qs(urlsplit(answer["Location"]).query)["error"] == ["provider_not_configured"]
    for page in FOREIGN:
        answer = Client().get(f"/api/apps/{path}", {"from_url": page})
        assert refused(answer) == (501, "integration_not_configured")
