"""`dataFieldMissing=empty`: whether an answer omits its list of records. No I/O here."""

from __future__ import annotations

from typing import Any

from .._errors import ContentError
from .._json_types import Json, as_array, as_object
from .selector import MISSING, lookup


def is_absent(document: Json, data_field: str) -> bool:
    """Whether an object does not have `dataField`. A list of objects elsewhere is an error.

    Of a selector with `[*]`, only the part before the first `[*]` counts: it selects the list.
    """
    path = data_field.partition("[*]")[0]
    if not isinstance(document, dict) or lookup(document, path) is not MISSING:
        return False
    lists = sorted(_lists(document, ""))
    if lists:
        raise ContentError(
            f"the response has no field {data_field!r} (dataField), which dataFieldMissing=empty "
            f"reads as an answer without records, but it has records at: {', '.join(lists)}"
        )
    return True


def _lists(node: dict[str, Any], at: str) -> list[str]:
    """The paths of lists of objects, in an object and its inner objects."""
    found: list[str] = []
    for key, value in node.items():
        if any(isinstance(item, dict) for item in as_array(value) or []):
            found.append(f"{at}{key}")
        elif not at:
            found += _lists(as_object(value) or {}, f"{key}.")
    return found
