"""The files of documents: taken in where the export has them, else kept as addresses."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError

from crm.core.errors import DomainError
from crm.core.uploads import MEGABYTE, incoming, too_large
from crm.documents.models import Document
from crm.documents.operations import give_file

from ..sources import Part, Source
from .drafts import FILE_ADDRESS
from .mending import folder_of_file, name_of_file
from .report import Report, TableReport

CHUNK = 256 * 1024
#: where in the report it stands
NAME = "files"


def take_files(source: Source, report: Report, *, dry_run: bool) -> TableReport | None:
    """Give the loaded documents that have no file yet the one that the export has for them.

    Returns what was refused, if anything. Each is a transaction of its own, so an interrupted
    run goes on with the next.
    """
    found = TableReport(NAME)
    waiting = Document.objects.filter(s3_key="", custom_fields__has_key=FILE_ADDRESS)
    for document in waiting.exclude(external_id="").order_by("pk").iterator():
        address = str(document.custom_fields[FILE_ADDRESS])
        part = _part_of(source, address)
        if part is None:
            report.keep_address(document.external_id, address)
            continue
        report.files["found"] += 1
        try:
            if part.size > settings.MAX_UPLOAD_MB * MEGABYTE:
                raise too_large()
            if not dry_run:
                _take(document, part)
                report.files["stored"] += 1
        except (DomainError, ValidationError) as error:
            reasons = getattr(error, "messages", None) or [str(error)]
            report.files["refused"] += 1
            found.refuse(0, document.external_id, f"{part.name}: {'; '.join(reasons)}")
    if not found.refused:
        return None
    report.tables.append(found)
    return found


def _part_of(source: Source, address: str) -> Part | None:
    """Return the upload that an address means; None where none does, or more than one could."""
    named = source.files.get(name_of_file(address), [])
    if len(named) > 1:
        folder = folder_of_file(address)
        named = [part for part in named if PurePosixPath(part.name).parent.name == folder]
    return named[0] if len(named) == 1 else None


def _take(document: Document, part: Part) -> None:
    with part.open() as stream, incoming(document.file_name, _chunks(stream)) as file:
        give_file(document, file, by=document.uploaded_by)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
