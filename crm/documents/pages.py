"""The pages of documents."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import DocumentViewSet


class DocumentPages(RecordPages):
    viewset = DocumentViewSet
    slug = "documents"
    icon = "file-text"
    columns = ("folder", "file_type", "file_size", "related_to", "uploaded_by", "created_at")
    facts = ("file_name", "file_type", "file_size", "folder", "version", "related_to")
    groups = (
        (_("Document"), ("title", "folder", "description", "tags", "is_public", "related_to")),
    )
    can_create = False
