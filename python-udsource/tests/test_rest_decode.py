"""`rest`: bodies to records. Decoders, charsets, compression, selectors, limits."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tracemalloc
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import ContentError, HttpError, OptionError, SourceError
from sparktide_sources._exact_json import Reject, parse, write
from sparktide_sources._http.inflate import Inflater
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.decode import decode_body, records_of, unpacked
from sparktide_sources._rest.selector import MISSING, NotFound, lookup, parse_selector, select_all
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, rest_reader, take

JSONL = {"Content-Type": "application/x-ndjson"}
CSV = {"Content-Type": "text/csv"}


def texts(server: ReplayServer, clock: FakeClock, path: str = "/tweets", **options: str) -> Any:
    reader = RestBatchReader(read_config({"url": server.url + path, **OPEN, **options}), clock)
    return [row[0] for part in reader.partitions() for row in reader.read(part)]


def read(server: ReplayServer, clock: FakeClock, **options: str) -> list[Any]:
    return [json.loads(text) for text in texts(server, clock, **options)]


def decoded(body: bytes, content_type: str = "", **options: str) -> list[Any]:
    form = read_config({"url": "https://a.example/", **options}).form
    headers = {"content-type": content_type} if content_type else {}
    reply = Reply(200, "OK", headers, body, "https://a.example/")
    return records_of(form, decode_body(form, unpacked(reply, 1000_000))).records


def test_each_json_line_is_one_record_and_keeps_every_digit(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = '{"n":1.10}\r\n\n  {"n":1e400} \n[1,2]\n"x"'
    server.fault("/tweets", body=body, headers=JSONL)
    assert texts(server, clock, responseFormat="jsonl") == [
        '{"n":1.10}',
        '{"n":1e400}',
        "[1,2]",
        '"x"',
    ]
    assert server.journal()[0]["headers"]["accept"].startswith("application/x-ndjson")


def test_a_data_field_selects_within_each_line(server: ReplayServer, clock: FakeClock) -> None:
    body = '{"d":{"n":1}}\n{"d":[{"n":2},{"n":3}]}\n{"d":null}\n'
    server.fault("/tweets", body=body, headers=JSONL)
    found = read(server, clock, responseFormat="jsonl", dataField="d")
    assert found == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_a_line_that_is_not_json_fails_the_read_and_is_named(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The result is never empty or shorter instead."""
    server.fault("/tweets", body='{"n":1}\n{oops\n', headers=JSONL)
    with pytest.raises(SourceError, match=r"line 2 is not valid JSON: '{oops'; onError can skip"):
        read(server, clock, responseFormat="jsonl")


@pytest.mark.parametrize("cut", ['{"n":2', "Unexpected error while streaming data: x", "{"])
@pytest.mark.parametrize("policy", ["fail", "skip"])
def test_a_body_that_ends_within_a_line_is_truncated_and_requested_again(
    server: ReplayServer, clock: FakeClock, cut: str, policy: str
) -> None:
    server.fault("/tweets", body='{"n":1}\n' + cut, headers=JSONL)
    server.fault("/tweets", body='{"n":1}\n{"n":2}', headers=JSONL)
    assert read(server, clock, responseFormat="jsonl", onError=policy) == [{"n": 1}, {"n": 2}]
    server.fault("/tweets", body='{"n":1}\n' + cut, headers=JSONL, times=2)
    if policy == "skip":
        assert read(server, clock, responseFormat="jsonl", onError=policy, maxRetries="1") == []
        return
    with pytest.raises(HttpError, match=r"body that seems cut: its last line .* after 2 tries"):
        read(server, clock, responseFormat="jsonl", maxRetries="1")


