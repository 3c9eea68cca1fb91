"""Meetings, tasks and calls in the words of other calendars (RFC 5545, RFC 5546)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur

from . import recurrence
from .models import Call, Meeting, Task

MEDIA = "text/calendar"
PRODUCT = "-//Nexa CRM//Calendar//EN"
#: how long a call lasts of which nobody knows, and how long a task is shown
SHORT = timedelta(minutes=15)
RESPONSES = {"accepted", "declined", "tentative", "needs-action"}
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"]+")


def invitation(meeting: Meeting) -> bytes:
    """Return a meeting as an invitation, or as its cancellation once it is called off.

    The UID stays for as long as the meeting is there, SEQUENCE rises with each change that
    attendees have to hear of.
    """
    calendar = _calendar()
    cancelled = meeting.status == Meeting.Status.CANCELLED
    calendar.add("method", "CANCEL" if cancelled else "REQUEST")
    event = _meeting(meeting)
    if meeting.host:
        event.add("organizer", _person(meeting.host.email, meeting.host.full_name))
    for attendee in meeting.attendees:
        person = _person(attendee["email"], attendee.get("name", ""))
        response = str(attendee.get("response", "")).lower().replace("_", "-")
        person.params["PARTSTAT"] = response.upper() if response in RESPONSES else "NEEDS-ACTION"
        person.params["RSVP"] = "TRUE"
        event.add("attendee", person)
    calendar.add_component(event)
    return _written(calendar)


def feed(
    *, name: str, meetings: Iterable[Meeting], tasks: Iterable[Task], calls: Iterable[Call]
) -> bytes:
    """Return a calendar for others to subscribe to."""
    calendar = _calendar()
    calendar.add("x-wr-calname", _line(name))
    calendar.add("method", "PUBLISH")
    for meeting in meetings:
        calendar.add_component(_meeting(meeting))
    for task in tasks:
        if task.due_date is not None:
            event = _event(task, f"Task: {task.title}", task.due_date, task.due_date + SHORT)
            event.add("description", task.description)
            event.add("transp", "TRANSPARENT")
            calendar.add_component(event)
    for call in calls:
        if call.start_time is not None:
            length = timedelta(seconds=call.duration) if call.duration else SHORT
            event = _event(call, f"Call: {call.subject}", call.start_time, call.start_time + length)
            event.add("description", call.phone_number)
            calendar.add_component(event)
    return _written(calendar)


def _meeting(meeting: Meeting) -> Event:
    start, end = meeting.start_time, meeting.end_time
    if meeting.recurrence:  # only local times stay at their time of day
        zone = ZoneInfo(meeting.zone)
        start, end = start.astimezone(zone), end.astimezone(zone)
    event = _event(meeting, meeting.title, start, end)
    if meeting.recurrence:
        event.add("rrule", vRecur(_rule(meeting)))
    event.add("sequence", meeting.sequence)
    cancelled = meeting.status == Meeting.Status.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if meeting.description:
        event.add("description", meeting.description)
    if place := meeting.location or meeting.meeting_link:
        event.add("location", _line(place))
    return event


def _event(record: Any, title: str, start: datetime, end: datetime) -> Event:
    event = Event()
    event.add("uid", f"{record.pk}@nexa-crm")
    event.add("dtstamp", record.updated_at)
    event.add("created", record.created_at)
    event.add("last-modified", record.updated_at)
    event.add("summary", _line(title))
    event.add("dtstart", start)
    event.add("dtend", end)
    return event


def _rule(meeting: Meeting) -> dict[str, Any]:
    rule = recurrence.read(meeting.recurrence)
    parts: dict[str, Any] = {
        name: value.split(",") for name, value in rule.parts.items() if name != "UNTIL"
    }
    if rule.until:
        parts["UNTIL"] = rule.end(meeting.zone).replace(microsecond=0)
    return parts


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _person(address: str, name: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{UNSAFE.sub('', address)}")
    if said := _line(name):
        person.params["CN"] = said
    return person


def _line(text: str) -> str:
    """Return text as one line, without what would end a parameter."""
    return UNSAFE.sub(" ", text).strip()


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    return calendar.to_ical()
