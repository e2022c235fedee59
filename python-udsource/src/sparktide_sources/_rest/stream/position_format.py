"""`positionFormat`: the format in which a request sends the position of a record.

| value | a record's `2025-01-31T10:00:00.123456Z` is sent as |
|---|---|
| not set | `2025-01-31T10:00:00.123456Z`, as the record has it |
| `iso` | `2025-01-31T10:00:00.123456Z`; times of any form become this |
| `epoch` | `1738317600`, seconds since 1970 |
| `epochMillis` | `1738317600123` |
| `date` | `2025-01-31` |
| `http` | `Fri, 31 Jan 2025 10:00:00 GMT`, for headers such as `If-Modified-Since` |
| a pattern such as `dd.MM.yyyy HH:mm` | `31.01.2025 10:00`, in UTC |

Only the request uses the format. The checkpoint keeps the position as the record has it, with all
digits, and comparisons use that. Digits that the format can't hold are cut off, never rounded up:
the API then also returns earlier records, and records up to the position are dropped. A time
without zone counts as UTC, and `iso` writes it without zone. `initialOffset` may be a time, `0`, or
a text in the API's own form, which is sent unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal
from email.utils import format_datetime

from ..._errors import HttpError
from ..._options import OptionReader, shown
from ..position_place import placeholder_of
from .keys import seconds_of, stored_key, text_key

FORMATS = {name.lower(): name for name in ("iso", "epoch", "epochMillis", "date", "http")}

_TOKEN = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<letters>([A-Za-z])\3*)|(?P<other>[^A-Za-z'])")
_FIELDS: dict[str, str] = {
    "yyyy": "{0.year:04d}",
    "uuuu": "{0.year:04d}",
    "MM": "{0.month:02d}",
    "dd": "{0.day:02d}",
    "HH": "{0.hour:02d}",
    "mm": "{0.minute:02d}",
    "ss": "{0.second:02d}",
    "X": "Z",
    "XX": "Z",
    "XXX": "Z",
    "xx": "+0000",
    "xxx": "+00:00",
}
# Each finer field needs the coarser ones: 10:00 without a day is not a position.
_ORDER = (("yyyy", "uuuu"), ("MM",), ("dd",), ("HH",), ("mm",), ("ss",))
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class PositionFormat:
    """One of `FORMATS`, a pattern, or an empty text for unchanged positions."""

    kind: str

    def __bool__(self) -> bool:
        return bool(self.kind)

    @property
    def is_number(self) -> bool:
        """Whether a JSON body holds the position as a number."""
        return self.kind in ("epoch", "epochMillis")

    def of_position(self, kind: str, text: str, exact: bool) -> str:
        """An offset's position in the API's format. With `exact`, cutting digits is an error."""
        key = stored_key(kind, text)
        seconds = seconds_of(key)
        if seconds is None:
            raise HttpError(
                f"the position {shown(text)} is not a time, as positionFormat={self.kind} needs; "
                "remove positionFormat, or choose another offsetField"
            )
        written = self._write(seconds, key.kind != "datetime")
        if exact and seconds % self._unit():
            raise HttpError(
                f"the position {shown(text)} does not fit positionFormat={self.kind} "
                f"({written}). It is in the response, so rows would come again: take it from the "
                "records (offsetScope=record)"
            )
        return written

    def of_start(self, text: str) -> str:
        """`initialOffset` in the API's format. A time is converted, other text is not changed."""
        key = text_key(text.strip())
        if key.kind == "digits":
            if self.is_number:
                return text
            seconds = Decimal(0) if key.order == 0 else seconds_of(key)
        else:
            seconds = seconds_of(key)
        return text if seconds is None else self._write(seconds, key.kind != "datetime")

    def of_moment(self, seconds: int) -> str:
        """A moment, in seconds since 1970, in the API's format. Digits may be cut off."""
        return self._write(Decimal(seconds), True)

    def before(self, seconds: int) -> str:
        """The last value before this moment, which the format can express."""
        return self._write(Decimal(seconds) - Decimal("1e-9"), True)

    def floor(self, seconds: int) -> int:
        """The last whole second up to this one that the format can express."""
        if not self._names_days():
            at = _EPOCH + timedelta(seconds=seconds)
            return (at.replace(day=1, hour=0, minute=0, second=0) - _EPOCH) // timedelta(seconds=1)
        return seconds - seconds % max(int(self._unit()), 1)

    def _names_days(self) -> bool:
        return self.kind.lower() in map(str.lower, FORMATS) or "dd" in _letters(self.kind)

    def _unit(self) -> Decimal:
        """The smallest difference that the format can express, in seconds."""
        units = {"iso": "1e-9", "epoch": "1", "epochMillis": "0.001", "date": "86400", "http": "1"}
        return Decimal(units[self.kind]) if self.kind in units else _finest(self.kind)

    def _write(self, seconds: Decimal, zoned: bool) -> str:
        if self.is_number:
            scale = 1 if self.kind == "epoch" else 1000
            return str(int((seconds * scale).to_integral_value(ROUND_FLOOR)))
        whole = int(seconds.to_integral_value(ROUND_FLOOR))
        fraction = format(seconds - whole, "f").partition(".")[2].rstrip("0")
        try:
            moment = _EPOCH + timedelta(seconds=whole)
        except OverflowError:
            raise HttpError(
                f"the position {seconds} is not a time between the years 1 and 9999"
            ) from None
        if self.kind == "date":
            return moment.date().isoformat()
        if self.kind == "http":
            return format_datetime(moment.replace(tzinfo=timezone.utc), usegmt=True)
        if self.kind != "iso":
            return _by_pattern(self.kind, moment, fraction)
        text = moment.isoformat() + (f".{fraction}" if fraction else "")
        return f"{text}Z" if zoned else text


