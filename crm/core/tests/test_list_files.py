"""A list as a file: what it holds, and how its reader reads it."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.test import Client

from crm.activities.tests.factories import TaskFactory

pytestmark = pytest.mark.django_db
COLUMNS = "columns=due_date&columns=reminder&columns=status&columns=description"


def rows_of(person, address):
    client = Client()
    client.force_login(person, backend="accounts.backends.RoleBackend")
    answer = client.get(address)
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:])))


def test_times_are_those_of_the_readers_zone_and_words_of_the_readers_language(ann):
    ann.timezone, ann.locale = "Asia/Tokyo", "de"
    ann.save()
    late = datetime(2026, 11, 25, 20, 30, tzinfo=UTC)
    TaskFactory(title="Call", due_date=late, reminder=late, assigned_to=ann)
    head, row = rows_of(ann, f"/tasks/export/?{COLUMNS}")
    assert head[0] == "Name"
    assert row[:4] == ["Call", "2026-11-26", "2026-11-26 05:30", "Ausstehend"]


def test_no_text_passes_for_a_formula(ann):
    TaskFactory(title="=1+1", description="@SUM(A1)", assigned_to=ann)
    _head, row = rows_of(ann, f"/tasks/export/?{COLUMNS}")
    assert (row[0], row[-1]) == ("'=1+1", "'@SUM(A1)")
