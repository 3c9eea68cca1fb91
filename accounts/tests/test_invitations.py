"""Offering somebody a place, and taking it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import operations
from accounts.models import Invitation, Session, Team, User
from accounts.tests.doors import AUTH, SESSION_OVER, bearer, me, post, refused
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LINK = re.compile(r"(\S+)/accept-invite/(\S+)")
TAKEN = {"password": PASSWORD, "full_name": "Ida Berg"}
FORBIDDEN = (403, "permission_denied")


@pytest.fixture
def invited(work_off):
    """Invite somebody and give the answer and the secret out of the mail."""

    def invited(client, email="Ida@example.com", **values):
        mail.outbox.clear()
        answer = client.post(f"{AUTH}/invite", {"email": email, **values})
        work_off()
        if answer.status_code != 201:
            assert mail.outbox == []
            return answer, None
        [sent] = mail.outbox
        assert sent.to == [Invitation.objects.latest("created_at").email]
        return answer, LINK.search(sent.body).group(2)

    return invited


def accept(secret, **values):
    return post(f"accept-invite/{secret}", {**TAKEN, **values})


# -- who may invite whom -------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "manager", "sales_rep", "support"])
def test_an_administrator_invites_anybody(role, max, mia, client_of, invited, settings):
    settings.FRONTEND_URL = "https://crm.example.org"

    answer, secret = invited(client_of(max), role=role, team_id=str(mia.team_id))

    assert answer.status_code == 201, answer.content
    invitation = Invitation.objects.get()
    assert answer.json()["data"]["id"] == str(invitation.pk)
    assert (invitation.email, invitation.role) == ("ida@example.com", role)
    assert (invitation.team, invitation.invited_by) == (mia.team, max)
    lifetime = invitation.expires_at - invitation.created_at
    assert abs(lifetime - timedelta(hours=72)) < timedelta(seconds=5)
    assert LINK.search(mail.outbox[0].body).group(1) == "https://crm.example.org"
    assert secret not in answer.content.decode()
    assert secret not in str(Invitation.objects.values().get())


def test_who_is_invited_without_a_role_sells(max, client_of, invited):
    invited(client_of(max))
    assert Invitation.objects.get().role == "sales_rep"


@pytest.mark.parametrize("role", ["sales_rep", "support"])
def test_a_manager_invites_into_the_own_team(role, mia, client_of, invited):
    answer, _ = invited(client_of(mia), role=role, team_id=str(mia.team_id))
    assert answer.status_code == 201
    assert Invitation.objects.get().team == mia.team


def test_a_manager_who_names_no_team_invites_into_the_own(mia, client_of, invited):
    answer, _ = invited(client_of(mia))
    assert answer.json()["data"]["team_id"] == str(mia.team_id)
    assert Invitation.objects.get().team == mia.team


def test_a_manager_without_a_team_invites_nobody(mia, client_of, invited):
    Team.objects.update(manager=None)
    User.objects.filter(pk=mia.pk).update(team=None)
    answer, _ = invited(client_of(mia))
    assert refused(answer) == FORBIDDEN
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("role", ["admin", "manager"])
def test_a_manager_invites_nobody_of_the_own_rank(role, mia, client_of, invited):
    answer, _ = invited(client_of(mia), role=role, team_id=str(mia.team_id))
    assert refused(answer) == FORBIDDEN
    assert not Invitation.objects.exists()


def test_a_manager_does_not_invite_into_another_team(mia, zoe, client_of, invited):
    answer, _ = invited(client_of(mia), team_id=str(zoe.team_id))
    assert refused(answer) == FORBIDDEN
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["ann", "sam"])
def test_nobody_else_invites(name, request, client_of, invited):
    answer, _ = invited(client_of(request.getfixturevalue(name)))
    assert refused(answer) == FORBIDDEN
    assert "accounts.invite_user" in answer.json()["message"]
    assert not Invitation.objects.exists()


def test_inviting_needs_a_sign_in():
    assert refused(post("invite", {"email": "ida@example.com"})) == SESSION_OVER


def test_who_is_here_already_is_not_invited(max, ann, client_of, invited):
    answer, _ = invited(client_of(max), "ANN@example.com")
    assert refused(answer) == (409, "conflict")
    assert not Invitation.objects.exists()


# -- taking the place ----------------------------------------------------------------------


def test_accepting_makes_the_person_of_the_offer(mia, client_of, invited, settings):
    settings.REGISTRATION = "closed"
    _, secret = invited(client_of(mia), role="support", team_id=str(mia.team_id))

    answer = accept(secret, phone="+49 40 1")

    assert answer.status_code == 201, answer.content
    data = answer.json()["data"]
    assert set(data) == {"user", "token", "refreshToken"}
    ida = User.objects.get(email="ida@example.com")
    assert (ida.full_name, ida.role, ida.team) == ("Ida Berg", "support", mia.team)
    assert (ida.email_verified, ida.status, ida.phone) == (True, "active", "+49 40 1")
    assert ida.check_password(PASSWORD)
    assert Invitation.objects.get().accepted_at is not None
    assert me(data["token"]).json()["data"]["role"] == "support"


def test_a_place_is_taken_once(max, client_of, invited):
    _, secret = invited(client_of(max))
    accept(secret)

    answer = accept(secret, full_name="Somebody Else")

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["token"]
    assert User.objects.filter(email="ida@example.com").count() == 1


def test_an_offer_ends_after_three_days(max, client_of, invited):
    _, secret = invited(client_of(max))
    Invitation.objects.update(expires_at=timezone.now())
    assert refused(accept(secret)) == (400, "invalid")
    assert not User.objects.filter(email="ida@example.com").exists()


def test_a_second_offer_ends_the_first(max, client_of, invited):
    _, first = invited(client_of(max), role="admin")
    _, second = invited(client_of(max), "IDA@example.com", role="support")
    assert refused(accept(first)) == (400, "invalid")
    assert accept(second).status_code == 201
    assert User.objects.get(email="ida@example.com").role == "support"


def test_a_taken_email_leaves_the_offer_open(max, client_of, invited):
    _, secret = invited(client_of(max))
    operations.create_user(User(email="ida@example.com", full_name="Ida"), by=max)

    assert refused(accept(secret)) == (409, "conflict")

    assert Invitation.objects.get().accepted_at is None
    assert Session.objects.filter(user__email="ida@example.com").count() == 0


def test_a_weak_password_leaves_the_offer_open(max, client_of, invited):
    _, secret = invited(client_of(max))
    answer = accept(secret, password="ida")
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["password"]
    assert accept(secret).status_code == 201


def test_an_offer_of_somebody_who_left_is_void(mia, max, client_of, invited):
    _, secret = invited(client_of(mia))
    operations.change_user(mia, {"status": "suspended"}, by=max)
    assert refused(accept(secret)) == (400, "invalid")
    assert not User.objects.filter(email="ida@example.com").exists()


@pytest.mark.parametrize("name", ["email", "role", "team_id", "status", "is_superuser"])
def test_nothing_in_the_body_changes_the_offer(name, max, client_of, invited):
    _, secret = invited(client_of(max))
    answer = accept(secret, **{name: "admin"})
    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [name]
    assert not User.objects.filter(email="ida@example.com").exists()


@pytest.mark.parametrize("secret", ["x", "%00", "ü", "x" * 3000])
def test_a_secret_that_is_none_is_refused(secret, db):
    assert refused(accept(secret)) == (400, "invalid")


def test_a_secret_is_no_token(max, client_of, invited):
    _, secret = invited(client_of(max))
    assert refused(bearer(secret).get(f"{AUTH}/me")) == SESSION_OVER
    assert refused(post("refresh-token", {"refreshToken": secret})) == SESSION_OVER
