"""`dataFieldMissing=empty`: whether an answer omits its list of records. No I/O here."""

from __future__ import annotations

from typing import Any

from .._errors import ContentError
from .._json_types import Json, as_array, as_object
from .selector import MISSING, lookup
from .shapes import DataShape


def is_absent(document: Json, data_field: str, shape: DataShape) -> bool:
    """Whether an object does not have `dataField`. Records of this shape elsewhere are an error.

    Of a selector with `[*]`, only the part before the first `[*]` counts: it selects the list.
    """
    path = data_field.partition("[*]")[0]
    if not isinstance(document, dict) or lookup(document, path) is not MISSING:
        return False
    lists = sorted(_lists(document, "", shape))
    if lists:
        raise ContentError(
            f"the response has no field {data_field!r} (dataField), which dataFieldMissing=empty "
            f"reads as an answer without records, but it has records at: {', '.join(lists)}"
        )
    return True


def _lists(node: dict[str, Any], at: str, shape: DataShape) -> list[str]:
    """The paths of records, in an object and its inner objects."""
    found: list[str] = []
    for key, value in node.items():
        if _holds_records(value, shape):
            found.append(f"{at}{key}")
        elif not at:
            found += _lists(as_object(value) or {}, f"{key}.", shape)
    return found


def _holds_records(value: Json, shape: DataShape) -> bool:
    fields = list((as_object(value) or {}).values())
    if shape == "columns" and any(as_array(column) for column in fields):
        return True
    if shape == "keyed" and fields and all(as_object(item) is not None for item in fields):
        return True
    return any(as_object(item) is not None for item in as_array(value) or [])
