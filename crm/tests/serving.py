"""A real server of ours in a process of its own, for tests that look at it from outside."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PATIENCE_SECONDS = 60
BIN = Path(sys.executable).parent


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


@contextmanager
def server(env: dict[str, str], *options: str, log: Path) -> Iterator[str]:
    """Serve with gunicorn until the block ends; give the address."""
    port = free_port()
    command = [str(BIN / "gunicorn"), "nexa.wsgi", "--config", "gunicorn.conf.py"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", *options],
            cwd=settings.BASE_DIR,
            env={**os.environ, **env},
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/live", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


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
