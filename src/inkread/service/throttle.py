"""How often one may try a password: by who asks, by name, and by both."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from inkread.service.problems import TOO_MANY, Refusal
from inkread.storage.accounts import folded

_PAIR = parse("10/minute")  # one client at one name: a person who has forgotten
_CLIENT = parse("60/minute")  # one client at many names
_NAME = parse("300/hour")  # many clients at one name; high, because it locks the name's owner out as well
_SIGN_UPS = parse("30/hour")  # of one client


class Throttle:
    """Counts tries, right or wrong."""

    def __init__(self) -> None:
        self._counts = SlidingWindowCounterRateLimiter(MemoryStorage())

    def sign_in(self, client: str, name: str) -> None:
        """Refusal where that was too often."""
        key = folded(name)
        self._hit(_PAIR, "pair", client, key)
        self._hit(_CLIENT, "client", client)
        self._hit(_NAME, "name", key)

    def sign_up(self, client: str) -> None:
        """Refusal where that was too often."""
        self._hit(_SIGN_UPS, "sign-up", client)

    def _hit(self, limit: RateLimitItem, *whose: str) -> None:
        if not self._counts.hit(limit, *whose):
            wait = max(1, math.ceil(self._counts.get_window_stats(limit, *whose).reset_time - time.time()))
            raise Refusal(
                TOO_MANY, f"expected at most {limit} tries; come again in {wait} s", {"Retry-After": str(wait)}
            )
