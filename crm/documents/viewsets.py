"""The REST face of documents."""

from crm.core.viewsets import RecordViewSet

from .models import Document
from .serializers import DocumentSerializer


class DocumentViewSet(RecordViewSet):
    queryset = Document.objects.all()
    serializer_class = DocumentSerializer
