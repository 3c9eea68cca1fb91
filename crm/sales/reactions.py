"""What leads learn from calls, meetings and mails about them."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from crm.activities.models import Call, Meeting
from crm.core.models import Event
from crm.messaging.models import Email

from .leads import note_contact
from .models import Lead
from .scoring import rescore

#: a change of anything else says nothing new about a lead
TELLING = {"status", "related_to_type", "related_to_id", "duration"}


def learn_from_call(event: Event) -> None:
    """A completed call with a talk: we were in touch with the lead."""
    call = _subject(Call, event)
    if call and call.status == Call.Status.COMPLETED and call.duration != 0:
        _touch(call, call.start_time or event.happened_at, event)


def learn_from_meeting(event: Event) -> None:
    """A completed meeting: we were in touch with the lead."""
    meeting = _subject(Meeting, event)
    if meeting and meeting.status == Meeting.Status.COMPLETED:
        _touch(meeting, meeting.start_time, event)


def learn_from_mail(event: Event) -> None:
    """A sent mail: we wrote to the lead. A campaign's mail to many is no contact with one."""
    mail = _subject(Email, event)
    if mail and mail.sent_at and mail.campaign_id is None:
        _touch(mail, mail.sent_at, event)


def notice_interest(event: Event) -> None:
    """A mail was opened, or a link in it followed: the lead's score may rise."""
    mail = _subject(Email, event)
    if mail and (lead := _lead_of(mail)):
        rescore(lead)


def _subject(model: Any, event: Event) -> Any:
    """Return what the event is about, unless the event says nothing that concerns a lead."""
    changes = event.data.get("changes")
    if event.name.endswith(".updated") and TELLING.isdisjoint(changes or ()):
        return None
    return model.objects.filter(pk=event.record_id, related_to_type="lead").first()


def _lead_of(record: Any) -> Lead | None:
    return Lead.objects.filter(pk=record.related_to_id).first()


def _touch(record: Any, at: datetime, event: Event) -> None:
    lead = _lead_of(record)
    if lead is None or lead.status == Lead.Status.CONVERTED:
        return
    note_contact(lead, min(at, timezone.now()), by=event.actor)
    rescore(lead)
