"""JSON values as VARIANT, by PySpark's own encoder. Values that it would round are refused."""

from __future__ import annotations

import math
import re
from typing import Any

from .._errors import OptionError
from .._exact_json import Exact, write
from .._json_types import Json
from .._spark import HAS_VARIANT_ROWS, VariantVal

_PLAIN = re.compile(r"-?(\d+)(?:\.(\d+))?\Z", re.ASCII)
# The precision of a variant's decimal.
_MOST_DIGITS = 38


def require_variant() -> None:
    """Raises unless this Spark version accepts VARIANT from a Python source."""
    if not HAS_VARIANT_ROWS:
        raise OptionError(
            "rest: a Python source can return VARIANT on Spark 4.1 and newer; use outputType=json "
            "and parse_json(output)."
        )


def to_variant(value: Any) -> VariantVal:
    """The variant of a parsed value. Raises ValueError with the reason if it does not fit."""
    _check(value)
    try:
        return VariantVal.parseJson(write(value, True))
    except (ValueError, RecursionError, OverflowError) as error:
        why = "half of a surrogate pair" if isinstance(error, UnicodeError) else "size or depth"
        raise ValueError(f"VARIANT can't hold it: {why}") from None


def _check(value: Json) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, (int, float, Exact)) and not _fits(str(item)):
            raise ValueError(f"the number {str(item)[:60]} does not fit a VARIANT")


def _fits(text: str) -> bool:
    if text in ("True", "False"):
        return True
    plain = _PLAIN.match(text)
    if plain and len(plain[1].lstrip("0")) + len(plain[2] or "") <= _MOST_DIGITS:
        return True
    if plain and plain[2] is None:
        return False
    found = float(text)
    nothing = not any(digit in "123456789" for digit in text.lower().partition("e")[0])
    return math.isfinite(found) and (found != 0 or nothing)
