"""What is done with documents: files come in, get versions, are read and go again.

The bytes and the rows are two things that can't be stored as one. A ledger row
(:class:`LooseFile`) is committed before the bytes are sent and removed in the transaction
that gives them a document; what fails in between is swept (behaviours.md, "Document").
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import events, records
from crm.core.errors import Conflict, Missing, Unavailable
from crm.core.links import check_link
from crm.core.uploads import IncomingFile

from .gateways import store
from .models import Document, DocumentVersion, LooseFile
from .naming import clean_name
from .sniffing import type_of

#: so long an upload may take between its ledger row and its document
SWEEP_AFTER = timedelta(hours=1)
NO_FILE = gettext_lazy("This document has no file.")


def upload_document(document: Document, file: IncomingFile, *, by: Any) -> Document:
    """Store a file, and the new document that describes it.

    Nothing is stored where the file or the document is refused. Raises what creating a
    record raises, ``ValidationError`` on ``file``, and :class:`Unavailable`.
    """
    name, file_type = examine(file)
    document.file_name = name
    document.title = document.title.strip() or name.rpartition(".")[0] or name
    check_link(document, by=by)
    records.check_values(document)
    loose = begin(name, by=by)
    try:
        store().put(loose.key, file, file_type)
        with transaction.atomic():
            take_over(loose)
            present(document, loose.key, name, file_type, file.size or 0, file.sha256)
            records.create(document, by=by)
            keep_version(document, by=by)
    except Unavailable:  # who knows what arrived: the sweep looks after it
        raise
    except Exception:
        abandon(loose)
        raise
    return document


def add_version(
    document: Document, file: IncomingFile, *, by: Any, if_revision: int | None = None
) -> Document:
    """Put a newer file in the place of the present one, which is kept.

    Of two at once each gets a number of its own. Raises as :func:`upload_document`, and
    :class:`StaleRevision`.
    """
    name, file_type = examine(file)
    loose = begin(name, by=by)
    try:
        store().put(loose.key, file, file_type)
        with transaction.atomic():
            take_over(loose)
            stored = records.lock(document, if_revision=if_revision)
            before = (stored.version, stored.file_name)
            present(stored, loose.key, name, file_type, file.size or 0, file.sha256)
            values = {field: getattr(stored, field) for field in PRESENT}
            records.write(stored, {**values, "version": stored.version + 1})
            keep_version(stored, by=by)
            changes = {
                "version": [before[0], stored.version],
                **({"file_name": [before[1], name]} if before[1] != name else {}),
            }
            events.record("version_added", stored, by=by, changes=changes)
    except Unavailable:
        raise
    except Exception:
        abandon(loose)
        raise
    records.copy_values(stored, document)
    return document


def give_file(document: Document, file: IncomingFile, *, by: Any) -> Document:
    """Put a file to a document that was loaded without one: it is the first version.

    Raises as :func:`upload_document`, and :class:`Conflict` where it has a file by now.
    """
    name, file_type = examine(file)
    loose = begin(name, by=by)
    try:
        store().put(loose.key, file, file_type)
        with transaction.atomic():
            take_over(loose)
            stored = records.lock(document)
            if stored.s3_key:
                raise Conflict(_("This document has its file already."))
            present(stored, loose.key, name, file_type, file.size or 0, file.sha256)
            records.write(stored, {field: getattr(stored, field) for field in PRESENT})
            keep_version(stored, by=by)
            events.record("file_added", stored, by=by)
    except Unavailable:
        raise
    except Exception:
        abandon(loose)
        raise
    records.copy_values(stored, document)
    return document


def examine(file: IncomingFile) -> tuple[str, str]:
    """Return the clean name and the true type of a file. Raises ``ValidationError``."""
    name = clean_name(file.given_name)
    return name, type_of(name, file.head, file.tail)


def version_of(document: Document, number: int | None = None) -> DocumentVersion:
    """Return one file of a document, the present one without a number. Raises Missing."""
    wanted = document.version if number is None else number
    found = document.versions.filter(version=wanted).first()
    if found is None:
        raise Missing(NO_FILE if number is None else _("This document has no such version."))
    return found


# -- the ledger ----------------------------------------------------------------------------


def new_key() -> str:
    """Return a storage key: random, and never anything that a client said."""
    name = uuid4().hex
    return f"documents/{name[:2]}/{name}"


@transaction.atomic(durable=True)
def begin(file_name: str, *, by: Any, lasts: timedelta = SWEEP_AFTER, **values: Any) -> LooseFile:
    """Write down that an object is about to exist, before it does."""
    sweep_at = timezone.now() + lasts
    return LooseFile.objects.create(
        key=new_key(), sweep_at=sweep_at, file_name=file_name, uploaded_by=by, **values
    )


def take_over(loose: LooseFile) -> None:
    """Strike a ledger row out: the object gets its document in this transaction.

    Raises :class:`Conflict` where a sweep, or somebody else, was faster.
    """
    gone, _kinds = LooseFile.objects.filter(pk=loose.pk, swept_at=None).delete()
    if not gone:
        raise Conflict(_("This upload was completed already, or took too long and was given up."))


def abandon(loose: LooseFile) -> None:
    """Remove what a failed upload left, now if possible, else by the sweep."""
    claimed = LooseFile.objects.filter(pk=loose.pk, swept_at=None).update(swept_at=timezone.now())
    if claimed:
        remove_object(loose)


def remove_object(loose: LooseFile) -> bool:
    """Remove the object of a claimed ledger row, then the row; whether the storage answered."""
    try:
        store().drop(loose.key)
    except Unavailable:
        return False
    LooseFile.objects.filter(pk=loose.pk).delete()
    return True


def forget_file(document: Document) -> None:
    """Put all files of a document that goes for good into the ledger, for the sweep."""
    keys = {*document.versions.values_list("key", flat=True), document.s3_key} - {""}
    due = timezone.now()
    LooseFile.objects.bulk_create(
        LooseFile(key=key, sweep_at=due, file_name=document.file_name) for key in sorted(keys)
    )


@records.purge.register
@transaction.atomic
def purge_document(document: Document) -> None:
    """Remove a document for good: its rows now, its files by the next sweep."""
    forget_file(document)
    records.erase(document)


# -- the present file ----------------------------------------------------------------------

#: the columns of a document that repeat those of its present version
PRESENT = ("s3_key", "file_name", "file_type", "file_size", "checksum_sha256")


def present(
    document: Document, key: str, name: str, file_type: str, size: int, checksum: str
) -> None:
    """Make a file the present one of a document that is not stored yet."""
    document.s3_key = key
    document.file_name = name
    document.file_type = file_type
    document.file_size = size
    document.checksum_sha256 = checksum


def keep_version(document: Document, *, by: Any) -> None:
    """Store the present file of a document among its versions."""
    if not document.s3_key or document.file_size is None:
        raise ValidationError({"file": NO_FILE})
    DocumentVersion.objects.create(
        document=document,
        version=document.version,
        key=document.s3_key,
        file_name=document.file_name,
        file_type=document.file_type,
        file_size=document.file_size,
        checksum_sha256=document.checksum_sha256,
        uploaded_by=by,
    )
