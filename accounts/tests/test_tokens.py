"""What a token opens, and what it does not."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.utils import timezone

from accounts import tokens
from accounts.models import Session
from accounts.tests.doors import (
    AUTH,
    SESSION_OVER,
    bearer,
    log_in,
    me,
    opened,
    refreshed,
    refused,
    works,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims, key=None, algorithm="HS256", **changed):
    key = (
        key
        or {"access": settings.JWT_SECRET, "refresh": settings.REFRESH_TOKEN_SECRET}[
            claims["token_type"]
        ]
    )
    return jwt.encode({**claims, **changed}, key, algorithm=algorithm)


# -- what they hold ------------------------------------------------------------------------


def test_tokens_name_the_session_and_nothing_about_the_person(ann):
    here = opened(ann)
    for token, kind in ((here.token, "access"), (here.refresh_token, "refresh")):
        claims = claims_of(token)
        assert set(claims) == {"token_type", "exp", "iat", "jti", "sub", "sid", "iss", "aud"}
        assert (claims["token_type"], claims["sub"]) == (kind, str(ann.pk))
        assert claims["sid"] == str(here.session.pk)
        assert jwt.get_unverified_header(token)["alg"] == "HS256"


def test_tokens_live_as_long_as_the_settings_say(ann):
    here = opened(ann)
    access, refresh = claims_of(here.token), claims_of(here.refresh_token)
    assert access["exp"] - access["iat"] == settings.ACCESS_TOKEN_LIFETIME.total_seconds()
    assert refresh["exp"] == int(here.session.expires_at.timestamp())
    lifetime = here.session.expires_at - here.session.created_at
    assert abs(lifetime - settings.REFRESH_TOKEN_LIFETIME) < timedelta(seconds=5)


# -- rotation ------------------------------------------------------------------------------


def test_refreshing_gives_a_new_pair_for_the_same_session(ann):
    here = opened(ann)

    answer = refreshed(here.refresh_token)

    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert set(data) == {"user", "token", "refreshToken"}
    assert data["user"]["id"] == str(ann.pk)
    assert data["refreshToken"] != here.refresh_token
    assert claims_of(data["token"])["sid"] == str(here.session.pk)
    assert me(data["token"]).status_code == 200
    assert Session.objects.count() == 1
    assert refreshed(data["refreshToken"]).status_code == 200


def test_a_used_refresh_token_ends_the_whole_family(ann):
    here, there = opened(ann), opened(ann)
    won = refreshed(here.refresh_token).json()["data"]

    answer = refreshed(here.refresh_token)

    assert refused(answer) == SESSION_OVER
    assert refused(me(here.token)) == SESSION_OVER
    assert refused(me(won["token"])) == SESSION_OVER
    assert refused(refreshed(won["refreshToken"])) == SESSION_OVER
    assert Session.objects.get(pk=here.session.pk).revoked_at is not None
    assert works(there)


def test_refreshing_moves_the_end_of_the_session(ann):
    here = opened(ann)
    Session.objects.update(expires_at=timezone.now() + HOUR)
    refreshed(here.refresh_token)
    assert Session.objects.get().expires_at > timezone.now() + 24 * HOUR


def test_an_expired_session_can_not_be_refreshed(ann):
    here = opened(ann)
    Session.objects.update(expires_at=timezone.now() - HOUR)

    assert refused(refreshed(here.refresh_token)) == SESSION_OVER
    assert refused(me(here.token)) == SESSION_OVER


# -- each where it belongs -----------------------------------------------------------------


def test_a_refresh_token_is_no_bearer_token(ann):
    assert refused(me(opened(ann).refresh_token)) == SESSION_OVER


def test_an_access_token_refreshes_nothing(ann):
    here = opened(ann)
    assert refused(refreshed(here.token)) == SESSION_OVER
    assert works(here)


def test_the_type_counts_even_under_the_right_key(ann):
    here = opened(ann)
    access, refresh = claims_of(here.token), claims_of(here.refresh_token)
    assert refused(me(signed(refresh, settings.JWT_SECRET))) == SESSION_OVER
    disguised = signed(access, settings.REFRESH_TOKEN_SECRET, jti=refresh["jti"])
    assert refused(refreshed(disguised)) == SESSION_OVER
    assert works(here)


def test_reset_tokens_open_nothing(ann):
    token = tokens.reset_token(ann)
    assert refused(me(token)) == SESSION_OVER
    assert refused(refreshed(token)) == SESSION_OVER


@pytest.mark.parametrize("key", ["another key altogether, and long enough", "SECRET_KEY"])
def test_tokens_of_another_key_are_refused(key, ann):
    key = getattr(settings, key, key)
    here = opened(ann)
    assert refused(me(signed(claims_of(here.token), key))) == SESSION_OVER
    assert refused(refreshed(signed(claims_of(here.refresh_token), key))) == SESSION_OVER
    assert works(here)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": 1_000_000_000},
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"sid": "0199a0b0-0000-7000-8000-000000000000"},
        {"sub": "0199a0b0-0000-7000-8000-000000000000"},
        {"token_type": "sliding"},
    ],
)
def test_claims_that_do_not_fit_are_refused(changed, ann):
    here = opened(ann)
    access = signed(claims_of(here.token), settings.JWT_SECRET, **changed)
    refresh = signed(claims_of(here.refresh_token), settings.REFRESH_TOKEN_SECRET, **changed)
    assert refused(me(access)) == SESSION_OVER
    assert refused(refreshed(refresh)) == SESSION_OVER
    assert works(here)


def test_tokens_of_somebody_else_s_session_are_refused(ann, tom):
    here, other = opened(ann), opened(tom)
    mixed = signed(claims_of(here.token), sid=str(other.session.pk))
    assert refused(me(mixed)) == SESSION_OVER
    mixed = signed(claims_of(here.refresh_token), sid=str(other.session.pk))
    assert refused(refreshed(mixed)) == SESSION_OVER
    assert works(here)
    assert works(other)


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_only_one_algorithm_is_read(algorithm, ann):
    claims = claims_of(opened(ann).token)
    key = "" if algorithm == "none" else settings.JWT_SECRET
    assert refused(me(jwt.encode(claims, key, algorithm=algorithm))) == SESSION_OVER


def test_a_changed_payload_breaks_the_signature(ann, max):
    head, _, tail = opened(ann).token.split(".")
    claims = {**claims_of(opened(ann).token), "sub": str(max.pk)}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert refused(me(f"{head}.{body}.{tail}")) == SESSION_OVER


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer ü", "Basic YTpi", "Bearer a b", "x"],
)
def test_a_header_that_is_no_token_is_refused(header, db):
    client = bearer()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert refused(client.get(f"{AUTH}/me")) == SESSION_OVER


@pytest.mark.parametrize("token", ["", "x", "a.b.c", None, 7, ["x"], "x" * 5000])
def test_a_refresh_token_that_is_none_is_refused(token, db):
    assert refused(refreshed(token)) in {SESSION_OVER, (400, "invalid")}


def test_a_bad_token_does_not_hinder_signing_in(ann):
    client = bearer("stale")
    answer = client.post(f"{AUTH}/login", {"email": ann.email, "password": "wrong-horse-1"})
    assert answer.json()["message"] == "Email or password is wrong."
    assert log_in(ann.email, HTTP_AUTHORIZATION="Bearer stale").status_code == 200