@pytest.mark.parametrize("body", [b"", b" \n", gzip.compress(b"")])
def test_an_empty_json_body_is_a_transient_failure_and_not_the_end_of_the_pages(
    clock: FakeClock, body: bytes
) -> None:
    """An API without records answers with an empty JSON list or a 204."""
    bodies = [b'[{"n":1}]', body, b'[{"n":2}]', b"[]"]
    replies = [Reply(200, "OK", {}, body, "https://a.example/") for body in bodies]

    def answer(*_: Any) -> Reply:
        return replies.pop(0)

    config = read_config({"url": "https://a.example/", "pagination": "page"})
    (part,) = RestBatchReader(config, clock, answer).partitions()
    rows = list(RestBatchReader(config, clock, answer).read(part))
    assert [row[0] for row in rows] == ['{"n":1}', '{"n":2}']
    replies[:] = [Reply(200, "OK", {}, body, "https://a.example/")] * 5
    with pytest.raises(HttpError, match="answered 200 with an empty body, where JSON is expected"):
        list(RestBatchReader(config, clock, answer).read(part))
    replies[:] = [Reply(204, "No Content", {}, b"", "https://a.example/")]
    assert list(RestBatchReader(config, clock, answer).read(part)) == []


@pytest.mark.parametrize("kind", [{"responseFormat": k} for k in ("jsonl", "csv", "text")])
def test_an_empty_body_of_lines_has_no_records(kind: dict[str, str]) -> None:
    assert decoded(b"", **kind) == []
    assert decoded(b"", responseFormat="text", wholeText="true") == []


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"data": None, "errors": [{"message": "too deep"}]}, ""),
        ({"data": None, "errors": [{"message": "too deep"}]}, "data"),
        ({"data": {"users": None}, "errors": [{"message": "too deep"}]}, "data.users"),
        ({"data": {"users": None}, "errors": [{"message": "too deep"}]}, "data.users[*]"),
        ({"data": None, "errors": [{"message": "too deep"}]}, "data.users"),
        ({"errors": [{"message": "too deep"}]}, "data[*].x"),
        ({"result": None, "error": {"code": 3, "message": "too deep"}}, "result"),
        ({"data": None, "error": "too deep"}, "data"),
    ],
)
def test_null_data_beside_errors_is_an_error_with_the_message_of_the_api(
    document: Any, field: str
) -> None:
    """GraphQL and JSON-RPC report failures with status 200."""
    options = {"dataField": field} if field else {}
    with pytest.raises(ContentError, match="too deep"):
        decoded(json.dumps(document).encode(), **options)


def test_max_batch_bytes_counts_bytes_after_decompression(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = gzip.compress(json.dumps([{"id": n, "text": "x" * 90} for n in range(100)]).encode())
    server.fault("/tweets", body=body, times=9)
    options = {"offsetField": "id", "offsetType": "incremental", "maxBatchBytes": "5000"}
    assert len(body) < 5000
    reader = rest_reader(server, "/tweets", clock, **options)
    with pytest.raises(HttpError, match=r"larger than maxBatchBytes \(5000\)"):
        take(reader, reader.initialOffset())


@pytest.mark.parametrize(
    ("body", "options", "rows"),
    [
        ("a,b\n1,x\n2,\n", {}, [{"a": "1", "b": "x"}, {"a": "2", "b": ""}]),
        ('a,b\r\n"1,5","x ""y""\r\nz"\r\n', {}, [{"a": "1,5", "b": 'x "y"\r\nz'}]),
        ("1;x\n2;y", {"csvHeader": "false", "csvDelimiter": ";"}, [{"_c0": "1", "_c1": "x"}, {}]),
        ("a\tb\n1\t2\n", {"csvDelimiter": "\\t"}, [{"a": "1", "b": "2"}]),
        ("a\n\x0c\u2028x\n", {}, [{"a": "\x0c\u2028x"}]),
        ("a,b\n", {}, []),
        ("a\n\n\n1\n", {}, [{"a": "1"}]),
    ],
)
def test_csv_rows_become_objects_with_text_values(
    server: ReplayServer,
    clock: FakeClock,
    body: str,
    options: dict[str, str],
    rows: list[dict[str, str]],
) -> None:
    server.fault("/tweets", body=body, headers=CSV)
    found = read(server, clock, responseFormat="csv", **options)
    assert found == [row or {"_c0": "2", "_c1": "y"} for row in rows]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("a,b\n1\n", r"row 2 of the CSV has 1 cells, not 2: '1'"),
        ("a,b\n1,2,3\n", r"row 2 of the CSV has 3 cells, not 2"),
        ('a,b\n1,"2"x\n', r"row 2 of the CSV is malformed"),
        ('a,b\n1,"2\n3,4', r"row 2 of the CSV is malformed: unexpected end of data"),
        ("a,a\n1,2\n", r"the column 'a' more than once; set csvHeader=false"),
        ("a,\n1,2\n", r"without a name"),
    ],
)
def test_malformed_csv_is_an_error_that_names_the_row(
    server: ReplayServer, clock: FakeClock, body: str, problem: str
) -> None:
    server.fault("/tweets", body=body, headers=CSV)
    with pytest.raises(SourceError, match=problem):
        read(server, clock, responseFormat="csv")


