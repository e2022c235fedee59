"""`rest` with `parent`: the requests of a read come from another endpoint's records."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._errors import HttpError, OptionError, ReplayError, SourceError
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.parent_batch import ParentBatchReader
from sparktide_sources.rest import RestByReference
from sparktide_sources.rest_schema import SchemaReader
from support import (
    OPEN,
    FakeClock,
    drain,
    rest_reader,
    rest_reader_before_42,
    rows_between,
    take,
)

LIST = "/orgs/acme/repos"
PATH = "/repos/{parent.full_name}/issues?since={id}"
ISSUES = {"offsetField": "id", "offsetType": "incremental"}


def parent(server: ReplayServer, **options: Any) -> str:
    given = {"url": f"{server.url}{LIST}?per_page=2", "pagination": "link", **options}
    return json.dumps(given)


def stream(server: ReplayServer, clock: FakeClock, **options: str) -> Any:
    path = options.pop("path", "/repos/acme/{parent.name}/issues?since={id}")
    return rest_reader(server, path, clock, **{"parent": parent(server), **ISSUES, **options})


def issue(repo: int, number: int) -> dict[str, int]:
    return {"id": number, "repo": repo}


def repo(number: int, name: str = "") -> dict[str, Any]:
    name = name or f"r{number}"
    return {"id": number, "full_name": f"acme/{name}", "name": name}


def serve(server: ReplayServer, repos: list[Any], issues: list[Any]) -> None:
    server.state.apply({"set": {"repos": repos, "issues": issues}})


def asked(server: ReplayServer) -> dict[str, int]:
    """The number of requests by path."""
    return dict(Counter(call["path"] for call in server.journal()))


def of(rows: list[Any]) -> list[tuple[int, int]]:
    return sorted((row["repo"], row["id"]) for row in rows)


def test_each_child_has_its_own_position_and_a_new_parent_begins_by_itself(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2), repo(3)], [issue(1, 7), issue(2, 3), issue(2, 4)])
    reader = stream(server, clock, parent=parent(server, streamingInterval=60))
    rows, end = take(reader, reader.initialOffset())
    assert of(rows) == [(1, 7), (2, 3), (2, 4)]
    assert asked(server) == {LIST: 2, **{f"/repos/acme/r{n}/issues": 1 for n in (1, 2, 3)}}
    server.state.apply({"append": {"repos": [repo(4)], "issues": [issue(4, 1), issue(1, 8)]}})
    rows, end = take(reader, end)
    assert of(rows) == [(1, 8)]
    clock.advance(60)
    rows, end = take(reader, end)
    assert of(rows) == [(4, 1)]
    assert sorted(end["subs"]) == ["1", "2", "4"]
    since = [c["query"]["since"] for c in server.journal("/repos/acme/r1/issues")]
    assert since == ["0", "8", "9"]


def test_a_restart_continues_each_child_and_reads_the_list_again(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    reader = stream(server, clock)
    _, end = take(reader, reader.initialOffset())
    server.state.apply({"append": {"issues": [issue(1, 8)]}})
    server.clear_journal()
    rows, _ = take(stream(server, clock), json.loads(json.dumps(end)))
    assert of(rows) == [(1, 8)]
    assert asked(server) == {LIST: 1, "/repos/acme/r1/issues": 1, "/repos/acme/r2/issues": 1}


def test_a_repeated_batch_asks_only_its_own_children_and_not_the_list(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    reader = stream(server, clock, includeInput="true")
    _, start = take(reader, reader.initialOffset())
    server.state.apply({"append": {"issues": [issue(2, 4)]}})
    rows, end = take(reader, start)
    # The parent is gone from the list, and the offset still knows its row.
    serve(server, [repo(2)], [issue(1, 7), issue(2, 3), issue(2, 4), issue(2, 5)])
    server.clear_journal()
    again = stream(server, clock, includeInput="true")
    parts = again.partitions(json.loads(json.dumps(start)), json.loads(json.dumps(end)))
    assert asked(server) == {}
    found = [row for part in parts for row in again.read(part)]
    assert found == [('{"id":4,"repo":2}', '{"id":2,"name":"r2"}')]
    assert of(rows) == [(2, 4)]
    assert asked(server) == {"/repos/acme/r2/issues": 1}


@pytest.mark.parametrize("replay", ["auto", "payload"])
def test_the_first_batch_is_repeated_exactly_after_a_crash(
    server: ReplayServer, clock: FakeClock, replay: str
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    reader = stream(server, clock, replay=replay)
    start = reader.initialOffset()
    end = reader.latestOffset(start, reader.getDefaultReadLimit())
    rows = rows_between(stream(server, clock, replay=replay), start, end)
    assert of(rows) == [(1, 7), (2, 3)]


def test_a_parent_that_comes_back_continues_where_it_was(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    reader = stream(server, clock, parent=parent(server, streamingInterval=60))
    _, end = take(reader, reader.initialOffset())
    serve(server, [repo(2)], [issue(1, 7), issue(1, 8), issue(2, 3), issue(2, 4)])
    clock.advance(60)
    rows, end = take(reader, end)
    assert of(rows) == [(2, 4)]
    assert "1" in end["subs"]
    # Another process sees the parent's return.
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(1, 8), issue(2, 4)])
    rows, end = take(stream(server, clock), end)
    assert of(rows) == [(1, 8)]


def test_a_renamed_parent_keeps_its_position(server: ReplayServer, clock: FakeClock) -> None:
    serve(server, [repo(1)], [issue(1, 7)])
    reader = stream(server, clock, parent=parent(server, streamingInterval=60))
    _, end = take(reader, reader.initialOffset())
    serve(server, [repo(1, "new")], [issue(1, 7), issue(1, 8)])
    clock.advance(60)
    rows, _ = take(reader, end)
    assert of(rows) == [(1, 8)]
    assert server.journal("/repos/acme/new/issues")[0]["query"]["since"] == "8"


def test_a_parent_that_vanishes_between_list_and_read_does_not_end_the_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    reader = stream(server, clock)
    _, end = take(reader, reader.initialOffset())
    serve(server, [repo(2)], [issue(2, 3), issue(2, 4)])
    server.clear_journal()
    rows, end = take(reader, end)
    assert of(rows) == [(2, 4)]
    assert asked(server) == {
        LIST: 1,
        "/repos/acme/r1/issues": 1,
        "/repos/acme/r2/issues": 1,
    }
    server.clear_journal()
    assert take(reader, end) == ([], end)
    assert asked(server) == {"/repos/acme/r2/issues": 1}


def test_a_404_of_a_parent_that_is_still_listed_ends_the_stream(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1)], [issue(1, 7)])
    server.fault("/repos/acme/r1/issues", status=404, times=2)
    reader = stream(server, clock)
    for _ in range(2):
        with pytest.raises(HttpError, match="404"):
            take(reader, reader.initialOffset())
    assert of(take(reader, reader.initialOffset())[0]) == [(1, 7)]


@pytest.mark.parametrize("on_transient", ["fail", "skipPoll"])
def test_a_page_of_the_list_that_fails_drops_no_child(
    server: ReplayServer, clock: FakeClock, on_transient: str
) -> None:
    serve(server, [repo(1), repo(2), repo(3)], [issue(n, n) for n in (1, 2, 3)])
    options = {"maxRetries": "0", "onTransient": on_transient}
    reader = stream(server, clock, **options, parent=parent(server, streamingInterval=60))
    _, end = take(reader, reader.initialOffset())
    clock.advance(60)
    server.state.apply({"append": {"issues": [issue(3, 9)]}})
    server.fault(LIST, status=500, skip=1)
    if on_transient == "fail":
        with pytest.raises(HttpError, match="500"):
            take(reader, end)
    rows, end = take(reader, end)
    assert of(rows) == [(3, 9)]


def test_a_list_that_never_could_be_read_polls_no_child(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2), repo(3)], [issue(1, 7)])
    server.fault(LIST, status=503, times=1, skip=1)
    options = {"maxRetries": "0", "onTransient": "skipPoll"}
    reader = stream(server, clock, **options)
    start = reader.initialOffset()
    assert take(reader, start) == ([], start)
    assert set(asked(server)) == {LIST}


def test_a_busy_child_does_not_starve_the_others(server: ReplayServer, clock: FakeClock) -> None:
    serve(
        server,
        [repo(1), repo(2), repo(3)],
        [issue(1, n) for n in range(1, 40)] + [issue(2, 1), issue(3, 1)],
    )
    reader = stream(server, clock, batchSize="10")
    position, seen = reader.initialOffset(), []
    for _ in range(3):
        rows, position = take(reader, position)
        assert len(rows) <= 10
        seen += of(rows)
    assert (2, 1) in seen
    assert (3, 1) in seen
    assert len(drain(reader, position)[0]) + len(seen) == 41


def test_available_now_reads_the_list_once_and_everything_of_each_child(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2), repo(3)], [issue(n % 3 + 1, n) for n in range(30)])
    reader = stream(server, clock, streamingInterval="3600", batchSize="4")
    reader.prepareForTriggerAvailableNow()
    rows, end = drain(reader, reader.initialOffset())
    assert len(rows) == 30
    assert len(server.journal(LIST)) == 2
    calls = len(server.journal())
    assert take(reader, end) == ([], end)
    assert len(server.journal()) == calls
    # The next run reads the list again.
    server.state.apply({"append": {"repos": [repo(4)], "issues": [issue(4, 1)]}})
    reader.prepareForTriggerAvailableNow()
    assert of(drain(reader, end)[0]) == [(4, 1)]


def test_children_keep_the_polling_interval_across_a_restart(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1)], [issue(1, 7)])
    options = {"streamingInterval": "60"}
    reader = stream(server, clock, **options)
    _, end = take(reader, reader.initialOffset())
    for again in (reader, stream(server, clock, **options)):
        for _ in range(5):
            assert take(again, end) == ([], end)
    assert len(server.journal("/repos/acme/r1/issues")) == 1
    clock.advance(61)
    server.state.apply({"append": {"issues": [issue(1, 8)]}})
    assert of(take(again, end)[0]) == [(1, 8)]


def many(server: ReplayServer, count: int) -> None:
    serve(server, [repo(n) for n in range(count)], [issue(n, n + 1) for n in range(count)])


def test_positions_that_exceed_the_offset_name_spool_dir_before_anything_is_lost(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    many(server, 40)
    options = {"maxOffsetBytes": "2048", "parent": parent(server, pageSize=100)}
    reader = stream(server, clock, **options)
    position, seen = reader.initialOffset(), []
    with pytest.raises(HttpError, match=r"children .* maxOffsetBytes \(2048.*set spoolDir"):
        for _ in range(40):
            rows, position = take(reader, position)
            seen += rows
    # The same checkpoint continues with a folder.
    reader = stream(server, clock, **options, spoolDir=str(tmp_path))
    rows, position = drain(reader, position)
    assert sorted(row["repo"] for row in seen + rows) == list(range(40))
    assert len(json.dumps(position)) <= 2048


def test_positions_in_files_survive_restarts_and_only_the_needed_files_stay(
    server: ReplayServer, clock: FakeClock, tmp_path: Path
) -> None:
    many(server, 60)
    options = {"maxOffsetBytes": "2048", "spoolDir": str(tmp_path), "batchSize": "5"}
    options["parent"] = parent(server, pageSize=100, url=server.url + LIST)
    position, seen, log = stream(server, clock, **options).initialOffset(), [], []
    for _ in range(200):
        # Every batch is planned by one process, and repeated by another.
        reader = stream(server, clock, **options)
        end = reader.latestOffset(position, reader.getDefaultReadLimit())
        if end == position:
            break
        logged = json.loads(json.dumps(end))
        assert len(json.dumps(end)) <= 2048
        rows = rows_between(reader, position, end)
        assert of(rows_between(stream(server, clock, **options), position, logged)) == of(rows)
        reader.commit(end)
        seen += rows
        log.append(end["base"])
        position = logged
    assert sorted(row["repo"] for row in seen) == list(range(60))
    assert len(set(log)) > 2
    assert len(list(tmp_path.iterdir())) <= 2
    moved = stream(server, clock, **{**options, "spoolDir": str(tmp_path / "other")})
    with pytest.raises(ReplayError, match=r"positions of the children .* is gone: set spoolDir"):
        take(moved, position)


def test_the_reader_for_spark_before_4_2_streams_over_children(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2)], [issue(1, 7), issue(2, 3)])
    path = "/repos/acme/{parent.name}/issues?since={id}"
    options = {"parent": parent(server), **ISSUES}
    reader = rest_reader_before_42(server, path, clock, **options)
    start, end = reader.initialOffset(), reader.latestOffset()
    assert len(rows_between(reader, start, end)) == 2
    restarted = rest_reader_before_42(server, path, clock, **options)
    assert restarted.partitions(end, end) == []
    server.state.apply({"append": {"issues": [issue(2, 4)]}})
    assert of(rows_between(restarted, end, restarted.latestOffset())) == [(2, 4)]


def test_another_list_or_key_under_a_checkpoint_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1)], [issue(1, 7)])
    reader = stream(server, clock)
    _, end = take(reader, reader.initialOffset())
    with pytest.raises(ReplayError, match="written with another parent"):
        take(stream(server, clock, parent=parent(server, key="name")), end)
    with pytest.raises(ReplayError, match="written with another url, inputData"):
        take(rest_reader(server, "/events", clock, **ISSUES), end)


def batch(server: ReplayServer, clock: FakeClock, **options: str) -> list[Any]:
    url = server.url + "/repos/acme/{parent.name}/issues"
    given = {"url": url, "parent": parent(server), **OPEN, **options}
    reader = ParentBatchReader(read_config(given), clock)
    assert not server.journal()
    parts = reader.partitions()
    assert not server.journal()
    return [row for part in parts for row in reader.read(part)]


@pytest.mark.parametrize("partitions", [1, 2, 5])
def test_a_batch_reads_each_parent_once_and_the_list_once_for_each_partition(
    server: ReplayServer, clock: FakeClock, partitions: int
) -> None:
    numbers = range(1, 8)
    serve(server, [repo(n) for n in numbers], [issue(n, n) for n in numbers])
    rows = batch(server, clock, partitions=str(partitions), includeInput="true")
    assert sorted(json.loads(row[1])["name"] for row in rows) == [f"r{n}" for n in numbers]
    wanted = {LIST: 4 * partitions, **{f"/repos/acme/r{n}/issues": 1 for n in numbers}}
    assert asked(server) == wanted


def test_a_batch_leaves_out_a_parent_that_is_gone_and_fails_for_one_that_is_listed(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(2)], [issue(2, 3)])
    server.fault(LIST, body=[repo(1), repo(2)])
    assert len(batch(server, clock, partitions="1")) == 1
    server.fault("/repos/acme/r2/issues", status=410)
    server.clear_journal()
    with pytest.raises(HttpError, match="410"):
        batch(server, clock, partitions="1")


def test_a_parent_on_two_pages_of_a_changing_list_is_one_parent(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1), repo(2), repo(3)], [issue(n, n) for n in (1, 2, 3)])
    link = {"Link": f"<{LIST}?page=2&per_page=2>; rel=next"}
    server.fault(LIST, body=[repo(2), repo(3)], headers=link)
    assert len(batch(server, clock, partitions="1")) == 2


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        ([{"name": "a"}], "has no field 'id' .key of the option parent.; it has: name"),
        ([{"id": 1}], r"has no field 'name' .\{parent.name\}"),
        ([{"id": None, "name": "a"}], "neither a text nor a number"),
        ([{"id": 1, "name": None}], r"parent with the 'id' '1': .*\{parent.name\} has no value"),
        ([{"id": 1, "name": "."}], "'id' '1'"),
        ([{"id": 1, "name": ""}], "'id' '1': .* is empty"),
        ([{"id": 1, "name": "a"}, {"id": 1, "name": "b"}], "two parents have the 'id' '1'"),
    ],
)
def test_a_parent_without_a_usable_key_or_field_is_an_error(
    server: ReplayServer, clock: FakeClock, records: list[Any], problem: str
) -> None:
    server.fault(LIST, body=records)
    with pytest.raises(SourceError, match=problem):
        batch(server, clock, partitions="1")


URL = "https://api.example.com/repos/{parent.id}"
GOOD = '{"url": "https://api.example.com/repos"}'


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"parent": "[]"}, "'parent': must be a JSON object such as"),
        ({"parent": "{}"}, "'parent': option 'url': is required"),
        ({"parent": '{"url": "https://api.example.com/", "pages": 1}'}, "has no option 'pages'"),
        ({"parent": '{"url": ["x"]}'}, "'url' must be a text"),
        ({"parent": '{"url": "https://api.example.com/", "key": "a..b"}'}, "'parent'"),
        ({"parent": '{"url": "https://api.example.com/{x}"}'}, "'parent'"),
        ({"parent": '{"url": "https://api.example.com/{timestamp}"}'}, "no placeholder"),
        ({"parent": '{"url": "https://other.example.com/"}'}, "must have the host of url"),
        ({"parent": '{"url": "https://api.example.com/", "pagination": "x"}'}, "one of none, link"),
        ({"parent": GOOD, "url": "https://api.example.com/a"}, r"is not used: .*\{parent.id\}"),
        ({"parent": GOOD, "inputData": "[{}]"}, "can't be combined with inputData"),
        ({"parent": GOOD, "offsetField": "parent.at"}, "may not begin with 'parent.'"),
        ({}, r"has the placeholder \{parent.id\}"),
    ],
)
def test_a_parent_that_contradicts_other_options_is_refused_by_name(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=problem):
        read_config({"url": URL, **options})


def test_the_list_has_the_credentials_headers_and_pace_of_the_child(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(1)], [issue(1, 7)])
    options = {"authType": "Bearer", "oauthToken": "t0ken", "headers": '{"X-Version": "2"}'}
    batch(server, clock, **options, partitions="1", requestsPerSecond="0.5")
    sent = [(c["headers"]["authorization"], c["headers"]["x-version"]) for c in server.journal()]
    assert sent == [("Bearer t0ken", "2")] * 2
    assert sum(clock.slept) >= 2


def test_the_fields_of_a_parent_fill_the_body_of_a_post(
    server: ReplayServer, clock: FakeClock
) -> None:
    body = '{"repo":"{parent.id}","path":"/x/{parent.owner.login}","since":"{id}"}'
    server.fault(LIST, body=[{"id": 12.10, "owner": {"login": "acme"}}])
    server.fault("/tweets", body=[{"id": 1}])
    reader = stream(server, clock, path="/tweets", method="POST", body=body)
    take(reader, reader.initialOffset())
    (call,) = server.journal("/tweets")
    assert json.loads(call["body"]) == {"repo": 12.1, "path": "/x/acme", "since": 0}


def test_a_schema_is_inferred_from_the_records_of_the_first_parent(
    server: ReplayServer, clock: FakeClock
) -> None:
    serve(server, [repo(2), repo(1)], [issue(2, 3)])
    url = server.url + "/repos/acme/{parent.name}/issues"
    options = {"url": url, "parent": parent(server), **OPEN}
    ((ddl, code, _),) = SchemaReader(options, clock).read(None)  # type: ignore[arg-type]
    assert (ddl, code) == ("id BIGINT, repo BIGINT", None)


def test_a_credential_in_the_parents_url_must_be_a_reference_where_plans_show_options(
    server: ReplayServer,
) -> None:
    given = '{"url": "https://api.example.com/?api_key=Zx81kd92msPq01LmVn"}'
    with pytest.raises(OptionError, match="'parent' holds a credential itself"):
        RestByReference({"url": URL, "parent": given})
