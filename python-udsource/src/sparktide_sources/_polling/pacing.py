"""When the next poll is due.

The time of the last poll comes from the offset, so a query that crashes and restarts keeps its
pace, and from memory, for polls that found nothing and left no offset behind.
"""

from __future__ import annotations

from .._clock import Clock

# Spark asks again after 10 ms; sleeping a little here spares the driver, and stays far below what
# would be felt when a query is stopped.
_NAP = 0.2


class Pacer:
    """Says when a poll is due; `nap()` sleeps a moment while it is not."""

    def __init__(self, interval: float, clock: Clock) -> None:
        self._interval = interval
        self._clock = clock
        self._not_before = 0.0

    def left(self, polled_ms: int, asked_interval: float = 0.0) -> float:
        """Seconds until the next poll may start, given when the offset's poll was.

        `asked_interval` is what the server asked for then, if that is longer.
        """
        now, interval = self._clock.time(), max(self._interval, asked_interval)
        logged = polled_ms / 1000 + interval
        # An offset from the future means that a clock was set back: it must not stop the stream.
        if logged > now + interval:
            logged = 0.0
        return max(logged, self._not_before) - now

    def nap(self, left: float) -> None:
        self._clock.sleep(min(left, _NAP))

    def polled(self, at: float, asked_interval: float = 0.0) -> None:
        """A poll was made at this wall time; the server may ask for a longer interval."""
        self._not_before = at + max(self._interval, asked_interval)

    def postpone(self, seconds: float) -> None:
        """The next try is due in this many seconds, however long the interval is."""
        self._not_before = self._clock.time() + seconds
