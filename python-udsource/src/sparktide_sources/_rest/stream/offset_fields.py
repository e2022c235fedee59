"""The fields of a stream's position."""

from __future__ import annotations

import re

from ..._options import OptionReader, shown
from ..decode import require_selector
from .offset_types import OffsetType


def read_offset_fields(reader: OptionReader, offset_type: OffsetType) -> tuple[str, ...]:
    """The field of the position. A cursor may have two fields, see `offsetField`."""
    text = reader.text("offsetField", "timestamp").strip()
    if not text:
        raise reader.fail("offsetField", "may not be empty.")
    # A comma in brackets belongs to a name.
    fields = tuple(field.strip() for field in re.split(r",(?![^\[]*\])", text))
    if len(fields) > 1:
        if len(fields) > 2 or not all(fields) or fields[0] == fields[1]:
            raise reader.fail(
                "offsetField",
                f"must name one field, or two separated by a comma, got {shown(text)}.",
            )
        scope = reader.text("offsetScope", "auto").strip().lower()
        if offset_type != "cursor" or scope == "record" or reader.has("cursorHeader"):
            raise reader.fail(
                "offsetField",
                "may name two fields only with offsetType=cursor and the cursor in the response, "
                "without cursorHeader and offsetScope=record.",
            )
    for field in fields:
        require_selector(reader, "offsetField", field)
    return fields
