"""What the system wrote stays; what a person wrote can be put right."""

import pytest

from crm.activities.models import Activity
from crm.core import records


@pytest.fixture
def told(ann):
    """A row of the system about something that Ann did."""
    story = Activity(activity_type="note", title="Invoice paid", user=ann)
    return records.create(story, by=None)


@pytest.mark.parametrize("who", ["ann", "max"])
def test_nobody_edits_what_the_system_wrote(told, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    url = f"/api/v1/activities/{told.pk}"
    answer = client.patch(url, {"title": "Invoice unpaid"}, format="json")
    assert answer.status_code == 403
    assert "system" in answer.json()["message"]
    assert Activity.objects.get(pk=told.pk).title == "Invoice paid"
    row = client.get(url).json()["data"]
    assert client.put(url, row, format="json").status_code == 200  # nothing was changed


def test_the_author_puts_a_note_right(ann, client_of):
    client = client_of(ann)
    body = {"activity_type": "note", "title": "Asekd"}
    note = client.post("/api/v1/activities", body, format="json").json()["data"]
    url = f"/api/v1/activities/{note['id']}"
    assert client.patch(url, {"title": "Asked"}, format="json").json()["data"]["title"] == "Asked"


def test_nobody_passes_for_the_system(ann, client_of):
    client = client_of(ann)
    body = {"activity_type": "note", "title": "Paid", "metadata": {"system": True}}
    answer = client.post("/api/v1/activities", body, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["metadata"])
    note = records.create(Activity(activity_type="note", title="Paid"), by=ann)
    values = {"metadata": {"system": True}}
    answer = client.patch(f"/api/v1/activities/{note.pk}", values, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["metadata"])
