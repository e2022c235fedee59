"""Typed keys: positions that can be compared.

A key is a whole number (`int`), a number (`number`), a number written as text (`digits`), a time
with zone (`instant`) or without (`datetime`), or an id of fixed width, such as a ULID, an ObjectId
or a UUID of version 7 (`text26` for 26 characters). Other texts, and two keys of different kinds,
have no reliable order. They are an error, since a wrong order loses records. Null is not a key.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from ..._errors import HttpError
from ..._exact_json import Exact
from ..._options import shown

_DIGITS = re.compile(r"[+-]?\d+(?:\.\d+)?\Z", re.ASCII)
# No id is longer, and Python converts longer texts slowly.
_WHOLE = re.compile(r"-?\d{1,1000}\Z", re.ASCII)
# The year 1973 in seconds and in milliseconds. A smaller number is not a time in that unit.
_FIRST_SECOND, _FIRST_MILLISECOND = 100_000_000, 100_000_000_000
_TIME = re.compile(
    r"(\d{4})[-/]?(\d\d)[-/]?(\d\d)"
    r"(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?"
    r"\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\Z",
    re.ASCII,
)
# The dates of RFC 2822 and HTTP, and Twitter's variant.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "|".join(_MONTHS)
_CLOCK, _ZONE = r"(\d\d):(\d\d)(?::(\d\d))?", r"(GMT|UTC?|Z|[+-]\d{4})"
_MAIL_DATE = re.compile(
    rf"(?:[A-Z][a-z]{{2}},? +)?(\d\d?)[ -]({_MONTH})[ -](\d{{4}}) +{_CLOCK} +{_ZONE}\Z", re.ASCII
)
_CTIME = re.compile(rf"[A-Z][a-z]{{2}} ({_MONTH}) +(\d\d?) {_CLOCK} {_ZONE} (\d{{4}})\Z", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z_-]+\Z", re.ASCII)
# Fixed width, but without order: dates that begin with the day, and UUIDs that do not hold a time.
_DAY_FIRST = re.compile(r"(?:\d\d?|[A-Za-z]{3})[-_](?:\d\d?|[A-Za-z]{3})[-_]\d{2,4}\Z", re.ASCII)
_RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[^678][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.I)


class Key(NamedTuple):
    """`text` is the API's text. `order` is comparable only with keys of the same kind."""

    kind: str
    text: str
    order: Any


def make_key(value: Any, field: str, integers: bool) -> Key | None:
    """The key in this value, or None for null. `integers` allows only whole numbers."""
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
        key = text_key(text)
        if key.kind != "text":
            return key
        raise HttpError(
            f"the field {field!r} holds {shown(text)}, which is not a number, a time or an id of "
            "fixed width, so it has no reliable order: choose another offsetField, or "
            "offsetType=cursor if the API returns the value to be sent back"
        )
    raise HttpError(f"the field {field!r} holds a JSON {type(value).__name__}, not a value")


def text_key(text: str) -> Key:
    """The key in a JSON string. The kind `text` means that the text has no order."""
    if _DIGITS.match(text):
        return Key("digits", text, Decimal(text))
    moment = _time(text)
    if moment is not None:
        return moment._replace(text=text)
    ordered = _ID.match(text) and not _DAY_FIRST.match(text) and not _RANDOM.match(text)
    return Key(f"text{len(text)}" if ordered else "text", text, text)


def known_kind(kind: str, text: str) -> str:
    """The kind of a position. Older offsets store the kind `text` without its width."""
    found = text_key(text)
    return found.kind if kind == "text" and is_text(found) else kind


def is_text(key: Key) -> bool:
    return key.kind.startswith("text")


def aligned(keys: list[Key], kind: str) -> list[Key]:
    """The keys. An id that happens to have only digits gets the kind of the other ids."""
    wanted = kind or next((key.kind for key in keys if is_text(key)), "")
    return [
        Key(wanted, key.text, key.text)
        if key.kind == "digits" and wanted == f"text{len(key.text)}" and key.text.isalnum()
        else key
        for key in keys
    ]


def require_time(key: Key, field: str) -> None:
    """Refuses texts for `offsetType=timestamp`: comparing cursors as text would stop the stream."""
    if is_text(key):
        raise HttpError(
            f"the offsetField {field!r} holds {shown(key.text)}, which is neither a time nor a "
            "number, as offsetType=timestamp (the default) needs: set offsetType=cursor if it is a "
            "cursor to be sent back, or offsetType=max_field for ids of fixed width"
        )


def stored_key(kind: str, text: str) -> Key:
    """The key in an offset."""
    if kind in ("int", "number", "digits"):
        try:
            return Key(kind, text, Decimal(text))
        except InvalidOperation:
            raise HttpError(f"the offset holds {shown(text)} as a number") from None
    return text_key(text) if kind in ("instant", "datetime") else Key(kind, text, text)


def require_kind(key: Key, kind: str, field: str) -> None:
    if kind == "text":
        raise HttpError(
            f"the position in the checkpoint was compared as plain text, but {field!r} now holds "
            f"{shown(key.text)} ({key.kind}): use a new checkpoint, with initialOffset"
        )
    if kind and key.kind != kind:
        raise HttpError(
            f"the field {field!r} mixes values that can't be compared: {kind} before, now "
            f"{shown(key.text)} ({key.kind})"
        )


def seconds_of(key: Key) -> Decimal | None:
    """The UNIX time in a key, or None if it is not a time.

    A time without zone counts as UTC. The size of a number decides its unit: seconds, milli-,
    micro- or nanoseconds.
    """
    if key.kind in ("instant", "datetime"):
        return Decimal(key.order)
    if key.kind not in ("number", "digits") or key.order < _FIRST_SECOND:
        return None
    seconds = Decimal(key.order)
    while seconds >= _FIRST_MILLISECOND:
        seconds /= 1000
    return seconds


def _time(text: str) -> Key | None:
    found = _TIME.match(text)
    if found:
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        return _moment((year, month, day), (hour, minute, second), fraction, zone)
    found = _MAIL_DATE.match(text)
    if found:
        day, name, year, hour, minute, second, zone = found.groups()
    else:
        found = _CTIME.match(text)
        if not found:
            return None
        name, day, hour, minute, second, zone, year = found.groups()
    return _moment((year, _MONTHS.index(name) + 1, day), (hour, minute, second), None, zone)


def _moment(
    date: tuple[Any, Any, Any], time: tuple[Any, Any, Any], fraction: str | None, zone: str | None
) -> Key | None:
    year, month, day = (int(part) for part in date)
    hour, minute, second = (int(part or 0) for part in time)
    try:
        # datetime has no leap second: second 60 is added below.
        naive = datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return None
    seconds = Decimal((naive - datetime(1970, 1, 1)).days * 86400)
    seconds += naive.hour * 3600 + naive.minute * 60 + second
    order = seconds + Decimal(f"0.{fraction or 0}")
    if not zone:
        return Key("datetime", "", order)
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        shift = int(digits[:2]) * 3600 + int(digits[2:] or 0) * 60
        order -= shift if zone[0] == "+" else -shift
    return Key("instant", "", order)
