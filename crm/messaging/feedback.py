"""What the provider reports later: delivered, bounced, complained of."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.core import erasure, events, records
from crm.core.fields import normal_email

from . import gateways, sns, suppression
from .content import is_one_address
from .models import Email, ProviderNotice

Status = Email.Status
#: states that the report of a bounce or a complaint may still change
OPEN = (Status.QUEUED, Status.SENDING, Status.SENT, Status.FAILED)


@transaction.atomic
def take_in(message: dict[str, str]) -> None:
    """Act on a verified message of SNS, once however often it arrives.

    A subscription to one of our topics is confirmed. Raises ``OSError`` where Amazon can't be
    reached for that; nothing is remembered then, and Amazon comes again.
    """
    notice, is_new = ProviderNotice.objects.get_or_create(
        message_id=message["MessageId"], defaults={"kind": message["Type"]}
    )
    if not is_new:
        return
    if message["Type"] == "SubscriptionConfirmation":
        if sns.address_is_amazons(message["SubscribeURL"]):
            gateways.confirm_subscription(message["SubscribeURL"])
        return
    if message["Type"] != "Notification":
        return
    try:
        report = json.loads(message["Message"])
    except ValueError:
        return
    if isinstance(report, dict):
        kind = str(report.get("eventType") or report.get("notificationType") or "")[:40]
        notice.kind, notice.email = kind, _mail_of(report)
        notice.save()
        _act(kind, report, notice.email)


def _act(kind: str, report: dict[str, Any], email: Email | None) -> None:
    match kind:
        case "Bounce":
            _bounced(report, email)
        case "Complaint":
            for address in _addresses(report, "complaint", "complainedRecipients"):
                suppression.suppress(address, suppression.Reason.COMPLAINED, email=email)
            if email:
                _turn(email, Status.COMPLAINED, "The receiver complained.", also=Status.BOUNCED)
        case "Delivery" if email:
            _settle(email, Status.SENT, "")
        case "Send" if email:
            _settle(email, Status.SENT, "")
        case "Reject" if email:
            reason = _part(report, "reject").get("reason", "")
            _turn(email, Status.FAILED, f"The provider rejected it: {reason}")


def _bounced(report: dict[str, Any], email: Email | None) -> None:
    bounce = _part(report, "bounce")
    kinds = f"{bounce.get('bounceType', '')} {bounce.get('bounceSubType', '')}".strip()
    addresses = list(_addresses(report, "bounce", "bouncedRecipients"))
    said = [str(one.get("diagnosticCode", "")) for one in _people(bounce, "bouncedRecipients")]
    if erasure.erased_among(addresses):  # a late word of a mail to somebody forgotten since
        addresses, said = [], []
    detail = " ".join([f"Bounced ({kinds}):", *addresses, *said])[:1000]
    if bounce.get("bounceType") == "Permanent":
        for address in addresses:
            suppression.suppress(address, suppression.Reason.BOUNCED, detail=detail, email=email)
        if email and email.to_email in addresses:
            _turn(email, Status.BOUNCED, detail)
            return
    if email:  # a full mailbox, or a copy that bounced: worth knowing, no more
        Email.all_objects.filter(pk=email.pk).update(error=detail)
        events.record("bounce_noted", email, by=None, detail=detail)


def _turn(email: Email, status: str, reason: str, *, also: str = "") -> None:
    stored = _locked(email)
    if stored.status not in (*OPEN, also):
        return
    before = stored.status
    values = {"status": status, "outcome_unknown": False, "retry_at": None, "error": reason[:1000]}
    records.write(stored, {**values, "sent_at": stored.sent_at or stored.claimed_at})
    events.record(status, stored, by=None, changes={"status": [before, status]})


def _settle(email: Email, status: str, reason: str) -> None:
    """Only a mail whose outcome is in question changes by a report of success."""
    if _locked(email).outcome_unknown:
        _turn(email, status, reason)


def _locked(email: Email) -> Email:
    return Email.all_objects.select_for_update(of=("self",), no_key=True).get(pk=email.pk)


def _mail_of(report: dict[str, Any]) -> Email | None:
    """Return the mail a report is about: by the provider's id, else by the tag we gave it."""
    about = _part(report, "mail")
    given = about.get("messageId")
    known = isinstance(given, str) and given and "\x00" not in given
    if known and (found := Email.all_objects.filter(message_id=given).first()):
        return found
    tags = about.get("tags")
    references = tags.get("reference") if isinstance(tags, dict) else None
    if isinstance(references, list) and references and isinstance(references[0], str):
        try:
            return Email.all_objects.filter(reference=UUID(hex=references[0])).first()
        except ValueError:
            return None
    return None


def _part(report: dict[str, Any], name: str) -> dict[str, Any]:
    part = report.get(name)
    return part if isinstance(part, dict) else {}


def _people(part: dict[str, Any], name: str) -> list[dict[str, Any]]:
    people = part.get(name)
    return [one for one in people if isinstance(one, dict)] if isinstance(people, list) else []


def _addresses(report: dict[str, Any], part: str, name: str) -> Iterator[str]:
    for one in _people(_part(report, part), name):
        address = one.get("emailAddress")
        if isinstance(address, str) and is_one_address(address):
            yield normal_email(address)
