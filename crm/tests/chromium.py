"""A Chromium for the tests that look at pages: found, or installed where that is possible.

``python -m crm.tests.chromium`` prints where one is. Where there is none it installs one, as root
on Debian and Ubuntu, and says what to do everywhere else.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-inter"),
)
PATIENCE_SECONDS = 30
#: headless, and silent: no call home, no update, nothing that is not the page's own
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "Not tested: there is no Chromium for the tests of pages. Install Chromium or Google Chrome, "
    "or name one in CHROMIUM."
)


def find() -> str:
    """Return the path of a browser that starts; '' where there is none."""
    for name in filter(None, (os.environ.get("CHROMIUM"), *NAMES)):
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return ""


def install() -> str:
    """Install a browser where that is possible and return its path; '' where it is not."""
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if may_install:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in INSTALL:
            subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
    return find()


def is_demanded() -> bool:
    """Whether what can't be tested counts as failed: in CI."""
    return os.environ.get("CI", "").lower() in ("1", "true")


def _starts(path: str) -> bool:
    """Whether a program answers; Ubuntu has one of the name that only points to the snap."""
    try:
        asked = subprocess.run(
            [path, "--version"], capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def main() -> None:
    path = find() or install()
    if path:
        print(path)
        return
    print(MISSING, file=sys.stderr)
    sys.exit(1 if is_demanded() else 0)


if __name__ == "__main__":
    main()
