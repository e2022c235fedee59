"""Prints the values PySpark collects, in one canonical text each.

In: a JSON list of SQL queries. Out: for each the list of its columns, each a list of texts. What
`canonicalText` of canonical-text.ts makes of our values is their text, so that equal values have
equal texts.
"""

import datetime
import decimal
import json
import math
import struct
import sys
import warnings

warnings.simplefilter("ignore")

from pyspark.sql import Row, SparkSession  # noqa: E402
from pyspark.sql.types import Geography, Geometry, VariantVal  # noqa: E402

spark = SparkSession.builder.getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.conf.set("spark.sql.timeType.enabled", "true")
EPOCH = datetime.datetime(1970, 1, 1)


def micros(value: datetime.timedelta) -> int:
    return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds


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
    if isinstance(value, (Geometry, Geography)):
        return f"shape {value.srid} {bytes(value.wkb).hex()}"
    if isinstance(value, VariantVal):
        return "variant " + text(value.toPython())
    if isinstance(value, Row):
        return "{" + ",".join(text(item) for item in value) + "}"
    if isinstance(value, dict):
        return "<" + ",".join(sorted(f"{text(k)}:{text(v)}" for k, v in value.items())) + ">"
    if isinstance(value, list):
        return "[" + ",".join(text(item) for item in value) + "]"
    raise TypeError(f"no text for {type(value)}")


def columns(query: str) -> list[list[str]]:
    rows = spark.sql(query).collect()
    return [[text(row[at]) for row in rows] for at in range(len(rows[0]))]


json.dump([columns(query) for query in json.load(sys.stdin)], sys.stdout)
spark.stop()
