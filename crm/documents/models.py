"""Files and where they are kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from crm.core import fields
from crm.core.bases import index, owner_index
from crm.core.models import LinkedRecord, link_kind


class Document(LinkedRecord):
    """A file, about a record or for the whole house. The row decides who may read the bytes."""

    owner_field = "uploaded_by"
    kinds_without_record = ("general",)
    label_fields = ("title",)
    short_fields = ("title",)
    search_fields = ("title", "file_name", "description", "folder")
    scope_terms = {"public": Q(is_public=True)}

    title = fields.string(required=True)
    file_name = fields.string(required=True)
    file_type = fields.string(editable=False)
    file_size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    file_url = fields.text(editable=False)
    s3_key = fields.string(1024, editable=False)
    folder = fields.string(default="documents")
    uploaded_by = fields.link(
        settings.AUTH_USER_MODEL,
        related_name="documents",
        db_index=False,
        db_column="uploaded_by",
        editable=False,
    )
    related_to_type = link_kind(
        "lead", "contact", "account", "deal", "ticket", "general", "customer", "invoice", "order"
    )
    description = fields.text()
    tags = fields.json_list(fields.TAG)
    version = fields.whole(1, minimum=1, editable=False)
    is_public = models.BooleanField(default=False)
    checksum_sha256 = fields.string(64, editable=False)

    class Meta(LinkedRecord.Meta):
        db_table = "documents"
        indexes = [*LinkedRecord.Meta.indexes, owner_index("uploaded_by"), index("folder")]
