"""Logs: structlog and the standard library through one chain, secrets blanked.

JSON lines on stdout in production, readable lines on stderr elsewhere, and error.log and
combined.log as JSON where LOG_DIR is set.
"""

import logging
import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
BLANK = "[blanked]"
SECRET_PARTS = ("password", "token", "secret", "authorization", "cookie", "apikey", "credential")
SECRET_NAMES = {"otp", "html", "body", "text", "signature", "sessionid", "jwt"}
SECRETS_IN_TEXT = re.compile(
    r"(?P<before>\b(?:Bearer|Basic)\s+|://[^/\s:@]*:)(?P<secret>[^\s@]+)", re.IGNORECASE
)

Event = MutableMapping[str, Any]
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


def route_of(request: HttpRequest) -> str:
    """Return the pattern that the path matched, empty if none did; never the path itself."""
    match = request.resolver_match
    return f"/{match.route}" if match else ""


def user_id_of(request: HttpRequest) -> str | None:
    """Return who is signed in as far as it is known by now, without asking the database."""
    known = getattr(request, "user_id_for_log", None)
    if known:
        return str(known)
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    key = getattr(user, "pk", None)
    return str(key) if key else None


def add_request(logger: Any, method: str, event: Event) -> Event:
    """Give each line its request and user, None outside of a request."""
    request = current_request.get()
    event.setdefault("request_id", getattr(request, "id", None))
    if event.get("user_id") is None:
        event["user_id"] = user_id_of(request) if request else None
    return event


def hide_paths(logger: Any, method: str, event: Event) -> Event:
    """Replace the real path in Django's own lines by its route: tokens live in paths.

    Django writes some of them after our middleware has let go of the request.
    """
    request = event.pop("request", None)
    if isinstance(request, HttpRequest):
        event.setdefault("request_id", getattr(request, "id", None))
        event.setdefault("user_id", user_id_of(request))
    path = getattr(request, "path", "")
    if len(path) > 1:
        event["event"] = str(event["event"]).replace(path, route_of(request) or "(no route)")
    return event


def blank_secrets(logger: Any, method: str, event: Event) -> Event:
    """Blank what stands under a telling key at any depth, and tokens inside of sentences."""
    return {key: value if key == "event" else blanked(key, value) for key, value in event.items()}


def blank_sentences(logger: Any, method: str, event: Event) -> Event:
    """Blank bearer tokens and the passwords of addresses in messages and tracebacks."""
    for key in ("event", "exception"):
        if isinstance(event.get(key), str):
            event[key] = SECRETS_IN_TEXT.sub(rf"\g<before>{BLANK}", event[key])
    return event


def blanked(key: str, value: Any) -> Any:
    """Return the value, or a blank where its key tells that it is nobody's business."""
    plain = re.sub(r"[^a-z]", "", key.lower())
    if plain in SECRET_NAMES or any(part in plain for part in SECRET_PARTS):
        return BLANK
    if isinstance(value, dict):
        return {name: blanked(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [blanked("", inner) for inner in value]
    return value


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    add_request,
    blank_secrets,
]


def logging_settings(*, level: str, as_json: bool, log_dir: Path | None) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING, so that both speak the same lines."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handlers: dict[str, Any] = {
        "stream": {
            "class": "logging.StreamHandler",
            # In development stdout belongs to the commands (dumpdata > file).
            "stream": "ext://sys.stdout" if as_json else "ext://sys.stderr",
            "formatter": "json" if as_json else "readable",
        }
    }
    if log_dir:
        handlers |= log_files(log_dir)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"seldom": {"()": SeldomAndShort}},
        "formatters": {
            "json": formatter(
                structlog.processors.format_exc_info,
                blank_sentences,
                structlog.processors.JSONRenderer(default=str),
            ),
            "readable": formatter(
                # The pretty traceback would print local variables, and so secrets.
                structlog.processors.format_exc_info,
                blank_sentences,
                structlog.dev.ConsoleRenderer(colors=False),
            ),
        },
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": level},
        "loggers": {
            # Django's own handlers would write each line a second time, raw.
            "django": {"handlers": [], "propagate": True},
            # The access log already has the 4xx, and without the path.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            "nexa.cache": {"filters": ["seldom"]},
            # It tells each sign-in at INFO; ours are in the access log.
            "axes": {"level": "WARNING"},
            # At INFO these tell of each task and tick; the jobs table knows how they went.
            "celery.app.trace": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # At DEBUG these would write the values of statements and the headers of calls.
            "django.db.backends": {"level": "INFO"},
            "botocore": {"level": "WARNING"},
        },
    }


class SeldomAndShort(logging.Filter):
    """Let one line in ten seconds pass, without its traceback: each cache call fails alike."""

    pause = 10.0
    next_at = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.created < self.next_at:
            return False
        self.next_at = record.created + self.pause
        if record.exc_info:
            record.msg, record.args = f"The cache fails: {record.exc_info[1]}", ()
            record.exc_info = None
        return True


def formatter(*last: Any) -> dict[str, Any]:
    """Describe a formatter for logging.config: the shared chain, then these."""
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), hide_paths, *SHARED],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    }


def log_files(log_dir: Path) -> dict[str, Any]:
    """Describe error.log and combined.log, which rotate by size."""
    try:
        log_dir.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise ImproperlyConfigured("LOG_DIR must be a folder that can be written.") from None
    return {
        name: {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(log_dir / f"{name}.log"),
            "maxBytes": FILE_BYTES,
            "backupCount": FILES_KEPT,
            "delay": True,
            "encoding": "utf-8",
            "level": level,
            "formatter": "json",
        }
        for name, level in (("error", logging.ERROR), ("combined", logging.NOTSET))
    }
