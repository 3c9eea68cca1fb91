"""Which tests share a worker, and which run in one half only."""

from pathlib import Path

import pytest
from django.conf import settings

from conftest import TRIED_ONCE
from nexa.testenv import SHARING, group_of

ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("crm/tests/journeys/test_rep.py::test_a_call[wide]", "crm/tests/journeys/"),
        ("crm/tests/test_workers.py::test_a_kill", "crm/tests/test_workers.py"),
        ("crm/tests/test_values.py::test_a", "crm/tests/test_values.py::test_a"),
    ],
)
def test_who_shares_a_server_shares_a_worker(test, group):
    assert group_of(test) == group


def test_no_place_is_named_that_is_not_there():
    assert [place for place in SHARING if not (ROOT / place).exists()] == []
    tests = {path.name for app in ("accounts", "crm", "nexa") for path in (ROOT / app).rglob("*")}
    assert tests >= TRIED_ONCE
