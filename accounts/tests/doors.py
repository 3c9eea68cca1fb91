"""How tests come to the doors of /api/v1/auth/ and look at what they answer."""

from rest_framework.test import APIClient

from accounts import sessions
from accounts.models import Session
from conftest import PASSWORD, Request

AUTH = "/api/v1/auth"
SESSION_OVER = (401, "not_authenticated")


def post(path, body=None, *, token=None, **headers):
    """Send a body to an address below /api/v1/auth/, signed in by ``token`` if given."""
    return bearer(token).post(f"{AUTH}/{path}", body, **headers)


def bearer(token=None):
    """Return a client that shows ``token`` as its access token."""
    client = APIClient()
    if token is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def log_in(email, password=PASSWORD, **headers):
    return post("login", {"email": email, "password": password}, **headers)


def opened(user):
    """Open a session past the login door; return it with its pair of tokens."""
    return sessions.open_session(user, request=Request())


def refreshed(refresh_token):
    return post("refresh-token", {"refreshToken": refresh_token})


def me(token):
    return bearer(token).get(f"{AUTH}/me")


def works(sign_in):
    """Say whether the access token opens ``me`` and the session still stands for refreshing."""
    answer = me(sign_in.token)
    assert answer.status_code == 200 or refused(answer) == SESSION_OVER
    session = Session.objects.select_related("user").get(pk=sign_in.session.pk)
    is_open = session.is_open(session.last_seen_at)
    assert is_open is (answer.status_code == 200)
    return is_open


def refused(response):
    """Return status and code of a refusal, which must have exactly the contract's form."""
    body = response.json()
    names = {"success", "message", "code", "request_id"}
    assert set(body) == (names | {"errors"} if response.status_code == 400 else names)
    assert body["success"] is False
    assert body["message"]
    assert body["request_id"] == response["X-Request-ID"]
    assert ("WWW-Authenticate" in response) is (response.status_code == 401)
    return response.status_code, body["code"]
