"""When to try again, and when to give up.

Retried: 408, 429, 5xx, network failures, and bodies that are cut or cannot be decoded. The wait is
the time that the server asks for (see `waits`) plus a random time up to `0.5 s * 2^n`, 30 s at
most. If the server asks for more than `maxRetryWait`, the error names the wait; a request is never
repeated earlier than the server asks.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from .._errors import HttpError
from .waits import quota_wait

_FIRST_BACKOFF = 0.5
_LARGEST_BACKOFF = 30.0


@dataclass(frozen=True)
class RetryPolicy:
    """`max_retries` tries after the first; no single wait above `max_wait` seconds."""

    max_retries: int
    max_wait: float
    retry_post: bool = False
    # Statuses (404, 5xx) and whether `onStatus` says to try them again.
    named: tuple[tuple[str, bool], ...] = ()

    def is_transient(self, status: int, headers: dict[str, str]) -> bool:
        """Whether another try may help after this answer."""
        named = dict(self.named)
        found = named.get(str(status), named.get(f"{status // 100}xx"))
        return is_transient(status, headers) if found is None else found

    def delay(
        self, failure: HttpError, attempts: int, method: str, rng: Callable[[], float]
    ) -> float:
        """Seconds until the next try, after `attempts` tries. Raises if there is no next try."""
        if not failure.transient or not self._repeatable(failure, method):
            raise failure
        if failure.left is not None:
            if failure.left <= 0:
                raise failure
            return (failure.wait or 0.0) + rng() * _FIRST_BACKOFF
        if attempts > self.max_retries:
            tries = f" Gave up after {attempts} tries." if attempts > 1 else ""
            raise HttpError(f"{failure}{tries}", failure.status, transient=True)
        backoff = rng() * min(_FIRST_BACKOFF * 2 ** (attempts - 1), _LARGEST_BACKOFF)
        if failure.wait is None:
            return backoff
        if failure.wait > self.max_wait:
            raise HttpError(
                f"{failure} The server asks to wait {failure.wait:.0f} s, more than maxRetryWait "
                f"({self.max_wait:g} s).",
                failure.status,
                transient=True,
            )
        # Always with jitter: many clients get the same time, which may even be in the past.
        return min(failure.wait + backoff, max(self.max_wait, backoff))

    def _repeatable(self, failure: HttpError, method: str) -> bool:
        # The API may have carried out a failed POST, so it is repeated only with retryPost.
        return method != "POST" or self.retry_post or failure.status == 429 or not failure.sent


def jitter() -> float:
    """From 0 to 1."""
    return random.random()  # noqa: S311 - spreads retries, protects nothing


def is_transient(status: int, headers: dict[str, str]) -> bool:
    if status in (408, 429) or 500 <= status <= 599:
        return True
    # GitHub reports its primary rate limit as 403 with a used-up quota.
    return status == 403 and ("retry-after" in headers or quota_wait(headers, 0.0) is not None)
