"""`rest`: records to rows. Output types, variants, and conversion of values."""

from __future__ import annotations

import datetime
import json
import math
import random
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    VariantType,
    VariantVal,
)

from rest_output_support import ERROR, META, OUTPUT, batch, fields, read, stream, struct
from sparktide_replay import ReplayServer
from sparktide_sources._errors import OptionError, RecordError, SourceError
from sparktide_sources._exact_json import parse
from sparktide_sources._rest.types import Misfit, converter
from sparktide_sources._rest.variant import to_variant
from sparktide_sources._spark import HAS_VARIANT_ROWS
from sparktide_sources.rest import RestDataSource
from support import FakeClock

needs_variant = pytest.mark.skipif(not HAS_VARIANT_ROWS, reason="VARIANT rows need Spark 4.1")


def test_rows_are_json_text_by_default(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body='[{"z":1.10,"a":"ü"}]')
    assert read(server, clock) == [('{"z":1.10,"a":"ü"}',)]


def test_a_stream_of_github_events_fills_a_struct_and_repeats_its_batch(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The documented GitHub example with outputType=struct and a schema, as a stream."""
    columns = [struct(id=StringType(), type=StringType(), created_at=TimestampType())]
    reader = stream(
        server,
        clock,
        columns,
        "/events?per_page=100",
        outputType="struct",
        offsetField="id",
        offsetType="incremental",
    )
    start = reader.initialOffset()
    rows, end = batch(reader, start)
    known = server.state.records["events"]
    assert [row[0]["type"] for row in rows] == [event["type"] for event in known]
    assert rows[0][0]["created_at"].tzinfo == datetime.timezone.utc
    restarted = stream(
        server,
        clock,
        columns,
        "/events?per_page=100",
        outputType="struct",
        offsetField="id",
        offsetType="incremental",
    )
    parts = restarted.partitions(start, json.loads(json.dumps(end)))
    assert [row for part in parts for row in restarted.read(part)] == rows


def test_columns_are_in_the_order_of_the_schema(server: ReplayServer, clock: FakeClock) -> None:
    server.fault("/tweets", body='[{"a":1,"b":{"c":[1.50,null]},"more":0},{"b":null}]')
    columns = fields(b=StructType(fields(c=ArrayType(DecimalType(9, 2)))), a=LongType())
    assert read(server, clock, columns, outputType="columns") == [
        ({"c": [Decimal("1.50"), None]}, 1),
        (None, None),
    ]


@needs_variant
def test_a_variant_holds_every_number_exactly_or_is_refused() -> None:
    for text in ('{"a":[1.10,-0.5,9223372036854775808,1e3,true,null,"ü"],"b":{}}', "null", "12"):
        found = to_variant(parse(text).value)
        assert isinstance(found, VariantVal)
        assert json.loads(found.toJson()) == json.loads(text)
    assert to_variant(parse("1.10").value).toPython() == Decimal("1.10")
    for text in ("1e400", "1" * 39, '["\\ud800"]', "1e-400"):
        with pytest.raises(ValueError, match="VARIANT"):
            to_variant(parse(text).value)


@needs_variant
def test_variant_can_be_the_output_type_or_the_type_of_a_column(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body='[{"a":1},null]', times=2)
    rows = read(server, clock, [StructField("output", VariantType())], outputType="variant")
    assert [row[0].toJson() for row in rows] == ['{"a":1}', "null"]
    server.fault("/tweets", body='[{"a":[1]},{"a":null}]')
    server.clear_faults()
    server.fault("/tweets", body='[{"a":[1]},{"a":null}]')
    rows = read(server, clock, fields(a=VariantType()), outputType="columns")
    assert rows[0][0].toPython() == [1]
    assert rows[1] == (None,)


def test_variant_before_spark_4_1_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparktide_sources._rest.variant.HAS_VARIANT_ROWS", False)
    source = RestDataSource({"url": "https://a.example/", "outputType": "variant"})
    with pytest.raises(OptionError, match=r"use outputType=json and parse_json\(output\)"):
        source.reader(StructType([StructField("output", VariantType())]))


BIG = 2**63 - 1


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (LongType(), str(BIG), BIG),
        (LongType(), f'"{BIG}"', BIG),
        (LongType(), "1.0", 1),
        (LongType(), "2.5e1", 25),
        (LongType(), "-0", 0),
        (LongType(), "0e-999999999", 0),
        (ByteType(), "-128", -128),
        (ShortType(), "32767", 32767),
        (IntegerType(), "2147483647", 2147483647),
        (DoubleType(), "5", 5.0),
        (DoubleType(), '"12.3"', 12.3),
        (DoubleType(), "0.12345678901234567890", 0.12345678901234568),
        (DoubleType(), "1e308", 1e308),
        (DoubleType(), str(2**53), 2.0**53),
        (FloatType(), "0.5", 0.5),
        (DecimalType(20, 2), "12.300", Decimal("12.3")),
        (DecimalType(38, 0), "9" * 38, Decimal("9" * 38)),
        (DecimalType(5, 2), "1e2", Decimal(100)),
        (DecimalType(5, 2), "0e99", Decimal(0)),
        (StringType(), "12.10", "12.10"),
        (StringType(), '{"b":1.0,"a":[]}', '{"b":1.0,"a":[]}'),
        (StringType(), "true", "true"),
        (BooleanType(), "false", False),
        (DateType(), '"2024-02-29"', datetime.date(2024, 2, 29)),
        (TimestampNTZType(), '"2025-01-01T00:00:00"', datetime.datetime(2025, 1, 1)),
        (TimestampNTZType(), '"2025-01-01 00:00"', datetime.datetime(2025, 1, 1)),
        (MapType(StringType(), LongType()), '{"k":1,"l":null}', {"k": 1, "l": None}),
    ],
)
def test_values_are_converted_to_their_column_type_without_loss(
    kind: Any, text: str, value: Any
) -> None:
    found = converter(kind, "x")(parse(text).value, None)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        (LongType(), str(BIG + 1), "not a whole number of 64 bits"),
        (LongType(), "1e400", "not a whole number"),
        (LongType(), "1e999999999", "not a whole number"),
        (LongType(), "1.5", "1.5 is not|'1.5' is not"),
        (LongType(), "true", "not a whole number"),
        (LongType(), '"NaN"', "text 'NaN' is not"),
        (LongType(), '"007"', "text '007' is not"),
        (LongType(), '" 7"', "is not"),
        (ByteType(), "128", "8 bits"),
        (DoubleType(), "1e400", "a double: it is out of range"),
        (DoubleType(), "-1e400", "out of range"),
        (DoubleType(), "1e-400", "out of range"),
        (DoubleType(), str(BIG), "lose digits; declare it bigint or decimal"),
        (DoubleType(), f'"{BIG}"', "lose digits"),
        (DoubleType(), '"NaN"', "not a double"),
        (DoubleType(), '"Infinity"', "not a double"),
        (DoubleType(), "{}", "not a double"),
        (FloatType(), "1e39", "out of range"),
        (FloatType(), "16777217", "lose digits"),
        (DecimalType(4, 2), "100", "too many digits"),
        (DecimalType(4, 2), "1.005", "too many digits after the point"),
        (DecimalType(4, 2), "1e-999999", "after the point"),
        (DecimalType(4, 2), '"x"', "not a decimal"),
        (BooleanType(), "1", "not true or false"),
        (BooleanType(), '"true"', "not true or false"),
        (DateType(), '"2025-02-29"', "not a date"),
        (DateType(), '"2025-02-01T00:00:00Z"', "not a date"),
        (TimestampType(), '"2025-01-01T00:00:00"', "declare it timestamp_ntz"),
        (TimestampType(), "1750000000", "not a timestamp"),
        (TimestampType(), '"2025-01-01T00:00:00.1234567Z"', "more than 6 fractional digits"),
        (TimestampType(), '"2025-01-01T24:00:00Z"', "not a timestamp"),
        (TimestampType(), '"0001-01-01T00:00:00+01:00"', "not a timestamp"),
        (TimestampNTZType(), '"2025-01-01T00:00:00Z"', "declare it timestamp"),
        (StringType(), '"\\ud800"', "surrogate"),
        (ArrayType(LongType()), "{}", "not an array"),
        (ArrayType(LongType(), False), "[null]", "NOT NULL"),
        (MapType(StringType(), LongType()), "[]", "not an object"),
        (StructType(fields(a=LongType())), "5", "not an object"),
        (StructType([StructField("a", LongType(), False)]), "{}", "NOT NULL"),
    ],
)
def test_a_value_that_does_not_fit_its_column_is_an_error_and_never_null(
    kind: Any, text: str, problem: str
) -> None:
    with pytest.raises(Misfit, match=problem):
        converter(kind, "x")(parse(text).value, None)


def test_minus_zero_keeps_its_sign_as_a_double() -> None:
    for text in ("-0.0", "-0"):
        found = converter(DoubleType(), "x")(parse(text).value, None)
        assert math.copysign(1, found) == -1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2025-01-01T00:00:00Z", 1735689600.0),
        ("2025-01-01T05:45:00+05:45", 1735689600.0),
        ("2024-12-31T20:30:00.5-0330", 1735689600.5),
        ("2025-01-01t00:00:00.250000000z", 1735689600.25),
        ("1969-12-31T23:59:59,999999Z", -0.000001),
    ],
)
def test_timestamps_are_utc_regardless_of_the_time_zone_of_the_process(
    text: str, seconds: float
) -> None:
    found = converter(TimestampType(), "x")(text, None)
    assert found.tzinfo == datetime.timezone.utc
    assert found.timestamp() == seconds


@pytest.mark.parametrize(
    ("options", "schema", "problem"),
    [
        ({}, fields(a=LongType()), "the only column is output string, .* set outputType=columns"),
        ({"outputType": "struct"}, fields(a=LongType()), "the only column is output struct"),
        (
            {"outputType": "columns"},
            fields(a=BinaryType()),
            "columns.a is binary, which rest does not support",
        ),
        (
            {"outputType": "columns", "onError": "deadLetter"},
            fields(a=LongType()),
            "add _error str",
        ),
        ({"outputType": "struct", "includeMetadata": "true"}, [struct()], "add _meta struct"),
        (
            {"outputType": "columns", "onError": "deadLetter"},
            [StructField("a", LongType(), False), ERROR],
            "remove NOT NULL",
        ),
        (
            {"outputType": "columns"},
            fields(m=MapType(LongType(), LongType())),
            "keys of type string",
        ),
    ],
)
def test_a_schema_that_does_not_fit_the_output_type_is_refused_by_name(
    options: dict[str, str], schema: list[StructField], problem: str
) -> None:
    source = RestDataSource({"url": "https://a.example/", **options})
    with pytest.raises(OptionError, match=problem):
        source.reader(StructType(schema))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"schema": "id bigint"}, "not used by outputType=json; set struct or columns"),
        ({"outputType": "struct", "schema": "output struct<a: int>"}, "without 'output struct"),
        ({"schemaDrift": "null"}, "not used by outputType=json"),
        ({"onError": "ignore"}, "one of fail, skip, deadLetter"),
        ({"onStatus": "404"}, "a list such as 404=skip"),
        ({"onStatus": "300=skip"}, "got '300=skip'"),
        ({"onStatus": "2xx=skip"}, "got '2xx=skip'"),
        ({"onStatus": "404=data"}, "data is for the statuses 200 to 299"),
        ({"onStatus": "404=skip,404=fail"}, "two actions for 404"),
        ({"includeInput": "true"}, "needs inputData"),
    ],
)
def test_contradicting_output_options_are_refused(options: dict[str, str], problem: str) -> None:
    with pytest.raises(OptionError, match=problem):
        RestDataSource({"url": "https://a.example/", **options})


def test_struct_without_a_schema_is_an_error_that_names_both_ways_to_give_one() -> None:
    source = RestDataSource({"url": "https://a.example/", "outputType": "struct"})
    with pytest.raises(OptionError, match=r"\.schema\('output struct<.*or the option schema='id"):
        source.schema()
    declared = {"url": "https://a.example/", "schema": "id bigint", "onError": "deadLetter"}
    assert RestDataSource({**declared, "outputType": "columns"}).schema() == (
        "id bigint, _error struct<kind: string, message: string, status: int, raw: string>"
    )
    assert (
        RestDataSource({**declared, "outputType": "struct"})
        .schema()
        .startswith("output struct<id bigint>, _error")
    )


def test_streams_refuse_columns_and_policies_that_they_cannot_repeat() -> None:
    for options, columns in (
        ({"includeMetadata": "true"}, [OUTPUT, META]),
        ({"onStatus": "404=deadLetter"}, [OUTPUT, ERROR]),
    ):
        source = RestDataSource({"url": "https://a.example/", **options})
        with pytest.raises(OptionError, match="is for batch reads"):
            source.streamReader(StructType(columns))


def test_csv_cells_become_typed_columns_and_empty_cells_become_null(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = "id,price,ok,name,day\n1,2.50,TRUE,,2025-01-01\n2,,,x,\n"
    server.fault("/tweets", body=body)
    columns = fields(
        id=LongType(),
        price=DecimalType(9, 2),
        ok=BooleanType(),
        name=StringType(),
        day=DateType(),
    )
    assert read(server, clock, columns, responseFormat="csv", outputType="columns") == [
        (1, Decimal("2.50"), True, "", datetime.date(2025, 1, 1)),
        (2, None, None, "x", None),
    ]


def test_fuzz_a_value_is_converted_exactly_or_refused() -> None:
    rng = random.Random(23)
    kinds = [LongType(), IntegerType(), DoubleType(), FloatType(), DecimalType(12, 3)]
    kinds += [StringType(), BooleanType(), DateType(), TimestampType(), TimestampNTZType()]
    kinds += [ArrayType(LongType()), MapType(StringType(), DoubleType())]
    converters = [(kind, converter(kind, "x")) for kind in kinds]
    texts = ['"2025-01-01"', '"2025-01-01T00:00:00Z"', "null", "true", "[1]", '{"a":1e5}', '"x"']

    def text() -> str:
        if rng.random() < 0.3:
            return rng.choice(texts)
        sign, digits = rng.choice(["", "-"]), str(rng.getrandbits(rng.randrange(1, 80)))
        number = sign + digits + rng.choice(["", ".5", ".125", "e3", "e-2", "e400", "e-400"])
        return rng.choice([number, f'"{number}"'])

    for _ in range(3000):
        written = text()
        value = parse(written).value
        for kind, convert in converters:
            try:
                found = convert(value, None)
            except Misfit:
                continue
            if isinstance(found, (int, Decimal)) and not isinstance(found, bool):
                assert Decimal(found) == Decimal(written.strip('"'))
            elif isinstance(found, float):
                assert math.isfinite(found)
                assert found == pytest.approx(float(written.strip('"')), rel=1e-6)
            assert found is not None, kind


def test_a_record_error_is_a_source_error() -> None:
    assert issubclass(RecordError, SourceError)
