"""Who follows a link, as far as counting needs to know: never who exactly, only how many."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.crypto import salted_hmac

from crm.messaging import tracking

LONGEST_AGENT = 500
LONGEST_HOST = 255
TABLET = re.compile(r"ipad|tablet|kindle|silk/|android(?!.*mobile)", re.IGNORECASE)
PHONE = re.compile(r"mobi|iphone|ipod|android", re.IGNORECASE)
DESKTOP = re.compile(r"windows nt|macintosh|x11|linux|cros", re.IGNORECASE)


@dataclass(frozen=True)
class Visit:
    """What is kept of one request for a link."""

    visitor: str
    device: str
    referrer: str
    machine: bool
    at: datetime = field(default_factory=timezone.now)


def visit_of(method: str, headers: Mapping[str, str], address: str) -> Visit:
    """Return what is kept of a request; its address goes no further than the daily hash."""
    agent = headers.get("User-Agent", "")[:LONGEST_AGENT]
    now = timezone.now()
    return Visit(
        visitor=visitor_hash(address, agent, now),
        device=device_class(agent),
        referrer=referrer_host(headers.get("Referer", "")),
        machine=method != "GET" or tracking.is_machine(headers),
        at=now,
    )


def visitor_hash(address: str, agent: str, now: datetime) -> str:
    """Return the same text for the same visitor on the same day, and another on the next."""
    value = f"{now:%Y-%m-%d}\n{address}\n{agent}"
    return salted_hmac("crm.marketing.visitors", value, algorithm="sha256").hexdigest()[:32]


def device_class(agent: str) -> str:
    """Return ``tablet``, ``phone``, ``desktop`` or ``other``."""
    for name, pattern in (("tablet", TABLET), ("phone", PHONE), ("desktop", DESKTOP)):
        if pattern.search(agent):
            return name
    return "other"


def referrer_host(referrer: str) -> str:
    """Return the host of the page that was left; its address is the visitor's own business."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    return host[:LONGEST_HOST] if host.isprintable() and host.isascii() else ""
