"""`rest` streams over the rows of `inputData`."""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError, ReplayError
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.per_row_stream import PerRowStream
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources.rest import rest_stream
from support import (
    FakeClock,
    Recorder,
    drain,
    rest_reader,
    rest_reader_before_42,
    rows_between,
    take,
)

EVENTS = {"offsetField": "id", "offsetType": "incremental"}
PATH = "/tweets?since={id}&team={team}"


def teams(*names: str) -> str:
    return json.dumps([{"team": name} for name in names])


def serve(server: ReplayServer, *pages: Any) -> None:
    for page in pages:
        server.fault("/tweets", body=page)


def asked(server: ReplayServer) -> list[tuple[str, str]]:
    return [(call["query"]["team"], call["query"]["since"]) for call in server.journal("/tweets")]


def test_every_input_row_is_requested_and_has_its_own_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, PATH, clock, inputData=teams("a", "b", "c"), **EVENTS)
    serve(server, [{"id": 1}, {"id": 2}], [{"id": 70}], [])
    start = reader.initialOffset()
    rows, end = take(reader, start)
    assert [row["id"] for row in rows] == [1, 2, 70]
    assert (end["n"], end["req"], end["g"], end["seq"]) == (3, 2, "range", 1)
    serve(server, [], [{"id": 71}], [{"id": 5}])
    rows, end = take(reader, end)
    assert [row["id"] for row in rows] == [71, 5]
    first, second = asked(server)[:3], asked(server)[3:]
    assert first == [("a", "0"), ("b", "0"), ("c", "0")]
    assert sorted(second) == [("a", "3"), ("b", "71"), ("c", "0")]


def test_a_batch_over_input_rows_is_repeated_from_the_offset_without_requests(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"inputData": teams("a", "b"), "offsetField": "timestamp"}
    path = "/tweets?since={timestamp}&team={team}"
    reader = rest_reader(server, path, clock, **options)
    serve(server, {"timestamp": 5, "data": [{"n": 1}]}, {"timestamp": 9, "data": [{"n": 2}]})
    start = reader.initialOffset()
    rows, middle = take(reader, start)
    serve(server, {"timestamp": 5, "data": []}, {"timestamp": 10, "data": [{"n": 3}]})
    more, end = take(reader, middle)
    server.clear_journal()
    restarted = rest_reader(server, path, clock, **options)
    for begin, stop, expected in ((start, middle, rows), (middle, end, more)):
        assert rows_between(restarted, json.loads(json.dumps(begin)), stop) == expected
    assert restarted.partitions(end, end) == []
    assert server.journal() == []
    assert (middle["g"], [row["n"] for row in rows + more]) == ("payload", [1, 2, 3])


