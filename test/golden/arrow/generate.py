"""Writes the Arrow streams of this folder and their expected values.

Run it with a Python that has pyarrow and pyspark (for the bytes of variants only):

    python test/golden/arrow/generate.py

Each case is NAME.arrows, a complete Arrow IPC stream, and NAME.json with Spark's schema and the
expected rows. Values that JSON lacks are objects with one key that starts with a dollar sign.
"""

import decimal
import json
import pathlib
import struct

import pyarrow as pa
from pyspark.sql.types import VariantVal

HERE = pathlib.Path(__file__).parent
MICROS = 1_000_000
INT64_MAX = 2**63 - 1
INT64_MIN = -(2**63)


def long(value):
    return None if value is None else {"$bigint": str(value)}


def moment(micros):
    return None if micros is None else {"$timestamp": str(micros)}


def binary(value):
    return None if value is None else {"$binary": value.hex()}


def pairs(*entries):
    return {"$map": [list(entry) for entry in entries]}


def real(value):
    """Doubles that JSON cannot express."""
    return {"$double": value}


def field(name, type_, nullable=True):
    return {"name": name, "type": type_, "nullable": nullable, "metadata": {}}


def array_of(element):
    return {"type": "array", "elementType": element, "containsNull": True}


def map_of(key, value):
    return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": True}


def struct_of(*fields):
    return {"type": "struct", "fields": list(fields)}


def write(name, columns, batches=None, slice_=None, compression=None):
    """`columns` holds tuples: name, Spark type, Arrow array, expected values."""
    arrays = [column[2] for column in columns]
    arrow_schema = pa.schema(
        [pa.field(column[0], array.type) for column, array in zip(columns, arrays)]
    )
    if batches is None:
        batches = [pa.record_batch(arrays, schema=arrow_schema)]
    rows = [list(row) for row in zip(*(column[3] for column in columns))]
    if slice_ is not None:
        start, length = slice_
        batches = [batch.slice(start, length) for batch in batches]
        rows = rows[start : start + length]
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, arrow_schema, options=options) as writer:
        for batch in batches:
            writer.write_batch(batch)
    (HERE / f"{name}.arrows").write_bytes(sink.getvalue().to_pybytes())
    schema = struct_of(*(field(column[0], column[1]) for column in columns))
    text = json.dumps({"schema": schema, "rows": rows}, indent=1, ensure_ascii=True)
    (HERE / f"{name}.json").write_text(text + "\n")


def numbers():
    longs = [INT64_MIN, INT64_MAX, 0, None, 2**53, -(2**53) - 1, -1]
    doubles = [1.7976931348623157e308, 5e-324, 0.1, None, float("inf"), -0.0, float("nan")]
    floats = [1.5, -0.25, 3.4028234663852886e38, None, 0.10000000149011612, 0.0, float("-inf")]
    return [
        ("none", "void", pa.nulls(7), [None] * 7),
        (
            "flag",
            "boolean",
            pa.array([True, False, None, True, True, False, False]),
            [True, False, None, True, True, False, False],
        ),
        ("i8", "byte", pa.array([-128, 127, 0, None, 1, 2, 3], pa.int8()), [-128, 127, 0, None, 1, 2, 3]),
        (
            "i16",
            "short",
            pa.array([-32768, 32767, 0, None, 1, 2, 3], pa.int16()),
            [-32768, 32767, 0, None, 1, 2, 3],
        ),
        (
            "i32",
            "integer",
            pa.array([-(2**31), 2**31 - 1, 0, None, 1, 2, 3], pa.int32()),
            [-(2**31), 2**31 - 1, 0, None, 1, 2, 3],
        ),
        ("i64", "long", pa.array(longs, pa.int64()), [long(value) for value in longs]),
        ("f32", "float", pa.array(floats, pa.float32()), floats[:6] + [real("-Infinity")]),
        (
            "f64",
            "double",
            pa.array(doubles, pa.float64()),
            doubles[:4] + [real("Infinity"), real("-0"), real("NaN")],
        ),
    ]


