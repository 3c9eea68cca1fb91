"""New leads go to whom the rules say, and nobody is forgotten."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from crm.core import records
from crm.core.models import Event
from crm.sales.assignment import fitting_rules
from crm.sales.models import Lead
from crm.sales.rulemodels import AssignmentRule
from crm.sales.tests.factories import AssignmentRuleFactory, LeadFactory
from crm.tests.refusals import nothing_stored
from crm.tests.threads import at_once
from crm.tests.world import refused

pytestmark = pytest.mark.django_db

URL = "/api/v1/leads"
IDA = {"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}


def arrive(**values):
    return records.create(LeadFactory.build(**values), by=None)


@pytest.fixture
def trio(mia):
    """Three who sell in the team North, in the order of their turns."""
    people = UserFactory.create_batch(3, role="sales_rep", team=mia.team)
    mia.team = None
    mia.save()
    return sorted(people, key=lambda person: person.pk)


def test_turns_go_round(trio):
    AssignmentRuleFactory(name="North", team=trio[0].team)
    owners = [arrive().assigned_to for _ in range(7)]
    assert owners == [*trio, *trio, trio[0]]
    event = Event.objects.filter(name="lead.assigned").first()
    assert (event.data["rule"], event.actor) == ("North", None)
    assert event.data["changes"]["assigned_to"] == [None, str(trio[0].pk)]


def test_who_is_away_is_passed_over(trio):
    rule = AssignmentRuleFactory(team=trio[0].team)
    arrive()
    for person, status in ((trio[1], "inactive"), (trio[2], "suspended")):
        person.status = status
        person.save()
    support = UserFactory(role="support", team=trio[0].team)
    assert [arrive().assigned_to for _ in range(2)] == [trio[0]] * 2
    trio[0].status = "inactive"
    trio[0].save()
    assert arrive().assigned_to is None
    assert not Lead.objects.filter(assigned_to=support).exists()
    rule.refresh_from_db()
    assert rule.last_assigned == trio[0]


def test_the_least_loaded_gets_the_next(trio):
    AssignmentRuleFactory(team=trio[0].team, how="least_loaded")
    LeadFactory.create_batch(2, assigned_to=trio[0])
    LeadFactory.create_batch(1, assigned_to=trio[1])
    LeadFactory.create_batch(5, assigned_to=trio[2], status="unqualified")
    assert Counter(arrive().assigned_to for _ in range(6)) == {
        trio[0]: 1,
        trio[1]: 2,
        trio[2]: 3,
    }


def test_the_first_rule_that_fits_decides(ann, tom, zoe):
    person = partial(AssignmentRuleFactory, how="user", team=None)
    person(position=1, user=ann, conditions={"country": "Norway", "employees__gte": 50})
    person(position=2, user=tom, conditions={"country": ["Norway", "Sweden"]})
    person(position=3, user=zoe, active=False)
    person(position=0, user=zoe, conditions={"company__contains": "optik"}, active=True)
    assert arrive(country="Norway", employees=60).assigned_to == ann
    assert arrive(country="Norway", employees=6).assigned_to == tom
    assert arrive(country="Sweden").assigned_to == tom
    assert arrive(country="Norway", company="Nordlicht Optik").assigned_to == zoe
    assert arrive(country="Denmark").assigned_to is None
    tom.status = "inactive"
    tom.save()
    assert arrive(country="Sweden").assigned_to is None


def test_rules_ask_few_questions(ann, django_assert_max_num_queries):
    for number in range(20):
        AssignmentRuleFactory(conditions={"country": f"Land {number}"}, position=number)
    lead = LeadFactory(country="Norway")
    with django_assert_max_num_queries(2):
        assert fitting_rules(lead) == []


def test_people_keep_their_own_leads_unless_they_ask(ann, tom, client_of):
    AssignmentRuleFactory(how="user", user=tom, team=None)
    client = client_of(ann)
    own = client.post(URL, IDA).json()["data"]
    ruled = client.post(f"{URL}?assign=rules", IDA).json()["data"]
    named = client.post(f"{URL}?assign=rules", {**IDA, "assigned_to": str(ann.pk)}).json()["data"]
    assert own["assigned_to"] == named["assigned_to"] == str(ann.pk)
    assert ruled["assigned_to"] == str(tom.pk)
    with nothing_stored():
        refused(client.post(f"{URL}?assign=please", IDA), 400, "invalid")


def test_a_rule_that_can_not_be_read_loses_no_lead(ann, tom):
    AssignmentRuleFactory(conditions={"colour": "red"}, how="user", user=tom, team=None)
    AssignmentRuleFactory(how="user", user=ann, team=None, position=1)
    assert arrive().assigned_to == ann


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"how": "user"}, "user_id"),
        ({"how": "dice"}, "how"),
        ({"conditions": {"colour": "red"}}, "conditions"),
        ({"conditions": {"employees__gte": "many"}}, "conditions"),
        ({"conditions": {"country": []}}, "conditions"),
        ({"conditions": {"country__isnull": []}}, "conditions"),
        ({"conditions": {"country": ""}}, "conditions"),
        ({"conditions": {"country": {"a": 1}}}, "conditions"),
        ({"conditions": ["country"]}, "conditions"),
        ({"position": -1}, "position"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(values, field, max, client_of):
    client = client_of(max)
    with nothing_stored():
        body = {"name": "Rule", "how": "round_robin", **values}
        response = client.post("/api/v1/assignment-rules", body)
    refused(response, 400, "invalid")
    assert list(response.json()["errors"]) == [field]


def test_a_turn_is_no_change_of_the_rule(trio):
    rule = AssignmentRuleFactory(team=trio[0].team)
    arrive()
    rule.refresh_from_db()
    assert (rule.last_assigned, rule.revision) == (trio[0], 1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["round_robin", "least_loaded"])
def test_two_hundred_leads_at_once_are_shared_evenly(how, trio):
    AssignmentRuleFactory(team=trio[0].team, how=how)

    def some():
        return [arrive().assigned_to_id for _ in range(10)]

    at_once(*[some] * 20)

    turns = list(Event.objects.filter(name="lead.assigned").order_by("id"))
    shares = Counter(Lead.objects.values_list("assigned_to", flat=True))
    assert len(turns) == sum(shares.values()) == 200
    assert set(shares) == {person.pk for person in trio}
    assert max(shares.values()) - min(shares.values()) <= 1
    assert AssignmentRule.objects.get().revision == 1
