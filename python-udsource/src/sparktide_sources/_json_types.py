"""The type of a parsed JSON value."""

from __future__ import annotations

from typing import Any, Union

# Not Any: type checkers narrow this union by `isinstance`.
Json = Union[dict[str, Any], list[Any], str, int, float, bool, None]


def as_object(value: Json) -> dict[str, Any] | None:
    """The value, if it is an object."""
    return value if isinstance(value, dict) else None


def as_array(value: Json) -> list[Any] | None:
    """The value, if it is an array."""
    return value if isinstance(value, list) else None
