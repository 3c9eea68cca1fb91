"""The staff site wears our name, and its menu and first page lead somewhere."""

import pytest
from django.urls import reverse

from crm.tests.entities import CASES
from nexa.theme import MENU

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(max, client):
    client.force_login(max, backend="accounts.backends.RoleBackend")
    return client.get(reverse("admin:index")).content.decode()


def test_the_first_page_bears_our_name(home):
    assert "Nexa CRM" in home
    assert "Django administration" not in home


def test_the_menu_leads_to_every_list(home):
    for label, *_ in (entry for entries in MENU.values() for entry in entries):
        link = reverse(f"admin:{label.replace('.', '_')}_changelist")
        assert f'href="{link}"' in home, label


def test_every_entity_is_in_the_menu():
    labels = {label for entries in MENU.values() for label, *_ in entries}
    assert {case.model._meta.label_lower for case in CASES} <= labels


def test_the_first_page_counts_what_waits(home):
    for title in ("New leads", "Open deals", "Overdue tasks", "Open tickets", "Unpaid invoices"):
        assert title in home
