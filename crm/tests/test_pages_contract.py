"""Every entity's pages keep to the role matrix, as the API does for the same person."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from crm.tests.entities import CASES
from crm.tests.matrix import CAST, ROLES
from crm.tests.pages import CASE_OF, GENERIC, PAGES, PAGES_IDS, addresses_of, read, signed_in
from crm.tests.refusals import nothing_stored
from crm.tests.scenes import rows_around
from crm.tests.world import World

pytestmark = pytest.mark.django_db
all_pages = pytest.mark.parametrize("pages", PAGES, ids=PAGES_IDS)


#: what is beyond editing in some states: a mail that left leads back to its page, which says so
FINAL = ("email",)


@pytest.fixture(
    params=[(pages, role) for pages in PAGES for role in ROLES],
    ids=[f"{pages.kind}-{role}" for pages in PAGES for role in ROLES],
)
def scene(request):
    """Give an entity's pages, a world around one role, and the caller's browser."""
    pages, role = request.param
    world = World(CASE_OF[pages.kind], role, request)
    return pages, world, signed_in(world.caller)


def test_nobody_is_missing():
    assert set(PAGES_IDS) == set(CASE_OF)
    assert len({pages.slug for pages in PAGES}) == len(PAGES)
    for pages in PAGES:
        assert set(GENERIC) <= set(addresses_of(pages)), pages.kind


@all_pages
def test_strangers_are_asked_to_sign_in(pages):
    client, addresses = Client(), addresses_of(pages, CASE_OF[pages.kind].make().pk)
    with nothing_stored():
        for address in addresses.values():
            answer = client.get(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")
            assert f"next={address}" in answer["Location"].replace("%2F", "/")
            assert client.post(address).status_code == 401
            assert client.post(address, headers={"HX-Request": "true"}).status_code == 401


def test_a_role_opens_what_the_matrix_gives_it(scene):
    pages, world, client = scene
    addresses = addresses_of(pages)
    creates = 200 if pages.can_create else 404
    expected = {
        "list": 200 if world.view else 403,
        "export": 200 if world.view else 403,
        "new": creates if world.add else 403,
        "trash": 200 if world.delete else 403,
    }
    for name, status in expected.items():
        assert client.get(addresses[name]).status_code == status, name


def test_records_open_as_the_api_answers_for_them(scene):
    pages, world, client = scene
    viewed, changed, deleted = map(world.within, (world.view, world.change, world.delete))
    unseen = 404 if world.view else 403
    refused = []
    for pk in map(str, world.scene):
        addresses = addresses_of(pages, pk)
        status = client.get(addresses["detail"]).status_code
        assert status == (200 if pk in viewed else unseen) == world.get(f"/{pk}").status_code
        for name, reached, scope in (
            ("edit", changed, world.change),
            ("delete", deleted, world.delete),
        ):
            expected = 200 if pk in reached & viewed else 403 if pk in viewed or not scope else 404
            found = client.get(addresses[name]).status_code
            is_final = name == "edit" and pages.kind in FINAL and expected == 200
            assert found == expected or (is_final and found == 302), name
            if expected != 200:
                refused.append((addresses[name], expected))
    with nothing_stored():
        for address, status in refused:
            assert client.post(address).status_code == status


def test_a_list_shows_the_rows_that_the_api_lists(scene):
    pages, world, client = scene
    if not world.view:
        return
    page = read(client, f"{addresses_of(pages)['list']}?limit=100")
    shown = {attrs["data-href"].split("/")[-2] for tag, attrs in page.tags if "data-href" in attrs}
    assert shown == world.within(world.view)


def test_pages_offer_what_their_reader_may_do_and_lead_where_they_may_go(scene):
    """Each page is read once for both."""
    pages, world, client = scene
    if not world.view:
        return
    listed = addresses_of(pages)["list"]
    opened = {listed: read(client, listed)}
    for pk in world.within(world.view):
        address = addresses_of(pages, pk)["detail"]
        opened[address] = read(client, address)
    assert_offers(pages, world, opened)
    assert_links(client, opened)


def assert_offers(pages, world, opened):
    """What a role may not do is not offered."""
    addresses = addresses_of(pages)
    links = opened[addresses["list"]].links
    assert (addresses["new"] in links) is (world.add and pages.can_create)
    assert (addresses["trash"] in links) is bool(world.delete)
    changed, deleted = world.within(world.change), world.within(world.delete)
    for pk in world.within(world.view):
        addresses = addresses_of(pages, pk)
        page = opened[addresses["detail"]]
        actions = [form.action for form in page.forms]
        if pages.kind not in FINAL:
            assert (addresses["edit"] in page.links) is (pk in changed and bool(pages.groups))
        assert (addresses["delete"] in actions) is (pk in deleted)
        if pk not in changed:
            assert not [link for link in page.links if link.startswith(addresses["edit"])]


def assert_links(client, opened):
    """Every link leads on; those around the content are the same everywhere, see below."""
    frame = read(client, "/me/").frame
    links = {}
    for address, page in opened.items():
        assert page.frame == frame, address
        for link in page.links:
            if link.startswith(("/", "?")) and link not in frame:
                links[shape_of(link, address)] = urljoin(address, link)
    for link in links.values():
        assert client.get(link).status_code in (200, 302), link


@pytest.mark.parametrize("role", ROLES)
def test_every_link_around_a_page_leads_somewhere_its_reader_may_go(role, request):
    """Also where each list and each number that it leads to has rows of every kind in it."""
    caller, tom, zoe = map(request.getfixturevalue, (CAST[role], "tom", "zoe"))
    for case in CASES:
        rows_around(case, caller, tom, zoe)
    client = signed_in(caller)
    links = {link for link in read(client, "/me/").frame if link.startswith("/")}
    assert len(links) > 5
    for link in sorted(links):
        assert client.get(link).status_code in (200, 302), link


def shape_of(link, page):
    """Return what kind of page a link leads to; a link within the page is taken from there."""
    parts = urlsplit(urljoin(page, link))
    return resolve(parts.path).url_name, *sorted(parse_qs(parts.query))
