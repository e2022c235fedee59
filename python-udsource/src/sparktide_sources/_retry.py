"""When to try again, and when to give up.

Retried: 408, 429, 5xx, network failures, cut or undecodable bodies. The wait is what the server
asks for (Retry-After in seconds or as a date, a used-up X-RateLimit-Reset, or the text of an
Open-Meteo 429), and full jitter: a random time up to `0.5 s * 2^n`, 30 s at most. A server that
asks for more than `maxRetryWait` ends in an error that names the wait; it is never tried earlier
than told.
"""

from __future__ import annotations

import email.utils
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timezone

from ._errors import HttpError

_NUMBER = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,9})?")
# What APIs, and the IETF's draft, put before "remaining" and "reset".
_QUOTA_HEADERS = ("x-ratelimit-", "x-rate-limit-", "ratelimit-")
# Numbers above these are seconds, or milliseconds, since 1970.
_SECONDS_SINCE = 1e9
_MILLISECONDS_SINCE = 1e11

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
    # Statuses (404, 5xx) that an option calls worth another try, or not.
    named: tuple[tuple[str, bool], ...] = ()

    def is_transient(self, status: int, headers: dict[str, str]) -> bool:
        """Whether another try may help after this answer."""
        named = dict(self.named)
        found = named.get(str(status), named.get(f"{status // 100}xx"))
        return is_transient(status, headers) if found is None else found

    def delay(
        self, failure: HttpError, attempts: int, method: str, rng: Callable[[], float]
    ) -> float:
        """Seconds until the next try, after `attempts` tries, or raises the failure for good."""
        if not failure.transient or not self._repeatable(failure, method):
            raise failure
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
        # Many are told the same moment, and some servers tell one that is past.
        return min(failure.wait + backoff, max(self.max_wait, backoff))

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
    return status == 403 and ("retry-after" in headers or quota_wait(headers, 0.0) is not None)


def asked_wait(headers: dict[str, str], message: str, now: float) -> float | None:
    """Seconds the server asks to wait, or None when it does not say."""
    after = headers.get("retry-after", "")
    seconds = plain_number(after)
    if seconds is None:
        seconds = _moment(after, now)
    if seconds is not None:
        return seconds
    reset = quota_wait(headers, now)
    if reset is not None:
        return reset
    text = message.lower()
    for phrase, period in _OPEN_METEO_PERIODS:
        if phrase in text:
            return period - now % period + 1
    return None


def quota_wait(headers: dict[str, str], now: float) -> float | None:
    """Seconds until a used-up quota is filled again; None while some of it is left."""
    for prefix in _QUOTA_HEADERS:
        if plain_number(headers.get(f"{prefix}remaining", "")) == 0:
            wait = _moment(headers.get(f"{prefix}reset", ""), now)
            if wait is not None:
                return wait
    return None


def poll_interval(headers: dict[str, str], longest: float) -> float:
    """Seconds between polls that the server asks for, 0 when it does not say."""
    asked = plain_number(headers.get("x-poll-interval", "")) or 0.0
    if asked > longest:
        raise HttpError(
            f"the server asks to wait {asked:.0f} s between polls (X-Poll-Interval), more than "
            f"maxRetryWait ({longest:g} s)"
        )
    return asked


def plain_number(text: str) -> float | None:
    """A number as headers write it, or None for anything else."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _moment(text: str, now: float) -> float | None:
    """Seconds from now to a moment: seconds from now, a time since 1970, or a date."""
    number = plain_number(text)
    if number is not None:
        if number > _MILLISECONDS_SINCE:
            number /= 1000
        # A small number counts seconds from now, a large one is a point in time.
        return max(number - (now if number > _SECONDS_SINCE else 0.0), 0.0)
    try:
        date = email.utils.parsedate_to_datetime(text.strip())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    # HTTP dates are in GMT, also where one does not say so.
    date = date if date.tzinfo else date.replace(tzinfo=timezone.utc)
    return max(date.timestamp() - now, 0.0)
