"""The REST face of e-mails."""

from crm.core.viewsets import RecordViewSet

from .models import Email
from .serializers import EmailSerializer


class EmailViewSet(RecordViewSet):
    queryset = Email.objects.all()
    serializer_class = EmailSerializer
