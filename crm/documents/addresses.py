"""The addresses of a document's file: one that stays, and signed ones that don't."""

import time
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from .sniffing import INLINE, TOLD, UNKNOWN

#: how long a signed address is good for, in seconds; "at most 5 minutes" (behaviours.md)
LIFETIME = 300
#: addresses made within one minute are the same, so that an unchanged record reads the same
STEP = 60
PATH = "/api/v1/documents"
signer = Signer(salt="crm.documents.file")


def file_url(id: Any, s3_key: str) -> str:
    """Return the stable address of a document's file, which checks permission at each use."""
    return f"{settings.OWN_ADDRESS}{PATH}/{id}/download" if s3_key else ""


def signed_url(id: Any, version: int, s3_key: str) -> str:
    """Return an address that whoever holds it may read for up to five minutes."""
    return f"{settings.OWN_ADDRESS}{signed_path(id, version)}" if s3_key else ""


def signed_path(id: Any, version: int, *, seconds: int = LIFETIME) -> str:
    """Return the path of :func:`signed_url`, good for ``seconds`` where that is sooner over."""
    now = int(time.time())
    until = min(now // STEP * STEP + LIFETIME, now + seconds)
    return f"{PATH}/files/{signer.sign(f'{UUID(str(id)).hex}.{version}.{until}')}"


def read_token(token: str) -> tuple[UUID, int, int]:
    """Return document, version and the seconds left of a signed address.

    Raises ``PermissionDenied`` where it has expired or was not made here.
    """
    try:
        document, version, until = signer.unsign(token).split(".")
        left = int(until) - int(time.time())
    except (BadSignature, ValueError):
        left = 0
    if left <= 0:
        raise PermissionDenied(
            _(
                "This address has expired, or was never a good one. Read the document again for "
                "a fresh one."
            )
        )
    return UUID(document), int(version), left


def headers_of(file_name: str, file_type: str) -> dict[str, str]:
    """Return the headers under which a file is handed out: our type, and no room for scripts.

    Only what browsers show without running anything is shown in place; the rest, with html,
    svg and whatever is unknown, is an attachment.
    """
    told = file_type if file_type in TOLD else UNKNOWN
    manner = "inline" if told in INLINE else "attachment"
    plain = "".join(char if char.isascii() and char not in '"\\%' else "_" for char in file_name)
    name = f"filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
    return {
        "Content-Disposition": f"{manner}; {name}",
        "Content-Type": "text/plain; charset=utf-8" if told == "text/plain" else told,
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
