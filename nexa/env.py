"""Typed readers of the environment that refuse bad values with one sentence.

Each names the variable and never repeats a value that may be secret. An empty value
counts as not given, because that is what compose files and shells make of `NAME=`.
"""

import ipaddress
import os
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
REQUIRED: Any = object()
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
#: kinds of address that may name no host
HOSTLESS = {"unix", "sqs", "filesystem", "memory"}
POSTGRESQL = "django.db.backends.postgresql"
SQLITE = "django.db.backends.sqlite3"


def read_dotenv(path: Path) -> None:
    """Take over what the file gives and the environment leaves open."""
    if path.is_file():
        environ.Env.read_env(path, parse_comments=True)


def given(name: str) -> str:
    """Return the value without surrounding space, empty where there is none."""
    return os.environ.get(name, "").strip()


def fallback(name: str, default: Any) -> Any:
    """Return the default, or refuse where there is none."""
    if default is REQUIRED:
        raise ImproperlyConfigured(f"{name} must be set.")
    return default


def text(name: str, default: Any = REQUIRED) -> str:
    """Read any text."""
    return given(name) or fallback(name, default)


def flag(name: str, default: Any = REQUIRED) -> bool:
    """Read true or false."""
    value = given(name).lower()
    if not value:
        return fallback(name, default)
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false.")
    return value in TRUE


def number(name: str, default: Any = REQUIRED, *, least: int = 0, most: int | None = None) -> int:
    """Read a whole number within bounds."""
    value = given(name)
    if not value:
        return fallback(name, default)
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    if int(value) < least or (most is not None and int(value) > most):
        bounds = f"at least {least}" if most is None else f"between {least} and {most}"
        raise ImproperlyConfigured(f"{name} must be {bounds}.")
    return int(value)


def choice(name: str, choices: Sequence[str], default: Any = REQUIRED) -> str:
    """Read one of the named values, whatever its case."""
    value = given(name).lower()
    if not value:
        return fallback(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(c for c in choices if c)}.")
    return value


def log_level(name: str, default: str) -> str:
    """Read a level by Python's names or those of the earlier Node backend."""
    names = {"silly": "debug", "verbose": "debug", "http": "info", "warn": "warning"}
    plain = ("debug", "info", "warning", "error", "critical")
    value = choice(name, (*plain, *names), default=default.lower())
    return names.get(value, value).upper()


def csv(name: str, default: Iterable[str] = ()) -> list[str]:
    """Read a list separated by commas."""
    values = [value.strip() for value in given(name).split(",")]
    return [value for value in values if value] or list(default)


def origins(name: str, default: Iterable[str] = ()) -> list[str]:
    """Read what browsers call origins, separated by commas; ``*`` is any."""
    values = [value.rstrip("/") for value in csv(name)]
    for value in values:
        if value != "*" and not _is_origin(value):
            raise ImproperlyConfigured(
                f"{name} must list origins such as https://app.example.com, without a path, "
                "separated by commas."
            )
    return values or list(default)


def _is_origin(value: str) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError:
        return False
    return bool(
        parts.scheme in ("http", "https")
        and re.fullmatch(r"[a-z0-9._\-:\[\]]+", parts.netloc, re.IGNORECASE)
        and parts.hostname
        and value == f"{parts.scheme}://{parts.netloc}"
    )


def networks(name: str, default: Iterable[str] = ()) -> list[Network]:
    """Read IP addresses and networks, separated by commas."""
    try:
        return [ipaddress.ip_network(value, strict=False) for value in csv(name, default)]
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must list IP addresses or networks such as 10.0.0.0/8, separated by commas."
        ) from None


def url(name: str, default: Any = REQUIRED, *, schemes: Sequence[str] = ("http", "https")) -> str:
    """Read an absolute address; a slash at its end is dropped."""
    value = secret(name, default="")
    if not value:
        return fallback(name, default)
    try:
        parts = urlsplit(value)
        complete = parts.scheme in schemes and (parts.hostname or parts.scheme in HOSTLESS)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError:
        complete = False
    if not complete:
        raise ImproperlyConfigured(
            f"{name} must be a full address beginning with {' or '.join(schemes)}."
        )
    return value if parts.scheme in HOSTLESS else value.rstrip("/")


def duration(name: str, default: Any = REQUIRED) -> timedelta:
    """Read a length of time such as 30s, 15m, 1h or 7d."""
    value = (given(name) or fallback(name, default)).lower()
    found = re.fullmatch(r"([0-9]{1,6})([smhd])", value)
    if not found:
        raise ImproperlyConfigured(f"{name} must be a duration such as 30s, 15m, 1h or 7d.")
    return timedelta(seconds=int(found[1]) * SECONDS[found[2]])


def secret(name: str, default: Any = REQUIRED) -> str:
    """Read a secret from NAME, or from the file that NAME_FILE points to."""
    value, file = given(name), given(f"{name}_FILE")
    if value and file:
        raise ImproperlyConfigured(f"Only one of {name} and {name}_FILE may be set.")
    if not file:
        return value or fallback(name, default)
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ImproperlyConfigured(
            f"{name}_FILE must point to a text file that can be read."
        ) from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE points to an empty file.")
    return value


def database(name: str) -> dict[str, Any] | None:
    """Read a database address, postgres:// or sqlite://, as Django wants it; None if not given."""
    value = secret(name, default="")
    if not value:
        return None
    refusal = f"{name} must be an address such as postgres://user:password@host:5432/name."
    if urlsplit(value).scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ImproperlyConfigured(refusal)
    try:
        found = environ.Env.db_url_config(value)
    except ValueError:
        raise ImproperlyConfigured(refusal) from None
    if not found["NAME"]:
        raise ImproperlyConfigured(f"{name} must name the database after the last slash.")
    return found


def origin(address: str) -> str:
    """Return scheme, host and port of an address, which is what browsers call its origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
