"""Records that came with values of another system, on the pages."""

import pytest
from django.test import Client

from crm.base44.naming import NAMES
from crm.sales.tests.factories import LeadFactory
from crm.tests.entities import CASES, FACTORIES

pytestmark = pytest.mark.django_db


def test_a_value_from_elsewhere_stays_when_a_page_changes_something_else(max):
    lead = LeadFactory(status="prospect", source="linktree")
    browser = Client()
    browser.force_login(max)
    page = browser.get(f"/leads/{lead.pk}/edit/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    sent |= {"company": "Lampen AG", "_revision": lead.revision}
    sent |= {field.name: field.value() for field in form.hidden_fields()}
    answer = browser.post(f"/leads/{lead.pk}/edit/", sent)
    assert answer.status_code == 302, answer.content.decode()
    lead.refresh_from_db()
    assert (lead.status, lead.source, lead.company) == ("prospect", "linktree", "Lampen AG")
    listed = browser.get("/leads/", {"status": "prospect"}).content.decode()
    assert "Lampen AG" in listed


FOREIGN = [
    (entity, name, value)
    for entity, names in NAMES.items()
    for name, values in names.values.items()
    for value in values
]
FACTORY_OF = {case.model.__name__: FACTORIES[case.name] for case in CASES}
PREFIX_OF = {case.model.__name__: case.prefix for case in CASES}


@pytest.mark.parametrize("entity", sorted({entity for entity, _, _ in FOREIGN}))
def test_pages_show_records_with_such_values(max, entity):
    browser = Client(raise_request_exception=True)
    browser.force_login(max)
    for _, name, value in (found for found in FOREIGN if found[0] == entity):
        if (entity, name) == ("Deal", "stage"):
            continue  # a stage of the pipeline, as any other
        record = FACTORY_OF[entity](**{name: value})
        for path in (
            f"/{PREFIX_OF[entity]}/",
            f"/{PREFIX_OF[entity]}/{record.pk}/",
            f"/{PREFIX_OF[entity]}/{record.pk}/edit/",
        ):
            assert browser.get(path).status_code == 200, (path, name, value)
    for path in ("/", "/reports/", "/board/", "/calendar/"):
        assert browser.get(path, follow=True).status_code == 200, path