def test_a_csv_cell_may_be_longer_than_the_default_limit_of_python(
    server: ReplayServer, clock: FakeClock
) -> None:
    before = csv.field_size_limit()
    server.fault("/tweets", body="a\n" + "x" * 200_000 + "\n", headers=CSV)
    assert len(read(server, clock, responseFormat="csv")[0]["a"]) == 200_000
    assert csv.field_size_limit() == before


def test_text_gives_one_record_per_line_or_one_record_with_whole_text(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body="one\r\ntwo\x85\n\nlast", times=2)
    assert [r["value"] for r in read(server, clock, responseFormat="text")] == [
        "one",
        "two\x85",
        "",
        "last",
    ]
    whole = read(server, clock, responseFormat="text", wholeText="true")
    assert whole == [{"value": "one\r\ntwo\x85\n\nlast"}]


@pytest.mark.parametrize(
    ("body", "content_type", "options"),
    [
        ("{'a':'ü€'}", "application/json", {}),
        ("{'a':'ü€'}", "application/json; charset=UTF-8", {}),
        ("{'a':'ü'}", 'text/json; charset="iso-8859-1"', {}),
        ("{'a':'ü€'}", "application/json;charset=windows-1252", {}),
        ("{'a':'ü€'}", "application/json; charset=utf-16", {}),
        ("{'a':'ü€'}", "", {"charset": "utf-16-le"}),
        ("{'a':'日本'}", "x/y; charset=ascii", {"charset": "shift_jis"}),
    ],
)
def test_the_charset_comes_from_the_option_the_byte_order_mark_or_the_header(
    body: str, content_type: str, options: dict[str, str]
) -> None:
    text = body.replace("'", '"')
    named = options.get("charset") or content_type.partition("charset=")[2].strip('"') or "utf-8"
    assert decoded(text.encode(named), content_type, **options) == [json.loads(text)]
    assert decoded(b"\xef\xbb\xbf" + text.encode(), content_type) == [json.loads(text)]


def test_bytes_that_do_not_fit_the_charset_are_an_error_and_never_replaced() -> None:
    with pytest.raises(HttpError, match=r"not utf-8 text \(byte 6 of 9\); set the option charset"):
        decoded('{"a":"ü"}'.encode("latin-1"))
    with pytest.raises(HttpError, match="charset 'klingon' is not known; set the option charset"):
        decoded(b"[]", "application/json; charset=klingon")
    for name in ("hex", "idna", "unicode_escape", "../x", ""):
        with pytest.raises(HttpError, match="is not known") if name else pytest.raises(OptionError):
            decoded(b"[]", f"a/b; charset={name}", **({} if name else {"charset": "rot13"}))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_compressed_bodies_are_read_completely(
    server: ReplayServer, clock: FakeClock, coding: str
) -> None:
    body = [{"id": n, "text": "x" * 50} for n in range(20_000)]
    server.fault("/tweets", body=body, coding=coding)
    server.fault("/tweets", body=body, coding=coding, chunked=True)
    for _ in range(2):
        assert read(server, clock) == body


