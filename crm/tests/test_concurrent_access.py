"""Signing in, refreshing, changing passwords and leaving at the same moment."""

from functools import partial

import pytest
from axes.models import AccessAttempt
from django.db import connection

from accounts import invitations, operations, tokens
from accounts.models import Session, User
from accounts.tests.doors import AUTH, bearer, log_in, me, opened, post, refreshed, works
from accounts.tests.test_hashes import REAL, made_elsewhere
from conftest import PASSWORD
from crm.tests.threads import at_once, statuses, times

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]


def test_of_twelve_refreshes_with_one_token_one_wins(ann):
    for _ in range(10):
        here = opened(ann)

        answers = times(12, partial(refreshed, here.refresh_token))

        assert statuses(answers) == [200] + [401] * 11
        won = next(a for a in answers if a.status_code == 200).json()["data"]
        assert not works(here)
        assert me(won["token"]).status_code == 401
        assert refreshed(won["refreshToken"]).status_code == 401


@pytest.mark.parametrize("round", range(10))
def test_no_token_outlives_its_session_or_its_password(round, ann):
    """Twenty logins, refreshes, password changes and revocations on one person at once."""
    refreshing, changing, ending = ([opened(ann) for _ in range(5)] for _ in range(3))

    def change(session, new):
        body = {"currentPassword": PASSWORD, "newPassword": new}
        return bearer(session.token).put(f"{AUTH}/update-password", body)

    passwords = {s.session.pk: f"{number}-horse-battery" for number, s in enumerate(changing)}
    answers = at_once(
        *(partial(log_in, "ann@example.com") for _ in range(5)),
        *(partial(refreshed, s.refresh_token) for s in refreshing),
        *(partial(change, s, passwords[s.session.pk]) for s in changing),
        *(
            partial(bearer(old.token).delete, f"{AUTH}/sessions/{old.session.pk}")
            for old in (*ending[:3], *changing[:2])
        ),
    )

    assert set(statuses(answers)) <= {200, 400, 401, 404}
    changes = dict(zip((s.session.pk for s in changing), answers[10:15], strict=True))
    [winner] = [pk for pk, answer in changes.items() if answer.status_code == 200]
    ann.refresh_from_db()
    assert ann.check_password(passwords[winner])
    stays = Session.objects.get(pk=winner).revoked_at is None
    assert stays or winner in {s.session.pk for s in changing[:2]}

    issued = [a.json()["data"] for a in answers[:10] if a.status_code == 200]
    issued += [{"token": s.token, "refreshToken": s.refresh_token} for s in refreshing + ending]
    issued += [
        {"token": s.token, "refreshToken": s.refresh_token}
        for s in changing
        if s.session.pk != winner
    ]
    assert {me(pair["token"]).status_code for pair in issued} == {401}
    assert {refreshed(pair["refreshToken"]).status_code for pair in issued} == {401}
    kept = next(s for s in changing if s.session.pk == winner)
    assert works(kept) is stays
    assert log_in("ann@example.com").status_code == 401
    assert log_in("ann@example.com", passwords[winner]).status_code == 200


def test_a_closed_account_stays_closed_to_those_who_are_just_coming_in(ann, max, client_of):
    client = client_of(max)
    for _ in range(5):
        operations.change_user(ann, {"status": "active"}, by=max)
        here = opened(ann)
        close = partial(client.patch, f"/api/v1/users/{ann.pk}", {"status": "suspended"})

        closed, *answers = at_once(
            close,
            *(partial(log_in, "ann@example.com") for _ in range(6)),
            partial(refreshed, here.refresh_token),
        )

        assert closed.status_code == 200
        issued = [a.json()["data"]["token"] for a in answers if a.status_code == 200]
        assert {me(token).status_code for token in [*issued, here.token]} == {401}