def decimals():
    small = ["0.00", "-0.01", "1.50", None, "12345678.90", "-99999999.99", "99999999.99"]
    unit = ["0", "-1", "9", None, "10", "99999", "-12345"]
    wide = [
        "0.000000000000000000",
        "-0.000000000000000001",
        "99999999999999999999.999999999999999999",
        None,
        "-99999999999999999999.999999999999999999",
        "9.007199254740993000",
        "-18446744073709551616.000000000000000001",
    ]
    tiny = [
        "0.00000000000000000000000000000000000000",
        "0.00000000000000000000000000000000000001",
        "-0.99999999999999999999999999999999999999",
        None,
        "0.12345678901234567890123456789012345678",
        "-0.00000000009223372036854775808000000000",
        "0.50000000000000000000000000000000000000",
    ]

    def column(name, precision, scale, texts):
        values = [None if text is None else decimal.Decimal(text) for text in texts]
        type_ = pa.decimal128(precision, scale)
        return (name, f"decimal({precision},{scale})", pa.array(values, type_), texts)

    return [
        column("small", 10, 2, small),
        column("unit", 5, 0, unit),
        column("wide", 38, 18, wide),
        column("tiny", 38, 38, tiny),
    ]


def texts():
    values = ["", None, "plain", "na\u00efve \u2603 \U0001f600", "\ufeffmark", "\u0000", "x" * 40]
    blobs = [b"", None, b"\x00\xff", b"plain", bytes(range(16)), b"\xc3", b"z" * 20]
    ascii_only = ["", None, "a", "bb", "ccc", "a much longer text than the rest", "z"]
    return [
        ("text", "string", pa.array(values, pa.string()), values),
        ("ascii", "char(40)", pa.array(ascii_only, pa.string()), ascii_only),
        ("blob", "binary", pa.array(blobs, pa.binary()), [binary(value) for value in blobs]),
        ("large_text", "varchar(40)", pa.array(values, pa.large_string()), values),
        (
            "large_blob",
            "binary",
            pa.array(blobs, pa.large_binary()),
            [binary(value) for value in blobs],
        ),
    ]


def temporal():
    days = [0, -1, None, -719528, -719529, 2932896, 2932897, 11016]
    day_texts = [
        "1970-01-01",
        "1969-12-31",
        None,
        "0000-01-01",
        "-0001-12-31",
        "9999-12-31",
        "+10000-01-01",
        "2000-02-29",
    ]
    micros = [
        0,
        -1,
        None,
        -62135596800 * MICROS,
        253402300799 * MICROS + 999_999,
        1_700_000_000_123_456,
        INT64_MAX,
        INT64_MIN,
    ]
    ntz_texts = [
        "1970-01-01T00:00:00",
        "1969-12-31T23:59:59.999999",
        None,
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59.999999",
        "2023-11-14T22:13:20.123456",
        "+294247-01-10T04:00:54.775807",
        "-290308-12-21T19:59:05.224192",
    ]
    times = [0, 86_399_999_999_000, None, 1_000, 43_200_000_000_000, 500_000_000, 3_723_004_000_000, 60_000_000_000]
    time_texts = [
        "00:00:00",
        "23:59:59.999999",
        None,
        "00:00:00.000001",
        "12:00:00",
        "00:00:00.5",
        "01:02:03.004",
        "00:01:00",
    ]
    return [
        ("day", "date", pa.array(days, pa.int32()).cast(pa.date32()), day_texts),
        (
            "at",
            "timestamp",
            pa.array(micros, pa.int64()).cast(pa.timestamp("us", tz="America/New_York")),
            [moment(value) for value in micros],
        ),
        ("local", "timestamp_ntz", pa.array(micros, pa.int64()).cast(pa.timestamp("us")), ntz_texts),
        ("clock", "time(6)", pa.array(times, pa.int64()).cast(pa.time64("ns")), time_texts),
    ]


