"""System checks that stop an unsafe production start, one sentence each.

`manage.py check` shows them; the WSGI and ASGI entrances refuse to serve because of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from crm.base44.functions import registered

SECRETS = ("SECRET_KEY", "JWT_SECRET", "REFRESH_TOKEN_SECRET")
SHORTEST_SECRET = 32
INSECURE_PREFIX = "insecure-"


def secrets_are_safe() -> Iterator[CheckMessage]:
    """Long, not taken from the repository, and none used twice."""
    for name in SECRETS:
        value = getattr(settings, name)
        hint = f"Set {name} (or {name}_FILE) to at least {SHORTEST_SECRET} random bytes."
        if value.startswith((INSECURE_PREFIX, "django-insecure-")):
            yield Error(f"{name} is a default that everybody knows.", hint, id="nexa.E001")
        elif len(value.encode()) < SHORTEST_SECRET:
            yield Error(f"{name} is shorter than {SHORTEST_SECRET} bytes.", hint, id="nexa.E002")
    if len({getattr(settings, name) for name in SECRETS}) < len(SECRETS):
        yield Error(
            "Two of the secrets are equal, so a token of one kind would pass for another.",
            f"Give {', '.join(SECRETS)} different values.",
            id="nexa.E003",
        )


def doors_are_closed() -> Iterator[CheckMessage]:
    """Hosts, origins and DEBUG tell nothing to strangers."""
    if settings.DEBUG:
        yield Error(
            "DEBUG shows code and settings to strangers.", "Set DEBUG=false.", id="nexa.E004"
        )
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty, so no request would be answered.",
            "Set ALLOWED_HOSTS to the host names that this installation answers to.",
            id="nexa.E005",
        )
    if any(host.startswith("*") for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS lets any host name in.",
            "Name the hosts in ALLOWED_HOSTS; .example.com stands for all of its subdomains.",
            id="nexa.E006",
        )
    if settings.CORS_ALLOW_ALL_ORIGINS or any("*" in o for o in settings.CORS_ALLOWED_ORIGINS):
        yield Error(
            "CORS_ORIGIN lets the pages of any site call the API.",
            "Name the origins in CORS_ORIGIN, separated by commas.",
            id="nexa.E007",
        )


def data_is_kept() -> Iterator[CheckMessage]:
    """The database stands where it can be shared and backed up, and mail has a sender."""
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"] and not settings.ALLOW_SQLITE:
        yield Error(
            "The database is SQLite, which serves one machine only.",
            "Set DATABASE_URL (or DB_HOST), or ALLOW_SQLITE=true if one machine is enough.",
            id="nexa.E008",
        )
    if settings.MAIL in ("smtp", "ses") and not settings.AWS_SES_FROM_EMAIL:
        yield Error(
            "Mail has no sender address.",
            "Set AWS_SES_FROM_EMAIL to an address that your mail provider lets you use.",
            id="nexa.E009",
        )
    if settings.MAIL in ("console", "file"):
        yield Warning(
            f"MAIL={settings.MAIL} delivers nothing and leaves mails readable on this machine.",
            "Set MAIL=ses or MAIL=smtp.",
            id="nexa.W001",
        )


CHECKS = (secrets_are_safe, doors_are_closed, data_is_kept)


def production_is_safe(**kwargs: Any) -> list[CheckMessage]:
    """Run all of the above; only production has to be safe."""
    if settings.APP_ENV != "production":
        return []
    return [message for check in CHECKS for message in check()]


def pages_have_their_files(**kwargs: Any) -> list[CheckMessage]:
    """Styles and scripts were collected; without them no page can be shown."""
    if not settings.STATIC_ROOT or (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    return [
        Error(
            "The static files have not been collected, so no page can be shown.",
            "Run manage.py collectstatic --noinput before the start (STATIC_DIR says where).",
            id="nexa.E010",
        )
    ]


def functions_are_there(**kwargs: Any) -> list[CheckMessage]:
    """What BASE44_FUNCTIONS names can be loaded."""
    try:
        registered(tuple(settings.BASE44_FUNCTIONS))
    except ImproperlyConfigured as error:
        hint = "Name functions marked with @function, or modules that hold some (docs/base44.md)."
        return [Error(str(error), hint, id="nexa.E011")]
    return []


def register_all() -> None:
    """Make `manage.py check` ask these."""
    register(production_is_safe, Tags.security)
    register(functions_are_there)
    register(pages_have_their_files, Tags.staticfiles, deploy=True)


def refuse_unsafe_start() -> None:
    """Raise with all sentences instead of serving an unsafe or unfinished production."""
    found = [*production_is_safe(), *pages_have_their_files(), *functions_are_there()]
    faults = [message for message in found if message.is_serious()]
    if faults:
        raise ImproperlyConfigured(" ".join(f"{fault.msg} {fault.hint}" for fault in faults))