def test_an_upgrade_under_way_does_not_bring_an_old_password_back(ann, max, client_of, settings):
    """An imported hash is read quickly and made anew slowly; a change comes between."""
    settings.PASSWORD_HASHERS = REAL
    client = client_of(max)
    for turn in range(3):
        User.objects.filter(pk=ann.pk).update(password=made_elsewhere(PASSWORD))
        new = {"password": f"{turn}-horse-battery"}

        changed, *answers = at_once(
            partial(client.patch, f"/api/v1/users/{ann.pk}", new),
            *(partial(log_in, "ann@example.com") for _ in range(4)),
        )

        assert changed.status_code == 200
        issued = [a.json()["data"]["token"] for a in answers if a.status_code == 200]
        assert all(me(token).status_code == 401 for token in issued)
        assert log_in("ann@example.com").status_code == 401
        assert log_in("ann@example.com", new["password"]).status_code == 200


def test_one_reset_link_sets_one_password(ann):
    token = tokens.reset_token(ann)
    new = [f"{number}-horse-battery" for number in range(10)]

    answers = at_once(*(partial(post, f"reset-password/{token}", {"password": p}) for p in new))

    assert statuses(answers) == [200] + [400] * 9
    won = next(p for p, answer in zip(new, answers, strict=True) if answer.status_code == 200)
    ann.refresh_from_db()
    assert ann.check_password(won)


def test_one_invitation_makes_one_person(max):
    invitation = invitations.invite("ida@example.com", role="support", team=None, by=max)
    secret = tokens.invitation_secret(invitation.pk)
    bodies = [{"password": PASSWORD, "full_name": f"Ida {number}"} for number in range(10)]

    answers = at_once(*(partial(post, f"accept-invite/{secret}", body) for body in bodies))

    assert statuses(answers) == [201] + [400] * 9
    won = next(a for a in answers if a.status_code == 201).json()["data"]["user"]
    ida = User.objects.get(email=invitation.email)
    assert (str(ida.pk), ida.full_name) == (won["id"], won["full_name"])
    assert Session.objects.filter(user=ida).count() == 1


def test_one_email_registers_once(settings):
    settings.REGISTRATION = "open"
    body = {"email": "ida@example.com", "password": PASSWORD, "full_name": "Ida"}

    answers = times(10, partial(post, "register", body))

    assert statuses(answers) == [201] + [409] * 9
    assert User.objects.count() == Session.objects.count() == 1


def administrators(*names):
    return [
        operations.create_user(
            User(email=f"{name}@example.com", full_name=name, role="admin"), by=None
        )
        for name in names
    ]


@pytest.mark.parametrize("method", ["demote", "suspend", "delete"])
def test_two_administrators_do_not_remove_each_other(method, client_of):
    for turn in range(5):
        pair = administrators(f"eva{turn}", f"udo{turn}")
        clients = [client_of(person) for person in pair]
        urls = [f"/api/v1/users/{person.pk}" for person in reversed(pair)]
        values = {"demote": {"role": "manager"}, "suspend": {"status": "suspended"}}
        calls = [
            partial(client.delete, url)
            if method == "delete"
            else partial(client.patch, url, values[method])
            for client, url in zip(clients, urls, strict=True)
        ]

        answers = at_once(*calls)

        won, lost = statuses(answers)
        assert won == 200
        assert lost in (401, 403, 409)
        left = User.objects.get(role="admin", status="active")
        User.objects.filter(pk=left.pk).update(status="inactive")


def test_two_administrators_may_edit_each_other(client_of):
    pair = administrators("eva", "udo")
    clients = [client_of(person) for person in pair]
    urls = [f"/api/v1/users/{person.pk}" for person in reversed(pair)]
    for turn in range(20):
        answers = at_once(
            *(
                partial(client.patch, url, {"phone": str(turn)})
                for client, url in zip(clients, urls, strict=True)
            )
        )
        assert statuses(answers) == [200, 200]


def test_every_failure_counts(ann, settings):
    settings.AXES_FAILURE_LIMIT = 100

    answers = times(12, partial(log_in, "ann@example.com", "wrong-horse-1"))

    assert statuses(answers) == [401] * 12
    assert AccessAttempt.objects.get().failures_since_start == 12


def test_many_guesses_at_once_lock_the_account(ann):
    times(20, partial(log_in, "ann@example.com", "wrong-horse-1"))
    assert log_in("ann@example.com").status_code == 429
