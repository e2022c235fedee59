"""When the next poll is due.

The offset holds the time of the last poll, so a restarted query keeps the interval. Memory holds it
for polls that found nothing, because these write no offset.
"""

from __future__ import annotations

from .._clock import Clock

# Spark asks again after 10 ms. A short sleep here saves CPU of the driver, and does not noticeably
# delay the stop of a query.
_NAP = 0.2


class Pacer:
    """Computes when the next poll is due. `nap()` sleeps for a moment until then."""

    def __init__(self, interval: float, clock: Clock) -> None:
        self._interval = interval
        self._clock = clock
        self._not_before = 0.0

    def left(self, polled_ms: int, asked_interval: float = 0.0) -> float:
        """Seconds until the next poll may start, given the time of the offset's poll.

        `asked_interval` is the interval that the server asked for, which counts if it is longer.
        """
        now, interval = self._clock.time(), max(self._interval, asked_interval)
        logged = polled_ms / 1000 + interval
        # An offset from the future means that a clock was set back: do not wait for that time.
        if logged > now + interval:
            logged = 0.0
        return max(logged, self._not_before) - now

    def nap(self, left: float) -> None:
        self._clock.sleep(min(left, _NAP))

    def polled(self, at: float, asked_interval: float = 0.0) -> None:
        """Notes a poll at this wall time; the server may ask for a longer interval."""
        self._not_before = at + max(self._interval, asked_interval)

    def postpone(self, seconds: float) -> None:
        """Makes the next try due in this many seconds, regardless of the interval."""
        self._not_before = self._clock.time() + seconds
