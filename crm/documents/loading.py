"""What history of documents needs beside its rows: their files among the versions."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from crm.core.entries import Entry, completes

from .models import Document, DocumentVersion
from .operations import PRESENT


@completes(Document)
def complete_documents(entries: Sequence[Entry]) -> None:
    """Let a file that is in the storage already be a version of its document.

    Of a document that has one here, a file that its source has since is the next version;
    otherwise the present one stays, whatever people made of it.
    """
    keys: dict[UUID, set[str]] = defaultdict(set)
    stored = [entry.record.pk for entry in entries if not entry.is_new]
    versions = DocumentVersion.objects.filter(document__in=stored)
    for document, key in versions.values_list("document", "key"):
        keys[document].add(key)
    for entry in entries:
        document, before = entry.record, entry.before
        if before is not None and before.s3_key:
            document.version = before.version
            if not document.s3_key or document.s3_key in keys[document.pk]:
                for name in PRESENT:
                    setattr(document, name, getattr(before, name))
                continue
            document.version += 1
            document.checksum_sha256 = ""
        if document.s3_key:
            entry.parts.append(
                DocumentVersion(
                    document_id=document.pk,
                    version=document.version,
                    key=document.s3_key,
                    file_name=document.file_name,
                    file_type=document.file_type,
                    file_size=document.file_size or 0,
                    checksum_sha256=document.checksum_sha256,
                    uploaded_by_id=document.uploaded_by_id,
                    created_at=document.updated_at,
                )
            )
