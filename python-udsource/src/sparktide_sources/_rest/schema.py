"""The schema of parsed JSON records, as DDL. No I/O here.

| JSON values | type |
|---|---|
| whole numbers | `BIGINT`; beyond 64 bits `DECIMAL(38,0)`; beyond 38 digits `STRING` |
| numbers with a fraction or exponent | `DOUBLE`; `STRING` where a double would lose digits of a whole number |
| texts, also those that look like dates | `STRING` |
| `true`, `false` | `BOOLEAN` |
| arrays and objects | `ARRAY<…>`, `STRUCT<…>` with the fields of all records |
| only null, objects without fields, values of different kinds | `STRING`, which takes any value as its JSON text |
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from .._errors import SourceError
from .._exact_json import Exact
from .._json_types import Json, as_object

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_WHOLE = re.compile(r"-?[1-9]\d*", re.ASCII)
_MOST_DIGITS = 38
# In the order of what they hold: a column takes the widest.
_WIDTHS = ("BIGINT", f"DECIMAL({_MOST_DIGITS},0)", "STRING")
_ADVICE = "Write the schema by hand, or choose other records with dataField."

Kind = Literal["nothing", "boolean", "number", "text", "array", "object", "mixed"]


class SchemaError(SourceError):
    """No schema can be inferred from the records."""


@dataclass(frozen=True)
class Seen:
    """What the values of one place have in common."""

    kind: Kind
    # For numbers: an index of `_WIDTHS`, whether one has a fraction, whether doubles lose nothing.
    width: int = 0
    fraction: bool = False
    fits_double: bool = True
    fields: tuple[tuple[str, Seen], ...] = ()
    items: Seen | None = None


_NOTHING, _MIXED = Seen("nothing"), Seen("mixed")


def infer_schema(records: Sequence[Any]) -> str:
    """The DDL that fits all records, or `SchemaError`."""
    for index, record in enumerate(records):
        if as_object(record) is None:
            raise SchemaError(
                f"Record {index} is not a JSON object, so it has no columns. {_ADVICE}"
            )
    try:
        seen = reduce(_merge, map(_see, records), _NOTHING)
        if not seen.fields:
            raise SchemaError(f"The records have no fields. {_ADVICE}")
        return ", ".join(f"{name} {kind}" for name, kind in _columns(seen, ""))
    except RecursionError:
        raise SchemaError(f"The records are nested too deeply. {_ADVICE}") from None


def _see(value: Json) -> Seen:
    if value is None:
        return _NOTHING
    if isinstance(value, bool):
        return Seen("boolean")
    if isinstance(value, Exact) or isinstance(value, (int, float)):
        return _see_number(value)
    if isinstance(value, str):
        return Seen("text")
    if isinstance(value, list):
        return Seen("array", items=reduce(_merge, map(_see, value), _NOTHING))
    return Seen("object", fields=tuple((name, _see(item)) for name, item in value.items()))


def _see_number(value: Exact | int | float) -> Seen:
    if isinstance(value, int):
        fits_long = -(2**63) <= value < 2**63
        width = 0 if fits_long else 1 if abs(value) < 10**_MOST_DIGITS else 2
        # An id that loses digits is another id.
        fits_double = width < 2 and int(float(value)) == value
        return Seen("number", width=width, fits_double=fits_double)
    if _WHOLE.fullmatch(str(value)):
        # So long that `parse` did not make an integer of it.
        return Seen("number", width=2, fits_double=False)
    nearest = float(value)
    is_zero = not any(digit in "123456789" for digit in str(value).lower().partition("e")[0])
    return Seen(
        "number", fraction=True, fits_double=math.isfinite(nearest) and (nearest != 0 or is_zero)
    )


def _merge(a: Seen, b: Seen) -> Seen:
    if b.kind == "nothing":
        return a
    if a.kind == "nothing":
        return b
    if a.kind != b.kind:
        return _MIXED
    if a.kind == "number":
        fits_double = a.fits_double and b.fits_double
        return Seen("number", max(a.width, b.width), a.fraction or b.fraction, fits_double)
    if a.kind == "array":
        return Seen("array", items=_merge(a.items or _NOTHING, b.items or _NOTHING))
    if a.kind == "object":
        fields = dict(a.fields)
        for name, seen in b.fields:
            fields[name] = _merge(fields.get(name, _NOTHING), seen)
        return Seen("object", fields=tuple(fields.items()))
    return a


def _type(seen: Seen, path: str) -> str:
    if seen.kind == "boolean":
        return "BOOLEAN"
    if seen.kind == "number":
        if seen.fraction:
            return "DOUBLE" if seen.fits_double else "STRING"
        return _WIDTHS[seen.width]
    if seen.kind == "array":
        return f"ARRAY<{_type(seen.items or _NOTHING, f'{path}[]')}>"
    # A struct without fields would drop the fields that later records have.
    if seen.kind == "object" and seen.fields:
        inner = ", ".join(f"{name}: {kind}" for name, kind in _columns(seen, path))
        return f"STRUCT<{inner}>"
    return "STRING"


def _columns(seen: Seen, path: str) -> list[tuple[str, str]]:
    """Quoted names and types of an object's fields."""
    names: dict[str, str] = {}
    place = path or "the records"
    for name, _ in seen.fields:
        if not name:
            raise SchemaError(f"A field of {place} has an empty name. {_ADVICE}")
        if any(0xD800 <= ord(char) <= 0xDFFF for char in name):
            raise SchemaError(
                f"A field of {place} has half of a surrogate pair in its name. {_ADVICE}"
            )
        other = names.setdefault(name.lower(), name)
        if other != name:
            raise SchemaError(
                f"The fields {other!r} and {name!r} of {place} differ only in case, and Spark "
                f"compares names without case. {_ADVICE}"
            )
    return [
        (_quoted(name), _type(inner, f"{path}.{name}" if path else name))
        for name, inner in seen.fields
    ]


def _quoted(name: str) -> str:
    """A name as Spark's own DDL writes it: in backticks only where it needs them."""
    return name if _NAME.fullmatch(name) else "`" + name.replace("`", "``") + "`"
