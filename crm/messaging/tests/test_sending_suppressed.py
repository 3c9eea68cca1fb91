"""The engine: who is not written to."""

import pytest

from crm.marketing.tests.factories import CampaignFactory
from crm.messaging import operations, sending
from crm.messaging.models import Email, Suppression
from crm.messaging.tests.conftest import of, queued
from crm.messaging.tests.factories import EmailFactory
from crm.people.tests.factories import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_pause")]


@pytest.mark.parametrize(
    ("reason", "campaign", "goes"),
    [
        ("bounced", False, False),
        ("complained", False, False),
        ("unsubscribed", False, True),
        ("manual", False, True),
        ("bounced", True, False),
        ("complained", True, False),
        ("unsubscribed", True, False),
        ("manual", True, False),
    ],
)
def test_suppressed_addresses_are_left_alone(reason, campaign, goes, provider):
    extra = {"campaign": CampaignFactory(status="active")} if campaign else {}
    email = queued(to_email="ida@example.com", **extra)
    Suppression.objects.create(address="ida@example.com", reason=reason)
    sending.send_waiting()
    assert of(email).status == ("sent" if goes else "failed")
    assert provider.took == (["ida@example.com"] if goes else [])
    if not goes:
        assert "ida@example.com is suppressed" in of(email).error


def test_a_copy_to_a_suppressed_address_stops_the_mail(provider):
    email = queued(cc=["ida@example.com"])
    Suppression.objects.create(address="ida@example.com", reason="bounced")
    sending.send_waiting()
    assert of(email).status == "failed"
    assert provider.took == []


def test_campaigns_leave_out_who_opted_out(provider):
    ContactFactory(email="ida@example.com", email_opt_out=True)
    email = EmailFactory(to_email="ida@example.com", campaign=CampaignFactory(status="active"))
    operations.queue_many(
        [Email(to_email="ida@example.com", subject="Hi", body="Hi", campaign=email.campaign)],
        by=None,
    )
    personal = queued(to_email="ida@example.com")
    sending.send_waiting()
    assert of(personal).status == "sent"
    assert Email.objects.get(campaign=email.campaign, status="failed").error.endswith(
        "has opted out of campaign mail."
    )
