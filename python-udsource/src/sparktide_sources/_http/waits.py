"""How long a server asks to wait, read from its headers.

Read in this order: `Retry-After-Ms`, `Retry-After`, a used-up quota (`X-RateLimit-Remaining` with
`-Reset` or `-Reset-After`, and the `RateLimit` field of the IETF's drafts), and the text of an
Open-Meteo error. A time may be a number of seconds from now, a time since 1970 in seconds or a
finer unit, an HTTP date or an ISO 8601 time.
"""

from __future__ import annotations

import email.utils
import re
from datetime import datetime, timedelta, timezone

from .._errors import HttpError

_NUMBER = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,9})?")
# Prefixes of "remaining" and "reset" that APIs and older IETF drafts use.
_QUOTA_HEADERS = ("x-ratelimit-", "x-rate-limit-", "ratelimit-")
_MILLISECOND_HEADERS = ("retry-after-ms", "x-ms-retry-after-ms")
# Numbers above the first limit (31 years) are seconds since 1970. Numbers above the second limit
# are milliseconds or a finer unit.
_SECONDS_SINCE = 1e9
_FINER_SINCE = 1e11
_ISO_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"\s*(Z|z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
# The parameters in a RateLimit field: `"name";r=0;t=30` or `remaining=0, reset=30`.
_PARAMETER = re.compile(r"\b(r|t|remaining|reset)\s*=\s*([0-9]{1,15})(?![0-9.])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

# Open-Meteo sends no Retry-After. Its quotas start again with each full minute, hour and day.
_OPEN_METEO_PERIODS = (
    ("minutely api request limit", 60),
    ("hourly api", 3600),
    ("daily api", 86400),
)


def asked_wait(headers: dict[str, str], message: str, now: float) -> float | None:
    """Seconds that the server asks to wait, or None."""
    for name in _MILLISECOND_HEADERS:
        milliseconds = plain_number(headers.get(name, ""))
        if milliseconds is not None:
            return _from_now(
                milliseconds if milliseconds > _FINER_SINCE else milliseconds / 1000, now
            )
    after = moment(headers.get("retry-after", ""), now)
    if after is not None:
        return after
    reset = quota_wait(headers, now)
    if reset is not None:
        return reset
    text = message.lower()
    for phrase, period in _OPEN_METEO_PERIODS:
        if phrase in text:
            return period - now % period + 1
    return None


def quota_wait(headers: dict[str, str], now: float) -> float | None:
    """Seconds until a used-up quota is reset; None if the quota is not used up."""
    waits: list[float] = []
    for prefix in _QUOTA_HEADERS:
        if plain_number(headers.get(f"{prefix}remaining", "")) == 0:
            for name in ("reset", "reset-after"):
                wait = moment(headers.get(f"{prefix}{name}", ""), now)
                if wait is not None:
                    waits.append(wait)
                    break
    # A server may send several forms of the same quota. The first one counts.
    return waits[0] if waits else _ietf_wait(headers.get("ratelimit", ""))


def _ietf_wait(text: str) -> float | None:
    """The longest wait of the used-up quotas in a `RateLimit` field, or None."""
    waits: list[float] = []
    plain = _QUOTED.sub("q", text)
    # Commas separate policies in the newer form, and parameters in the older form.
    for policy in plain.split(",") if ";" in plain else [plain]:
        found = {
            name[0] if len(name) == 1 else name: int(n) for name, n in _PARAMETER.findall(policy)
        }
        left = found.get("r", found.get("remaining"))
        wait = found.get("t", found.get("reset"))
        if left == 0 and wait is not None:
            waits.append(float(wait))
    return max(waits, default=None)


def poll_interval(headers: dict[str, str], longest: float) -> float:
    """Seconds between polls that the server asks for, or 0."""
    asked = plain_number(headers.get("x-poll-interval", "")) or 0.0
    if asked > longest:
        raise HttpError(
            f"the server asks to wait {asked:.0f} s between polls (X-Poll-Interval), more than "
            f"maxRetryWait ({longest:g} s)"
        )
    return asked


def plain_number(text: str) -> float | None:
    """A number in the form that headers use; None for any other text."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def moment(text: str, now: float) -> float | None:
    """Seconds from now until a time: a number of seconds, a time since 1970, or a date."""
    number = plain_number(text)
    if number is not None:
        return _from_now(number, now)
    date = _date(text.strip())
    return None if date is None else max(date.timestamp() - now, 0.0)


def _from_now(number: float, now: float) -> float:
    """Seconds from now: a small number is the seconds, a large number a time since 1970."""
    while number > _FINER_SINCE:
        number /= 1000
    return max(number - (now if number > _SECONDS_SINCE else 0.0), 0.0)


def _date(text: str) -> datetime | None:
    found = _ISO_TIME.fullmatch(text)
    try:
        if not found:
            date = email.utils.parsedate_to_datetime(text)
            # HTTP dates are in GMT, even if they do not name a zone.
            return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
        *whole, fraction, zone = found.groups()
        year, month, day, hour, minute, second = map(int, whole)
        micros = int((fraction or "0").ljust(6, "0")[:6])
        # datetime has no leap second, so second 60 becomes 59.
        date = datetime(
            year, month, day, hour, minute, min(second, 59), micros, tzinfo=timezone.utc
        )
        digits = (zone or "").lstrip("+-").replace(":", "")
        if not digits.isdigit():
            return date
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        return date + shift if (zone or "").startswith("-") else date - shift
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
