"""The pages of deals: list, record and form, the board and the forecast."""

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.pages import Action, RecordPages

from . import deals, reports
from .boardpages import BoardPages
from .dealforms import DealForm
from .forecastpages import ForecastPages
from .models import Deal
from .stages import StageKind
from .viewsets import DealViewSet

MOST_STEPS = 20


class DealPages(BoardPages, ForecastPages, RecordPages):
    viewset = DealViewSet
    slug = "deals"
    icon = "circle-dollar-sign"
    form_base = DealForm
    columns = ("account_id", "stage", "amount", "probability", "expected_close_date", "assigned_to")
    facts = (
        "amount",
        "probability",
        "forecast_category",
        "expected_close_date",
        "close_date",
        "account_id",
        "contact_id",
        "assigned_to",
        "next_step",
        "loss_reason",
    )
    groups = (
        (
            gettext_lazy("Deal"),
            ("deal_name", "amount", "currency", "account_id", "contact_id", "assigned_to"),
        ),
        (
            gettext_lazy("Progress"),
            (
                "pipeline_id",
                "stage",
                "probability",
                "forecast_category",
                "expected_close_date",
                "next_step",
                "lead_source",
                "loss_reason",
            ),
        ),
        (gettext_lazy("Lines"), ("items",)),
        (gettext_lazy("About"), ("description",)),
    )
    quick = ("deal_name", "amount", "account_id", "expected_close_date")

    def more_urls(self) -> list[Any]:
        return [
            path("board/", self._page("view", self.board), name="board"),
            path("forecast/", self._page("view", self.forecast), name="forecast"),
            path("deals/<uuid:pk>/move/", self._page("change", self.move), name="deal-move"),
        ]

    def inline_fields(self, request: HttpRequest) -> list[str]:
        return [name for name in super().inline_fields(request) if name != "items"]

    def list_actions(self, request: HttpRequest) -> list[Action]:
        return [Action(_("Board"), reverse("board"), "square-kanban")]

    def actions(self, request: HttpRequest, record: Deal) -> list[Action]:
        """Return winning and losing; for a deal that is over, taking it up again."""
        if not getattr(record, "may_change", False):
            return []
        move = reverse("deal-move", args=[record.pk])
        stages = record.pipeline.all_stages()
        if not record.is_open:
            hidden = {"stage": record.pipeline.first_stage().name, "from_stage": record.stage}
            return [Action(_("Reopen"), move, "undo-2", "post", hidden=hidden)]
        won = next(stage.name for stage in stages if stage.kind == StageKind.WON)
        lost = next(stage.name for stage in stages if stage.kind == StageKind.LOST)
        return [
            Action(_("Won"), f"{move}?{_query(won)}", "trophy", style="primary"),
            Action(_("Lost"), f"{move}?{_query(lost)}", "circle-x"),
        ]

    def more(self, request: HttpRequest, record: Deal) -> dict[str, Any]:
        """Return the bar of stages, the lines and the way that the deal went."""
        steps = list(deals.stage_changes(record)[:MOST_STEPS])
        return {
            "stage_bar": stage_bar(record),
            "lines": record.items,
            "steps": [reports.step_of(step) for step in steps],
        }


def stage_bar(deal: Deal) -> list[dict[str, Any]]:
    """Return the stages of the deal's pipeline: which are past, and which it is in.

    The stage that a deal is in stands there even if its pipeline has lost it.
    """
    stages = deal.pipeline.all_stages()
    names = [stage.name for stage in stages]
    at = names.index(deal.stage) if deal.stage in names else -1
    bar = [
        {
            "name": stage.name,
            "kind": stage.kind.value,
            "is_current": place == at,
            "is_past": place < at and stage.kind == StageKind.OPEN,
            "asks": stage.is_end,
            "query": _query(stage.name),
        }
        for place, stage in enumerate(stages)
    ]
    if at < 0:
        bar.insert(0, {"name": deal.stage, "kind": deal.stage_kind, "is_current": True})
    return bar


def _query(stage: str) -> str:
    return urlencode({"stage": stage})
