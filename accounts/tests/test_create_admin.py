"""``manage.py create_admin``"""

import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.tests.doors import log_in, opened, works
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another-horse-battery"


@pytest.fixture
def create_admin(monkeypatch):
    """Run the command with a password on its input; return what it printed."""

    def create_admin(*arguments, password=NEW):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\nmore\n"))
        printed = io.StringIO()
        call_command("create_admin", *arguments, "--password-stdin", stdout=printed)
        return printed.getvalue()

    return create_admin


def test_a_new_administrator(create_admin):
    printed = create_admin("Max.Berg@example.com", "--full-name", "Max Berg")

    max = User.objects.get()
    assert (max.email, max.full_name) == ("max.berg@example.com", "Max Berg")
    assert (max.role, max.status, max.is_staff) == ("admin", "active", True)
    assert log_in("max.berg@example.com", NEW).status_code == 200
    assert printed == "max.berg@example.com: added as administrator.\n"


def test_the_name_may_be_missing(create_admin):
    create_admin("max@example.com")
    assert User.objects.get().full_name == "max@example.com"


def test_somebody_known_is_restored(ann, create_admin):
    before = opened(ann)
    User.objects.filter(pk=ann.pk).update(status="suspended", deleted_at=timezone.now())
    for _ in range(10):
        log_in("ann@example.com", "wrong-horse-1")

    printed = create_admin("ANN@example.com")

    stored = User.objects.get(pk=ann.pk)
    assert (stored.role, stored.status, stored.full_name) == ("admin", "active", "Ann")
    assert stored.team == ann.team
    assert not works(before)
    assert log_in("ann@example.com", NEW).status_code == 200
    assert printed == (
        "ann@example.com: new password, all sessions ended, taken out of the recycle bin, "
        "role is now admin, status is now active.\n"
    )


def test_the_living_namesake_is_meant(ann, create_admin):
    gone = User.objects.create_user("gone@example.com", PASSWORD, full_name="Gone")
    User.objects.filter(pk=gone.pk).update(email="ann@example.com", deleted_at=timezone.now())

    create_admin("ann@example.com")

    assert User.objects.get(email="ann@example.com") == ann
    assert User.all_objects.get(pk=gone.pk).role == "sales_rep"


@pytest.mark.parametrize(
    ("email", "password"), [("max@example.com", "short"), ("max@example.com", ""), ("max", NEW)]
)
def test_what_the_rules_refuse_makes_nobody(email, password, create_admin):
    with pytest.raises(CommandError):
        create_admin(email, password=password)
    assert not User.all_objects.exists()


def test_the_password_may_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", NEW)
    call_command("create_admin", "max@example.com", stdout=io.StringIO())
    assert User.objects.get().check_password(NEW)


def test_without_a_password_it_does_nothing(monkeypatch):
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(CommandError, match="No password"):
        call_command("create_admin", "max@example.com")
    assert not User.all_objects.exists()


def test_the_command_line_takes_no_password():
    with pytest.raises(CommandError, match="unrecognized arguments"):
        call_command("create_admin", "max@example.com", "--password", NEW)
