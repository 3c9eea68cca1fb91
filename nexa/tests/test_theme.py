"""The staff site wears our name, and its menu and first page lead somewhere."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from crm.core import outbox
from crm.core.models import Event
from crm.tests.entities import CASES
from nexa.theme import ACCENT, MENU, NEUTRAL

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


def test_the_first_page_says_how_jobs_and_queues_are(home):
    assert "Behind the scenes" in home
    assert "no worker runs" in home
    for queue in ("Events", "Mail"):
        assert queue in home


def test_the_first_page_tells_of_what_was_given_up(max, client):
    Event.objects.create(
        name="deal.created", record_type="deal", record_id=max.pk, door="api", attempts=99
    )
    assert outbox.given_up().count() == 1
    client.force_login(max, backend="accounts.backends.RoleBackend")
    assert "1 to look at" in client.get(reverse("admin:index")).content.decode()


def test_the_staff_site_leads_back(home):
    assert "Open the CRM" in home


def test_its_colours_are_those_of_the_pages():
    tokens = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    for name, step in (("accent", "600"), ("accent-strong", "700"), ("accent-soft", "100")):
        assert f"--{name}: {ACCENT[step]};" in tokens
    for name, step in (("ground", "50"), ("line", "200"), ("ink-soft", "600")):
        assert f"--{name}: {NEUTRAL[step]};" in tokens
