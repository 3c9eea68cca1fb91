"""Files and where they are kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from crm.core import fields
from crm.core.bases import index, owner_index
from crm.core.models import LinkedRecord, link_kind

from .naming import check_label


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
    s3_key = fields.string(1024, editable=False)
    folder = fields.string(default="documents", validators=[check_label])
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


class DocumentVersion(models.Model):
    """One file that a document has or had; the highest number is the present one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    version = fields.whole(1, minimum=1)
    key = fields.string(1024, required=True)
    file_name = fields.string(required=True)
    file_type = fields.string()
    file_size = models.PositiveBigIntegerField()
    checksum_sha256 = fields.string(64)
    uploaded_by = fields.link(settings.AUTH_USER_MODEL, db_index=False, db_column="uploaded_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "document_versions"
        ordering: ClassVar[list[str]] = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["document", "version"], name="document_version_unique")
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(checksum_sha256=""), name="document_version_unhashed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} (version {self.version})"


class LooseFile(models.Model):
    """A stored object that no document holds: on its way in, or to be removed.

    Written before the bytes and removed in the transaction that gives them a document, so
    that whatever fails in between is found here and swept once ``sweep_at`` has come. A file
    that somebody sends straight to S3 waits here for its completion.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = fields.string(1024, required=True)
    sweep_at = models.DateTimeField()
    #: a sweep is removing the object; nobody may take it over any more
    swept_at = models.DateTimeField(null=True)
    file_name = fields.string()
    file_size = models.PositiveBigIntegerField(null=True)
    uploaded_by = fields.link(settings.AUTH_USER_MODEL, db_index=False, db_column="uploaded_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "loose_files"
        ordering: ClassVar[list[str]] = ["sweep_at"]
        indexes = [models.Index(fields=["sweep_at"], name="loose_file_due")]

    def __str__(self) -> str:
        return self.file_name or self.key
