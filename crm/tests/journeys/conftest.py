"""One demo company and one browser for all tests of this folder."""

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from crm.tests import chromium
from crm.tests.browsing import demo_site, visiting
from crm.tests.databases import is_migrated


@pytest.fixture(scope="session")
def chromium_path():
    if connection.vendor != "sqlite":
        pytest.skip("Pages are looked at once, on SQLite: they know nothing of the database.")
    path = chromium.find()
    if not path and chromium.is_demanded():
        pytest.fail(chromium.MISSING)
    if not path:
        pytest.skip(chromium.MISSING)
    return path


@pytest.fixture(scope="session")
def site(chromium_path, migrated, tmp_path_factory):
    # Alone these tests ask for no database, having no mark: then there is nothing to copy.
    template = migrated if is_migrated(migrated) else None
    with demo_site(tmp_path_factory.mktemp("site"), template=template) as site:
        yield site


@pytest.fixture(scope="package")
def browser(chromium_path):
    # Playwright's loop runs as long as the browser does, and Django's ORM refuses to work beside
    # a running loop: the browser has to end with this folder's tests.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=list(chromium.FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(site, browser):
    """Give a function that opens a window, as ``visiting`` does."""
    return lambda *who, **options: visiting(site, browser, *who, **options)
