"""A Node for the tests of the JavaScript client: found, never installed."""

import os
import re
import shutil
import subprocess
from functools import cache

import pytest
from django.conf import settings

from crm.tests import chromium

CLIENT = settings.BASE_DIR / "clients" / "js"
OLDEST = 18
MISSING = (
    "Not tested: there is no Node for the tests of the JavaScript client. Install Node "
    f"{OLDEST} or newer, or name one in NODE."
)
UNINSTALLED = "Not tested: what package-lock.json of the JavaScript client names can't be installed"
PATIENCE_SECONDS = 300


@cache
def find() -> str:
    """Return the path of a Node that is new enough; '' where there is none."""
    path = shutil.which(os.environ.get("NODE") or "node")
    return path if path and _version(path) >= OLDEST else ""


def demand() -> str:
    """Return Node's path; skip the test where there is none, or fail it in CI."""
    return find() or _missing(MISSING)


def demand_packages() -> str:
    """Return Node's path, with the client's own tools installed; else as ``demand``."""
    node = demand()
    lock, stamp = CLIENT / "package-lock.json", CLIENT / "node_modules" / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return node
    npm = shutil.which("npm")
    if not npm:
        return _missing(f"{UNINSTALLED}: there is no npm.")
    done = run(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    return node if done.returncode == 0 else _missing(f"{UNINSTALLED}: {done.stderr}")


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the client's folder and return how it went."""
    return subprocess.run(
        command,
        cwd=CLIENT,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def _version(path: str) -> int:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    found = re.match(r"v(\d+)", told.stdout)
    return int(found[1]) if found else 0


def _missing(reason: str) -> str:
    if chromium.is_demanded():
        pytest.fail(reason)
    pytest.skip(reason)
