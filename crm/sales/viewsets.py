"""The REST face of deals and pipelines."""

from rest_framework.decorators import action

from crm.core.schema import Contract
from crm.core.shapes import array
from crm.core.views import body_of, ok
from crm.core.viewsets import RecordViewSet

from . import deals, reports
from .filters import DealFilter
from .models import Deal, Pipeline
from .serializers import (
    DealSerializer,
    MoveSerializer,
    PipelineSerializer,
)


class PipelineViewSet(RecordViewSet):
    queryset = Pipeline.objects.all()
    serializer_class = PipelineSerializer


class DealViewSet(RecordViewSet):
    queryset = Deal.objects.all()
    serializer_class = DealSerializer
    filterset_class = DealFilter

    @action(
        detail=True,
        methods=["put"],
        verb="change",
        contract=Contract(body=MoveSerializer, message=True),
    )
    def stage(self, request, id):
        """Move the deal to another stage, or to another place on the board."""
        deal = self.get_for("change", id)
        move = body_of(request, MoveSerializer)
        deal = deals.move_deal(deal, **move, by=request.user, if_revision=self.expected_revision())
        return self.shown(deal, message=f"Deal is in {deal.stage}")

    @action(detail=True, verb="view", contract=Contract(data=array(reports.STEP)))
    def stages(self, request, id):
        """Which stages the deal went through, who moved it and how long it stayed, newest first."""
        deal = self.get_for("view", id)
        self.take_only()
        return ok([reports.step_of(change) for change in deals.stage_changes(deal)])

    @action(detail=False, verb="view", contract=reports.BOARD)
    def board(self, request):
        """The deals of one pipeline by stage: what each comes to, and its first cards."""
        return ok(reports.read_board(self))

    @action(detail=False, verb="view", contract=reports.FORECAST)
    def forecast(self, request):
        """What deals will bring by month; each figure names the list that it adds up."""
        return ok(reports.read_forecast(self))
