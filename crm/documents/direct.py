"""Large files go straight to the bucket; the house signs the way and checks what arrived."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.errors import Conflict, Missing, TooLarge
from crm.core.links import check_link
from crm.core.uploads import MEGABYTE, SAMPLE_BYTES

from . import operations
from .gateways import Presigned, store
from .models import Document, LooseFile
from .naming import clean_name, extension_of
from .sniffing import FORMATS, UNKNOWN, type_of
from .sweeping import hash_soon

#: so long a client may begin to send, in seconds
ADDRESS_LASTS = 3600
#: so long it may send and complete before the object is swept
UPLOAD_LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Ticket:
    """A direct upload that was begun: where to send the bytes, by when."""

    loose: LooseFile
    address: Presigned
    expires_at: datetime


def begin_upload(file_name: str, file_size: int, *, by: Any) -> Ticket:
    """Give a signed address that takes exactly ``file_size`` bytes, once.

    Raises ``ValidationError``, :class:`TooLarge`, and :class:`Conflict` where files are kept
    on this machine.
    """
    if not store().is_remote:
        raise Conflict(
            _(
                "Files are kept on this server, which takes no direct uploads. Send the file to "
                "documents/upload instead."
            ),
            code="not_supported",
        )
    if file_size > settings.MAX_DIRECT_UPLOAD_MB * MEGABYTE:
        raise TooLarge(
            _("The file is larger than %(size)s MB.") % {"size": settings.MAX_DIRECT_UPLOAD_MB}
        )
    try:
        name = clean_name(file_name)
    except ValidationError as error:
        raise ValidationError({"file_name": error.messages}) from error
    known = FORMATS.get(extension_of(name))
    loose = operations.begin(name, by=by, lasts=UPLOAD_LASTS, file_size=file_size)
    announced = known.type if known else UNKNOWN
    address = store().write_address(loose.key, file_size, announced, ADDRESS_LASTS)
    return Ticket(loose, address, timezone.now() + timedelta(seconds=ADDRESS_LASTS))


def complete_upload(upload: UUID, document: Document, *, by: Any) -> Document:
    """Make a document of a file that was sent directly, after looking at what arrived.

    A file that is refused is removed. Its checksum is computed by a worker. Raises
    ``ValidationError``, :class:`Missing` for an upload that is not the caller's, and
    :class:`Conflict` where the bytes have not arrived.
    """
    own = LooseFile.objects.filter(pk=upload, uploaded_by=by, swept_at=None)
    loose = own.exclude(file_size=None).first()
    if loose is None:
        raise Missing(_("There is no such upload: it was completed, refused or has expired."))
    name, size = loose.file_name, loose.file_size or 0
    document.file_name = name
    document.title = document.title.strip() or name.rpartition(".")[0] or name
    check_link(document, by=by)
    records.check_values(document)
    file_type = _look_at(loose, name, size)
    with transaction.atomic():
        operations.take_over(loose)
        operations.present(document, loose.key, name, file_type, size, "")
        records.create(document, by=by)
        operations.keep_version(document, by=by)
        hash_soon()
    return document


def _look_at(loose: LooseFile, name: str, size: int) -> str:
    """Return the type of what arrived. Raises ``ValidationError`` and removes what is refused."""
    try:
        arrived = store().weigh(loose.key)
    except Missing as error:
        raise Conflict(
            _("The file has not arrived. Send it to the address that was given, then complete.")
        ) from error
    try:
        if arrived != size:
            raise ValidationError(
                {
                    "file": _("%(size)s bytes were announced, %(arrived)s arrived.")
                    % {"size": size, "arrived": arrived}
                }
            )
        head = store().part(loose.key, 0, min(size, SAMPLE_BYTES)) if size else b""
        start = max(0, size - SAMPLE_BYTES)
        tail = store().part(loose.key, start, size - start) if size else b""
        return type_of(name, head, tail)
    except ValidationError:
        operations.abandon(loose)
        raise