def test_a_gzip_body_is_decompressed_regardless_of_the_headers(
    server: ReplayServer, clock: FakeClock
) -> None:
    packed = gzip.compress(b"a,b\n1,2\n")
    server.fault("/tweets", body=packed, headers={"Content-Type": "application/gzip"})
    assert read(server, clock, responseFormat="csv") == [{"a": "1", "b": "2"}]
    server.fault("/tweets", body=gzip.compress(b" " * 3_000_000))
    with pytest.raises(HttpError, match=r"larger than maxResponseBytes \(1000000\)"):
        read(server, clock, maxResponseBytes="1000000")


@pytest.mark.parametrize(
    "fault",
    [
        {"body_bytes": 300_000_000},
        {"body_bytes": 300_000_000, "chunked": True},
        {"body_bytes": 300_000_000, "gzip_bomb": True},
        {"body_bytes": 300_000_000, "gzip_bomb": True, "chunked": True},
    ],
)
def test_a_body_of_300_mb_is_refused_with_bounded_memory(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any]
) -> None:
    server.fault("/tweets", **fault)
    tracemalloc.start()
    try:
        with pytest.raises(HttpError, match=r"larger than maxResponseBytes \(4000000\)"):
            read(server, clock, maxResponseBytes="4000000", maxRetries="3")
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert len(server.journal()) == 1


def test_the_inflater_gives_the_same_result_for_any_chunks_of_the_body() -> None:
    rng = random.Random(7)
    for _ in range(60):
        plain = bytes(rng.choices(b"abc\0", k=rng.randrange(5000))) * rng.randrange(1, 40)
        half = rng.randrange(len(plain) + 1)
        packed = (
            gzip.compress(plain[:half]) + gzip.compress(plain[half:]) + b"\0" * rng.randrange(3)
        )
        inflater, out, at = Inflater("gzip", len(plain), "too long"), b"", 0
        while at < len(packed):
            step = rng.randrange(1, 2000)
            out += b"".join(inflater.feed(packed[at : at + step]))
            at += step
        inflater.finish()
        assert out == plain
        if plain:
            with pytest.raises(HttpError, match="too long"):
                Inflater("gzip", len(plain) - 1, "too long").feed(packed)


def test_exceeding_max_rows_per_batch_or_max_pages_is_an_error_despite_on_error_skip(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body=[1, 2, 3])
    with pytest.raises(HttpError, match=r"more than maxRowsPerBatch \(2\) records; raise it"):
        read(server, clock, maxRowsPerBatch="2", onError="skip")
    token = {"authType": "Bearer", "oauthToken": "replay-token", "path": "/items"}
    with pytest.raises(HttpError, match=r"did not end within maxPages \(2\)"):
        read(server, clock, pagination="link", maxPages="2", onError="skip", **token)