def test_repeating_a_batch_requests_only_the_input_rows_of_that_batch(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"inputData": teams("a", "b"), **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    serve(server, [{"id": 1}], [{"id": 2}])
    _, start = take(reader, reader.initialOffset())
    serve(server, [{"id": 3}], [])
    rows, end = take(reader, start)
    server.clear_journal()
    serve(server, [{"id": 3}, {"id": 9}])
    restarted = rest_reader(server, PATH, clock, **options)
    assert rows_between(restarted, start, end) == rows == [{"id": 3}]
    assert asked(server) == [("a", "2")]


def test_a_full_batch_ends_and_the_next_batch_continues_after_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, *([{"id": n} for n in range(4)] for _ in range(3)))
    server.fault("/tweets", body=[], times=99)
    options = {"inputData": teams("a", "b", "c"), "batchSize": "3", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    position, sizes, rows = reader.initialOffset(), [], []
    for _ in range(20):
        found, end = take(reader, position)
        if found:
            sizes.append(len(found))
        rows += found
        position = end
    assert sorted(row["id"] for row in rows) == sorted([*range(4)] * 3)
    assert max(sizes) <= 3


def test_each_input_row_keeps_the_polling_interval(server: ReplayServer, clock: FakeClock) -> None:
    options = {"inputData": teams("a", "b"), "streamingInterval": "60", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    serve(server, [{"id": 1}], [])
    _, end = take(reader, reader.initialOffset())
    for _ in range(20):
        assert take(reader, end) == ([], end)
    assert len(server.journal()) == 2
    assert max(clock.slept) <= 0.25
    clock.advance(61)
    serve(server, [], [{"id": 1}])
    assert take(reader, end)[0] == [{"id": 1}]


def test_input_rows_may_be_added_and_removed_between_runs(
    server: ReplayServer, clock: FakeClock
) -> None:
    reader = rest_reader(server, PATH, clock, inputData=teams("a", "b"), **EVENTS)
    serve(server, [{"id": 1}], [{"id": 2}])
    start = reader.initialOffset()
    _, end = take(reader, start)
    server.clear_journal()
    changed = rest_reader(server, PATH, clock, inputData=teams("b", "new"), **EVENTS)
    serve(server, [{"id": 3}], [{"id": 8}])
    rows, last = take(changed, end)
    assert asked(server) == [("b", "3"), ("new", "0")]
    assert (len(rows), len(last["subs"])) == (2, 2)
    with pytest.raises(ReplayError, match="a row that inputData no longer has"):
        changed.partitions(start, end)


def test_adding_or_removing_input_data_under_a_checkpoint_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    alone = rest_reader(server, "/tweets?since={id}", clock, **EVENTS)
    _, end = take(alone, alone.initialOffset())
    fan = rest_reader(server, "/tweets?since={id}", clock, inputData=teams("a"), **EVENTS)
    with pytest.raises(ReplayError, match="written with another inputData"):
        take(fan, end)
    _, end = take(fan, fan.initialOffset())
    with pytest.raises(ReplayError, match="written with another inputData"):
        take(alone, end)


def test_an_input_row_may_set_its_own_initial_position(
    server: ReplayServer, clock: FakeClock
) -> None:
    data = json.dumps([{"team": "a", "id": 40}, {"team": "b", "q": "x y"}])
    serve(server, [], [])
    reader = rest_reader(server, PATH, clock, inputData=data, **EVENTS)
    take(reader, reader.initialOffset())
    assert asked(server) == [("a", "40"), ("b", "0")]
    assert server.journal()[1]["query"]["q"] == "x y"


def test_input_rows_fill_the_body_of_a_post(server: ReplayServer, clock: FakeClock) -> None:
    body = '{"since":"{id}","team":"{team}"}'
    data = json.dumps([{"team": "a", "size": 3}])
    options = {"method": "POST", "body": body, "inputData": data, **EVENTS}
    reader = rest_reader(server, "/tweets", clock, **options)
    serve(server, [{"id": 7}], [])
    _, end = take(reader, reader.initialOffset())
    take(reader, end)
    sent = [json.loads(call["body"]) for call in server.journal()]
    assert sent == [
        {"since": 0, "team": "a", "size": 3},
        {"since": 8, "team": "a", "size": 3},
    ]


def test_include_input_adds_the_input_row_to_each_record(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"inputData": teams("a", "b"), "includeInput": "true", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    serve(server, [{"id": 1}], [{"id": 2}])
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    parts = reader.partitions(start, end)
    assert [row for part in parts for row in reader.read(part)] == [
        ('{"id":1}', '{"team":"a"}'),
        ('{"id":2}', '{"team":"b"}'),
    ]


def test_available_now_reads_all_records_of_every_input_row(
    server: ReplayServer, clock: FakeClock
) -> None:
    """It reads all pages of a row without a pause, and makes no more polls after the last."""
    serve(server, [{"id": 1}], [{"id": 2}], [{"id": 2}], [], [])
    options = {"inputData": teams("a", "b"), "streamingInterval": "3600", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    reader.prepareForTriggerAvailableNow()
    rows, end = drain(reader, reader.initialOffset())
    assert sorted(row["id"] for row in rows) == [1, 2, 2]
    calls = len(server.journal())
    assert take(reader, end) == ([], end)
    assert len(server.journal()) == calls


def test_duplicate_or_empty_input_data_is_refused(server: ReplayServer) -> None:
    with pytest.raises(OptionError, match="item 1 is given twice"):
        rest_reader(server, PATH, inputData=teams("a", "a"), **EVENTS)
    with pytest.raises(OptionError, match="needs at least one row"):
        rest_reader(server, "/tweets", inputData="[]", **EVENTS)


def test_too_many_input_rows_for_one_offset_are_an_error_with_advice(
    server: ReplayServer, clock: FakeClock
) -> None:
    names = [f"t{n}" for n in range(40)]
    serve(server, *([{"id": 1}] for _ in names))
    options = {"inputData": teams(*names), "maxOffsetBytes": "2048", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    position = reader.initialOffset()
    with pytest.raises(HttpError, match=r"40 rows of inputData .* several queries"):
        for _ in range(40):
            _, position = take(reader, position)


def test_the_reader_for_spark_before_4_2_streams_over_input_rows(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"inputData": teams("a", "b"), **EVENTS}
    reader = rest_reader_before_42(server, PATH, clock, **options)
    serve(server, [{"id": 1}], [{"id": 2}])
    start, end = reader.initialOffset(), reader.latestOffset()
    assert len(rows_between(reader, start, end)) == 2
    restarted = rest_reader_before_42(server, PATH, clock, **options)
    assert restarted.partitions(end, end) == []
    serve(server, [], [{"id": 3}])
    assert rows_between(restarted, end, restarted.latestOffset()) == [{"id": 3}]


def test_idle_polls_over_input_rows_do_not_leak_memory(clock: FakeClock) -> None:
    given = {"url": "https://a.example/?since={id}&team={team}", "inputData": teams("a", "b")}
    options = {**given, "streamingInterval": "1", **EVENTS}
    config = read_config(options)
    transport = Recorder({"data": []})
    made = rest_stream(options, config, clock)
    assert isinstance(made, PerRowStream)
    for key in made._configs:
        made._stream(key)._transport = transport
    reader = RestStreamReader(made, config)
    start = reader.initialOffset()

    def idle(times: int) -> None:
        for _ in range(times):
            assert take(reader, start) == ([], start)
            clock.advance(1.1)
            transport.requests.clear()
            clock.slept.clear()
        gc.collect()

    idle(50)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    idle(1000)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 50_000
    assert reader.latestOffset(start, reader.getDefaultReadLimit()) is start


def test_the_offset_of_many_input_rows_stays_below_max_offset_bytes(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Records that would not fit wait for the next batch, even with replay=payload."""
    names = [f"t{n}" for n in range(12)]
    options = {"inputData": teams(*names), "maxOffsetBytes": "4096", "replay": "payload", **EVENTS}
    reader = rest_reader(server, PATH, clock, **options)
    position, found = reader.initialOffset(), []
    for first in (0, 100):
        noise = ["".join(random.Random(n).choices("0123456789abcdef", k=300)) for n in range(12)]
        serve(server, *([{"id": first + n, "x": noise[n]}] for n in range(12)))
        server.fault("/tweets", body=[], times=999)
        batches = 0
        while len(found) < first // 100 * 12 + 12 and batches < 30:
            rows, position = take(reader, position)
            assert len(json.dumps(position)) <= 4096
            found += rows
            batches += 1
        assert 1 < batches < 10
        server.clear_faults()
    assert sorted(row["id"] for row in found) == [*range(12), *range(100, 112)]


def test_a_large_batch_of_one_input_row_leaves_room_for_the_other_rows(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"inputData": teams("a", "b", "c"), "maxOffsetBytes": "8192", "replay": "payload"}
    reader = rest_reader(server, PATH, clock, **options, **EVENTS)
    source = random.Random(3)
    for first in (0, 100, 200):
        text = ["".join(source.choices("0123456789abcdef", k=400)) for _ in range(60)]
        serve(server, [{"id": first + n, "x": text[n]} for n in range(60)])
    server.fault("/tweets", body=[], times=999)
    position, found = reader.initialOffset(), []
    for _ in range(60):
        rows, position = take(reader, position)
        assert len(json.dumps(position)) <= 8192
        found += rows
    wanted = [first + n for first in (0, 100, 200) for n in range(60)]
    assert sorted(row["id"] for row in found) == wanted


def test_all_input_rows_share_one_memory_budget_for_records_not_yet_emitted(
    clock: FakeClock,
) -> None:
    """Twenty input rows share one maxBatchBytes, and each still gets its turn."""
    names = [f"t{n}" for n in range(20)]
    options = {"url": f"https://a.example{PATH}", "inputData": teams(*names), **EVENTS}
    options |= {"streamingInterval": "0", "batchSize": "7", "maxBatchBytes": "3000"}
    config = read_config(options)
    page = [{"id": n, "x": "x" * 80} for n in range(1, 21)]
    transport = Recorder(page)
    made = rest_stream(options, config, clock)
    assert isinstance(made, PerRowStream)
    for key in made._configs:
        made._stream(key)._transport = transport
    reader = RestStreamReader(made, config)
    position, found, most = reader.initialOffset(), 0, 0
    while found < 20 * len(page):
        rows, position = take(reader, position)
        assert rows
        found += len(rows)
        most = max(most, sum(stream.state.held for stream in made._streams.values()))
    assert len(json.dumps(page)) < most < 2 * 3000
    assert take(reader, position) == ([], position)
