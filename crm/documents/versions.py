"""The versions of a document as a reader sees them."""

from typing import Any

from crm.core import shapes
from crm.core.entity import Entity
from crm.core.listing import ListQuery, paginated, read_paging

from .addresses import signed_url
from .models import Document, DocumentVersion

ROW = shapes.obj(
    {
        "version": shapes.COUNT,
        "file_name": shapes.TEXT,
        "file_type": shapes.TEXT,
        "file_size": shapes.COUNT,
        "checksum_sha256": shapes.TEXT,
        "uploaded_by": shapes.or_null(shapes.PERSON),
        "created_at": shapes.MOMENT,
        "signed_url": shapes.TEXT,
    }
)


def version_rows(document: Document, entity: Entity, params: Any, *, user: Any):
    """Return one page of a document's files, the present one first, and the pagination."""
    query = ListQuery(entity, user)
    read_paging(query, params)
    query.take_only(params, "page", "limit")
    query.check()
    page, pagination = paginated(query, document.versions.select_related("uploaded_by"))
    return [_row(version) for version in page], pagination


def _row(version: DocumentVersion) -> dict[str, Any]:
    person = version.uploaded_by
    return {
        "version": version.version,
        "file_name": version.file_name,
        "file_type": version.file_type,
        "file_size": version.file_size,
        "checksum_sha256": version.checksum_sha256,
        "uploaded_by": person
        and {"id": person.pk, "full_name": person.full_name, "email": person.email},
        "created_at": version.created_at,
        "signed_url": signed_url(version.document_id, version.version, version.key),
    }
