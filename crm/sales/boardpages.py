"""The board as a page: one pipeline by stage, its cards, and how they are moved."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from accounts.models import User
from crm.core.company import Company
from crm.core.pages.lists import sentence_of
from crm.core.querysets import reach
from crm.core.wording import choice_label

from . import reports
from .dealforms import MoveForm
from .filters import start_of_today
from .models import Deal, Pipeline
from .stages import StageKind

LARGEST_LIMIT = 100
CLOSING = ("overdue", "this_week", "this_month", "next_month", "this_quarter", "next_quarter")
DAY_SECONDS = 24 * 3600


@dataclass
class Card:
    """A deal on the board."""

    row: dict[str, Any]
    may_move: bool
    is_overdue: bool
    is_rotting: bool
    #: whole days in its stage
    days: int

    @property
    def id(self) -> Any:
        return self.row["id"]


class BoardPages:
    """The board's share of the pages of deals."""

    def board(self: Any, request: HttpRequest) -> HttpResponse:
        """One pipeline by stage: what each stage comes to, and its first cards."""
        asked, problem = with_params(request, params_of_reports(request.GET)), ""
        try:
            found = reports.read_board(self.door(asked))
        except ValidationError as refusal:
            problem = sentence_of(refusal)
            asked = with_params(request, QueryDict())
            found = reports.read_board(self.door(asked))
        columns = self.board_columns(request, found, int(asked.GET.get("limit") or 0))
        context = {
            "board": found,
            "columns": columns,
            "problem": problem,
            "params": request.GET,
            "pipelines": list(Pipeline.objects.order_by("name").values("id", "name", "active")),
            "people": people_seen_by(request.user),
            "closing": [(value, closing_label(value)) for value in CLOSING],
            "is_filtered": any(asked.GET.get(name) for name in FILTERED),
            "may_add": self.may(request, "add"),
            "total": sum(stage["count"] for stage in found["stages"]),
            "totals": {
                kind: sum(s["sum"] for s in found["stages"] if s["kind"] == kind)
                for kind in StageKind.values
            },
        }
        target = getattr(getattr(request, "htmx", None), "target", "") or ""
        if target.startswith("column-"):
            number = target.removeprefix("column-")
            wanted = [column for column in columns if str(column["number"]) == number]
            if wanted:
                return self.render(request, "board.html#column", context | {"column": wanted[0]})
        return self.render(request, "board.html", context)

    def board_columns(
        self: Any, request: HttpRequest, found: dict[str, Any], limit: int
    ) -> list[dict[str, Any]]:
        """Return the stages with their cards, and the way to those that are not shown."""
        shown = [row["id"] for stage in found["stages"] for row in stage["deals"]]
        movable = self.movable(request.user, shown)
        today, now = start_of_today(), timezone.now()
        limit = limit or reports.BOARD_LIMIT
        columns = []
        for number, stage in enumerate(found["stages"], 1):
            cards = [
                card_of(row, stage, may_move=row["id"] in movable, today=today, now=now)
                for row in stage["deals"]
            ]
            query = QueryDict(mutable=True)
            query.update(stage["filter"])
            column = {**stage, "number": number, "cards": cards}
            column["list"] = f"{reverse('deal-list')}?{query.urlencode()}"
            column["hidden"] = stage["count"] - len(cards)
            column["more"] = ""
            if column["hidden"] > 0 and limit < LARGEST_LIMIT:
                params = request.GET.copy()
                params["limit"] = str(min(limit + reports.BOARD_LIMIT, LARGEST_LIMIT))
                column["more"] = f"?{params.urlencode()}#column-{number}"
            columns.append(column)
        return columns

    def movable(self: Any, user: Any, keys: list[Any]) -> set[Any]:
        """Return which of the deals the reader may move."""
        if not keys or not user.has_perm("crm.change_deal"):
            return set()
        rows = Deal.objects.filter(pk__in=keys).filter(reach(Deal, user, "change"))
        return set(rows.order_by().values_list("pk", flat=True))

    def move(self: Any, request: HttpRequest, pk: Any) -> HttpResponse:
        """Move a deal to another stage, asking first for what the stage needs.

        A script that asks by ``X-Board`` is told of the outcome; a refusal is a sentence, and
        missing values are asked for by the form.
        """
        deal = self.get_for(request, "change", pk)
        is_sent = request.method == "POST"
        sent = request.POST if is_sent else request.GET
        before = deal.stage
        is_script = "X-Board" in request.headers
        form = MoveForm(
            request.POST if is_sent else None,
            deal=deal,
            user=request.user,
            wanted=sent.get("stage", ""),
        )
        if is_sent and form.is_valid():
            return self._moved(request, deal, before, is_script)
        if is_sent and is_script and form.refusal:
            return JsonResponse({"is_moved": False, "told": form.refusal})
        context = {
            "record": deal,
            "form": form,
            "currency": deal.currency or Company.current().base_currency,
            "next": self.next_address(request),
        }
        page = "move.html#form" if is_script else "move.html"
        return self.render(request, page, context)

    def _moved(
        self: Any, request: HttpRequest, deal: Deal, before: str, is_script: bool
    ) -> HttpResponse:
        names = {"deal": deal, "stage": deal.stage}
        if deal.stage == before:
            told = _("%(deal)s has another place in %(stage)s.") % names
        else:
            told = _("%(deal)s is in %(stage)s now.") % names
        if is_script:
            now = {"stage": deal.stage, "revision": deal.revision}
            return JsonResponse({"is_moved": True, "told": told, **now})
        messages.success(request, told)
        return self.go(request, self.next_address(request) or self.address(deal.pk))


