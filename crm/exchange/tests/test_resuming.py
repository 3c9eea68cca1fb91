"""An import that is killed goes on where it was, and ends as if nothing had been."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from crm.exchange.tests.exports import write_csv
from crm.exchange.tests.importing import APP
from crm.tests.databases import fresh_database
from crm.tests.serving import manage

pytestmark = pytest.mark.django_db
KINDS = ("lead", "deal", "invoice", "email", "task", "event", "stagechange", "payment")


def counts(env):
    names = ", ".join(repr(kind) for kind in KINDS)
    code = (
        "from django.apps import apps; import json; print(json.dumps({kind: "
        f"apps.get_model('crm', kind)._base_manager.count() for kind in ({names})}}))"
    )
    return json.loads(manage("shell", "--command", code, env=env).splitlines()[-1])


def run(folder, env, report):
    manage("import_base44", str(folder), "--app-id", APP, "--report", str(report), env=env)
    return json.loads(report.read_text())


def test_a_kill_in_the_middle_leaves_whole_tables_and_the_next_run_the_rest(tmp_path, migrated):
    folder = tmp_path / "export"
    folder.mkdir()
    write_csv(folder)
    common = {"MEDIA_DIR": str(tmp_path / "media"), "REDIS_URL": "", "REDIS_HOST": ""}
    with (
        fresh_database(tmp_path, "whole", template=migrated) as whole,
        fresh_database(tmp_path, "killed", template=migrated) as killed,
    ):
        whole, killed = whole | common, killed | common
        run(folder, whole, tmp_path / "whole.json")

        process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "import_base44", str(folder), "--app-id", APP],
            cwd=settings.BASE_DIR,
            env={**os.environ, **killed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in process.stdout:
            if line.startswith("Invoice.csv"):
                process.kill()
                break
        process.stdout.close()
        assert process.wait() < 0
        begun = counts(killed)
        assert begun["invoice"] == 2
        assert begun["task"] == 0

        report = run(folder, killed, tmp_path / "killed.json")
        assert counts(killed) == counts(whole)
        by_entity = {told["entity"]: told for told in report["tables"]}
        assert by_entity["Invoice"]["unchanged"] == 2
        assert by_entity["Task"]["created"] == 2
