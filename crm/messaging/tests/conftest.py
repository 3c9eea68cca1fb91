"""Mail as the API takes it, a provider that is told what to say, and Amazon's notices."""

from crm.messaging.models import Email
from crm.tests.world import refused

URL = "/api/v1/emails"
MAIL = {"to": "ida@example.com", "subject": "Hello", "body": "Hi"}


def errors(response):
    """Return what was wrong with a request for a mail; nothing of it was stored."""
    refused(response, 400, "invalid")
    assert not Email.objects.exists()
    return response.json()["errors"]
