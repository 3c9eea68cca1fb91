"""Making an account for oneself."""

import pytest

from accounts.models import Session, User
from accounts.tests.doors import me, post, refused
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {"email": "Ida.Berg@Example.com", "password": PASSWORD, "full_name": "Ida Berg"}


@pytest.fixture(autouse=True)
def open_registration(settings):
    settings.REGISTRATION = "open"


def test_registering_makes_a_sales_rep_who_is_signed_in():
    answer = post("register", {**NEW, "phone": "+49 40 1", "department": "North"})

    assert answer.status_code == 201, answer.content
    assert set(answer.json()) == {"success", "data"}
    data = answer.json()["data"]
    assert set(data) == {"user", "token", "refreshToken"}
    user = User.objects.get()
    assert data["user"]["id"] == str(user.pk)
    assert (user.email, user.full_name) == ("ida.berg@example.com", "Ida Berg")
    assert (user.phone, user.department) == ("+49 40 1", "North")
    assert (user.role, user.status, user.team) == ("sales_rep", "active", None)
    assert not user.is_staff
    assert not user.is_superuser
    assert user.check_password(PASSWORD)
    assert Session.objects.get().user == user
    assert me(data["token"]).json()["data"]["email"] == "ida.berg@example.com"


@pytest.mark.parametrize("way", ["invite", "closed"])
def test_registration_may_be_closed(way, settings):
    settings.REGISTRATION = way

    answer = post("register", NEW)

    assert refused(answer) == (403, "registration_closed")
    assert not User.objects.exists()


@pytest.mark.parametrize("role", ["admin", "manager", "support", "owner", 1, ["admin"]])
def test_nobody_registers_with_another_role(role):
    answer = post("register", {**NEW, "role": role})

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == ["role"]
    assert not User.objects.exists()


def test_asking_for_the_role_that_everybody_gets_is_fine():
    assert post("register", {**NEW, "role": "sales_rep"}).status_code == 201
    assert User.objects.get().role == "sales_rep"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "active"),
        ("is_superuser", True),
        ("is_staff", True),
        ("staff_access", True),
        ("team_id", None),
        ("groups", [1]),
        ("security_version", 7),
        ("email_verified", True),
        ("id", "0199a0b0-0000-7000-8000-000000000000"),
    ],
)
def test_nothing_in_the_body_gives_rights(name, value):
    answer = post("register", {**NEW, name: value})

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [name]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "email",
    ["ida.berg@example.com", "IDA.BERG@EXAMPLE.COM", "ｉda.berg@example.com"],  # noqa: RUF001
)
def test_a_taken_email_is_a_conflict(email):
    post("register", NEW)

    answer = post("register", {**NEW, "email": email})

    assert refused(answer) in {(409, "conflict"), (400, "invalid")}
    assert User.objects.count() == 1
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too short"),
        ("password123", "too common"),
        ("836407259103", "entirely numeric"),
        ("ida.berg@example.com", "too similar"),
    ],
)
def test_a_weak_password_is_refused(password, reason):
    answer = post("register", {**NEW, "password": password})

    assert refused(answer) == (400, "invalid")
    assert reason in str(answer.json()["errors"]["password"])
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["  spaces around it  ", "ö" * 64, "correct horse " * 20])
def test_a_password_is_taken_as_it_is(password):
    assert post("register", {**NEW, "password": password}).status_code == 201
    assert User.objects.get().check_password(password)
    assert not User.objects.get().check_password(password.strip()[:-1])


@pytest.mark.parametrize("missing", ["email", "password", "full_name"])
def test_what_is_missing_is_named(missing):
    answer = post("register", {name: NEW[name] for name in NEW if name != missing})

    assert refused(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [missing]
    assert not User.objects.exists()
