"""Values of Spark's columns as JSON, without loss.

| Spark's type | JSON |
|---|---|
| `BOOLEAN` | true or false |
| `TINYINT`, `SMALLINT`, `INT`, `BIGINT` | a number with all digits |
| `DECIMAL` | a number with all digits of its scale: `12.10` |
| `FLOAT`, `DOUBLE` | the shortest number of the same value; NaN and Infinity are errors |
| `STRING`, `CHAR`, `VARCHAR` | text |
| `BINARY` | text in Base64 |
| `DATE` | `2026-12-01` |
| `TIMESTAMP` | `2026-12-01T09:30:00.123456Z`, always in UTC; the fraction only if it is not 0 |
| `TIMESTAMP_NTZ` | the same without the Z |
| `ARRAY` | an array |
| `STRUCT`, `MAP` with keys of text | an object |

Other types have no common form in JSON. They are refused before the first request.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, NamedTuple

from ..._errors import OptionError
from ..._exact_json import Exact

# Makes JSON of a value that is not null.
Convert = Callable[[Any], Any]

_TEXTS = ("string", "char", "varchar")
_FLOAT_DIGITS = (6, 7, 8, 9)


class Converted(NamedTuple):
    """A row as JSON. `problem` names a value that JSON can't hold; the row then has its text."""

    row: dict[str, Any]
    problem: str = ""


class RowConverter:
    """Makes a JSON object of each row. Refuses a schema with a type that has no form in JSON."""

    def __init__(self, schema: Any, omit_nulls: bool) -> None:
        self._omit_nulls = omit_nulls
        self.columns = tuple(field.name for field in schema.fields)
        for name in self.columns:
            if self.columns.count(name) > 1:
                raise OptionError(
                    f"rest can't write two columns with the name {name!r}: a JSON object holds one "
                    "of them. Rename or drop one."
                )
        self._converts = [self._of_type(field.dataType, field.name) for field in schema.fields]

    def rows(self, batch: Any) -> list[Converted]:
        """The rows of an Arrow batch."""
        values = [column.to_pylist() for column in batch.columns]
        return [self._row([column[index] for column in values]) for index in range(batch.num_rows)]

    def _row(self, values: list[Any]) -> Converted:
        row: dict[str, Any] = {}
        problem = ""
        for name, convert, value in zip(self.columns, self._converts, values):
            try:
                row[name] = None if value is None else convert(value)
            except ValueError as error:
                row[name], problem = str(value), f"the column {name!r} {error}"
        return Converted(row, problem)

    def body(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as it is sent: without its null columns, if nullFields=omit."""
        if not self._omit_nulls:
            return row
        return {name: value for name, value in row.items() if value is not None}

    def _of_type(self, kind: Any, path: str) -> Convert:
        name = kind.typeName()
        if name == "array":
            return _list_of(self._of_type(kind.elementType, f"{path}[]"))
        if name == "struct":
            return self._of_struct(kind, path)
        if name == "map" and kind.keyType.typeName() in _TEXTS:
            return _object_of(self._of_type(kind.valueType, f"{path}[]"))
        if name in _CONVERTERS:
            return _CONVERTERS[name]
        raise OptionError(
            f"rest can't write the column {path!r}: {kind.simpleString().upper()} has no form in "
            f"JSON. Select CAST({path} AS STRING) or to_json({path}) instead, or drop it."
        )

    def _of_struct(self, kind: Any, path: str) -> Convert:
        fields = [
            (field.name, self._of_type(field.dataType, f"{path}.{field.name}"))
            for field in kind.fields
        ]
        omit = self._omit_nulls

        def convert(value: dict[str, Any]) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for name, field in fields:
                item = value[name]
                if item is not None or not omit:
                    found[name] = None if item is None else field(item)
            return found

        return convert


def _list_of(convert: Convert) -> Convert:
    return lambda items: [None if item is None else convert(item) for item in items]


def _object_of(convert: Convert) -> Convert:
    # Arrow gives a map as a list of pairs.
    return lambda pairs: {key: None if value is None else convert(value) for key, value in pairs}


def _same(value: Any) -> Any:
    return value


def _decimal(value: Decimal) -> Exact:
    return Exact(format(value, "f"))


def _double(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"is {value}, which JSON can't hold; filter or replace it.")
    return value


def _float(value: float) -> Any:
    """A FLOAT with the digits of its 32 bits: 0.1 and not 0.10000000149011612."""
    _double(value)
    wanted = struct.pack("f", value)
    for digits in _FLOAT_DIGITS:
        text = f"{value:.{digits}g}"
        if struct.pack("f", float(text)) == wanted:
            return float(text)
    return value


def _binary(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _timestamp(value: datetime) -> str:
    return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


_CONVERTERS: dict[str, Convert] = {
    **dict.fromkeys((*_TEXTS, "boolean", "byte", "short", "integer", "long", "void"), _same),
    "decimal": _decimal,
    "float": _float,
    "double": _double,
    "binary": _binary,
    "date": date.isoformat,
    "timestamp": _timestamp,
    "timestamp_ntz": datetime.isoformat,
}
