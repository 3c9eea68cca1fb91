"""Real processes that send, over the database of the test that started them."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection

from crm.tests.serving import BIN

SENDER = """
import time
import django
django.setup()
from crm.messaging import sending
from crm.messaging.models import Email
while Email.objects.filter(status="queued").exists():
    sending.send_waiting()
    time.sleep(0.05)
"""


def environment(smtp_port: int, **more: str) -> dict[str, str]:
    """Return the environment of a process that works on the test's own database."""
    theirs = connection.get_connection_params()
    place = {key: str(theirs[key]) for key in ("host", "port", "user", "password") if key in theirs}
    return {
        **os.environ,
        **{f"DB_{key.upper()}": value for key, value in place.items() if value},
        "DB_NAME": str(connection.settings_dict["NAME"]),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "APP_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "nexa.settings",
        "MAIL": "smtp",
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "LOG_LEVEL": "ERROR",
        **more,
    }


def start_sender(env: dict[str, str]) -> subprocess.Popen:
    """Start a process that sends until nothing is queued."""
    return subprocess.Popen([sys.executable, "-c", SENDER], cwd=settings.BASE_DIR, env=env)


def start_celery(env: dict[str, str], folder: Path) -> subprocess.Popen:
    """Start a Celery worker as it runs in production, with a clock of its own."""
    folder.mkdir(exist_ok=True)
    command = [str(BIN / "celery"), "-A", "nexa", "worker", "-B", "--pool", "threads"]
    command += ["--concurrency", "2", "--schedule", str(folder / "beat"), "--loglevel", "ERROR"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=env, stdout=log, stderr=subprocess.STDOUT
        )
