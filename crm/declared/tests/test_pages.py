"""The pages of an entity that an administrator declared."""

import pytest
from crm.tests.pages import signed_in

from crm.declared.models import DeclaredRecord
from crm.declared.tests.conftest import HALL

pytestmark = pytest.mark.django_db
LIST = "/entities/Booking/"


@pytest.fixture
def hall(booking, ann):
    from crm.core import records

    return records.create(DeclaredRecord(declaration=booking, custom_fields=HALL), by=ann)


def test_list(hall, ann):
    client = signed_in(ann)
    r = client.get(LIST)
    assert r.status_code == 200
    print(r.content.decode())
    for a in ("new/", "trash/", "export/", f"{hall.pk}/", f"{hall.pk}/?tab=history", f"{hall.pk}/edit/", f"{hall.pk}/edit/custom_fields.seats/", f"{hall.pk}/delete/","?search=hall","?custom_fields.state=asked&sort=-custom_fields.seats&custom_fields.seats__gte=3", "?created_at=this_week&mine=true"):
        r = client.get(LIST + a)
        print(a, r.status_code)
        assert r.status_code == 200
