"""The REST face of deals."""

from crm.core.filters import OwnedFilter
from crm.core.viewsets import RecordViewSet

from .models import Deal
from .serializers import DealSerializer


class DealViewSet(RecordViewSet):
    queryset = Deal.objects.all()
    serializer_class = DealSerializer
    filterset_class = OwnedFilter
