"""When to try again, and when to give up.

Retried: 408, 429, 5xx, network failures, cut or undecodable bodies. The wait is what the server
asks for (Retry-After in seconds or as a date, a used-up X-RateLimit-Reset, or the text of an
Open-Meteo 429), else full jitter: a random time up to `0.5 s * 2^n`, 30 s at most. A server that
asks for more than `maxRetryWait` ends in an error that names the wait; it is never tried earlier
than told.
"""

from __future__ import annotations

import email.utils
import random
from collections.abc import Callable
from dataclasses import dataclass

from ._errors import HttpError

_FIRST_BACKOFF = 0.5
_LARGEST_BACKOFF = 30.0

# Open-Meteo's counters reset on the clock's minute, hour and day, and it sends no Retry-After.
_OPEN_METEO_PERIODS = (
    ("minutely api request limit", 60),
    ("hourly api", 3600),
    ("daily api", 86400),
)


@dataclass(frozen=True)
class RetryPolicy:
    """`max_retries` tries after the first; no single wait above `max_wait` seconds."""

    max_retries: int
    max_wait: float
    retry_post: bool = False

    def delay(
        self, failure: HttpError, attempts: int, method: str, rng: Callable[[], float]
    ) -> float:
        """Seconds until the next try, after `attempts` tries, or raises the failure for good."""
        if not failure.transient or not self._repeatable(failure, method):
            raise failure
        if attempts > self.max_retries:
            tries = f" Gave up after {attempts} tries." if attempts > 1 else ""
            raise HttpError(f"{failure}{tries}", failure.status, transient=True)
        if failure.wait is None:
            return rng() * min(_FIRST_BACKOFF * 2 ** (attempts - 1), _LARGEST_BACKOFF)
        if failure.wait > self.max_wait:
            raise HttpError(
                f"{failure} The server asks to wait {failure.wait:.0f} s, more than maxRetryWait "
                f"({self.max_wait:g} s).",
                failure.status,
                transient=True,
            )
        return failure.wait

    def _repeatable(self, failure: HttpError, method: str) -> bool:
        # A POST that may have been carried out must not be carried out twice by accident.
        return method != "POST" or self.retry_post or failure.status == 429 or not failure.sent


def jitter() -> float:
    """From 0 to 1."""
    return random.random()  # noqa: S311 - spreads retries, protects nothing


def is_transient(status: int, headers: dict[str, str]) -> bool:
    if status in (408, 429) or 500 <= status <= 599:
        return True
    # GitHub's primary limit may come as 403 with nothing left of the quota.
    return status == 403 and (
        headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    )


def asked_wait(headers: dict[str, str], message: str, now: float) -> float | None:
    """Seconds the server asks to wait, or None when it does not say."""
    after = headers.get("retry-after", "").strip()
    if after:
        seconds = _seconds(after, now)
        if seconds is not None:
            return seconds
    reset = headers.get("x-ratelimit-reset", headers.get("x-rate-limit-reset", "")).strip()
    remaining = headers.get("x-ratelimit-remaining", headers.get("x-rate-limit-remaining"))
    if remaining == "0" and reset.isdigit():
        # A small number counts seconds from now, a large one is a point in time.
        return max(float(reset) - (now if float(reset) > 1e9 else 0.0), 0.0)
    text = message.lower()
    for phrase, period in _OPEN_METEO_PERIODS:
        if phrase in text:
            return period - now % period + 1
    return None


def _seconds(text: str, now: float) -> float | None:
    if text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - now, 0.0)
    except (TypeError, ValueError, OverflowError):
        return None
