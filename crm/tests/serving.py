"""A real server of ours in a process of its own, for tests that look at it from outside."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from crm.tests.services import free_port

PATIENCE_SECONDS = 60
BIN = Path(sys.executable).parent


def manage(*arguments: str, env: dict[str, str], stdin: str = "") -> str:
    """Run ``manage.py`` in an environment of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **env},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def things_in(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of an installation that keeps all but its database in a folder.

    Jobs go by a folder too, as they do by default; Redis is left out.
    """
    (folder / "queue").mkdir(exist_ok=True)
    return {
        "REDIS_URL": "",
        "REDIS_HOST": "",
        "BROKER_URL": "filesystem://localhost",
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "QUEUE_DIR": str(folder / "queue"),
        "MEDIA_DIR": str(folder / "files"),
        "MAIL_DIR": str(folder / "outbox"),
        **more,
    }


class Address(str):
    """Where a server listens, and the process that does."""

    process: subprocess.Popen

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def server(env: dict[str, str], *options: str, log: Path) -> Iterator[Address]:
    """Serve with gunicorn until the block ends; give the address."""
    port = free_port()
    command = [str(BIN / "gunicorn"), "nexa.asgi", "--config", "gunicorn.conf.py"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", *options],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PORT": str(port), **env},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    address = Address(f"http://127.0.0.1:{port}")
    address.process = process
    try:
        _wait_for(f"{address}/health/live", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


@contextmanager
def worker(
    env: dict[str, str], *options: str, log: Path, concurrency: int = 2
) -> Iterator[subprocess.Popen]:
    """Run a Celery worker until the block ends, unless it was killed before; give its process."""
    command = [str(BIN / "celery"), "--quiet", "--app", "nexa", "worker", "--pool", "threads"]
    command += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, *options],
            cwd=settings.BASE_DIR,
            env={**os.environ, **env},
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def await_that(fact: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is so that another process brings about; fail where it never is."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain until {what}."
        time.sleep(0.05)  # the other process can't tell us


def _wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own address)
                return
        except OSError:  # not yet, or too busy with starting
            time.sleep(0.1)  # nothing tells when a process begins to listen
    raise AssertionError(f"{url} did not answer:\n{log.read_text()}")
