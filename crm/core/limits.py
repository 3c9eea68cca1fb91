"""How often something may happen. Counted atomically; a lost cache opens, never breaks."""

import time
from dataclasses import dataclass

from django.core.cache import cache


@dataclass
class Allowance:
    """What is left of a limit in the present window; ``reset`` counts seconds."""

    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the headers that tell a caller where they stand."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.remaining)),
            "RateLimit-Reset": str(self.reset),
        }


def count(scope: str, caller: str, *, limit: int, window: int) -> Allowance:
    """Count one call of ``caller`` in ``window`` seconds; negative ``remaining`` is too many."""
    now = time.time()
    slot = int(now // window)
    key = f"throttle:{scope}:{caller}:{slot}"
    reset = int((slot + 1) * window - now) + 1
    cache.add(key, 0, timeout=window + 5)
    try:
        used = cache.incr(key)
    except ValueError:  # evicted between the two calls, or the cache is down
        used = None
    return Allowance(limit, limit - (used or 0), reset)
