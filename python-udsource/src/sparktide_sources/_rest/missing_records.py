"""`dataFieldMissing=empty`: whether an answer leaves its list of records out. No I/O here."""

from __future__ import annotations

from typing import Any

from .._errors import ContentError
from .._json_types import Json, as_array, as_object
from .selector import MISSING, lookup


def is_absent(document: Json, data_field: str) -> bool:
    """Whether an object has nothing at `dataField`; a list that stands elsewhere is an error.

    Of a selector with `[*]` the part before the first one counts: what it leads to is the list.
    """
    path = data_field.partition("[*]")[0]
    if not isinstance(document, dict) or lookup(document, path) is not MISSING:
        return False
    lists = sorted(_lists(document, ""))
    if lists:
        raise ContentError(
            f"the response has no field {data_field!r} (dataField), and dataFieldMissing=empty "
            f"takes that for an answer without records, but it has records at: {', '.join(lists)}"
        )
    return True


def _lists(node: dict[str, Any], at: str) -> list[str]:
    """Where an object, or one in it, has a list of objects."""
    found: list[str] = []
    for key, value in node.items():
        if any(isinstance(item, dict) for item in as_array(value) or []):
            found.append(f"{at}{key}")
        elif not at:
            found += _lists(as_object(value) or {}, f"{key}.")
    return found
