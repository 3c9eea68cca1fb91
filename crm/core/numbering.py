"""Numbers that people quote: unique under concurrency, never guessed from what is stored."""

import re
from collections.abc import Iterable

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


def counted(number: str, *, prefix: str) -> int:
    """Return which one of its series a number is: 42 for ``T-00042``; 0 for another form."""
    found = re.fullmatch(rf"{re.escape(prefix)}-([0-9]{{1,15}})", number)
    return int(found.group(1)) if found else 0


def highest(numbers: Iterable[str], *, prefix: str) -> int:
    """Return how far a series got by the numbers it gave out."""
    return max((counted(number, prefix=prefix) for number in numbers), default=0)


@transaction.atomic
def continue_above(series: str, value: int) -> None:
    """Let a series go on above ``value``, which was given out elsewhere."""
    if value and not Counter.objects.filter(pk=series, value__gte=value).exists():
        Counter.objects.get_or_create(pk=series)
        Counter.objects.filter(pk=series, value__lt=value).update(value=value)
