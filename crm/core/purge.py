"""The end of the recycle bin: what nobody restored in time is removed for good."""

from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import ProtectedError
from django.utils import timezone

from . import records
from .bases import Record

#: so many records of one kind a run: the rest has time until the next
BATCH = 1000


def purge_expired() -> int:
    """Remove what was deleted more than ``PURGE_DAYS`` ago; return how many records went.

    What others still link to stays in the bin until they are gone too, people as long as
    anything tells of them (behaviours.md G4, "User and accounts"). History stays.
    """
    before = timezone.now() - timedelta(days=settings.PURGE_DAYS)
    removed = 0
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        expired = model.all_objects.filter(deleted_at__lt=before).order_by("deleted_at")
        for record in expired[:BATCH]:
            try:
                records.purge(record)
            except ProtectedError:
                continue
            removed += 1
    return removed
