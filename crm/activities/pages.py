"""The pages of tasks, calls and notes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.pages import Action, RecordPages

from .fieldforms import CallForm, TaskForm
from .models import NOT_DONE, Call, Task
from .operations import complete_task
from .viewsets import ActivityViewSet, CallViewSet, TaskViewSet

OPEN = "status=pending%2Cin_progress"


class TaskPages(RecordPages):
    viewset = TaskViewSet
    form_base = TaskForm
    slug = "tasks"
    icon = "circle-check-big"
    columns = ("status", "priority", "due_date", "related_to", "assigned_to")
    facts = (
        "status",
        "priority",
        "due_date",
        "reminder",
        "recurrence",
        "related_to",
        "assigned_to",
        "completed_date",
    )
    groups = (
        (_("Task"), ("title", "description", "related_to")),
        (
            _("Plan"),
            ("status", "priority", "due_date", "reminder", "assigned_to", "recurrence"),
        ),
        (_("Notes"), ("notes",)),
    )
    quick = ("title", "due_date", "priority", "assigned_to")
    row_template = "components/task_done.html"

    def more_urls(self) -> list[Any]:
        change = "change"
        return [
            path(
                "tasks/<uuid:pk>/complete/",
                self._page(change, require_POST(self.complete)),
                name="task-complete",
            ),
            path(
                "tasks/<uuid:pk>/reopen/",
                self._page(change, require_POST(self.reopen)),
                name="task-reopen",
            ),
        ]

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        soonest = "sort=due_date"
        return [
            (gettext("Mine"), f"mine=true&{OPEN}&{soonest}"),
            (gettext("Overdue"), f"overdue=true&{soonest}"),
            (gettext("Today"), f"today=true&{soonest}"),
            (gettext("This week"), f"due_date=this_week&{OPEN}&{soonest}"),
            (gettext("Without a date"), "no_date=true"),
        ]

    def more_of_list(self, request: HttpRequest, lines: list[Any]) -> dict[str, Any]:
        shown = [line.id for line in lines]
        if not shown or not self.may(request, "change"):
            return {"row_template": ""}
        rows: Any = Task.objects.filter(pk__in=shown).changeable_by(request.user)
        status = dict(rows.order_by().values_list("pk", "status"))
        return {
            "completable": {key for key, value in status.items() if value in NOT_DONE},
            "completed": {key for key, value in status.items() if value == "completed"},
        }

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.may_change:
            return []
        move = Action(gettext("Move"), moving_address("task", record), "calendar-arrow-down")
        if not record.is_open:
            words = gettext("Reopen")
            return [Action(words, self._verb("reopen", record.pk), "rotate-ccw", method="post")]
        done = Action(
            gettext("Complete"),
            self._verb("complete", record.pk),
            "check",
            method="post",
            style="primary",
        )
        return [done, move]

    def complete(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Say that a task is done; the message offers to take it back."""
        told, undo = gettext("Done: %(record)s"), self._verb("reopen", pk)
        return self.perform(
            request, pk, lambda task: complete_task(task, by=request.user), told=told, undo=undo
        )

    def reopen(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Take up again what was done or called off."""
        values = {"status": Task.Status.PENDING}
        told = gettext("Open again: %(record)s")
        return self.perform(
            request, pk, lambda task: records.change(task, values, by=request.user), told=told
        )

    def _verb(self, verb: str, pk: Any) -> str:
        return reverse(f"task-{verb}", args=[pk])


class CallPages(RecordPages):
    viewset = CallViewSet
    form_base = CallForm
    slug = "calls"
    icon = "phone"
    columns = ("call_type", "status", "start_time", "duration", "related_to", "user_id")
    facts = (
        "call_type",
        "status",
        "start_time",
        "duration",
        "phone_number",
        "outcome",
        "related_to",
        "user_id",
    )
    groups = (
        (_("Call"), ("subject", "call_type", "status", "phone_number", "related_to")),
        (_("Course"), ("start_time", "duration", "outcome", "recording_url", "user_id")),
        (_("Notes"), ("notes",)),
    )
    quick = ("subject", "call_type", "status", "start_time", "duration", "outcome", "notes")
    told_field = "notes"

    def more_urls(self) -> list[Any]:
        address = "calls/<uuid:pk>/outcome/"
        return [path(address, self._page("change", self.outcome), name="call-outcome")]

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [
            (gettext("To be made"), "mine=true&status=scheduled&sort=start_time"),
            (gettext("Today"), "start_time=today&sort=start_time"),
            (gettext("Missed"), "status=missed"),
        ]

    def list_actions(self, request: HttpRequest) -> list[Action]:
        if not self.may(request, "add"):
            return []
        now = timezone.localtime()
        query = urlencode({"status": "completed", "start_time": f"{now:%Y-%m-%dT%H:%M}"})
        address = f"{reverse('call-new')}?{query}"
        return [Action(gettext("Log a call"), address, "phone-outgoing")]

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.may_change or record.status != Call.Status.SCHEDULED:
            return []
        log = reverse("call-outcome", args=[record.pk])
        return [
            Action(gettext("Log the outcome"), log, "check", style="primary"),
            Action(gettext("Move"), moving_address("call", record), "calendar-arrow-down"),
        ]

    def outcome(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Say what came of a call; the button says whether anybody was reached."""
        names = ["status", "duration", "outcome", "notes"]
        return self._change(request, pk, names, "outcome.html")

    def words_for_adding(self) -> str:
        return gettext("Log a call")

    def initial_about(self, record: Any) -> dict[str, Any]:
        return {
            "status": Call.Status.COMPLETED,
            "start_time": timezone.now(),
            "subject": gettext("Call with %(record)s") % {"record": record},
        }


class ActivityPages(RecordPages):
    viewset = ActivityViewSet
    slug = "activities"
    icon = "sticky-note"
    columns = ("activity_type", "related_to", "user_id", "created_at")
    facts = ("activity_type", "related_to", "user_id", "created_at")
    groups = ((_("Activity"), ("title", "description", "related_to")),)
    quick = ("title", "description")
    told_field = "description"

    def words_for_adding(self) -> str:
        return gettext("Note")

    def fixed_values(self, request: HttpRequest) -> dict[str, Any]:
        return {"activity_type": "note"}  # by hand people write notes; the rest writes itself


def moving_address(kind: str, record: Any) -> str:
    """Return where another time for an entry of the calendar is asked."""
    return reverse("calendar-move", args=[kind, record.pk])