def _by_pattern(pattern: str, moment: datetime, fraction: str) -> str:
    pieces: list[str] = []
    for token in _TOKEN.finditer(pattern):
        if token["quoted"] is not None:
            pieces.append(token["quoted"].replace("''", "'") or "'")
        elif token["letters"]:
            letters = token["letters"]
            if letters[0] == "S":
                pieces.append(fraction.ljust(len(letters), "0")[: len(letters)])
            else:
                pieces.append(_FIELDS[letters].format(moment))
        else:
            pieces.append(token["other"])
    return "".join(pieces)


def _letters(pattern: str) -> list[str]:
    return [token["letters"] for token in _TOKEN.finditer(pattern) if token["letters"]]


def _finest(pattern: str) -> Decimal:
    """The smallest difference that a pattern can express, in seconds."""
    letters = _letters(pattern)
    fraction = [name for name in letters if name[0] == "S"]
    if fraction:
        return Decimal(1).scaleb(-len(fraction[0]))
    sizes = (("ss", 1), ("mm", 60), ("HH", 3600))
    return Decimal(next((size for name, size in sizes if name in letters), 86400))


def read_position_format(
    reader: OptionReader, offset_type: str, offset_field: str, sent: bool
) -> PositionFormat:
    """Reads `positionFormat`."""
    text = reader.text("positionFormat").strip()
    if not text:
        return PositionFormat("")
    if offset_type in ("cursor", "incremental"):
        raise reader.fail(
            "positionFormat",
            f"needs positions that are times; those of offsetType={offset_type} are not. Remove "
            "it, or set offsetType=max_field or timestamp.",
        )
    if not sent:
        raise reader.fail(
            "positionFormat",
            "is used to send the position, but url, body and headers do not have "
            f"{placeholder_of(offset_field)}; add it, or remove positionFormat.",
        )
    known = FORMATS.get(text.lower())
    if known:
        return PositionFormat(known)
    _check_pattern(reader, text)
    return PositionFormat(text)


def _check_pattern(reader: OptionReader, pattern: str) -> None:
    spans = [token.span() for token in _TOKEN.finditer(pattern)]
    whole = sum(end - start for start, end in spans) == len(pattern)
    letters = _letters(pattern)
    unknown = [name for name in letters if name not in _FIELDS and not re.fullmatch("S{1,9}", name)]
    if not whole or not letters or unknown:
        raise reader.fail(
            "positionFormat",
            "must be iso, epoch, epochMillis, date, http, or a pattern of yyyy, MM, dd, HH, mm, "
            f"ss, S to SSSSSSSSS and X with other text in quotes, such as yyyy-MM-dd'T'HH:mm:ss, "
            f"got {shown(pattern)}.",
        )
    there = [any(name in letters for name in names) for names in _ORDER]
    there.append(any(name[0] == "S" for name in letters))
    if not all(there[:2]) or there != sorted(there, reverse=True):
        raise reader.fail(
            "positionFormat",
            f"{shown(pattern)} omits a part of the time before a finer one: it needs year and "
            "month, and hours need the day, minutes the hours, and so on.",
        )
