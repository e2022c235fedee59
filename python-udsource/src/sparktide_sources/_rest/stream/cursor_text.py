"""A cursor as the text of an offset.

An offset holds its position as text. A cursor that is a text is kept as it is. An array or an
object is kept as `json:` and its JSON text, and so is a number if the body sends it as a number.
Numbers keep all their digits.
"""

from __future__ import annotations

import json
from typing import Any

from ..._exact_json import Exact, parse, scalar_text, write
from ..._json_types import as_array, as_object
from ..config import RestConfig

_MARK = "json:"


def cursor_text(config: RestConfig, value: Any) -> str | None:
    """The text of a cursor, or None if the value can't be a cursor."""
    if isinstance(value, str) and not isinstance(value, Exact):
        return f"{_MARK}{json.dumps(value)}" if value.startswith(_MARK) else value
    if as_array(value) is not None or as_object(value) is not None:
        return _MARK + write(value, True)
    text = scalar_text(value)
    return text if text is None or not config.sends_json else _MARK + text


def cursor_value(text: str) -> Any:
    """The cursor that an offset holds as this text."""
    if not text.startswith(_MARK):
        return text
    try:
        return parse(text[len(_MARK) :]).value
    except (ValueError, RecursionError):
        # Only an `initialOffset` can be such a text.
        return text


def same_cursor(a: str, b: str) -> bool:
    """Whether two texts are the same cursor. Offsets of earlier builds have numbers unmarked."""
    return a == b or f"{_MARK}{a}" == b or a == f"{_MARK}{b}"
