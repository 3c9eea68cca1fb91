"""What happens to companies beyond being stored."""

import pytest

from crm.core import records
from crm.people.models import Account

pytestmark = pytest.mark.django_db


def test_a_number_that_somebody_gave_by_hand_is_left_out(max):
    for number in ("ACC-00001", "ACC-00003"):
        records.create(Account(account_name="Given", account_number=number), by=max)

    made = [records.create(Account(account_name="Made"), by=max) for _ in range(3)]

    assert [row.account_number for row in made] == ["ACC-00002", "ACC-00004", "ACC-00005"]
