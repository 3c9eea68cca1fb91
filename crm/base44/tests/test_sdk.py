"""The unmodified SDK of Base44, from npm, against a running server: every method it has."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.tests.databases import fresh_database
from crm.tests.serving import manage, server, things_in, worker

pytestmark = pytest.mark.django_db  # the database served is a copy of the test database
HERE = Path(__file__).parent / "sdk"
MISSING = "Node is not here: the SDK of Base44 can't be tried (install nodejs and npm)."
SUITES = sorted(path.name for path in HERE.glob("*.test.mjs"))
#: what each of the cast sees of a lead of Ann's: how many, or the refusal
SIGHT = {"ann": 1, "zoe": 0, "mia": 1, "sam": 403, "max": 1}
CAST = """
import json
from accounts import sessions, tokens
from accounts.models import Team, User
from crm.core import records
from crm.declared.models import DeclaredEntity

class Request:
    META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "tests"}

north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
roles = {"ann": "sales_rep", "zoe": "sales_rep", "mia": "manager", "sam": "support", "max": "admin"}
people = {
    name: User.objects.create_user(
        f"{name}@example.com", "correct-horse-battery", full_name=name.capitalize(), role=role,
        team=south if name == "zoe" else north if name in ("ann", "mia") else None,
    )
    for name, role in roles.items()
}
north.manager = people["mia"]
north.save()
own, every = (dict.fromkeys(("read", "update", "delete"), reach) for reach in ("own", "all"))
none = dict.fromkeys(("read", "create", "update", "delete"), "none")
note = DeclaredEntity(
    name="ProjectNote",
    schema={"properties": {"title": {"type": "string"}, "pages": {"type": "integer"}}},
    access={"sales_rep": own, "manager": every, "support": none},
)
records.create(note, by=people["max"])
opened = {name: sessions.open_session(person, request=Request()) for name, person in people.items()}
print(json.dumps({name: tokens.lasting_token(found.session) for name, found in opened.items()}))
"""


@pytest.fixture(scope="session")
def packages():
    """Install the SDKs by the lock, once; where there is no Node, say so."""
    if shutil.which("npm") is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    stamp = HERE / "node_modules" / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (HERE / "package-lock.json").stat().st_mtime:
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def world(packages, django_db_setup, django_db_blocker, tmp_path_factory):
    """Serve a new database with the cast in it; give what the suites have to know."""
    folder = tmp_path_factory.mktemp("base44")
    with (
        django_db_blocker.unblock(),
        fresh_database(folder, "base44", template=django_db_setup) as place,
    ):
        env = things_in(
            folder,
            MAIL="file",
            REGISTRATION="open",
            BASE44_FUNCTIONS="crm.base44.tests.appfunctions",
            **place,
        )
        tokens = json.loads(manage("shell", "--no-imports", "-c", CAST, env=env))
        with (
            worker(env, "--beat", log=folder / "worker.log"),
            server(env, "--workers", "1", "--threads", "4", log=folder / "log") as address,
        ):
            yield {
                "address": address,
                "app": "nexa-crm",
                "tokens": tokens,
                "sight": SIGHT,
                "mails": env["MAIL_DIR"],
            }


@pytest.mark.parametrize("suite", SUITES)
def test_the_sdk_works_unmodified(world, suite):
    done = subprocess.run(
        ["node", "--test", "--test-reporter=spec", "--test-force-exit", suite],
        cwd=HERE,
        env={**os.environ, "NEXA_WORLD": json.dumps(world)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
