"""`dataShape`: records from answers that are not lists of objects. No I/O here.

| value | the answer | its records |
|---|---|---|
| `records` | `[{"id": 1}, {"id": 2}]` | the elements |
| `columns` | `{"time": [1, 2], "temp": [8, 9]}` | `{"time": 1, "temp": 8}`, `{"time": 2, "temp": 9}` |
| `keyed` | `{"BTC": {"usd": 9}, "ETH": {"usd": 1}}` | `{"key": "BTC", "usd": 9}`, `{"key": "ETH", "usd": 1}` |

Next to columns, a value that is not an array is repeated in each record. A keyed value that is not
an object becomes the field `value`. An empty array counts as an empty object, because some languages
write an empty object so.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

from typing import Any, Literal

from .._errors import ContentError
from .._json_types import Json, as_array, as_object
from .._options import OptionReader

SHAPE_OPTIONS = ("dataShape", "keyField")

DataShape = Literal["records", "columns", "keyed"]

_VALUE = "value"
_MOST_NAMES = 12


def read_shape(reader: OptionReader, kind: str) -> tuple[DataShape, str]:
    """The shape, and the field that receives the key; `kind` is the format."""
    shape: DataShape = reader.choice("dataShape", "records", ("records", "columns", "keyed"))
    key_field = reader.text("keyField", "key").strip()
    if reader.has("keyField") and shape != "keyed":
        raise reader.fail("keyField", "is used by dataShape=keyed only.")
    if not key_field:
        raise reader.fail("keyField", "may not be empty.")
    if shape == "records":
        return shape, key_field
    if kind not in ("json", "jsonl"):
        raise reader.fail("dataShape", f"{shape} needs a JSON body; responseFormat is {kind}.")
    if not reader.text("dataField").strip():
        raise reader.fail(
            "dataShape",
            f"{shape} needs dataField, the place of the object; set dataField=$ if it is the whole "
            "body.",
        )
    return shape, key_field


def reshaped(shape: DataShape, key_field: str, data_field: str, value: Json) -> list[Any]:
    """The records of an object with this shape, or `ContentError`."""
    fields: dict[str, Any] | None = {} if value == [] else as_object(value)
    if fields is None:
        raise ContentError(
            f"{data_field!r} (dataField) holds a JSON {type(value).__name__}, but "
            f"dataShape={shape} needs an object"
        )
    return _by_key(fields, key_field) if shape == "keyed" else _by_column(fields, data_field)


def _by_key(fields: dict[str, Any], key_field: str) -> list[Any]:
    records: list[Any] = []
    for key, value in fields.items():
        inner = as_object(value)
        record = {_VALUE: value} if inner is None else inner
        if key_field in record:
            raise ContentError(
                f"the record under the key {key!r} has a field {key_field!r} of its own: set "
                "keyField to a name that the records do not have"
            )
        records.append({key_field: key, **record})
    return records


def _by_column(fields: dict[str, Any], data_field: str) -> list[Any]:
    columns = {name: column for name, column in fields.items() if as_array(column) is not None}
    if fields and not columns:
        raise ContentError(
            f"dataShape=columns: {data_field!r} (dataField) has no array; it has: "
            f"{', '.join(list(fields)[:_MOST_NAMES])}"
        )
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in list(lengths.items())[:_MOST_NAMES])
        raise ContentError(
            f"dataShape=columns: the arrays at {data_field!r} (dataField) differ in length, so "
            f"their values do not belong together: {said}"
        )
    return [
        {name: value[row] if name in columns else value for name, value in fields.items()}
        for row in range(next(iter(lengths.values()), 0))
    ]
