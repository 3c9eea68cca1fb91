"""Numbers that people quote: unique under concurrency, never guessed from what is stored."""

from django.db import transaction
from django.db.models import F

from .models import Counter


@transaction.atomic
def next_number(series: str, *, prefix: str, digits: int = 5) -> str:
    """Take the next number of ``series``, such as ``T-00042``.

    The counter's row stays locked until the surrounding transaction ends, and a
    rollback gives the number back (security.md §0.16).
    """
    if not Counter.objects.filter(pk=series).update(value=F("value") + 1):
        Counter.objects.get_or_create(pk=series)
        Counter.objects.filter(pk=series).update(value=F("value") + 1)
    value = Counter.objects.values_list("value", flat=True).get(pk=series)
    return f"{prefix}-{value:0{digits}}"