def intervals():
    micros = [0, 1, None, -1, 93_784_500_000, INT64_MAX, INT64_MIN]
    texts_ = [
        "INTERVAL '0 00:00:00' DAY TO SECOND",
        "INTERVAL '0 00:00:00.000001' DAY TO SECOND",
        None,
        "INTERVAL '-0 00:00:00.000001' DAY TO SECOND",
        "INTERVAL '1 02:03:04.5' DAY TO SECOND",
        "INTERVAL '106751991 04:00:54.775807' DAY TO SECOND",
        "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND",
    ]
    calendar = [
        (0, 0, 0),
        (14, 3, 3_723_004_000_000),
        None,
        (-14, -3, -1_000),
        (2**31 - 1, -(2**31), 0),
        (0, 0, -90_061_000_000_000),
        (12, 0, 500_000_000),
    ]
    calendar_texts = [
        "0 seconds",
        "1 years 2 months 3 days 1 hours 2 minutes 3.004 seconds",
        None,
        "-1 years -2 months -3 days -0.000001 seconds",
        "178956970 years 7 months -2147483648 days",
        "-25 hours -1 minutes -1 seconds",
        "1 years 0.5 seconds",
    ]

    def interval(text):
        return None if text is None else {"$interval": text}

    return [
        (
            "span",
            "interval day to second",
            pa.array(micros, pa.int64()).cast(pa.duration("us")),
            [interval(text) for text in texts_],
        ),
        (
            "mixed",
            "interval",
            pa.array(calendar, pa.month_day_nano_interval()),
            [interval(text) for text in calendar_texts],
        ),
    ]


def nested():
    lists = [[1, None, 3], None, [], [2**31 - 1]]
    deep = [[["a"], None, []], [], None, [["b", None], ["c"]]]
    structs = [
        {"a": 1, "b": {"c": "x", "d": [True]}},
        None,
        {"a": None, "b": None},
        {"a": 4, "b": {"c": None, "d": None}},
    ]
    inner = pa.struct([("c", pa.string()), ("d", pa.list_(pa.bool_()))])
    struct_json = struct_of(
        field("a", "integer"),
        field("b", struct_of(field("c", "string"), field("d", array_of("boolean")))),
    )
    people = [[{"n": "p"}, None], [], None, [{"n": None}]]
    return [
        ("ints", array_of("integer"), pa.array(lists, pa.list_(pa.int32())), lists),
        (
            "deep",
            array_of(array_of("string")),
            pa.array(deep, pa.list_(pa.list_(pa.string()))),
            deep,
        ),
        ("s", struct_json, pa.array(structs, pa.struct([("a", pa.int32()), ("b", inner)])), structs),
        (
            "people",
            array_of(struct_of(field("n", "string"))),
            pa.array(people, pa.list_(pa.struct([("n", pa.string())]))),
            people,
        ),
        (
            "big",
            array_of("long"),
            pa.array([[1], None, [], [2, None]], pa.large_list(pa.int64())),
            [[long(1)], None, [], [long(2), None]],
        ),
    ]


def maps():
    texts_ = [[("a", 1), ("b", None)], None, [], [("c", 3)]]
    longs = [[(1, "one"), (2**62, None)], [], None, [(-1, "minus")]]
    moments = [[(0, [1.5])], [(1, []), (2, None)], None, []]
    structs = [[({"k": 1}, {"v": "x"})], None, [({"k": 2}, None)], []]
    key_struct = pa.struct([("k", pa.int32())])
    value_struct = pa.struct([("v", pa.string())])
    return [
        (
            "by_text",
            map_of("string", "integer"),
            pa.array(texts_, pa.map_(pa.string(), pa.int32())),
            [pairs(("a", 1), ("b", None)), None, pairs(), pairs(("c", 3))],
        ),
        (
            "by_long",
            map_of("long", "string"),
            pa.array(longs, pa.map_(pa.int64(), pa.string())),
            [
                pairs((long(1), "one"), (long(2**62), None)),
                pairs(),
                None,
                pairs((long(-1), "minus")),
            ],
        ),
        (
            "by_moment",
            map_of("timestamp", array_of("double")),
            pa.array(moments, pa.map_(pa.timestamp("us", tz="UTC"), pa.list_(pa.float64()))),
            [
                pairs((moment(0), [1.5])),
                pairs((moment(1), []), (moment(2), None)),
                None,
                pairs(),
            ],
        ),
        (
            "by_struct",
            map_of(struct_of(field("k", "integer")), struct_of(field("v", "string"))),
            pa.array(structs, pa.map_(key_struct, value_struct)),
            [pairs(({"k": 1}, {"v": "x"})), None, pairs(({"k": 2}, None)), pairs()],
        ),
    ]


def dictionaries():
    words = ["red", None, "green", "red", "blue"]
    wide = pa.array([7, 8, None, 7, 9], pa.int64()).dictionary_encode()
    return [
        ("word", "string", pa.array(words).dictionary_encode(), words),
        ("number", "long", wide, [long(7), long(8), None, long(7), long(9)]),
    ]


