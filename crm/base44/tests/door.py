"""How tests come to the second wire format and look at what it answers."""

from django.conf import settings
from rest_framework.test import APIClient

from conftest import PASSWORD

APP = f"/api/apps/{settings.BASE44_APP_ID}"
LOGS = f"/api/app-logs/{settings.BASE44_APP_ID}"
KEYS = {"message", "detail", "code", "error_type", "request_id", "traceback"}


def post(path, body=None, *, client=None, **options):
    """Send a body to an address of the app, by nobody unless a client is given."""
    return (client or APIClient()).post(f"{APP}/{path}", body, **options)


def log_in(email, password=PASSWORD):
    return post("auth/login", {"email": email, "password": password})


def bearer(token):
    """Return a client that shows ``token``."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def me(token):
    return bearer(token).get(f"{APP}/entities/User/me")


def refused(answer):
    """Return status and code of a refusal, which must have the format's keys."""
    body = answer.json()
    further = {401: {"extra_data"}, 422: {"errors"}}.get(answer.status_code, set())
    assert set(body) == KEYS | further, body
    assert body["message"] == body["detail"] != ""
    assert body["traceback"] == ""
    return answer.status_code, body["code"]
