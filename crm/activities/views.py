"""The calendar, for those who sign in and for the calendars of others."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from rest_framework.exceptions import ValidationError

from accounts.views import OpenDoor, OwnDoor
from crm.core import shapes
from crm.core.periods import period
from crm.core.schema import Contract
from crm.core.throttles import SignedThrottle
from crm.core.views import ok
from crm.core.written import yes_or_no

from . import calendar, feeds
from .ics import MEDIA

ENTRY = shapes.obj(
    {
        "kind": {"enum": ["task", "meeting", "call"]},
        "id": shapes.UUID_TEXT,
        "title": shapes.TEXT,
        "start": shapes.MOMENT,
        "end": shapes.or_null(shapes.MOMENT),
        "status": shapes.TEXT,
        "recurring": {"type": "boolean"},
        "owner": shapes.or_null(shapes.obj({"id": shapes.UUID_TEXT, "full_name": shapes.TEXT})),
        "related_to_type": shapes.TEXT,
        "related_to_id": shapes.or_null(shapes.UUID_TEXT),
    }
)
QUERY = (
    ("from", "A day or a moment, such as 2026-03-01 or today; the present month if not given."),
    ("to", "A day, that is included, or a moment; at most 400 days after `from`."),
    ("mine", "`true`: only what belongs to the caller."),
)


class CalendarOfCaller(OwnDoor):
    """What the caller can see of a stretch of time."""

    contract = Contract(data=shapes.array(ENTRY), query=QUERY)

    def get(self, request):
        """Tasks that are due, meetings with each of their times, and calls to be made."""
        asked = _read(request.GET)
        rows = calendar.entries(request.user, asked["from"], asked["to"], mine=asked["mine"])
        return ok(rows)


class FeedAddress(OwnDoor):
    """The private address under which other calendars read the caller's own."""

    contracts = {  # noqa: RUF012
        "POST": Contract(
            data=shapes.obj({"token": shapes.TEXT, "url": shapes.TEXT}),
            status=201,
            repeatable=True,
        ),
        "DELETE": Contract(message=True),
    }

    def post(self, request):
        """The address: the same until it is revoked. Whoever knows it reads the calendar."""
        token, is_new = feeds.open_feed(request.user)
        path = f"{reverse('calendar-feed')}?{urlencode({'token': token})}"
        data = {"token": token, "url": request.build_absolute_uri(path)}
        return ok(data, status=201 if is_new else 200)

    def delete(self, request):
        """Revoke the address: from now on it is unknown."""
        feeds.close_feed(request.user)
        return ok(message="The calendar's address is revoked")


class FeedOfPerson(OpenDoor):
    """A person's calendar for the calendar programs that know its address."""

    throttle_classes = (SignedThrottle,)
    contract = Contract(media=MEDIA, query=(("token", "The one of the private address."),))

    def get(self, request):
        """Own meetings, open tasks and calls to be made, of three months back and on."""
        user = feeds.person_of(request.GET.get("token", ""))
        if user is None:
            raise Http404
        answer = HttpResponse(feeds.feed_of(user), content_type=f"{MEDIA}; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
        answer["Cache-Control"] = "private, no-store"
        return answer


def _read(params: Any) -> dict[str, Any]:
    """Return the checked parameters. Raises ``ValidationError`` naming each that is wrong."""
    problems = {
        name: ["There is no such parameter here."]
        for name in params
        if name not in ("from", "to", "mine")
    }
    month = period("this_month")
    found: dict[str, Any] = {"from": month.start, "to": month.end, "mine": False}
    for name, side in (("from", "start"), ("to", "end")):
        if name in params:
            try:
                found[name] = getattr(period(params[name]), side)
            except ValueError as error:
                problems[name] = [str(error)]
    if "from" in params and "to" not in params:
        try:
            found["to"] = found["from"] + (month.end - month.start)
        except OverflowError:
            problems["to"] = ["Say until when."]
    if "mine" in params:
        try:
            found["mine"] = yes_or_no(params["mine"])
        except ValueError as error:
            problems["mine"] = [str(error)]
    if problems:
        raise ValidationError(problems)
    return found