def raw_variant(value):
    """A variant without field names; PySpark's JSON parser cannot make these types."""
    return value, bytes([1, 0, 0])


def variants():
    parsed = [
        '{"a": 1, "b": [true, null, "x"], "c": {"d": 1.5}}',
        "9007199254740993",
        '"' + "long text " * 10 + '"',
        "[1, 300, 70000, -5000000000]",
        "null",
        "{}",
        "1e300",
        "12.50",
        "0.12345678901234567890123",
        '{"\\u2603": [], "__proto__": {"polluted": true}}',
    ]
    values = [VariantVal.parseJson(text) for text in parsed]
    encoded = [(bytes(value.value), bytes(value.metadata)) for value in values]
    expected = [
        {"a": 1, "b": [True, None, "x"], "c": {"d": 1.5}},
        long(9007199254740993),
        "long text " * 10,
        [1, 300, 70000, -5000000000],
        None,
        {},
        1e300,
        12.5,
        "0.12345678901234567890123",
        {"\u2603": [], "__proto__": {"polluted": True}},
    ]
    raw = [
        (bytes([11 << 2]) + struct.pack("<i", 19000), "2022-01-08"),
        (bytes([12 << 2]) + struct.pack("<q", 1_700_000_000_123_456), moment(1_700_000_000_123_456)),
        (bytes([13 << 2]) + struct.pack("<q", -1), "1969-12-31T23:59:59.999999"),
        (bytes([14 << 2]) + struct.pack("<f", 0.5), 0.5),
        (bytes([15 << 2]) + struct.pack("<I", 2) + b"\x01\xff", binary(b"\x01\xff")),
        (bytes([10 << 2, 2]) + (-(10**37)).to_bytes(16, "little", signed=True), "-" + "1" + "0" * 35 + ".00"),
    ]
    encoded += [raw_variant(value) for value, _ in raw]
    expected += [value for _, value in raw]
    encoded.append(None)
    expected.append(None)
    type_ = pa.struct(
        [
            pa.field("value", pa.binary(), nullable=False),
            pa.field("metadata", pa.binary(), nullable=False, metadata={"variant": "true"}),
        ]
    )
    cells = [
        None if cell is None else {"value": cell[0], "metadata": cell[1]} for cell in encoded
    ]
    return [("v", "variant", pa.array(cells, type_), expected)]


def repetitive():
    """Data with runs, overlapping repeats, and lengths of more than one byte."""
    count = 700
    words = [None if i % 50 == 7 else "ab" * (i % 40) for i in range(count)]
    return [
        ("n", "long", pa.array([i // 9 for i in range(count)], pa.int64()), [long(i // 9) for i in range(count)]),
        ("s", "string", pa.array(words), words),
        ("zero", "integer", pa.array([0] * count, pa.int32()), [0] * count),
    ]


def main():
    write("numbers", numbers())
    write("decimals", decimals())
    write("texts", texts())
    write("temporal", temporal())
    write("intervals", intervals())
    write("nested", nested())
    write("maps", maps())
    write("dictionaries", dictionaries())
    write("variants", variants())
    write("sliced-numbers", numbers(), slice_=(3, 3))
    write("sliced-decimals", decimals(), slice_=(2, 4))
    write("sliced-texts", texts(), slice_=(1, 5))
    write("sliced-nested", nested(), slice_=(1, 3))
    write("sliced-maps", maps(), slice_=(1, 2))
    write("empty", nested(), slice_=(0, 0))
    columns = nested()
    whole = pa.record_batch([column[2] for column in columns], names=[column[0] for column in columns])
    parts = [whole.slice(0, 1), whole.slice(1, 0), whole.slice(1, 3)]
    write("batches", columns, batches=parts)
    write("no-batch", [(c[0], c[1], c[2], []) for c in columns], batches=[])
    for codec in ("lz4", "zstd"):
        write(f"{codec}-repetitive", repetitive(), compression=codec)
        write(f"{codec}-numbers", numbers(), compression=codec)
        write(f"{codec}-nested", nested(), compression=codec)
        write(f"{codec}-dictionaries", dictionaries(), compression=codec)


if __name__ == "__main__":
    main()
