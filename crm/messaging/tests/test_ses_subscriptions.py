"""Subscriptions of SNS: only those to the topics of the house are confirmed, and only at Amazon."""

import pytest

from crm.messaging import gateways
from crm.messaging.models import ProviderNotice
from crm.messaging.tests.conftest import CERTIFICATE, CONFIRM, post

pytestmark = pytest.mark.django_db


def subscription(signed, **values):
    return signed(
        Type="SubscriptionConfirmation",
        Token="t",
        SubscribeURL=values.pop("url", CONFIRM),
        **values,
    )


def test_a_subscription_to_our_topic_is_confirmed(signed, wire, db):
    assert post(subscription(signed)).status_code == 200
    assert wire == [CERTIFICATE, CONFIRM]
    assert post(subscription(signed)).status_code == 200
    assert wire == [CERTIFICATE, CONFIRM]


def test_a_subscription_to_another_topic_is_not(signed, wire, db):
    assert post(subscription(signed, TopicArn="arn:aws:sns:x:1:others")).status_code == 403
    assert wire == []


def test_a_subscription_leads_nowhere_but_to_amazon(signed, wire, db):
    post(subscription(signed, url="https://169.254.169.254/latest/meta-data"))
    assert wire == [CERTIFICATE]


def test_amazon_comes_again_where_it_could_not_be_asked(signed, wire, db, monkeypatch):
    def fail(url):
        raise OSError("timed out")

    monkeypatch.setattr(gateways, "_get", fail)
    answer = post(subscription(signed))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert not ProviderNotice.objects.exists()
