"""Typed keys: positions that can be compared.

A key is a whole number (`int`), a number (`number`), a number written as text (`digits`), a point
in time with zone (`instant`) or without (`datetime`), or plain text (`text`). Two keys of different
kinds have no order, and saying otherwise would lose records: that is an error. Nulls are no keys.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from ._errors import HttpError
from ._options import shown
from ._rest_json import Exact

_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?\Z", re.ASCII)
# No id is longer, and Python converts longer ones slowly.
_WHOLE = re.compile(r"-?\d{1,1000}\Z", re.ASCII)
# 1973 in seconds and in milliseconds: what is less is no time, or not of the finer unit.
_FIRST_SECOND, _FIRST_MILLISECOND = 100_000_000, 100_000_000_000
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d:?\d\d)?)?\Z",
    re.ASCII,
)


class Key(NamedTuple):
    """`text` as the API wrote it; `order` compares with keys of the same kind only."""

    kind: str
    text: str
    order: Any


def make_key(value: Any, field: str, integers: bool) -> Key | None:
    """The key in this value, or None for null; `integers` admits whole numbers only."""
    if value is None:
        return None
    text = str(value)
    numeric = isinstance(value, (int, float, Exact)) and not isinstance(value, bool)
    if integers:
        if (numeric or isinstance(value, str)) and _WHOLE.match(text):
            return Key("int", text, Decimal(text))
        raise HttpError(
            f"the field {field!r} holds {shown(text)}, which is not a whole number; "
            "use offsetType=max_field"
        )
    if numeric:
        return Key("number", text, Decimal(text))
    if isinstance(value, str):
        return text_key(text)
    raise HttpError(f"the field {field!r} holds a JSON {type(value).__name__}, not a value")


def text_key(text: str) -> Key:
    """The key in a JSON string."""
    if _DIGITS.match(text):
        return Key("digits", text, Decimal(text))
    match = _TIME.match(text)
    if match:
        moment = _moment(match)
        if moment is not None:
            return moment._replace(text=text)
    return Key("text", text, text)


def stored_key(kind: str, text: str) -> Key:
    """A key that an offset holds."""
    if kind in ("int", "number", "digits"):
        try:
            return Key(kind, text, Decimal(text))
        except InvalidOperation:
            raise HttpError(f"the offset holds {shown(text)} as a number") from None
    return text_key(text) if kind in ("instant", "datetime") else Key(kind, text, text)


def require_kind(key: Key, kind: str, field: str) -> None:
    if kind and key.kind != kind:
        raise HttpError(
            f"the field {field!r} mixes values that can't be compared: {kind} before, now "
            f"{shown(key.text)} ({key.kind})"
        )


def seconds_of(key: Key) -> Decimal | None:
    """The UNIX time in a key, or None if it is none.

    Times without zone count as UTC; numbers as seconds, milli-, micro- or nanoseconds, by size.
    """
    if key.kind in ("instant", "datetime"):
        return Decimal(key.order)
    if key.kind not in ("number", "digits") or key.order < _FIRST_SECOND:
        return None
    seconds = Decimal(key.order)
    while seconds >= _FIRST_MILLISECOND:
        seconds /= 1000
    return seconds


def _moment(match: re.Match[str]) -> Key | None:
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    # A leap second has no number of its own; it counts as the end of its minute.
    whole = min(int(second or 0), 59)
    try:
        naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), whole)
    except ValueError:
        return None
    seconds = Decimal((naive - datetime(1970, 1, 1)).days * 86400)
    seconds += naive.hour * 3600 + naive.minute * 60 + int(second or 0)
    order = seconds + Decimal(f"0.{fraction or 0}")
    if not zone:
        return Key("datetime", "", order)
    if zone not in ("Z", "z"):
        digits = zone[1:].replace(":", "")
        shift = int(digits[:2]) * 3600 + int(digits[2:]) * 60
        order -= shift if zone[0] == "+" else -shift
    return Key("instant", "", order)
