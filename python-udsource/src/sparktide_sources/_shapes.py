"""The shape of a parsed JSON value, in a way that type checkers follow."""

from __future__ import annotations

from typing import Any, Optional, cast


def as_object(value: Any) -> dict[str, Any] | None:
    """The value, if it is an object."""
    return cast(Optional[dict[str, Any]], value if isinstance(value, dict) else None)


def as_array(value: Any) -> list[Any] | None:
    """The value, if it is an array."""
    return cast(Optional[list[Any]], value if isinstance(value, list) else None)
