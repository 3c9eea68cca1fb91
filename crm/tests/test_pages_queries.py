"""A page costs the same number of queries for 1 and 30 rows, and never more than fifteen."""

import pytest
from django.utils import timezone

from crm.tests.pages import CASE_OF, PAGES, PAGES_IDS, addresses_of, costs, read, signed_in
from crm.tests.test_query_counts import store

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
all_pages = pytest.mark.parametrize("pages", PAGES, ids=PAGES_IDS)


@all_pages
def test_lists_cost_the_same_at_any_length(pages, max):
    case, client = CASE_OF[pages.kind], signed_in(max)
    _kept, thrown = store(case, 2, max)
    throw_away([thrown], by=max)
    addresses = [addresses_of(pages)[name] for name in ("list", "trash", "export")]
    if pages.can_create:
        addresses.append(addresses_of(pages)["new"])
    addresses += [f"{addresses[0]}?search=a", f"{addresses[0]}?sort=-created_at&limit=100"]
    costs(client, addresses)  # what is read once for the whole process is read now
    before = costs(client, addresses)
    throw_away(store(case, 29, max), by=max)
    store(case, 29, max)
    assert costs(client, addresses) == before
    assert [cost for cost in before.values() if cost > MOST_QUERIES] == []


def throw_away(records, *, by):
    for record in records:
        record.deleted_at, record.deleted_by = timezone.now(), by
        record.save(update_fields=["deleted_at", "deleted_by"])


@all_pages
def test_a_record_costs_the_same_however_much_hangs_on_it(pages, max):
    case, client = CASE_OF[pages.kind], signed_in(max)
    record, *_ = store(case, 1, max)
    hang(record, 1, max)
    addresses = addresses_of(pages, record.pk)
    detail = addresses["detail"]
    tabs = [link for link in read(client, detail).links if link.startswith("?tab=")]
    assert {"?tab=timeline", "?tab=details", "?tab=history"} <= set(tabs)
    opened = [detail, *(f"{detail}{tab}" for tab in tabs), addresses["delete"]]
    if pages.groups:
        opened.append(addresses["edit"])
    costs(client, opened)
    before = costs(client, opened)
    hang(record, 29, max)
    after = costs(client, opened)
    # A timeline asks once for each kind of thing among what it shows, however many there are.
    assert [address for address in opened if after[address] > before[address]] == []
    assert [cost for cost in before.values() if cost > MOST_QUERIES] == []


#: kinds of which a record has at most one, or that hang on nothing by themselves
OWN_KINDS = ("customer",)


def hang(record, size, owner):
    """Store records of every kind that may be about a record."""
    kind = record._meta.model_name
    for case in CASE_OF.values():
        names = {field.name: field for field in case.model._meta.concrete_fields}
        values = {"created_by": owner}
        if case.model.owner_field in names:
            values[case.model.owner_field] = owner
        if "related_to_id" in names and kind in case.model.link_kinds():
            values |= {"related_to_type": kind, "related_to_id": record.pk}
        elif links(names.get(kind), record) and case.name not in OWN_KINDS:
            values[kind] = record
        else:
            continue
        case.make_batch(size, **values)


def links(field, record):
    return field is not None and field.related_model is type(record)
