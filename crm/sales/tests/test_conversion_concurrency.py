"""What several people convert at the same moment."""

from functools import partial

import pytest
from django.db import connection

from crm.activities.tests.factories import TaskFactory
from crm.core.models import Event
from crm.people.models import Account, Contact
from crm.sales.models import Deal, Lead
from crm.sales.tests.conftest import IDA, convert
from crm.sales.tests.factories import LeadFactory
from crm.tests.threads import at_once, statuses

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]


def test_twenty_conversions_of_one_lead_make_one_set_of_records(max, client_of):
    lead = LeadFactory(**IDA, assigned_to=max)
    TaskFactory(related_to_type="lead", related_to_id=lead.pk)
    clients = [client_of(max) for _ in range(20)]

    answers = at_once(*(partial(convert, c, lead, {"create_deal": True}) for c in clients))

    assert statuses(answers) == [200] * 20
    results = [answer.json()["data"] for answer in answers]
    assert sorted(row["already_converted"] for row in results) == [False] + [True] * 19
    for name in ("account", "contact", "deal"):
        assert len({row[name]["id"] for row in results}) == 1
    assert [m.objects.count() for m in (Account, Contact, Deal)] == [1, 1, 1]
    assert Event.objects.filter(name="lead.converted").count() == 1


def test_leads_of_one_new_company_make_one_account(max, client_of):
    people = [
        LeadFactory(company=name, email=f"p{number}@gmail.com", assigned_to=max)
        for number, name in enumerate(["Nordlicht Optik", "NORDLICHT OPTIK"] * 5)
    ]
    same = [
        LeadFactory(company=f"Sued {number}", website="sued.example", assigned_to=max)
        for number in range(6)
    ]
    clients = [client_of(max) for _ in (*people, *same)]

    answers = at_once(
        *(
            partial(convert, client, lead)
            for client, lead in zip(clients, [*people, *same], strict=True)
        )
    )

    assert statuses(answers) == [200] * 16
    assert Account.objects.count() == 2
    assert Contact.objects.count() == 16


def test_one_person_twice_becomes_one_contact(max, client_of):
    twins = [LeadFactory(**IDA, assigned_to=max) for _ in range(8)]
    clients = [client_of(max) for _ in twins]
    answers = at_once(*(partial(convert, c, lead) for c, lead in zip(clients, twins, strict=True)))
    assert statuses(answers) == [200] * 8
    assert Contact.objects.count() == Account.objects.count() == 1
    assert Lead.objects.filter(converted_contact=Contact.objects.get()).count() == 8
