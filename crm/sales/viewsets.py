"""The REST face of leads and deals."""

from rest_framework.decorators import action

from crm.core.filters import OwnedFilter
from crm.core.schema import Contract
from crm.core.views import body_of
from crm.core.viewsets import RecordViewSet

from . import operations
from .models import Deal, Lead
from .serializers import AssignSerializer, DealSerializer, LeadSerializer


class LeadViewSet(RecordViewSet):
    queryset = Lead.objects.all()
    serializer_class = LeadSerializer
    filterset_class = OwnedFilter

    @action(detail=True, methods=["put"], verb="change", contract=Contract(body=AssignSerializer))
    def assign(self, request, id):
        """Hand the lead to somebody else, or take a free one for oneself."""
        lead = self.get_for("view", id)
        owner = body_of(request, AssignSerializer)["assigned_to"]
        lead = operations.assign_lead(
            lead, owner, by=request.user, if_revision=self.expected_revision()
        )
        return self.shown(lead, message="Lead assigned successfully")


class DealViewSet(RecordViewSet):
    queryset = Deal.objects.all()
    serializer_class = DealSerializer
    filterset_class = OwnedFilter
