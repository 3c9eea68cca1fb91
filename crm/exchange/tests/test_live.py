"""A live app is read over its own wire, page by page."""

import pytest
from django.core.management import CommandError

from crm.declared.models import DeclaredRecord
from crm.declared.tests.factories import DeclaredEntityFactory
from crm.exchange.migration import live
from crm.exchange.sources import BadSource
from crm.exchange.tests import exports
from crm.exchange.tests.exports import small_app, stamped
from crm.exchange.tests.importing import APP, table
from crm.exchange.tests.liveapp import TOKEN, import_live, served
from crm.sales.models import Deal, Lead

pytestmark = pytest.mark.django_db


def test_everything_is_read_and_a_second_time_nothing_changes(tmp_path):
    with served(429, 503) as (server, url):
        report = import_live(url, tmp_path)
        again = import_live(url, tmp_path)
    assert report["clean"]
    assert table(report, "Deal")["created"] == 4
    assert Deal.objects.count() == 4
    assert Lead.objects.get(external_id=exports.legacy(exports.LEADS, 1)).lead_score == 80
    assert {"file": "Workflow", "reason": "The app has no such entity."} in report["not_imported"]
    assert any("cursor=2" in path for path in server.asked)
    for told in again["tables"]:
        assert told["unchanged"] == told["read"], told


def test_the_apps_own_entities_come_too_as_far_as_they_are_declared_here(tmp_path):
    DeclaredEntityFactory(name="Booking")
    DeclaredEntityFactory(name="Voucher")
    DeclaredEntityFactory(name="Old", active=False)
    rows = {name: [stamped(61, 1, name="Hall")] for name in ("Booking", "Old", "Else")}
    with served(data={**small_app(), **rows}) as (server, url):
        report = import_live(url, tmp_path)
    record = DeclaredRecord.objects.get()
    assert (record.declaration.name, record.custom_fields) == ("Booking", {"name": "Hall"})
    assert record.external_id == exports.legacy(61, 1)
    assert {"file": "Voucher", "reason": "The app has no such entity."} in report["not_imported"]
    assert not [path for path in server.asked if "/Old/" in path or "/Else/" in path]


def test_of_two_names_that_only_case_tells_apart_each_gets_its_own_records(tmp_path):
    names = ("ProjectNote", "Projectnote")
    for name in names:
        DeclaredEntityFactory(name=name)
    rows = {name: [stamped(61 + place, 1, name=name)] for place, name in enumerate(names)}
    with served(data={**small_app(), **rows}) as (_, url):
        import_live(url, tmp_path)
    found = DeclaredRecord.objects.order_by("declaration__name")
    assert [(each.declaration.name, each.custom_fields["name"]) for each in found] == [
        (name, name) for name in names
    ]


@pytest.mark.parametrize("status", [400, 302, 403])
def test_an_app_that_refuses_stops_it_before_anything_is_stored(tmp_path, status):
    with served(status) as (_, url), pytest.raises(CommandError, match=f"HTTP {status}"):
        import_live(url, tmp_path)
    assert not Lead.objects.exists()


def test_a_wrong_token_is_told(tmp_path):
    with served() as (_, url), pytest.raises(CommandError, match="HTTP 401"):
        import_live(url, tmp_path, token="another")


@pytest.mark.parametrize("url", ["http://example.com", "ftp://example.com", "example.com"])
def test_a_token_never_goes_over_an_open_wire(url):
    with pytest.raises(BadSource, match="https"), live.app(url, TOKEN, APP):
        pass
