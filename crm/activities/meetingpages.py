"""The pages of meetings: who is to attend, and what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from crm.core import records
from crm.core.pages import Action, RecordPages

from .fieldforms import MeetingForm
from .invitations import invite_attendees
from .models import Meeting
from .pages import moving_address
from .viewsets import MeetingViewSet

#: what an answer is called, and the colour it has
ANSWERS = {
    "accepted": (_("Comes"), "good"),
    "tentative": (_("Perhaps"), "warn"),
    "declined": (_("Doesn't come"), "bad"),
}


class MeetingPages(RecordPages):
    viewset = MeetingViewSet
    form_base = MeetingForm
    slug = "meetings"
    icon = "calendar-clock"
    columns = ("start_time", "status", "meeting_type", "related_to", "host_id")
    facts = (
        "start_time",
        "end_time",
        "recurrence",
        "status",
        "location",
        "meeting_link",
        "related_to",
        "contact_id",
        "host_id",
    )
    groups = (
        (_("Meeting"), ("title", "meeting_type", "status", "description")),
        (
            _("Time and place"),
            ("start_time", "end_time", "location", "meeting_link", "recurrence"),
        ),
        (_("Attendees"), ("attendees", "add_colleague", "add_contact")),
        (_("Belongs to"), ("host_id", "contact_id", "related_to")),
        (_("Afterwards"), ("outcome", "notes")),
    )
    quick = ("title", "start_time", "end_time", "location", "attendees")
    told_field = "outcome"

    def more_urls(self) -> list[Any]:
        change = "change"
        return [
            path(
                "meetings/<uuid:pk>/invite/",
                self._page(change, require_POST(self.invite)),
                name="meeting-invite",
            ),
            path(
                "meetings/<uuid:pk>/cancel/",
                self._page(change, require_POST(self.cancel)),
                name="meeting-cancel",
            ),
            path(
                "meetings/<uuid:pk>/plan-again/",
                self._page(change, require_POST(self.plan_again)),
                name="meeting-plan-again",
            ),
            path(
                "meetings/<uuid:pk>/outcome/",
                self._page(change, self.outcome),
                name="meeting-outcome",
            ),
        ]

    def list_views(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [
            (gettext("Mine"), "mine=true&status=scheduled&sort=start_time"),
            (gettext("Today"), "start_time=today&sort=start_time"),
            (gettext("This week"), "start_time=this_week&sort=start_time"),
        ]

    def list_actions(self, request: HttpRequest) -> list[Action]:
        return [Action(gettext("Calendar"), reverse("calendar-page"), "calendar-days")]

    def actions(self, request: HttpRequest, record: Any) -> list[Action]:
        if not record.may_change:
            return []
        if record.status != Meeting.Status.SCHEDULED:
            if record.status != Meeting.Status.CANCELLED:
                return []
            again = self._verb("plan-again", record.pk)
            return [Action(gettext("Plan again"), again, "rotate-ccw", method="post")]
        was_held = record.start_time <= timezone.now()
        log = Action(
            gettext("Log the outcome"),
            self._verb("outcome", record.pk),
            "check",
            style="primary" if was_held else "light",
        )
        cancel = Action(
            gettext("Cancel meeting"),
            self._verb("cancel", record.pk),
            "calendar-x",
            method="post",
            confirm=gettext("Cancel this meeting? Whoever was invited is told by mail.")
            if record.invited_at
            else gettext("Cancel this meeting?"),
        )
        move = Action(gettext("Move"), moving_address("meeting", record), "calendar-arrow-down")
        return [log, *([] if record.recurrence else [move]), cancel]

    def more(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Return who is to attend, with their answers."""
        people = []
        for one in record.attendees:
            words, tone = ANSWERS.get(one.get("response", ""), ("", ""))
            people.append({**one, "words": words, "tone": tone})
        is_open = record.status == Meeting.Status.SCHEDULED
        return {
            "attendees": people,
            "may_invite": record.may_change and is_open and bool(people),
        }

    def invite(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Mail the invitations to all attendees."""
        told = gettext("The invitations to “%(record)s” are on their way.")
        return self.perform(
            request, pk, lambda meeting: invite_attendees(meeting, by=request.user), told=told
        )

    def cancel(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Call a meeting off."""
        told, undo = gettext("Cancelled: %(record)s"), self._verb("plan-again", pk)
        return self._move(request, pk, Meeting.Status.CANCELLED, told, undo)

    def plan_again(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Plan a meeting after all that was called off."""
        return self._move(
            request, pk, Meeting.Status.SCHEDULED, gettext("Planned again: %(record)s")
        )

    def _move(
        self, request: HttpRequest, pk: Any, status: str, told: str, undo: str = ""
    ) -> HttpResponse:
        values = {"status": status}
        return self.perform(
            request,
            pk,
            lambda meeting: records.change(meeting, values, by=request.user),
            told=told,
            undo=undo,
        )

    def outcome(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Say what came of a meeting; the button says whether it took place."""
        return self._change(request, pk, ["status", "outcome", "notes"], "outcome.html")

    def _verb(self, verb: str, pk: Any) -> str:
        return reverse(f"meeting-{verb}", args=[pk])
