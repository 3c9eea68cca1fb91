"""Codes by which somebody shows that an address is theirs."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

CODE_LIFETIME = timedelta(minutes=10)
MOST_ATTEMPTS = 5


class VerificationCode(models.Model):
    """Six digits that were mailed to somebody who registered, and wait to be typed in.

    The digits are a signature over the row's id and stand nowhere. A person who has a row
    registered and was never let in; it goes when they are, or when anybody decides about their
    account, so that a code opens nothing that was closed on purpose.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="verification_code"
    )
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "verification_codes"

    def __str__(self) -> str:
        return f"{self.user} since {self.created_at:%Y-%m-%d}"

    def is_good(self, now: datetime) -> bool:
        """Whether the code could still be typed in."""
        return self.created_at > now - CODE_LIFETIME and self.attempts < MOST_ATTEMPTS
