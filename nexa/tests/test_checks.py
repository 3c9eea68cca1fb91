"""An unsafe production does not start, and says why in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nexa.checks import pages_have_their_files

ROOT = Path(__file__).resolve().parent.parent.parent
SAFE = {
    "APP_ENV": "production",
    "SECRET_KEY": "key-" + "abcdefghij" * 5,
    "JWT_SECRET": "jwt-" + "abcdefghij" * 5,
    "REFRESH_TOKEN_SECRET": "refresh-" + "abcdefghij" * 5,
    "ALLOWED_HOSTS": "crm.example.com",
    "DATABASE_URL": "postgres://nexa:nexa@127.0.0.1:1/nexa",
    "AWS_SES_FROM_EMAIL": "crm@example.com",
}
NOTHING = {"DATABASE_URL": ""}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """A folder that looks as if the static files had been collected into it."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "staticfiles.json").write_text('{"version": "1.1", "paths": {}, "hash": ""}')
    return str(folder)


def start(*command, **changes):
    """Run Python in production with the safe settings and these changes."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | SAFE | changes
    return subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check(*options, **changes):
    return start("manage.py", "check", *options, **changes)


def test_a_safe_production_passes_the_deployment_checks():
    result = check("--deploy", "--tag", "security", "--fail-level", "WARNING")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"JWT_SECRET": ""}, "JWT_SECRET must be set"),
        ({"REFRESH_TOKEN_SECRET": ""}, "REFRESH_TOKEN_SECRET must be set"),
        ({"JWT_SECRET": "insecure-example-jwt-secret-" + "x" * 20}, "everybody knows"),
        ({"JWT_SECRET": "short"}, "JWT_SECRET is shorter than 32 bytes"),
        ({"JWT_SECRET": SAFE["SECRET_KEY"]}, "Two of the secrets are equal"),
        ({"DEBUG": "true"}, "DEBUG shows code"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS lets any host name in"),
        ({"CORS_ORIGIN": "*"}, "CORS_ORIGIN lets the pages of any site"),
        (NOTHING, "The database is SQLite"),
        ({"AWS_SES_FROM_EMAIL": ""}, "Mail has no sender address"),
        ({"RATE_LIMIT_MAX_REQUESTS": "many"}, "RATE_LIMIT_MAX_REQUESTS must be a whole number"),
        ({"JWT_EXPIRES_IN": "soon"}, "JWT_EXPIRES_IN must be a duration"),
        ({"CORS_ORIGIN": "foo"}, "CORS_ORIGIN must list origins"),
        ({"CORS_ORIGIN": "https://*.example.com"}, "CORS_ORIGIN must list origins"),
        ({"HEALTH_ALLOWED": "office"}, "HEALTH_ALLOWED must list IP addresses"),
    ],
)
def test_an_unsafe_production_is_refused(changes, sentence):
    result = check("--tag", "security", **changes)
    assert result.returncode != 0
    assert sentence in result.stderr


def test_one_machine_may_keep_sqlite_if_it_says_so():
    result = check("--tag", "security", ALLOW_SQLITE="true", **NOTHING)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("entrance", ["nexa.wsgi", "nexa.asgi"])
def test_the_entrances_stay_closed_too(entrance, collected):
    opened = start("-c", f"import {entrance}", STATIC_DIR=collected)
    assert opened.returncode == 0, opened.stderr
    wrong = {"DEBUG": "true", "ALLOWED_HOSTS": "*"}
    refused = start("-c", f"import {entrance}", STATIC_DIR=collected, **wrong)
    assert refused.returncode != 0
    assert "Set DEBUG=false." in refused.stderr
    assert "Name the hosts in ALLOWED_HOSTS" in refused.stderr


@pytest.mark.parametrize("entrance", ["nexa.wsgi", "nexa.asgi"])
def test_a_production_without_its_static_files_stays_closed(entrance, tmp_path):
    refused = start("-c", f"import {entrance}", STATIC_DIR=str(tmp_path))
    assert refused.returncode != 0
    assert "Run manage.py collectstatic" in refused.stderr


def test_the_name_of_the_environment_in_node_is_understood():
    result = check("--tag", "security", APP_ENV="", NODE_ENV="production", DEBUG="true")
    assert "DEBUG shows code" in result.stderr


def test_development_needs_no_settings():
    result = check("--tag", "security", **(dict.fromkeys(SAFE, "") | {"APP_ENV": "development"}))
    assert result.returncode == 0, result.stderr


def test_missing_static_files_are_told_before_the_start(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert [told.id for told in pages_have_their_files()] == ["nexa.E010"]
    (tmp_path / "staticfiles.json").write_text("{}")
    assert pages_have_their_files() == []
