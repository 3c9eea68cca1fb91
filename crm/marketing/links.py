"""Short links: made, changed, found, and closed when their time is over."""

import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crm.core import records
from crm.messaging import tracking
from crm.messaging.models import Email

from .models import LinkAnalytics

CODE_BYTES = 9  # 72 bits: nobody finds a private link by trying (security.md I3)
CODE = re.compile(r"^[A-Za-z0-9_-]{1,64}$", re.ASCII)
REMEMBERED_SECONDS = 24 * 3600
BATCH = 500
#: the purpose of a token that says in which mail a link was followed
CLICKED = "crm.mail.clicked"
TRACKED_CODE_BYTES = 12
MOST_MADE = 10_000
#: the tracked links that this process has made sure of
_made: set[str] = set()


@dataclass(frozen=True)
class Target:
    """Where a link leads at this moment; ``is_fresh`` says that the database just told it."""

    link_id: UUID
    address: str
    status: str
    expires_at: Any
    is_fresh: bool = True

    @property
    def is_open(self) -> bool:
        """Whether the link still leads there."""
        link = LinkAnalytics(status=self.status, expires_at=self.expires_at)
        return link.status_at(timezone.now()) == LinkAnalytics.Status.ACTIVE


@records.create.register
@transaction.atomic
def create_link(link: LinkAnalytics, *, by: Any) -> LinkAnalytics:
    """Make a short link; it gets a code that can't be guessed where none is wished for."""
    link.short_code = link.short_code or new_code()
    return records.save_new(link, by=by)


@records.change.register
@transaction.atomic
def change_link(
    link: LinkAnalytics, values: dict[str, Any], *, by: Any, if_revision: int | None = None
) -> LinkAnalytics:
    """Change a link. An emptied code stays what it was: printed and sent links go on.

    A later end makes an expired link active again. Raises ``ValidationError`` where a link
    is made active whose end has passed.
    """
    values = {name: value for name, value in values.items() if (name, value) != ("short_code", "")}
    status, stored = LinkAnalytics.Status, records.lock(link, if_revision=if_revision)
    end = values.get("expires_at", stored.expires_at)
    over = end is not None and end <= timezone.now()
    wanted = values.get("status", stored.status)
    if wanted == status.ACTIVE != stored.status and over:
        raise ValidationError({"expires_at": _("This time has passed. Set a later one, or none.")})
    if wanted == stored.status == status.EXPIRED and end != stored.expires_at and not over:
        values["status"] = status.ACTIVE
    return records.save_changes(link, values, by=by)


def new_code() -> str:
    """Return a code that can't be guessed."""
    return secrets.token_urlsafe(CODE_BYTES)


def tracked_address(email: Email, address: str) -> str:
    """Return the address under which a mail's link to ``address`` is followed and counted.

    All mails of a campaign share one link for each target, those of a person likewise. Its
    code follows from both, so that it is the same at each attempt to send. What no short
    link takes as a target stays as it is.
    """
    scope = email.campaign_id or email.created_by_id
    code = salted_hmac("crm.marketing.links", f"{scope}\n{address}", algorithm="sha256")
    short_code = urlsafe_b64encode(code.digest()[:TRACKED_CODE_BYTES]).decode()
    if short_code not in _made:
        try:
            _make_tracked(email, short_code, address)
        except ValidationError:
            return address
        if len(_made) >= MOST_MADE:
            _made.clear()
        _made.add(short_code)
    token = tracking.token_of(email, CLICKED)
    return f"{short_url(short_code)}/{token}"


def _make_tracked(email: Email, short_code: str, address: str) -> None:
    if LinkAnalytics.objects.filter(short_code=short_code).exists():
        return
    link = LinkAnalytics(
        short_code=short_code,
        original_url=address,
        campaign_id=email.campaign_id,
        created_by_id=email.created_by_id,
        metadata={"channel": "email"},
    )
    records.check_values(link)
    link.search_text = link.searchable()
    # Several workers may come to it at once; the unique code lets one of them through.
    LinkAnalytics.objects.bulk_create([link], ignore_conflicts=True)


def short_url(short_code: str) -> str:
    """Return the whole address of a link, as people pass it on."""
    return f"{settings.TRACKING_URL}/l/{short_code}"


def find_target(code: str) -> Target | None:
    """Return where a code leads, or None where there is no such link. One query at most.

    While the database can't be reached, what was last known serves. Raises
    ``OperationalError`` where nothing is.
    """
    if not CODE.match(code):
        return None
    columns = ("pk", "original_url", "status", "expires_at")
    try:
        row = LinkAnalytics.objects.filter(short_code=code).order_by().values_list(*columns).first()
    except OperationalError:
        known = cache.get(_key(code))
        if known is None:
            raise
        link_id, address, status, expires_at = known
        return Target(link_id, address, status, expires_at, is_fresh=False)
    return Target(*row) if row else None


def remember(code: str, target: Target) -> None:
    """Keep where a code leads, for a time without the database."""
    known = (target.link_id, target.address, target.status, target.expires_at)
    cache.set(_key(code), known, timeout=REMEMBERED_SECONDS)


def _key(code: str) -> str:
    return f"link:{code}"


def expire_links() -> int:
    """Stamp the links whose end has passed; return how many. They were closed already."""
    active = LinkAnalytics.objects.filter(status=LinkAnalytics.Status.ACTIVE)
    due = active.filter(expires_at__lte=timezone.now()).order_by("expires_at")
    found = list(due[:BATCH])
    for link in found:
        records.change(link, {"status": LinkAnalytics.Status.EXPIRED}, by=None)
    return len(found)
