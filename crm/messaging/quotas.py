"""How much mail one person may send within a day."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core.errors import TooManyAttempts

from .models import Email

Status = Email.Status
DAY = timedelta(hours=24)


def check_quota(by: Any) -> None:
    """Refuse one mail more than the limit. Raises :class:`TooManyAttempts`."""
    limit, since = settings.MAIL_DAILY_PER_USER, timezone.now() - DAY
    if not limit:
        return
    recent = Email.all_objects.filter(
        Q(queued_at__gt=since) | Q(status=Status.SCHEDULED), created_by=by, campaign=None
    )
    if recent.count() < limit:
        return
    oldest = recent.exclude(queued_at=None).order_by("queued_at").values_list("queued_at").first()
    wait = (oldest[0] + DAY - timezone.now()) if oldest else timedelta(hours=1)
    raise TooManyAttempts(
        _("You have sent %(limit)s mails within a day, which is the limit.") % {"limit": limit},
        seconds=max(1, int(wait.total_seconds())),
    )
