"""The wire names of documents."""

from rest_framework import serializers

from crm.core.bodyfields import IntegerField, TextField
from crm.core.entity import Computed
from crm.core.serializers import RECORD_FIELDS, RecordSerializer

from .addresses import file_url, signed_url
from .models import Document


class DocumentSerializer(RecordSerializer):
    computed = {  # noqa: RUF012
        "file_url": Computed(("id", "s3_key"), file_url),
        "signed_url": Computed(("id", "version", "s3_key"), signed_url),
    }

    class Meta:
        model = Document
        fields = (
            "id",
            "title",
            "file_name",
            "file_type",
            "file_size",
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


class UploadSerializer(RecordSerializer):
    """What is said of a file that is sent; the title is the file's name where it is left out."""

    class Meta:
        model = Document
        fields = (
            "title",
            "folder",
            "related_to_type",
            "related_to_id",
            "description",
            "tags",
            "is_public",
        )
        extra_kwargs = {"title": {"required": False, "allow_blank": True}}  # noqa: RUF012


class NewVersionSerializer(serializers.Serializer):
    """Nothing is said of a newer version: the file is all there is."""


class DirectUploadSerializer(serializers.Serializer):
    """The file that is about to be sent straight to the storage."""

    file_name = TextField(max_length=255)
    file_size = IntegerField(min_value=1, max_value=2**53)
    file_type = TextField(max_length=255, required=False, allow_blank=True)
