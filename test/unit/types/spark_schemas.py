"""Writes spark-schemas.json: how Spark's own classes print schemas and intervals.

Needs pyspark and Java 17 or newer; starts a JVM, but no Spark:

    python test/unit/types/spark_schemas.py
"""

import json
import pathlib

from pyspark.java_gateway import launch_gateway


def field(name, type_, nullable=True, metadata=None):
    return {"name": name, "type": type_, "nullable": nullable, "metadata": metadata or {}}


def struct(*fields):
    return {"type": "struct", "fields": list(fields)}


def array(element, contains_null=True):
    return {"type": "array", "elementType": element, "containsNull": contains_null}


def map_(key, value, value_contains_null=True):
    return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": value_contains_null}


ATOMIC = [
    "void", "boolean", "byte", "short", "integer", "long", "float", "double", "decimal(10,2)",
    "decimal(38,38)", "string", "char(3)", "varchar(20)", "binary", "date", "time(0)", "time(6)",
    "timestamp", "timestamp_ntz", "interval", "interval year", "interval month",
    "interval year to month", "interval day", "interval hour to second", "interval day to second",
    "interval minute to second", "interval second", "variant", "string collate UNICODE_CI",
    "geometry(OGC:CRS84)", "geometry(SRID:0)", "geometry(SRID:ANY)", "geography(OGC:CRS84, SPHERICAL)",
    "geography(SRID:ANY, SPHERICAL)", "geometry(EPSG:3857)",
]

NAMES = ["plain", "with space", "tick`s", "1", "1a", "_x", "\u00fc", "a.b", "", "quote'", "tab\there", "new\nline"]

SCHEMAS = [
    struct(),
    *[struct(field("x", name)) for name in ATOMIC],
    struct(*[field(name, "integer", index % 2 == 0) for index, name in enumerate(NAMES)]),
    struct(
        field("tags", array("string", False), False),
        field("m", map_("string", array(map_("integer", "double", False)))),
        field(
            "deep",
            struct(
                field("in ner", struct(field("z", "long", False, {"comment": "it's"}))),
                field("list", array(struct(field("a", "string")))),
            ),
            False,
        ),
    ),
    struct(
        field("c", "integer", True, {"comment": "the 'key' \\ of it", "other": [1, 2]}),
        field("d", "string", False, {"CURRENT_DEFAULT": "'x'", "EXISTS_DEFAULT": "'x'"}),
    ),
    struct(
        field(
            "s",
            map_("string", array("string")),
            True,
            {"__COLLATIONS": {"s.key": "icu.UNICODE", "s.value.element": "spark.UTF8_LCASE"}},
        )
    ),
]

DAY_TIMES = [0, 1, -1, 93_784_500_000, -93_784_500_000, 2**63 - 1, -(2**63), 59_999_999, 10_000_000, 3_600_000_000]
YEAR_MONTHS = [0, 1, -1, 11, 12, 14, -14, 2**31 - 1, -(2**31)]
CALENDARS = [
    (0, 0, 0), (14, 3, 3_723_004_000), (-14, -3, -1), (2**31 - 1, -(2**31), 0), (0, 0, -90_061_000_000),
    (12, 0, 500_000), (-1, 1, 1), (0, 0, 2**63 - 1), (0, 0, -(2**63)), (-25, 0, -59_000_001),
]


def main():
    jvm = launch_gateway().jvm
    types = jvm.org.apache.spark.sql.types
    schemas = []
    for schema in SCHEMAS:
        parsed = types.DataType.fromJson(json.dumps(schema))
        schemas.append(
            {
                "json": json.loads(parsed.json()),
                "ddl": parsed.toDDL(),
                "sql": parsed.sql(),
                "simple": parsed.catalogString(),
                "tree": parsed.treeString(),
            }
        )
    utils = jvm.org.apache.spark.sql.catalyst.util.IntervalUtils
    style = getattr(jvm.org.apache.spark.sql.catalyst.util, "IntervalStringStyles$")
    ansi = getattr(style, "MODULE$").ANSI_STYLE()
    fields = ["day", "hour", "minute", "second"]
    day_times = [
        {
            "micros": str(micros),
            "start": fields[start],
            "end": fields[end],
            "text": utils.toDayTimeIntervalString(micros, ansi, start, end),
        }
        for micros in DAY_TIMES
        for start in range(4)
        for end in range(start, 4)
    ]
    fields = ["year", "month"]
    year_months = [
        {
            "months": months,
            "start": fields[start],
            "end": fields[end],
            "text": utils.toYearMonthIntervalString(months, ansi, start, end),
        }
        for months in YEAR_MONTHS
        for start, end in [(0, 0), (0, 1), (1, 1)]
    ]
    interval = jvm.org.apache.spark.unsafe.types.CalendarInterval
    calendars = [
        {"months": months, "days": days, "micros": str(micros), "text": interval(months, days, micros).toString()}
        for months, days, micros in CALENDARS
    ]
    content = {"schemas": schemas, "dayTimes": day_times, "yearMonths": year_months, "calendars": calendars}
    path = pathlib.Path(__file__).with_name("spark-schemas.json")
    path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
