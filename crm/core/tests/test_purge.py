"""What nobody restored in time is removed for good, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.core.models import Event
from crm.core.purge import purge_expired
from crm.people.models import Account
from crm.people.tests.factories import AccountFactory, ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def days(settings):
    """Give the time so many days ago; the bin is emptied after thirty."""
    settings.PURGE_DAYS = 30
    return lambda count: timezone.now() - timedelta(days=count)


def test_only_what_was_deleted_long_ago_goes(days):
    AccountFactory(deleted_at=days(31))
    kept = {AccountFactory(deleted_at=days(29)), AccountFactory()}
    assert purge_expired() == 1
    assert set(Account.all_objects.all()) == kept


def test_what_others_link_to_stays_until_they_are_gone(days):
    account = AccountFactory(deleted_at=days(31))
    contact = ContactFactory(account=account)
    assert purge_expired() == 0
    contact.delete()
    assert purge_expired() == 1


def test_the_history_stays(days):
    account = AccountFactory(deleted_at=days(31))
    Event.objects.create(name="account.deleted", record_type="account", record_id=account.pk)
    purge_expired()
    assert Event.objects.filter(record_id=account.pk).exists()
