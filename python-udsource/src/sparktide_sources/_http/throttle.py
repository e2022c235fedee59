"""The request rate of one reader: a token bucket, and the quota that the API itself reports.

`requestsPerSecond` or `requestsPerMinute` fills the bucket (the lower rate, if both are set);
`burst` is its size. After an answer with a used-up quota (`X-RateLimit-Remaining: 0`), the next
request waits until the quota's reset.
"""

from __future__ import annotations

from typing import Any

from .._clock import Clock
from .._options import OptionReader

THROTTLE_OPTIONS = ("requestsPerSecond", "requestsPerMinute", "burst")


class Throttle:
    """The request rate of one reader. A pickle carries the limits, but not their current use."""

    def __init__(self, rate: float = 0.0, burst: int = 1) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._filled_at = float(burst), 0.0
        self._held_until = 0.0

    def __reduce__(self) -> tuple[Any, ...]:
        return Throttle, (self._rate, self._burst)

    def shared_by(self, readers: int) -> Throttle:
        """The share of each of this many readers that run at once."""
        return Throttle(self._rate / readers, max(self._burst // readers, 1))

    def wait(self, clock: Clock) -> float:
        """Seconds until the next request may be sent."""
        now = clock.monotonic()
        held = max(self._held_until - now, 0.0)
        if not self._rate:
            return held
        self._fill(now)
        return max(held, (1 - self._tokens) / self._rate)

    def take(self, clock: Clock) -> None:
        """Counts a sent request. Redirects do not wait, so the bucket can become negative."""
        if self._rate:
            self._fill(clock.monotonic())
            self._tokens -= 1

    def hold(self, seconds: float, clock: Clock) -> None:
        """Sends no request for this long, because the API asked for it."""
        self._held_until = max(self._held_until, clock.monotonic() + seconds)

    def _fill(self, now: float) -> None:
        passed = max(now - self._filled_at, 0.0)
        # Slightly more than exact, since rounding could make a wait of the full time too short.
        self._tokens = min(self._tokens + passed * self._rate + 1e-9, float(self._burst))
        self._filled_at = now


def read_throttle(options: OptionReader) -> Throttle:
    """Reads `THROTTLE_OPTIONS`."""
    rates: list[float] = []
    for name, seconds in (("requestsPerSecond", 1), ("requestsPerMinute", 60)):
        if options.has(name):
            rates.append(options.number(name, 1, 0.001, 100_000) / seconds)
    if options.has("burst") and not rates:
        raise options.fail("burst", "needs requestsPerSecond or requestsPerMinute.")
    return Throttle(min(rates, default=0.0), options.integer("burst", 1, 1, 100_000))
