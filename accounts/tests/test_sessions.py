"""Where one is signed in, and what ends it at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Session
from accounts.tests.doors import AUTH, SESSION_OVER, bearer, me, opened, refreshed, refused, works
from crm.sales.tests.factories import LeadFactory

pytestmark = pytest.mark.django_db


def listed(token):
    return bearer(token).get(f"{AUTH}/sessions").json()["data"]


def end(token, session_id):
    return bearer(token).delete(f"{AUTH}/sessions/{session_id}")


# -- where am I signed in ------------------------------------------------------------------


def test_the_list_has_ones_own_open_sessions(ann, tom):
    here, there, expired, revoked = (opened(ann) for _ in range(4))
    opened(tom)
    Session.objects.filter(pk=expired.session.pk).update(expires_at=timezone.now())
    Session.objects.filter(pk=revoked.session.pk).update(revoked_at=timezone.now())

    rows = listed(here.token)

    assert {row["id"]: row["current"] for row in rows} == {
        str(here.session.pk): True,
        str(there.session.pk): False,
    }
    names = {"id", "created_at", "last_seen_at", "expires_at", "address", "user_agent", "current"}
    assert set(rows[0]) == names
    assert (rows[0]["address"], rows[0]["user_agent"]) == ("127.0.0.1", "tests")


def test_ending_one_session_leaves_the_others(ann):
    here, there = opened(ann), opened(ann)

    answer = end(here.token, there.session.pk)

    assert answer.status_code == 200
    assert answer.json() == {"success": True, "message": "The session was ended."}
    assert not works(there)
    assert refused(refreshed(there.refresh_token)) == SESSION_OVER
    assert works(here)
    assert [row["id"] for row in listed(here.token)] == [str(here.session.pk)]


def test_ending_the_present_session_is_signing_out(ann):
    here = opened(ann)
    assert end(here.token, here.session.pk).status_code == 200
    assert not works(here)


def test_sessions_of_others_do_not_exist(ann, max):
    of_ann = opened(ann)
    assert refused(end(opened(max).token, of_ann.session.pk)) == (404, "not_found")
    assert works(of_ann)


@pytest.mark.parametrize("id", ["x", "0199a0b0-0000-7000-8000-000000000000", "%00", "1"])
def test_a_session_that_is_none_does_not_exist(id, ann):
    assert refused(end(opened(ann).token, id)) == (404, "not_found")


def test_a_session_ends_once(ann):
    here, there = opened(ann), opened(ann)
    end(here.token, there.session.pk)
    assert refused(end(here.token, there.session.pk)) == (404, "not_found")


def test_sessions_show_when_they_were_last_used(ann):
    here = opened(ann)
    long_ago = timezone.now() - timedelta(hours=1)
    Session.objects.update(last_seen_at=long_ago)
    me(here.token)
    assert Session.objects.get().last_seen_at > long_ago


# -- what an administrator does bites on the next request ----------------------------------


@pytest.mark.parametrize("status", ["inactive", "suspended"])
def test_closing_an_account_ends_every_session_at_once(status, ann, max, client_of):
    here, there = opened(ann), opened(ann)

    answer = client_of(max).patch(f"/api/v1/users/{ann.pk}", {"status": status})

    assert answer.status_code == 200, answer.content
    for session in (here, there):
        assert not works(session)
        assert refused(refreshed(session.refresh_token)) == SESSION_OVER


def test_sessions_of_a_closed_account_stay_over_when_it_opens_again(ann, max, client_of):
    here = opened(ann)
    client = client_of(max)
    client.patch(f"/api/v1/users/{ann.pk}", {"status": "suspended"})
    client.patch(f"/api/v1/users/{ann.pk}", {"status": "active"})
    assert not works(here)
    assert refused(refreshed(here.refresh_token)) == SESSION_OVER


def test_deleting_an_account_ends_every_session_for_good(ann, max, client_of):
    here = opened(ann)
    client = client_of(max)
    assert client.delete(f"/api/v1/users/{ann.pk}").status_code == 200
    assert not works(here)
    assert client.post(f"/api/v1/users/{ann.pk}/restore").status_code == 200
    assert not works(here)


def test_a_password_set_by_an_administrator_ends_every_session(ann, max, client_of):
    here = opened(ann)

    answer = client_of(max).patch(f"/api/v1/users/{ann.pk}", {"password": "another-horse-7"})

    assert answer.status_code == 200, answer.content
    assert not works(here)
    ann.refresh_from_db()
    assert ann.check_password("another-horse-7")


def test_a_changed_email_ends_every_session(ann, max, client_of):
    here = opened(ann)
    client_of(max).patch(f"/api/v1/users/{ann.pk}", {"email": "ann.berg@example.com"})
    assert not works(here)


def test_a_changed_role_counts_from_the_next_request(ann, max, client_of):
    lead = LeadFactory(assigned_to=ann)
    here = opened(ann)
    client, admin = bearer(here.token), client_of(max)
    assert client.get(f"/api/v1/leads/{lead.pk}").status_code == 200

    admin.patch(f"/api/v1/users/{ann.pk}", {"role": "support"})

    assert refused(client.get(f"/api/v1/leads/{lead.pk}")) == (403, "permission_denied")
    assert "crm.view_lead" not in me(here.token).json()["permissions"]

    admin.patch(f"/api/v1/users/{ann.pk}", {"role": "admin"})

    assert client.delete(f"/api/v1/leads/{lead.pk}").status_code == 200
    assert me(here.token).json()["role"] == "admin"
