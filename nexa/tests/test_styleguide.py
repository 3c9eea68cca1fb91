"""The style page shows every component in both themes, and only where the house is built."""

from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
TEMPLATES = Path(settings.BASE_DIR) / "templates"


@pytest.fixture
def page(max, client, settings):
    settings.APP_ENV = "development"
    client.force_login(max, backend="accounts.backends.RoleBackend")
    return client.get("/styleguide/")


def test_it_shows_both_themes(page):
    found = page.content.decode()
    assert found.count('data-bs-theme="light"') == 1
    assert found.count('data-bs-theme="dark"') == 1


def test_every_component_is_named(page):
    found = page.content.decode()
    for template in (TEMPLATES / "components").glob("*.html"):
        assert template.name in found, template.name


def test_every_sample_of_a_value_is_drawn(page):
    found = page.content.decode()
    for look in ("money", "choice", "person", "moment", "link", "empty"):
        assert found.count(f">{look}</dt>") == 2, look


def test_nobody_sees_it_in_production(client, settings):
    settings.DEBUG, settings.APP_ENV = False, "production"
    assert client.get("/styleguide/").status_code == 404