#: what narrows the board; the pipeline and how many cards are shown don't
FILTERED = ("search", "owner", "closing")


def card_of(
    row: dict[str, Any], stage: dict[str, Any], *, may_move: bool, today: datetime, now: datetime
) -> Card:
    """Return a deal's row as a card."""
    since = row["stage_changed_at"] or row["created_at"]
    days = int((now - since).total_seconds() // DAY_SECONDS)
    is_open = row["stage_kind"] in (StageKind.OPEN, StageKind.HOLD)
    due = row["expected_close_date"]
    rots = stage["rotting_days"]
    return Card(
        row=row,
        may_move=may_move,
        is_overdue=bool(is_open and due and due < today),
        is_rotting=rots is not None and days >= rots,
        days=max(days, 0),
    )


def people_seen_by(user: Any) -> list[dict[str, Any]]:
    """Return whose deals the reader may choose among: nobody's for who sees only their own."""
    match user.assigning("deal"):
        case "all":
            people = User.objects.filter(status=User.Status.ACTIVE, role__in=SELLERS)
        case "team":
            people = user.members_managed().filter(status=User.Status.ACTIVE, deleted_at=None)
        case _:
            return []
    return list(people.order_by("full_name").values("id", "full_name"))


SELLERS = (User.Role.SALES_REP, User.Role.MANAGER, User.Role.ADMIN)


def closing_label(value: str) -> str:
    """Return what a choice of the closing period is called."""
    return _("Overdue") if value == "overdue" else choice_label(value)


def params_of_reports(params: QueryDict) -> QueryDict:
    """Return the address's parameters as the API has them.

    ``owner`` is ``mine`` or somebody's id, ``closing`` a period or ``overdue``; what is empty
    asks nothing.
    """
    asked = QueryDict(mutable=True)
    for name, values in params.lists():
        asked.setlist(name, [value for value in values if value])
        if not asked.getlist(name):
            del asked[name]
    owner, closing = asked.pop("owner", [""])[-1], asked.pop("closing", [""])[-1]
    if owner:
        asked["mine" if owner == "mine" else "assigned_to"] = "true" if owner == "mine" else owner
    if closing:
        name = "overdue" if closing == "overdue" else "expected_close_date"
        asked[name] = "true" if closing == "overdue" else closing
    return asked


def with_params(request: HttpRequest, params: QueryDict) -> HttpRequest:
    """Return the request as if its address had these parameters."""
    asked = copy(request)
    asked.GET = params  # type: ignore[assignment]
    return asked
