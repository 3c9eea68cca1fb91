"""A list costs the same number of queries whatever its length, and never more than six."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.people.tests.factories import AccountFactory, ContactFactory, CustomerFactory
from crm.sales.tests.factories import DealFactory, LeadFactory
from crm.tests.entities import CASES, IDS
from crm.tests.matrix import CAST, ROLES, cell

pytestmark = pytest.mark.django_db

MOST_QUERIES = 6
READERS = [(case, role) for case in CASES for role in ROLES if cell(case.name, role)[0]]
every_reader = pytest.mark.parametrize(
    ("case", "role"), READERS, ids=[f"{role}-{case.name}" for case, role in READERS]
)


def linked_values(case, owner):
    """Values for rows with all their links set, so that every short form is read."""
    targets = {
        "account": AccountFactory,
        "contact": ContactFactory,
        "customer": CustomerFactory,
        "deal": DealFactory,
        "converted_account": AccountFactory,
        "converted_contact": ContactFactory,
        "converted_deal": DealFactory,
    }
    names = {field.name for field in case.model._meta.concrete_fields}
    values = {name: make() for name, make in targets.items() if name in names}
    if case.model.owner_field:
        values[case.model.owner_field] = owner
    values["created_by"] = owner
    return values


def store(case, size, owner):
    """Store rows; those with typed links are about many different records."""
    values = linked_values(case, owner)
    if "related_to_id" not in {field.name for field in case.model._meta.concrete_fields}:
        if case.name == "customer":  # each has an account of its own
            shared = {name: value for name, value in values.items() if name != "account"}
            return [case.make(**shared, account=AccountFactory()) for _ in range(size)]
        return case.make_batch(size, **values)
    kinds = [
        ("lead", LeadFactory(assigned_to=owner).pk),
        ("deal", DealFactory(assigned_to=owner).pk),
        ("account", AccountFactory(assigned_to=owner).pk),
    ]
    rows = []
    for number in range(size):
        kind, target = kinds[number % 3]
        rows.append(case.make(**values, related_to_type=kind, related_to_id=target))
    return rows


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, response.content
    return len(captured), response.json()


@every_reader
def test_a_list_costs_the_same_for_1_and_30_and_300_rows(case, role, request, client_of):
    caller = request.getfixturevalue(CAST[role])
    client = client_of(caller)
    counts = []
    for size in (1, 29, 270):
        if case.name == "user" and role in ("sales_rep", "support"):
            size = 0  # they see themselves only
        store(case, size, caller)
        count, body = queries_of(client, f"{case.url}?limit=1000")
        counts.append(count)
    assert len(body["data"]) == body["pagination"]["total"]
    assert len(body["data"]) >= (1 if case.name == "user" else 300)
    assert counts[0] == counts[1] == counts[2] <= MOST_QUERIES


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_record_and_its_history_cost_the_same_at_any_length(case, max, client_of):
    first, *_ = store(case, 1, max)
    client = client_of(max)
    paths = ("", "/history?limit=100", "/timeline?limit=100")

    def costs():
        return [queries_of(client, f"{case.url_of(first)}{path}")[0] for path in paths]

    client.put(case.url_of(first), {case.text_field: "A"})
    before = costs()
    for number in range(20):
        client.put(case.url_of(first), {case.text_field: f"B{number}"})
    assert costs() == before
    assert before[0] <= MOST_QUERIES
