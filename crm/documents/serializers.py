"""The wire names of documents."""

from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .models import Document


class DocumentSerializer(RecordSerializer):
    class Meta:
        model = Document
        fields = (
            "id",
            "title",
            "file_name",
            "file_type",
            "file_size",
            "file_url",
            "s3_key",
            "folder",
            "uploaded_by",
            "related_to_type",
            "related_to_id",
            "description",
            "tags",
            "version",
            "is_public",
            "checksum_sha256",
            *RECORD_FIELDS,
        )
