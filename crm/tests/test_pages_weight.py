"""The first view of a page is light, and whatever pages load is there."""

import re
from functools import cache
from os.path import normpath
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from crm.tests.crawling import starts
from crm.tests.markup import Markup
from crm.tests.pages import CASE_OF, PAGES, PAGES_IDS, addresses_of, signed_in

pytestmark = pytest.mark.django_db
MOST_BYTES = 150_000
QUALITY = 9  # of compression; whoever compresses once, ahead of time, does better
#: drawn after the numbers stand, and not counted
CHARTS = {"unfold/js/chart/chart.js"}
IMPORTED = re.compile(r"""^\s*(?:import|export)\b[^"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
NAMED = re.compile(r"""\{%\s*static\s+['"]([^'"]+)['"]""")
all_pages = pytest.mark.parametrize("pages", PAGES, ids=PAGES_IDS)


@cache
def weight_of(path):
    """Return the bytes of a static file as it travels."""
    found = finders.find(path)
    assert found, f"{path} is not there"
    return len(brotli.compress(Path(found).read_bytes(), quality=QUALITY))


def modules_of(path, seen):
    """Add a script and all that it imports."""
    if path in seen:
        return
    seen.add(path)
    if not path.endswith(".js"):
        return
    for name in IMPORTED.findall(Path(finders.find(path)).read_text()):
        modules_of(normpath(f"{Path(path).parent}/{name}"), seen)


def first_view(answer):
    """Return the bytes of a page and of everything that it loads."""
    files = set()
    for asset in Markup(answer.content).assets:
        assert asset.startswith(settings.STATIC_URL), f"{asset} is no file of ours"
        modules_of(asset.removeprefix(settings.STATIC_URL), files)
    page = len(brotli.compress(answer.content, quality=5))
    return page + sum(map(weight_of, files - CHARTS))


@all_pages
def test_an_entitys_pages_are_light(pages, max):
    case, client = CASE_OF[pages.kind], signed_in(max)
    record = case.make_batch(25, created_by=max)[0]
    addresses = addresses_of(pages, record.pk)
    names = ["list", "detail", "edit"] + ["new"] * pages.can_create
    weights = {name: first_view(client.get(addresses[name])) for name in names}
    assert {name: weight for name, weight in weights.items() if weight > MOST_BYTES} == {}


def test_every_other_page_is_light(max):
    client = signed_in(max)
    for address in starts():
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            assert first_view(answer) <= MOST_BYTES, address


def test_the_door_is_light(client):
    assert first_view(client.get(reverse("sign-in"))) <= MOST_BYTES


def test_every_file_that_a_template_names_is_there():
    named = {
        name
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in NAMED.findall(template.read_text())
    }
    assert [name for name in sorted(named) if not finders.find(name)] == []
    assert len(named) > 10