def test_the_error_for_a_body_that_is_not_json_suggests_a_response_format(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", body="a,b\n1,2", headers=CSV, times=9)
    with pytest.raises(HttpError, match=r"\(text/csv, 7 bytes\); set responseFormat=csv if that"):
        read(server, clock, maxRetries="0")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"responseFormat": "xml"}, "one of json, jsonl, csv, text"),
        ({"csvHeader": "true"}, "is used by responseFormat=csv only"),
        ({"responseFormat": "csv", "csvDelimiter": "ab"}, "one character"),
        ({"responseFormat": "csv", "dataField": "x"}, "not used by responseFormat=csv"),
        ({"responseFormat": "csv", "pagination": "json"}, "json needs a JSON body"),
        ({"dataField": "a["}, r"'a\[' is not a selector: "),
        ({"dataField": "a..b"}, "is not a selector: a name is missing"),
        ({"dataField": "/a~2"}, "neither ~0 nor ~1"),
        ({"offsetField": "a[*].b"}, "must lead to one value"),
        ({"responseFromat": "csv"}, "Did you mean 'responseFormat'"),
        ({"csvdelimeter": ";"}, "Did you mean 'csvDelimiter'"),
        ({"maxRowsPerBach": "1"}, "Did you mean 'maxRowsPerBatch'"),
        ({"onErorr": "skip"}, "Did you mean 'onError'"),
    ],
)
def test_a_wrong_or_misspelled_option_is_refused_with_one_clear_error(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=problem):
        RestDataSource({"url": "https://a.example/", **options})


DOCUMENT = {
    "a": {"b": [{"c": 1}, {"c": [2, 3]}], "x/y": 4, "m~n": 5, "o.p": 6, "": 7},
    "a.b": "own key",
    "list": [[1], [2, 3]],
    "map": {"k": {"v": 8}, "l": {"v": 9}},
    "none": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("", DOCUMENT),
        ("$", DOCUMENT),
        ("a.b", "own key"),
        ("$.a.b", DOCUMENT["a"]["b"]),  # type: ignore[index]
        ("/a/b/0/c", 1),
        ("/a/b/-1", MISSING),
        ("/a/b/00", MISSING),
        ("/a/x~1y", 4),
        ("/a/m~0n", 5),
        ("/a/", 7),
        ("a['o.p']", 6),
        ('a["x/y"]', 4),
        ("list[1][0]", 2),
        ("list[-1][-1]", 3),
        ("list.1.0", 2),
        ("list[2]", MISSING),
        ("map.k.v", 8),
        ("none.x", MISSING),
    ],
)
def test_a_selector_finds_one_value(path: str, value: Any) -> None:
    assert lookup(DOCUMENT, path) == value


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("groups[*].items", [{"n": 1}, {"n": 2}, {"n": 3}]),
        ("groups[*].items[*].n", [1, 2, 3]),
        ("groups[1].items", [{"n": 3}]),
        ("/groups/0/items", [{"n": 1}, {"n": 2}]),
        ("byName[*]", [{"v": 1}, {"v": 2}]),
        ("pairs[*]", [[1, 2], [3, 4]]),
        ("pairs", [[1, 2], [3, 4]]),
        ("nothing[*].x", []),
    ],
)
def test_a_data_field_with_wildcards_selects_from_arrays_and_objects(
    server: ReplayServer, clock: FakeClock, path: str, rows: list[Any]
) -> None:
    body = {
        "groups": [{"items": [{"n": 1}, {"n": 2}]}, {"items": [{"n": 3}]}, {"items": None}],
        "byName": {"a": {"v": 1}, "b": {"v": 2}},
        "pairs": [[1, 2], [3, 4]],
        "nothing": None,
    }
    if path.endswith(".n"):
        body["groups"] = body["groups"][:2]  # type: ignore[index]
    server.fault("/tweets", body=body)
    assert read(server, clock, dataField=path) == rows


