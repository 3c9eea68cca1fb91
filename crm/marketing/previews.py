"""A look at a campaign before it is sent: whom it reaches, and what one of them reads."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import records
from crm.core.fields import normal_email
from crm.messaging.composing import PLACE
from crm.messaging.models import Email

from . import audience, operations, wording
from .models import Campaign
from .wording import Wording


def preview(campaign: Campaign, recipient: UUID | None, *, by: Any) -> dict[str, Any]:
    """Return the size of the audience, who is left out, and the message as one would read it.

    Nothing is written. ``recipient`` is a lead or contact; without one it is the first of the
    audience. Raises ``ValidationError`` where it is none that ``by`` sees.
    """
    found = audience.counted(campaign.audience, by=by, now=timezone.now())
    if recipient is not None:
        values = _values_of(recipient, by=by)
    else:
        values = _first_values(found.first, by=by)
    message = wording.worded(campaign, values)
    return {
        "recipients": found.recipients,
        "excluded": found.excluded,
        "message": {
            "to": values.get("email", ""),
            "subject": message.subject,
            "html": message.html,
            "text": message.text,
        },
    }


def send_test(campaign: Campaign, to: str, *, by: Any) -> Email:
    """Mail a campaign to ``by`` or to a colleague, as the first of its audience would read it.

    Counted nowhere. Raises ``ValidationError`` for an address that is no colleague's, and
    where there is no message yet.
    """
    address = _colleague(to) if to else by.email
    found = audience.counted(campaign.audience, by=by, now=timezone.now())
    message = _without_way_out(wording.worded(campaign, _first_values(found.first, by=by)))
    if not message.subject or not message.text:
        raise ValidationError(
            {"content": _("There is no message yet: a mail needs subject and text.")}
        )
    from_name, reply_to = operations.sender_of(campaign)
    email = Email(
        to_email=address,
        subject=f"[Test] {message.subject}"[: wording.LONGEST_SUBJECT],
        body=message.text,
        html_body=message.html,
        from_name=from_name,
        reply_to=reply_to,
        status=Email.Status.QUEUED,
    )
    return records.create(email, by=by)


def _without_way_out(message: Wording) -> Wording:
    """A test has nobody who could unsubscribe: the link leads to the start page."""
    start = settings.FRONTEND_URL
    return Wording(
        message.subject, message.text.replace(PLACE, start), message.html.replace(PLACE, start)
    )


def _colleague(address: str) -> str:
    users = apps.get_model("accounts", "User").objects
    found = users.filter(email=normal_email(address)).first()
    if found is None or not found.is_active:
        raise ValidationError({"to": _("A test goes to you or to an active colleague.")})
    return found.email


def _first_values(first: tuple[str, UUID] | None, *, by: Any) -> dict[str, str]:
    if first is None:
        return {}
    source, pk = first
    return wording.values_of(source, [pk], by=by).get(pk, {})


def _values_of(recipient: UUID, *, by: Any) -> dict[str, str]:
    for source in audience.SOURCES:
        if values := wording.values_of(source, [recipient], by=by).get(recipient):
            return values
    raise ValidationError({"recipient_id": _("There is no lead or contact with this id.")})
