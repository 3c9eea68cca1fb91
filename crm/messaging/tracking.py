"""Pixels, tracked links and unsubscribe links: what a mail carries to be recognised again.

A token names a mail by its random reference, signed, under a salt for each purpose.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm.core import events
from crm.people.models import Contact

from .models import Email

OPENED = "crm.mail.opened"
UNSUBSCRIBE = "crm.mail.unsubscribe"
#: a mail that is opened sooner after it left was opened by a machine
TOO_SOON = timedelta(seconds=2)
LINK = re.compile(r'(<a\b[^>]*?\shref=")(https?://[^"]+)(")', re.IGNORECASE)
PREFETCH_HEADERS = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
SCANNERS = re.compile(
    r"bot\b|crawl|spider|scan|preview|prefetch|headless|curl/|wget/|python|java/|go-http|okhttp|"
    r"libwww|barracuda|proofpoint|mimecast|symantec|messagelabs|trendmicro|forcepoint|sophos|"
    r"fortinet|ironport|cloudmark|facebookexternalhit|slack|whatsapp|telegram|safelinks",
    re.IGNORECASE,
)


def token_of(email: Email, purpose: str) -> str:
    """Return the token that stands for a mail, for :data:`OPENED` or :data:`UNSUBSCRIBE`."""
    reference = email.reference.hex if email.reference else ""
    return signing.Signer(salt=purpose, sep=".").sign(reference)


def mail_of(token: str, purpose: str) -> Email | None:
    """Return the mail that a token was made for, deleted ones too, or None."""
    try:
        reference = UUID(hex=signing.Signer(salt=purpose, sep=".").unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Email.all_objects.filter(reference=reference).first()


def pixel_address(email: Email) -> str:
    """Return where the picture stands that tells of an opening."""
    return f"{settings.TRACKING_URL}/o/{token_of(email, OPENED)}.gif"


def unsubscribe_address(email: Email) -> str:
    """Return where the receiver of a campaign's mail says that it was the last one."""
    return f"{settings.TRACKING_URL}/u/{token_of(email, UNSUBSCRIBE)}"


def is_tracked(email: Email) -> bool:
    """Whether openings and clicks may be counted: it was asked for, and nobody refused."""
    if not email.track or email.account_mail:
        return False
    refused = Contact.objects.filter(email=email.to_email, tracking_opt_out=True)
    return not refused.exists()


def tracked(markup: str, email: Email, make_link: Callable[[Email, str], str]) -> str:
    """Return HTML whose web links lead to what ``make_link(email, address)`` returns for each.

    Called while a mail is composed, outside of any transaction, with the function that the
    setting ``CRM_MAIL_LINKS`` names; only for mails that are tracked.
    """

    def lead_elsewhere(found: re.Match[str]) -> str:
        address = make_link(email, html.unescape(found[2]))
        return f"{found[1]}{html.escape(address)}{found[3]}"

    return LINK.sub(lead_elsewhere, markup)


def is_machine(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from a scanner or a prefetch rather than from a reader.

    Gmail's and Yahoo's picture proxies ask when a person opens the mail, and count as one.
    """
    for name in PREFETCH_HEADERS:
        if re.search("prefetch|preview|prerender", headers.get(name, ""), re.IGNORECASE):
            return True
    agent = headers.get("User-Agent", "").strip()
    # Apple's mail fetches every picture on arrival, and says no more than this.
    return agent in ("", "Mozilla/5.0") or bool(SCANNERS.search(agent))


def count_opening(token: str, *, machine: bool) -> None:
    """Count one opening of the mail that a token stands for; tokens of no mail count nothing.

    A person's first opening is the event ``email.opened``.
    """
    email = mail_of(token, OPENED)
    if email is None or not email.track or email.account_mail:
        return
    now, rows = timezone.now(), Email.all_objects.filter(pk=email.pk)
    if machine or email.sent_at is None or now - email.sent_at < TOO_SOON:
        rows.update(machine_opens_count=F("machine_opens_count") + 1)
        return
    with transaction.atomic():
        rows.update(opens_count=F("opens_count") + 1)
        if rows.filter(opened_at=None).update(opened_at=now):
            events.record("opened", email, by=None)
