"""The files of documents: taken in where the source gives them, else kept as addresses."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core.errors import DomainError
from crm.core.uploads import MEGABYTE, incoming, too_large
from crm.documents.models import Document
from crm.documents.operations import give_file

from ..sources import BadSource, Part, Source
from .drafts import FILE_ADDRESS
from .mending import folder_of_file, name_of_file
from .report import Report, TableReport

CHUNK = 256 * 1024
#: where in the report it stands
NAME = "files"
#: how the report calls files of a live app that are fetched, and those that are not
FETCHED = ("to fetch", "elsewhere")


def take_files(source: Source, report: Report, *, dry_run: bool) -> TableReport | None:
    """Give the loaded documents that have no file yet the one that the source has for them.

    Only those count whose rows came with this run and whose address is still the one that the
    source says: anybody who may change a document could have written another. Returns what was
    refused or left where it is, if anything. Each is a transaction of its own, so an
    interrupted run goes on with the next.
    """
    told = TableReport(NAME)
    found, left = ("found", "not in the export") if source.fetched is None else FETCHED
    waiting = Document.objects.filter(s3_key="", custom_fields__has_key=FILE_ADDRESS)
    said = {pk: address for table in report.tables for pk, address in table.files.items()}
    for document in waiting.order_by("pk").iterator():
        if document.pk not in said:
            continue
        address = str(document.custom_fields[FILE_ADDRESS])
        if address != said[document.pk]:
            report.keep_address(document.external_id, address, "changed here")
            reason = _("the source says another address by now")
            told.note(0, document.external_id, f"{address}: {reason}")
            continue
        part = _part_of(source, address)
        if part is None:
            report.keep_address(document.external_id, address, left)
            if source.fetched:
                reason = _("no files are fetched from there")
                told.note(0, document.external_id, f"{address}: {reason}")
            continue
        report.files[found] += 1
        try:
            if part.size > settings.MAX_UPLOAD_MB * MEGABYTE:
                raise too_large()
            if not dry_run:
                _take(document, part)
                report.files["stored"] += 1
        except (BadSource, DomainError, ValidationError) as error:
            reasons = getattr(error, "messages", None) or [str(error)]
            report.files["refused"] += 1
            told.refuse(0, document.external_id, f"{part.name}: {'; '.join(reasons)}")
    if not told.refused and not told.notes:
        return None
    report.tables.append(told)
    return told


def _part_of(source: Source, address: str) -> Part | None:
    """Return the upload that an address means; None where none does, or more than one could."""
    if source.fetched:
        return source.fetched(address)
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
