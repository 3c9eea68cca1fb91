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


@pytest.mark.parametrize(
    "look", [path.stem for path in (TEMPLATES / "components/values").iterdir()]
)
def test_every_look_of_a_value_is_shown(page, look):
    assert f">{look}</dt>" in page.content.decode()


def test_nobody_sees_it_in_production(client, settings):
    settings.DEBUG, settings.APP_ENV = False, "production"
    assert client.get("/styleguide/").status_code == 404
