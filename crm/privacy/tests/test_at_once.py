"""Somebody is stored and erased at the same moment."""

from functools import partial

import pytest
from django.db import connection

from crm.people.models import Contact
from crm.privacy.tests.conftest import EMAIL
from crm.tests.threads import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="held names need PostgreSQL"),
]


def test_whoever_is_first_nobody_with_the_address_is_left(max, client_of):
    storing, erasing = client_of(max), client_of(max)
    for turn in range(10):
        address = f"{turn}.{EMAIL}"
        body = {"first_name": "Ida", "last_name": "Quist", "email": address}
        stored, erased = at_once(
            partial(storing.post, "/api/v1/contacts", body),
            partial(erasing.post, "/api/v1/privacy/erase", {"email": address}),
        )
        assert erased.status_code == 200
        assert stored.status_code in (201, 400)
        found = erased.json()["data"]["erased"]["contacts"]
        assert found == (1 if stored.status_code == 201 else 0)
        assert not Contact.all_objects.filter(email=address).exists()
