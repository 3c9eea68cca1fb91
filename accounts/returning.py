"""Back to the app that sent somebody here to sign in, with the token that it asked for."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

from . import tokens
from .models import Session

TOKEN = "access_token"  # noqa: S105
PORTS = {"http": 80, "https": 443}


def trusted_origin(address: str) -> str:
    """Return the origin of an address that may be given a token, else nothing.

    Those are the pages of ``FRONTEND_URL`` and ``CORS_ORIGIN``, each named there: ``*`` lets
    pages call, and gives none of them somebody's token.
    """
    origin = _origin(address)
    named = {_origin(known) for known in (settings.FRONTEND_URL, *settings.CORS_ALLOWED_ORIGINS)}
    return origin if origin in named - {""} else ""


def with_token(address: str, session: Session) -> str:
    """Return an address of a trusted app with a token of the session in its query."""
    return with_value(address, TOKEN, tokens.lasting_token(session))


def with_value(address: str, name: str, value: str) -> str:
    """Return an address with one value of its query set."""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return urlunsplit(parts._replace(query=urlencode([*query, (name, value)])))


def _origin(address: str) -> str:
    """Browsers read more into addresses than we do: whatever is odd has no origin."""
    if "\\" in address or not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port == PORTS[parts.scheme] else f":{port}")
