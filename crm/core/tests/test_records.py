"""The plain verbs, called as any door calls them."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from crm.activities.models import Activity, Meeting, Task
from crm.activities.tests.factories import TaskFactory
from crm.core import events, records
from crm.core.context import acting
from crm.core.errors import Conflict, StaleRevision
from crm.core.models import Counter, Event
from crm.core.numbering import next_number
from crm.people.models import Account, Contact, Customer, Supplier
from crm.people.tests.factories import AccountFactory, ContactFactory, SupplierFactory
from crm.sales.models import Deal, Lead
from crm.sales.tests.factories import DealFactory, LeadFactory

pytestmark = pytest.mark.django_db


def lead(**values):
    return Lead(first_name="Ida", last_name="Berg", email="Ida@Example.com", **values)


def test_creating_stores_owner_creator_and_event(ann):
    with acting(door="import", request_id="r-1") as source:
        stored = records.create(lead(), by=ann)

    stored.refresh_from_db()
    assert (stored.assigned_to, stored.created_by, stored.revision) == (ann, ann, 1)
    assert stored.email == "ida@example.com"
    event = Event.objects.get()
    assert (event.name, event.record_id, event.actor) == ("lead.created", stored.pk, ann)
    assert (event.door, event.request_id) == ("import", "r-1")
    assert event.change_set == source.change_set
    assert event.delivered_at is None


def test_one_door_call_is_one_change_set(max):
    with acting(door="api"):
        records.create(lead(), by=max)
        records.create(Supplier(name="Lamp works"), by=max)
    records.create(Supplier(name="Cable works"), by=max)
    first, second, third = Event.objects.order_by("id")
    assert first.change_set == second.change_set != third.change_set


def test_changing_writes_only_what_differs(ann):
    stored = records.create(lead(city="Kiel"), by=ann)
    records.change(stored, {"city": "Kiel", "notes": "Likes lamps"}, by=ann)
    assert stored.revision == 2
    event = Event.objects.get(name="lead.updated")
    assert event.data == {"changes": {"notes": ["", "Likes lamps"]}}


def test_a_change_that_changes_nothing_leaves_no_trace(ann):
    stored = records.create(lead(city="Kiel"), by=ann)
    records.change(stored, {"city": "Kiel"}, by=ann)
    stored.refresh_from_db()
    assert stored.revision == 1
    assert not Event.objects.filter(name="lead.updated").exists()


def test_links_are_told_by_id(max, ann):
    account = AccountFactory()
    deal = DealFactory(assigned_to=ann)
    records.change(deal, {"account": account}, by=max)
    assert Event.objects.get().data["changes"] == {"account": [None, str(account.pk)]}


def test_a_stale_revision_is_refused_and_nothing_changes(ann):
    stored = records.create(lead(), by=ann)
    records.change(stored, {"city": "Kiel"}, by=ann, if_revision=1)
    with pytest.raises(StaleRevision):
        records.change(stored, {"city": "Bonn"}, by=ann, if_revision=1)
    with pytest.raises(StaleRevision):
        records.remove(stored, by=ann, if_revision=1)
    stored.refresh_from_db()
    assert (stored.city, stored.is_deleted) == ("Kiel", False)


def test_two_changes_of_different_fields_do_not_undo_each_other(ann):
    stored = records.create(lead(), by=ann)
    other = Lead.objects.get(pk=stored.pk)
    records.change(stored, {"city": "Kiel"}, by=ann)
    records.change(other, {"company": "Nordlicht"}, by=ann)
    stored.refresh_from_db()
    assert (stored.city, stored.company) == ("Kiel", "Nordlicht")


def test_a_refused_write_leaves_neither_row_nor_event(ann, zoe):
    with pytest.raises(PermissionDenied):
        records.create(lead(assigned_to=zoe), by=ann)
    with pytest.raises(ValidationError):
        records.create(lead(lead_score=101), by=ann)
    assert not Lead.all_objects.exists()
    assert not Event.objects.exists()


def test_a_rollback_takes_the_event_with_it(ann):
    with pytest.raises(RuntimeError), transaction.atomic():
        records.create(lead(), by=ann)
        raise RuntimeError
    assert not Lead.all_objects.exists()
    assert not Event.objects.exists()


def test_a_taken_value_is_a_conflict_that_names_it(max):
    ContactFactory(email="ida@example.com")
    with pytest.raises(Conflict, match="email"):
        records.create(Contact(first_name="Ida", last_name="Berg", email="IDA@example.com"), by=max)
    assert Contact.objects.count() == 1


def test_history_may_hold_many_empty_addresses(max):
    for name in ("One", "Two"):
        records.create(Customer(name=name), by=max)
    assert Customer.objects.filter(email="").count() == 2


def test_the_recycle_bin_frees_unique_values_and_restore_tells_the_clash(max):
    first = ContactFactory(email="ida@example.com")
    records.remove(first, by=max)
    assert not Contact.objects.exists()
    assert (first.deleted_by, first.is_deleted) == (max, True)
    ContactFactory(email="ida@example.com")

    with pytest.raises(Conflict, match="email"):
        records.restore(first, by=max)

    assert Contact.all_objects.get(pk=first.pk).is_deleted


def test_what_is_in_the_bin_is_not_changed_and_what_is_not_is_not_restored(max):
    stored = SupplierFactory()
    with pytest.raises(Conflict):
        records.restore(stored, by=max)
    records.remove(stored, by=max)
    with pytest.raises(Conflict):
        records.change(stored, {"city": "Kiel"}, by=max)
    with pytest.raises(Conflict):
        records.remove(stored, by=max)
    records.restore(stored, by=max)
    assert Supplier.objects.get() == stored
    names = list(Event.objects.order_by("id").values_list("name", flat=True))
    assert names == ["supplier.deleted", "supplier.restored"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"related_to_type": "lead"}, "related_to_id"),
        ({"related_to_type": "supplier"}, "related_to_id"),
        ({"related_to_id": "01900000-0000-7000-8000-000000000000"}, "related_to_type"),
    ],
)
def test_half_a_link_is_refused(max, values, field):
    with pytest.raises(ValidationError) as refusal:
        records.create(Task(title="Call", **values), by=max)
    assert list(refusal.value.message_dict) == [field]
    assert not Task.objects.exists()


def test_a_link_leads_to_visible_live_records_only(ann, zoe):
    hers, theirs = LeadFactory(assigned_to=ann), LeadFactory(assigned_to=zoe)
    gone = LeadFactory(assigned_to=ann, deleted_at=hers.created_at)
    for target in (theirs, gone):
        with pytest.raises(ValidationError):
            task = Task(title="Call", related_to_type="lead", related_to_id=target.pk)
            records.create(task, by=ann)
    task = Task(title="Call", related_to_type="lead", related_to_id=hers.pk)
    assert records.create(task, by=ann).related_to == hers


def test_an_old_link_out_of_sight_does_not_block_other_changes(ann, zoe):
    theirs = LeadFactory(assigned_to=zoe)
    task = TaskFactory(assigned_to=ann, related_to_type="lead", related_to_id=theirs.pk)
    records.change(task, {"notes": "Later"}, by=ann)
    task.refresh_from_db()
    assert task.notes == "Later"


def test_rules_over_several_fields_are_told_before_the_database_refuses(max):
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with pytest.raises(ValidationError) as refusal:
        records.create(Meeting(title="Demo", start_time=noon, end_time=noon), by=max)
    assert list(refusal.value.message_dict) == ["end_time"]


def test_an_account_is_not_its_own_ancestor(max):
    top = AccountFactory()
    middle = AccountFactory(parent_account=top)
    with pytest.raises(ValidationError) as refusal:
        records.change(top, {"parent_account": middle}, by=max)
    assert list(refusal.value.message_dict) == ["parent_account_id"]
    top.refresh_from_db()
    assert top.parent_account is None


def test_the_database_refuses_what_slips_past_the_checks(max):
    deal = DealFactory()
    with pytest.raises(ValidationError, match="negative"):
        records.write(deal, {"amount": -1})
    assert Deal.objects.get().amount == 0


def test_numbers_go_on_and_a_rollback_gives_them_back(db):
    assert next_number("ticket", prefix="T") == "T-00001"
    with pytest.raises(RuntimeError), transaction.atomic():
        assert next_number("ticket", prefix="T") == "T-00002"
        raise RuntimeError
    assert next_number("ticket", prefix="T") == "T-00002"
    assert Counter.objects.get().value == 2


def test_an_account_keeps_a_number_of_its_own(max):
    given = records.create(Account(account_name="One", account_number="K-7"), by=max)
    made = records.create(Account(account_name="Two"), by=max)
    assert (given.account_number, made.account_number) == ("K-7", "ACC-00001")


def test_search_text_follows_the_fields(max):
    stored = records.create(lead(company="Façade Ünlü", phone="+49 (431) 22-33"), by=max)
    assert "facade unlu" in stored.search_text
    assert "494312233" in stored.search_text
    records.change(stored, {"company": "Åre"}, by=max)
    stored.refresh_from_db()
    assert "are" in stored.search_text.split()
    assert "facade" not in stored.search_text


def test_history_is_newest_first(max):
    stored = records.create(Activity(activity_type="note", title="A"), by=max)
    records.change(stored, {"title": "B"}, by=max)
    assert [event.name for event in events.history(stored)] == [
        "activity.updated",
        "activity.created",
    ]
