"""What a role may not read stands on no page; and everything has a name for people."""

import re

import pytest

from crm.commerce.tests.factories import ProductFactory
from crm.core import records
from crm.core.wording import choice_label, field_label
from crm.tests.matrix import CAST
from crm.tests.pages import (
    CASE_OF,
    PAGES,
    PAGES_IDS,
    addresses_of,
    content_of,
    signed_in,
)

pytestmark = pytest.mark.django_db
all_pages = pytest.mark.parametrize("pages", PAGES, ids=PAGES_IDS)
GUARDED = [
    (pages, name) for pages in PAGES for name in pages.viewset.serializer_class.guarded_fields
]
COST = "7316.45"
WRITTEN = re.compile(r"7[,. \u202f]?316[.,]45")


def test_the_fields_that_not_all_may_read_are_known():
    assert [(pages.kind, name) for pages, name in GUARDED] == [("product", "cost")]


@pytest.fixture
def lamp(max):
    """A product whose cost was changed once, and stands in the trash as well."""
    ProductFactory(name="Old lamp", cost=COST, deleted_at="2026-01-01T00:00Z", deleted_by=max)
    lamp = ProductFactory(name="Lamp", cost="1.00")
    return records.change(lamp, {"cost": COST}, by=max)


def pages_about(lamp):
    """Return every address at which the cost could be read or guessed."""
    pages = next(pages for pages in PAGES if pages.kind == "product")
    addresses = addresses_of(pages, lamp.pk)
    asked = ("columns=cost", "sort=cost", "cost__gte=7316", "search=7316")
    lists = [f"{addresses[name]}?{query}" for name in ("list", "export") for query in asked]
    tabs = [f"{addresses['detail']}?tab={tab}" for tab in ("timeline", "details", "history")]
    own = [addresses[name] for name in ("list", "export", "detail", "edit", "trash", "new")]
    return [
        *own,
        *lists,
        *tabs,
        f"{addresses['edit']}cost/",
        "/search/?q=7316",
        "/lookup/products/?q=7316",
    ]


@pytest.mark.parametrize("role", CAST)
def test_the_cost_of_a_product_is_shown_to_those_who_may_see_it(role, lamp, request):
    person = request.getfixturevalue(CAST[role])
    client, told = signed_in(person), []
    for address in pages_about(lamp):
        page = content_of(client.get(address)).decode()
        if WRITTEN.search(page):
            told.append(address)
    assert bool(told) is person.has_perm("crm.view_product_cost"), told


@pytest.mark.parametrize("role", CAST)
def test_nobody_sorts_or_filters_by_what_they_may_not_read(role, lamp, request):
    person = request.getfixturevalue(CAST[role])
    client = signed_in(person)
    cheap = ProductFactory(name="Aaa cheap", cost="1.00")
    may_see = person.has_perm("crm.view_product_cost")
    page = client.get("/products/?cost__gte=7000").content.decode()
    assert (cheap.name in page) is not may_see, "a filter that is refused narrows nothing"
    page = client.get("/products/").content.decode()
    assert ("cost__gte" in page) is may_see
    assert ('value="cost"' in page) is may_see


@all_pages
def test_every_field_and_value_has_a_name(pages):
    entity, kind = pages.entity, pages.kind
    labels = [field_label(name, kind) for name in (*entity.columns, *entity.computed)]
    for column in entity.columns.values():
        labels += [choice_label(value) for value in column.choices or ()]
    labels += [pages.title, pages.title_of_one, *(str(title) for title, _names in pages.groups)]
    odd = [label for label in labels if not label or "_" in label or label != label.strip()]
    assert odd == []
    assert [label for label in labels if label[:1].islower()] == []
    assert CASE_OF[kind].model._meta.verbose_name
