"""Handing files out: to those who may see the document, by an address that soon expires."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.utils.translation import gettext as _

from .addresses import LIFETIME, headers_of, read_token, signed_path
from .gateways import store, telling
from .models import Document, DocumentVersion
from .operations import version_of


@dataclass(frozen=True)
class Handed:
    """A file to be streamed, or the address of the storage that does it."""

    headers: dict[str, str]
    file: File | None = None
    location: str = ""


def address_of(document: Document, number: int | None = None, *, seconds: int = LIFETIME) -> str:
    """Return a signed address of one of a document's files, good for five minutes or less.

    Who asks must have passed the permission check. The storage is asked first, so that
    nobody is sent to a place that doesn't answer: raises :class:`Missing` and
    :class:`Unavailable`.
    """
    version = version_of(document, number)
    store().weigh(version.key)
    if not store().is_remote:
        return signed_path(document.pk, version.version, seconds=seconds)
    return store().read_address(version.key, _headers(version), seconds)


def hand_out(token: str) -> Handed:
    """Return the file that a signed address leads to.

    Raises ``PermissionDenied`` where it has expired or the document is gone,
    :class:`Missing` and :class:`Unavailable`.
    """
    document, number, left = read_token(token)
    found = DocumentVersion.objects.filter(
        document_id=document, document__deleted_at=None, version=number
    ).first()
    if found is None:
        raise PermissionDenied(_("This address leads nowhere any more."))
    headers = _headers(found)
    if store().is_remote:
        return Handed(headers, location=store().read_address(found.key, headers, left))
    with telling():
        return Handed(headers, file=store().open(found.key))


def _headers(version: DocumentVersion) -> dict[str, str]:
    return headers_of(version.file_name, version.file_type)
