"""The canonical text of a value that PySpark collected.

`canonicalText` of canonical-text.ts writes the same text for an equal value of the client.
"""

import datetime
import decimal
import json
import math
import struct

from pyspark.sql import Row, types

EPOCH = datetime.datetime(1970, 1, 1)
# PySpark 4.0 lacks these types.
SHAPES = tuple(getattr(types, name) for name in ("Geometry", "Geography") if hasattr(types, name))


def micros(value: datetime.timedelta) -> int:
    return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds


def variant_text(value: object) -> str:
    """The text of a value in a variant, in which the client does not keep the types of numbers."""
    if isinstance(value, decimal.Decimal):
        shortest = float(value)
        return text(shortest if decimal.Decimal(repr(shortest)) == value else str(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return text(float(value))
    if isinstance(value, dict):
        fields = (f"{text(key)}:{variant_text(item)}" for key, item in value.items())
        return "<" + ",".join(sorted(fields)) + ">"
    if isinstance(value, list):
        return "[" + ",".join(variant_text(item) for item in value) + "]"
    return text(value)


def text(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack(">d", value).hex()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=True)
    if isinstance(value, (bytes, bytearray)):
        return "x" + bytes(value).hex()
    if isinstance(value, datetime.datetime):
        return f"micros {micros(value.replace(tzinfo=None) - EPOCH)}"
    if isinstance(value, datetime.date):
        return f"day {value.toordinal() - EPOCH.toordinal()}"
    if isinstance(value, datetime.time):
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        return f"time {seconds * 1_000_000 + value.microsecond}"
    if isinstance(value, datetime.timedelta):
        return f"interval {micros(value)}"
    if isinstance(value, SHAPES):
        return f"shape {value.srid} {bytes(value.wkb).hex()}"
    if isinstance(value, types.VariantVal):
        held = value.toPython()
        # The client decodes both kinds of null to null, unless exact values are requested.
        return "null" if held is None else "variant " + variant_text(held)
    if isinstance(value, Row):
        return "{" + ",".join(text(item) for item in value) + "}"
    if isinstance(value, dict):
        return "<" + ",".join(sorted(f"{text(k)}:{text(v)}" for k, v in value.items())) + ">"
    if isinstance(value, list):
        return "[" + ",".join(text(item) for item in value) + "]"
    raise TypeError(f"no text for {type(value)}")
