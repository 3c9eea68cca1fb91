"""The REST face of tickets."""

from crm.core.filters import OwnedFilter
from crm.core.viewsets import RecordViewSet

from .models import Ticket
from .serializers import TicketSerializer


class TicketViewSet(RecordViewSet):
    queryset = Ticket.objects.all()
    serializer_class = TicketSerializer
    filterset_class = OwnedFilter
