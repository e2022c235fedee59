"""JSON without loss: numbers keep their digits, keys their order.

Python would turn 12.10 into 12.1 and 1e400 into infinity. Numbers that a float would change are
kept as text (`Exact`). `json` cannot write such a text as a number, so a document with an `Exact`
is written by the small writer here. All other documents are written by the fast one in `json`.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from ._json_types import Json

# Python refuses to convert much longer texts to integers (sys.set_int_max_str_digits).
_LONGEST_INT = 4000

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")

# No JSON text begins with it, so it distinguishes a rejected record from a record.
REJECT_MARK = "\0"

# Shared, since json.dumps would make an encoder for each record.
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


class Exact(str):
    """A JSON number, as its text."""

    __slots__ = ()


class Document(NamedTuple):
    """A parsed body; `exact` says whether it holds an `Exact`."""

    value: Any
    exact: bool


class Reject:
    """Takes the place of a record that could not be decoded: the reason and the received text."""

    __slots__ = ("message", "raw")

    def __init__(self, message: str, raw: str) -> None:
        self.message, self.raw = message, raw

    def text(self) -> str:
        return REJECT_MARK + json.dumps([self.message, self.raw], separators=(",", ":"))


def rejected(text: str) -> Reject | None:
    """The `Reject` that `write` wrote as this text; None for any other text."""
    if not text.startswith(REJECT_MARK):
        return None
    message, raw = json.loads(text[1:])
    return Reject(message, raw)


def parse(text: str) -> Document:
    """Parses JSON text, or raises ValueError."""
    kept: list[bool] = []

    def integer(digits: str) -> Any:
        if digits == "-0" or len(digits) > _LONGEST_INT:
            kept.append(True)
            return Exact(digits)
        return int(digits)

    def real(digits: str) -> Any:
        value = float(digits)
        if repr(value) == digits:
            return value
        kept.append(True)
        return Exact(digits)

    value = json.loads(text, parse_int=integer, parse_float=real, parse_constant=_refuse_constant)
    return Document(value, bool(kept))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def write(value: Any, exact: bool) -> str:
    """Compact JSON text of a parsed value, which UTF-8 can always encode."""
    if isinstance(value, Reject):
        return value.text()
    text = _write(value) if exact else _ENCODER.encode(value)
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # UTF-8 cannot encode half of a surrogate pair, so it is written as an escape.
        return "".join(c if not 0xD800 <= ord(c) <= 0xDFFF else f"\\u{ord(c):04x}" for c in text)
    return text


def write_ascii(value: Any) -> bytes:
    """Compact JSON text of a parsed value, in ASCII."""
    text = _write(value)
    return _BEYOND_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text).encode("ascii")


def _write(value: Json) -> str:
    if isinstance(value, Exact):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_ENCODER.encode(k)}:{_write(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_write(item) for item in value) + "]"
    return _ENCODER.encode(value)


def scalar_text(value: Any) -> str | None:
    """A string or number as text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (str, int)):
        return str(value)
    return repr(value) if isinstance(value, float) else None
