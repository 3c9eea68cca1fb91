"""The cast. Ann sells, Tom is in her team and Mia manages it, Zoe sells elsewhere,
Sam supports, Max runs the place."""

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts import sessions
from accounts.models import Team, User
from crm.core import outbox
from crm.messaging import sending
from crm.tests import databases

PASSWORD = "correct-horse-battery"  # noqa: S105
#: pages and modes ask each entity for what the API's own tests ask on both databases, rows and
#: queries alike
AS_THE_API = (
    *(f"test_pages_{what}.py" for what in ("contract", "forms", "queries", "safety", "sight")),
    *("test_pages_weight.py", "test_compat.py", "test_compat_every_mode.py"),
)
#: start processes with settings of their own, reckon with hashes, draw papers
WITHOUT_DATABASE = ("test_checks.py", "test_hashes.py", "test_pdf.py")
TRIED_ONCE = frozenset({*AS_THE_API, *WITHOUT_DATABASE})
WHY_ONCE = "Tried once, on SQLite: the database makes no difference to what this says."


def pytest_collection_modifyitems(items):
    """Leave to the half on SQLite what the database makes no difference to."""
    if connection.vendor == "sqlite":
        return
    for item in items:
        if item.path.name in TRIED_ONCE:
            item.add_marker(pytest.mark.skip(reason=WHY_ONCE))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, tmp_path_factory):
    """Keep a copy of what migrating made, for tests that need a database of their own."""
    folder = tmp_path_factory.mktemp("migrated")
    with django_db_blocker.unblock():
        databases.keep_migrated(folder)
    yield folder
    with django_db_blocker.unblock():
        databases.drop_migrated()


@pytest.fixture(scope="session")
def migrated(django_db_setup):
    """What to give ``fresh_database`` as template for one that is migrated already."""
    return django_db_setup


def person(name: str, role: str, team: Team | None = None) -> User:
    return User.objects.create_user(
        f"{name}@example.com", PASSWORD, full_name=name.capitalize(), role=role, team=team
    )


@pytest.fixture
def mia(db):
    """Manages the team North."""
    mia = person("mia", "manager")
    mia.team = Team.objects.create(name="North", manager=mia)
    mia.save()
    return mia


@pytest.fixture
def ann(mia):
    """Sells in the team North."""
    return person("ann", "sales_rep", mia.team)


@pytest.fixture
def tom(mia):
    """Sells in the team North too."""
    return person("tom", "sales_rep", mia.team)


@pytest.fixture
def zoe(db):
    """Sells in another team, which nobody of the cast manages."""
    return person("zoe", "sales_rep", Team.objects.create(name="South"))


@pytest.fixture
def sam(db):
    """Supports customers."""
    return person("sam", "support")


@pytest.fixture
def max(db):
    """Administrator."""
    return person("max", "admin")


class Request:
    """As much of a request as opening a session looks at."""

    META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "tests"}  # noqa: RUF012


@pytest.fixture
def work_off():
    """Do what workers would do now: tell the events, then send the mail that waits."""

    def work_off() -> int:
        outbox.deliver_all()
        return sending.send_waiting()

    return work_off


@pytest.fixture
def client_of():
    """Give a client signed in as somebody, by a real session and access token."""

    def client_of(user: User) -> APIClient:
        sign_in = sessions.open_session(user, request=Request())
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {sign_in.token}")
        return client

    return client_of
