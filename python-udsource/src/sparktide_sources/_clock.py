"""The clock as an object, so that tests can set the time."""

from __future__ import annotations

import time


class Clock:
    """Wall time in seconds, monotonic seconds, and sleep."""

    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
