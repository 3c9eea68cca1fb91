"""A live app that answers nonsense is refused with a reason, and stores nothing by halves."""

import json

import pytest
from django.core.management import CommandError

from crm.exchange.migration import live
from crm.exchange.tests import exports
from crm.exchange.tests.exports import stamped
from crm.exchange.tests.importing import of, table
from crm.exchange.tests.liveapp import (
    babbles,
    breaks_off,
    import_live,
    in_turn,
    page,
    says,
    served,
)
from crm.sales.models import Lead

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("waits")]


def lead(number, **values):
    said = {"first_name": "Ida", "last_name": "Berg", "email": f"ida{number}@example.com"}
    return stamped(exports.LEADS, number, **said, **values)


def refusal(answer, tmp_path):
    """Return why an import stops when the app gives this answer for leads."""
    data = {"Contact": [stamped(exports.CONTACTS, 1, first_name="Ida")], "Lead": answer}
    with served(data=data) as (_, url), pytest.raises(CommandError) as stopped:
        import_live(url, tmp_path)
    assert not Lead.objects.exists()
    return str(stopped.value)


@pytest.mark.parametrize("notes", ["x\ud83d", "x\0", "é"])
def test_a_row_with_a_value_that_cannot_be_stored_is_refused_alone(tmp_path, notes):
    with served(data={"Lead": [lead(1), lead(2, notes=notes), lead(3)]}) as (_, url):
        report = table(import_live(url, tmp_path), "Lead")
    bad = notes != "é"
    assert [(row["line"], row["id"]) for row in report["refusals"]] == (
        [(3, exports.legacy(exports.LEADS, 2))] if bad else []
    )
    assert Lead.objects.count() == (2 if bad else 3)


@pytest.mark.parametrize("depth", [40, 400, 700])
def test_a_row_that_is_nested_too_deep_is_refused_alone(tmp_path, depth):
    deep = json.loads("[" * depth + "]" * depth)
    with served(data={"Lead": [lead(1), lead(2, lists=deep)]}) as (_, url):
        report = table(import_live(url, tmp_path), "Lead")
    assert [row["line"] for row in report["refusals"]] == [3]
    assert of(Lead, exports.LEADS, 1)


def test_a_text_that_would_be_nested_too_deep_stays_a_text(tmp_path):
    deep = "[" * 700 + "]" * 700
    with served(data={"Lead": [lead(1, lists=deep)]}) as (_, url):
        assert import_live(url, tmp_path)["clean"]
    assert of(Lead, exports.LEADS, 1).custom_fields["lists"] == deep


def test_an_app_without_any_entity_of_ours_is_none(tmp_path):
    with served(data={"Else": []}) as (_, url), pytest.raises(CommandError, match="--app-id"):
        import_live(url, tmp_path)


def test_pages_that_go_in_a_circle_are_refused(tmp_path):
    circle = [page(lead(1), next_cursor=cursor, has_more=True) for cursor in "ABA"]
    assert "same page again" in refusal(in_turn(*circle, page()), tmp_path)


@pytest.mark.parametrize("cursor", [None, "", 7, "\ud83d"])
def test_more_without_a_way_to_ask_for_it_is_refused(tmp_path, cursor):
    answer = page(lead(1), next_cursor=cursor, has_more=True)
    assert "no way to ask for it" in refusal(answer, tmp_path)


@pytest.mark.parametrize("limit", ["LARGEST_ANSWER", "MOST_UNPACKED"])
def test_no_more_is_read_than_an_app_may_have(tmp_path, monkeypatch, limit):
    monkeypatch.setattr(live, limit, 1000)
    pages = [page(lead(1), next_cursor=str(number), has_more=True) for number in range(4)]
    assert "more than any app" in refusal(in_turn(*pages, page(*[lead(1)] * 4)), tmp_path)


def test_empty_pages_do_not_follow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "MOST_UNPACKED", 5_000_000)
    pages = [page(next_cursor=str(number), has_more=True) for number in range(9)]
    assert "more than any app" in refusal(in_turn(*pages, page()), tmp_path)


def test_a_page_that_breaks_off_is_asked_for_again(tmp_path):
    with served(data={"Lead": in_turn(breaks_off, page(lead(1)))}) as (_, url):
        report = import_live(url, tmp_path)
    assert table(report, "Lead")["created"] == 1


def test_pages_that_always_break_off_stop_it(tmp_path):
    assert "Lead: it broke off" in refusal(breaks_off, tmp_path)


@pytest.mark.parametrize(
    "body", [b'{"items": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", b"\xff\xfe", b"[]", b""]
)
def test_what_is_no_page_stops_it(tmp_path, body):
    assert "no page of records" in refusal(says(body), tmp_path)


@pytest.mark.parametrize("pause", ["\xb2", "9" * 5000, "-1", "soon"])
def test_a_pause_that_is_no_number_is_as_if_none_was_asked_for(tmp_path, waits, pause):
    assert "HTTP 503" in refusal(says(b"{}", 503, Retry_After=pause), tmp_path)
    assert waits == [1, 2, 4, 8]


@pytest.mark.parametrize("place", ["http://[bad", "http://x:abc/", "http://\xb2", "//[", ""])
def test_pages_that_moved_are_not_followed_anywhere(tmp_path, place):
    assert "HTTP 302" in refusal(says(b"{}", 302, Location=place), tmp_path)


def test_what_a_server_says_does_nothing_to_a_terminal(tmp_path):
    said = refusal(babbles, tmp_path)
    assert "Lead" in said
    assert said.isprintable()
