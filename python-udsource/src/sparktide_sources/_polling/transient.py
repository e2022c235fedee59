"""What happens when an API stays unreachable after all retries.

`onTransient=fail` fails the batch; Spark keeps the offset, and a restart tries again. With
`onTransient=skipPoll` the poll counts as empty, until more than `maxConsecutiveFailures` polls in a
row failed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from .._clock import Clock
from .._errors import HttpError, Postponed
from .._options import OptionReader
from .pacing import Pacer

TRANSIENT_OPTIONS = ("onTransient", "maxConsecutiveFailures")

# Spark can't stop a reader that waits, so longer waits happen between Spark's calls.
_PATIENCE = 1.0
_BUDGET = 10

_log = logging.getLogger("sparktide_sources")
_T = TypeVar("_T")


class PollGuard:
    """Runs the polls of one stream and counts tries and failures between them."""

    def __init__(self, source: str, skip: bool, budget: int, pacer: Pacer, clock: Clock) -> None:
        self._source, self._skip, self._budget = source, skip, budget
        self._pacer, self._clock = pacer, clock
        self._attempts = 0
        self._failures = 0
        # Whether the last poll only waits for its next try.
        self.postponed = False

    def run(self, poll: Callable[[int, float | None], _T], blocking: bool) -> _T | None:
        """The result of `poll(attempts, patience)`, or None if it is postponed or skipped."""
        started = self._clock.time()
        self.postponed = False
        try:
            result = poll(self._attempts, None if blocking else _PATIENCE)
        except Postponed as later:
            self._attempts = later.attempts
            self.postponed = True
            self._pacer.postpone(later.delay)
            level = logging.WARNING if later.failed else logging.DEBUG
            _log.log(level, "%s: %s Next try in %.1f s.", self._source, later, later.delay)
            return None
        except HttpError as failure:
            self._attempts = 0
            self._failures += 1
            if not (failure.transient and self._skip):
                raise
            if self._failures > self._budget:
                raise HttpError(
                    f"{failure} {self._failures} polls failed in a row, more than "
                    f"maxConsecutiveFailures ({self._budget}).",
                    failure.status,
                ) from None
            _log.warning("%s: %s The poll is skipped.", self._source, failure)
            self._pacer.polled(started)
            return None
        self._attempts = self._failures = 0
        return result


def poll_guard(source: str, options: OptionReader, pacer: Pacer, clock: Clock) -> PollGuard:
    """Reads `TRANSIENT_OPTIONS`."""
    skip = options.choice("onTransient", "fail", ("fail", "skipPoll")) == "skipPoll"
    budget = options.integer("maxConsecutiveFailures", _BUDGET, 0, 1_000_000)
    if budget != _BUDGET and not skip:
        raise options.fail(
            "maxConsecutiveFailures",
            "is not used by onTransient=fail, where the first failed poll ends the query; set "
            "onTransient=skipPoll, or remove it.",
        )
    return PollGuard(source, skip, budget, pacer, clock)