def test_a_data_field_that_is_missing_in_one_element_is_an_error_that_names_the_element(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = {"edges": [{"node": {"id": 1}}, {"cursor": "x"}]}
    server.fault("/tweets", body=body, times=2)
    with pytest.raises(HttpError, match=r"has no 'node' at edges\[1\] .*it has: cursor"):
        read(server, clock, dataField="edges[*].node")
    with pytest.raises(HttpError, match=r"has no array or object at edges\[0\]\.node\.id"):
        read(server, clock, dataField="edges[0].node.id[*]")


def test_fuzz_brackets_and_pointers_find_every_value_of_a_document() -> None:
    rng = random.Random(20260101)
    names = ["a", "b.c", "d/e", "f~g", "h[0]", "ü", " x", "0", "-1", "*", "$"]

    def grow(depth: int) -> Any:
        kind = rng.randrange(3) if depth else 2
        if kind == 0:
            return {name: grow(depth - 1) for name in rng.sample(names, rng.randrange(1, 5))}
        if kind == 1:
            return [grow(depth - 1) for _ in range(rng.randrange(1, 4))]
        return rng.choice([1, "x", None, True, 1.5])

    def places(value: Any, steps: tuple[Any, ...]) -> Any:
        yield steps, value
        pairs = value.items() if isinstance(value, dict) else ()
        pairs = enumerate(value) if isinstance(value, list) else pairs
        for step, inner in pairs:
            yield from places(inner, (*steps, step))

    for _ in range(200):
        document = {"top": grow(4)}
        for steps, value in places(document, ()):
            pointer = "".join(f"/{str(s).replace('~', '~0').replace('/', '~1')}" for s in steps)
            brackets = "$" + "".join(f"[{s}]" if isinstance(s, int) else f"['{s}']" for s in steps)
            assert lookup(document, brackets) is value
            assert lookup(document, pointer) is value


def test_fuzz_a_selector_of_random_characters_is_either_parsed_or_refused() -> None:
    rng = random.Random(5)
    for _ in range(5000):
        path = "".join(rng.choices("ab.[]*'\"/~$01- ü", k=rng.randrange(12)))
        try:
            parse_selector(path)
        except ValueError:
            continue
        lookup(DOCUMENT, path)
        try:
            assert isinstance(select_all(DOCUMENT, path), list)
        except NotFound:
            pass


def test_fuzz_csv_is_equal_after_a_round_trip() -> None:
    rng = random.Random(11)
    for _ in range(300):
        width = rng.randrange(1, 5)
        names = [f"n{index}" for index in range(width)]
        rows = [
            ["x" + "".join(rng.choices('ab,;"\n\r\u2028\x0b ü', k=rng.randrange(6))) for _ in names]
            for _ in range(rng.randrange(5))
        ]
        out = io.StringIO(newline="")
        ends, quoting = rng.choice(["\n", "\r\n"]), csv.QUOTE_ALL
        writer = csv.writer(out, lineterminator=ends, quoting=quoting)
        writer.writerows([names, *rows])
        found = decoded(out.getvalue().encode(), responseFormat="csv")
        assert found == [dict(zip(names, row)) for row in rows]


def test_fuzz_decoding_random_bytes_gives_records_or_an_http_error() -> None:
    rng = random.Random(3)
    alphabet = b'{}[]",:\n\r\\u0e+-.1tfn\x00\x1e\x1f\x8b\xff\xfe\xef\xbb\xbf\xc3\xa4 a;'
    for _ in range(3000):
        body = bytes(rng.choices(alphabet, k=rng.randrange(1, 40)))
        for kind in ("json", "jsonl", "csv", "text"):
            try:
                records = decoded(body, responseFormat=kind)
            except HttpError:
                continue
            for record in records:
                text = write(record, True)
                assert isinstance(record, Reject) or parse(text).value == record


def test_fuzz_json_keeps_every_digit_and_the_order_of_keys() -> None:
    rng = random.Random(17)

    def number() -> str:
        whole = rng.choice(
            ["0", str(rng.randrange(1, 10)), str(rng.getrandbits(rng.randrange(99)))]
        )
        tail = rng.choice(["", ".0", ".10", f".{rng.getrandbits(60)}"])
        power = rng.choice(["", "", "e5", "E-7", "e+400", "E400"])
        return rng.choice(["", "-"]) + whole + tail + power

    for _ in range(2000):
        keys = rng.sample(["z", "a", "m", "ü"], 3)
        text = "{" + ",".join(f'"{key}":[{number()}]' for key in keys) + "}"
        document = parse(text)
        assert write(document.value, document.exact) == text
