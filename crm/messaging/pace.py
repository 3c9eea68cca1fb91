"""How fast mail leaves, over all processes that share the cache, and when it rests."""

import time

from django.conf import settings
from django.core.cache import cache

from crm.core.limits import count

#: how long all mail rests, in seconds, while the provider is away; the last one repeats
PAUSES = (5, 10, 20, 40, 60)
PAUSED = "mail:paused"


def is_paused() -> bool:
    """Whether all mail rests, because the provider is away or busy."""
    known = cache.get(PAUSED)
    return known is not None and known[1] > time.time()


def pause() -> int:
    """Let all mail rest, longer each time until a mail leaves again; return the seconds."""
    known = cache.get(PAUSED)
    step = 0 if known is None else min(known[0] + 1, len(PAUSES) - 1)
    seconds = PAUSES[step]
    cache.set(PAUSED, (step, time.time() + seconds), timeout=10 * PAUSES[-1])
    return seconds


def end_pause() -> None:
    """A mail has left: the provider is there."""
    cache.delete(PAUSED)


def wait_for_turn() -> None:
    """Wait until one more mail fits into this second."""
    limit = settings.MAIL_RATE_PER_SECOND
    while limit and count("mail", "all", limit=limit, window=1).remaining < 0:
        time.sleep(1 - time.time() % 1)
