"""`rest` as a stream reads each record once, regardless of caps, growth and restarts.

The APIs here are the simplest for each kind of position. Random histories run against them, as in
Spark: readers log batches, restart from any logged offset, and repeat logged batches.
"""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import HttpError, ReplayError
from sparktide_sources._http.wire import Reply
from sparktide_sources._polling.pacing import Pacer
from sparktide_sources._polling.transient import PollGuard
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources._rest.stream.stream import RestStream
from support import FakeClock, drain, rest_reader, rows_between, take

HOST = "https://api.example.com"
CURSOR = {"offsetType": "cursor", "offsetField": "cursor", "offsetScope": "response"}
LINK = {**CURSOR, "offsetField": "next"}
HEADER = {**CURSOR, "cursorHeader": "X-Next"}
LAST = {"offsetType": "cursor", "offsetField": "n", "offsetScope": "record"}
IDS = {"offsetType": "incremental", "offsetField": "n"}
NEWEST = {"offsetType": "max_field", "offsetField": "at"}
STAMP = {"offsetType": "timestamp", "offsetField": "timestamp", "offsetScope": "response"}
PAGES = {"pagination": "json", "nextField": "next", "nextFieldMissing": "end"}
LINKS = {"pagination": "link"}
COUNTED = {"pagination": "page"}
SEEDS = 10


class Api:
    """Slots with a record each, or empty if a filter hides the record. Growth adds slots."""

    def __init__(self, rng: random.Random, ending: str = "null", flags: str = "") -> None:
        self.rng, self.ending, self.flags = rng, ending, flags.split()
        self.limit = rng.randint(1, 4)
        self.slots: list[dict[str, Any] | None] = []
        self.calls = self.ticks = 0
        self.grow(rng.randint(0, 9))

    @property
    def records(self) -> list[dict[str, Any]]:
        return [slot for slot in self.slots if slot is not None]

    def grow(self, count: int) -> None:
        # Records of one growth share keys; a later growth shares them only with the flag "late".
        self.ticks += 0 if "late" in self.flags and self.rng.random() < 0.3 else 1
        for _ in range(count):
            n = len(self.slots)
            self.ticks += self.rng.random() < 0.4
            gone = "holes" in self.flags and self.rng.random() < 0.6
            same = "twins" in self.flags and self.rng.random() < 0.5
            row = {"n": n, "at": self.ticks} if not same else {"n": -1}
            self.slots.append(None if gone else row)

    def __call__(self, method: str, url: str, sent: dict[str, str], *_: Any) -> Reply:
        self.calls += 1
        split = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        page, headers = getattr(self, split.path[1:])(query)
        body = json.dumps(page).encode()
        # Like most servers, make the ETag from the body alone, without the headers.
        tag = hashlib.sha256(body).hexdigest()
        if sent.get("If-None-Match") == tag:
            return Reply(304, "Not Modified", {"etag": tag}, b"", url)
        return Reply(200, "OK", {**headers, "etag": tag}, body, url)

    def cursor(self, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        """Positions c0, c1, …; `ending` sets the next position that the last page names."""
        after = query.get("after", "")
        start = int(after[1:].partition(".")[0]) if after else 0
        taken = self.slots[start : start + self.limit]
        page: dict[str, Any] = {"data": [slot for slot in taken if slot is not None]}
        page["more"] = start + self.limit < len(self.slots)
        following: str | None = f"c{start + len(taken)}"
        if self.ending == "fresh":
            following = f"{following}.{self.calls}"
        elif start + self.limit >= len(self.slots) and self.ending != "onward":
            following = after if self.ending == "same" else None
        headers: dict[str, str] = {}
        if following is not None or self.ending == "null":
            page["cursor"] = following
            page["next"] = following and f"/cursor?after={following}"
        if following is not None:
            headers["x-next"] = following
        return page, headers

    def keyed(self, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        """Pages of records from a bound of `n` or `at`, with the time of the newest record."""
        records = self.records
        if "id" in query:
            bound = int(query["id"] or -1)
            records = [r for r in records if r["n"] >= bound + ("after" in self.flags)]
        elif "since" in query:
            bound = int(query["since"]) + ("late" not in self.flags)
            records = [r for r in records if r["at"] >= bound]
        if "descending" in self.flags:
            records.reverse()
        at = int(query.get("skip", "0"))
        linked = "linked" in self.flags
        cut = "pages" in self.flags or "limit" in self.flags or linked
        size = self.limit if cut else len(records)
        if "page" in query:
            at = (int(query["page"]) - 1) * size
        page: dict[str, Any] = {"data": records[at : at + size], "timestamp": self.ticks}
        kept = [f"{k}={v}" for k, v in query.items() if k != "skip"]
        following = "/keyed?" + "&".join([*kept, f"skip={at + size}"])
        more = at + size < len(records)
        if "pages" in self.flags and more:
            page["next"] = following
        return page, {"link": f'<{following}>; rel="next"'} if linked and more else {}


class Batch(NamedTuple):
    """A line of Spark's offset log, and the rows of its batch."""

    start: str
    end: str
    rows: list[Any]


class History:
    """A query with a checkpoint that survives restarts of its readers."""

    def __init__(self, api: Api, path: str, options: dict[str, str]) -> None:
        self.api, self.path, self.options = api, path, options
        # A poll must read all pages with `pagination`, so small caps alone would mostly fail.
        self.cap = str(api.rng.choice([1, 2, 3, 9, 50] if "pagination" in options else [1, 2, 3]))
        self.log: list[Batch] = []
        self.feed = "{" not in path and "descending" in api.flags
        if self.feed:
            # A feed starts with the records that the first poll reaches, so let it reach all.
            api.grow(1)
            self.restart(maxPages="1000")
            self.drain()
        self.restart()

    def restart(self, **options: str) -> None:
        given = {"url": HOST + self.path, "streamingInterval": "0", **self.options}
        size = str(self.api.rng.randint(1, 5))
        config = read_config({**given, "maxPages": self.cap, "batchSize": size, **options})

        def guard(pacer: Pacer, clock: Clock) -> PollGuard:
            return PollGuard("rest", False, 0, pacer, clock)

        stream = RestStream(config, guard, FakeClock(), self.api)
        self.reader = RestStreamReader(stream, config)

    @property
    def rows(self) -> list[Any]:
        return [row for batch in self.log for row in batch.rows]

    def batch(self) -> bool:
        start = json.loads(self.log[-1].end) if self.log else self.reader.initialOffset()
        rows, end = take(self.reader, start)
        if rows:
            self.log.append(Batch(json.dumps(start), json.dumps(end), rows))
        return bool(rows)

    def drain(self) -> None:
        """Runs batches until a poll finds no rows; with `holes`, several polls may find none."""
        idle = 0
        while idle <= (len(self.api.slots) if "holes" in self.api.flags else 0):
            idle = 0 if self.batch() else idle + 1

    def available_now(self) -> None:
        """Runs Trigger.AvailableNow until a run finds no rows."""
        found = True
        while found:
            self.restart()
            self.reader.prepareForTriggerAvailableNow()
            found = False
            while self.batch():
                found = True

    def step(self) -> None:
        rng = self.api.rng
        what = rng.choice(
            ["grow", "grow", "batch", "batch", "drain", "restart", "rewind", "repeat"]
        )
        if what == "grow":
            self.api.grow(rng.randint(1, 4))
        elif what == "batch":
            self.batch()
        elif what == "drain":
            self.drain()
            self.check()
        elif what == "restart":
            self.restart()
        elif what == "rewind" and len(self.log) > self.feed:
            del self.log[rng.randrange(self.feed, len(self.log)) :]
            self.restart()
        elif what == "repeat" and self.log:
            known = rng.choice(self.log)
            self.restart()
            again = rows_between(self.reader, json.loads(known.start), json.loads(known.end))
            assert again == known.rows

    def check(self) -> None:
        found = [json.dumps(row) for row in self.rows]
        assert sorted(found) == sorted(map(json.dumps, self.api.records))

    def run(self) -> bool:
        """Returns whether the caps sufficed. If not, checks that the error loses no record."""
        try:
            for _ in range(self.api.rng.randint(3, 25)):
                self.step()
            self.drain()
            self.check()
            self.api.grow(self.api.rng.randint(0, 9))
            self.available_now()
        except HttpError as error:
            known = ("maxPages", "records may be missing", "set pagination=link")
            if not any(words in str(error) for words in known):
                raise
            self.cap = "1000"
            if known[2] in str(error):
                self.options = {**self.options, **LINKS}
            self.restart()
            self.drain()
            self.check()
            return False
        if "holes" in self.api.flags:
            self.restart()
            self.drain()
        self.check()
        return True


def test_a_poll_that_ends_at_max_pages_emits_no_record_twice(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The poll reads the page after the position, because the page at it is already emitted."""
    server.state.apply({"config": {"stream_end": "null"}})
    options = {**CURSOR, "maxPages": "1"}
    reader = rest_reader(server, "/stream?after={cursor}&limit=3", clock, **options)
    start, found = reader.initialOffset(), []
    for more in (0, 1, 2):
        server.state.apply({"grow": {"stream": more}})
        rows, start = drain(reader, start)
        found.append([row["n"] for row in rows])
    assert found == [[0, 1, 2, 3, 4], [5], [6, 7]]


@pytest.mark.parametrize("flags", ["", "twins", "holes", "holes twins"])
@pytest.mark.parametrize("ending", ["null", "absent", "same", "onward", "fresh"])
@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("/cursor?after={cursor}", CURSOR),
        ("/cursor?after={cursor}", {**CURSOR, "moreField": "more"}),
        ("/cursor", LINK),
        ("/cursor?after={cursor}", HEADER),
    ],
)
def test_a_cursor_stream_reads_each_record_once(
    path: str, options: dict[str, str], ending: str, flags: str
) -> None:
    # Without the field, nothing shows that the last page is not the only one.
    left_out = ending == "absent" or (ending == "null" and "cursorHeader" in options)
    if left_out and "moreField" not in options:
        options = {**options, "nextFieldMissing": "end"}
    for seed in range(SEEDS):
        api = Api(random.Random(f"{seed} {ending} {flags} {path}"), ending, flags)
        assert History(api, path, options).run(), seed


@pytest.mark.parametrize(
    ("path", "options", "flags"),
    [
        ("/keyed?id={n}", LAST, "after"),
        ("/keyed?id={n}", LAST, ""),
        ("/keyed?id={n}", LAST, "after limit"),
        ("/keyed?id={n}", IDS, ""),
        ("/keyed?id={n}", IDS, "descending"),
        ("/keyed?id={n}", {**IDS, **PAGES}, "pages"),
        ("/keyed?id={n}", {**IDS, **PAGES}, "pages descending"),
        ("/keyed", {**IDS, **PAGES}, "pages"),
        ("/keyed", {**IDS, **PAGES, "requireGuarantee": "exactly-once"}, "pages descending"),
        ("/keyed?since={at}", NEWEST, ""),
        ("/keyed?id={n}", IDS, "linked"),
        ("/keyed?id={n}", {**IDS, **LINKS}, "linked"),
        ("/keyed?id={n}", {**IDS, **COUNTED}, "limit"),
        ("/keyed", {**IDS, **LINKS}, "linked"),
        ("/keyed", {**IDS, **LINKS}, "linked descending"),
        ("/keyed", {**IDS, **COUNTED}, "limit"),
        ("/keyed", {**IDS, **COUNTED}, "limit descending"),
        ("/keyed?since={at}", NEWEST, "linked"),
        ("/keyed?since={at}", {**NEWEST, "inclusiveOffset": "true"}, "linked late"),
        ("/keyed?since={at}", {**NEWEST, **LINKS}, "linked"),
        ("/keyed?since={at}", {**NEWEST, **PAGES}, "pages"),
        ("/keyed?since={at}", {**NEWEST, **PAGES}, "pages descending"),
        ("/keyed", {**NEWEST, **PAGES}, "pages"),
        ("/keyed?since={at}", {**NEWEST, **PAGES, "inclusiveOffset": "true"}, "pages late"),
        (
            "/keyed?since={at}",
            {**NEWEST, **PAGES, "inclusiveOffset": "true"},
            "pages late descending",
        ),
        ("/keyed", {**NEWEST, **PAGES, "inclusiveOffset": "true"}, "pages late"),
        ("/keyed?since={timestamp}", STAMP, ""),
        ("/keyed?since={timestamp}", {**STAMP, "replay": "refetch"}, ""),
        ("/keyed?since={timestamp}", {**STAMP, **PAGES}, "pages"),
    ],
)
def test_streams_with_the_other_kinds_of_positions_read_each_record_once(
    path: str, options: dict[str, str], flags: str
) -> None:
    """If a cap would split records of one key, the read fails before it loses any."""
    whole = 0
    for seed in range(SEEDS):
        api = Api(random.Random(f"{seed} {flags} {path}"), flags=flags)
        whole += History(api, path, options).run()
    cut = "pages" in flags or "pagination" in options or "linked" in flags
    assert whole == SEEDS or (cut and whole), f"{whole} of {SEEDS} without an error"


@pytest.mark.parametrize(
    ("more", "calls"), [({}, [1, 1, 1, 1, 1]), ({"moreField": "more"}, [1, 3, 3, 2, 1])]
)
def test_polls_after_an_empty_page_continue_behind_it(
    caplog: pytest.LogCaptureFixture, more: dict[str, str], calls: list[int]
) -> None:
    """A poll reads past empty pages only if the API says that more records follow.

    A run of AvailableNow has no next poll, so it reads up to maxPages and logs that it stopped.
    """
    api = Api(random.Random(1), "onward")
    api.limit, api.slots = 1, [{"n": 0}, *[None] * 7, {"n": 8}]
    history = History(api, "/cursor?after={cursor}", {**CURSOR, **more})
    history.restart(maxPages="3")
    asked: list[int] = []
    for _ in range(5):
        before = api.calls
        history.batch()
        asked.append(api.calls - before)
    assert asked == calls
    for _ in range(5):
        history.batch()
    assert history.rows == [{"n": 0}, {"n": 8}]
    del history.log[1:]
    for cap, rows in (("3", 1), ("8", 2)):
        history.restart(maxPages=cap)
        history.reader.prepareForTriggerAvailableNow()
        while history.batch():
            pass
        assert len(history.rows) == rows
        assert ("maxPages (3) ended this run" in caplog.text) == (rows == 1)
        caplog.clear()


@pytest.mark.parametrize(
    ("flags", "options", "ats"),
    [
        ("pages", NEWEST, [1, 1, 1]),
        ("pages descending", NEWEST, [1, 2, 2]),
        ("pages descending", {**NEWEST, "inclusiveOffset": "true"}, [1, 2, 2]),
        ("pages descending", IDS, [1, 2]),
    ],
)
def test_a_cap_that_splits_the_records_of_one_key_is_an_error_and_not_a_loss(
    flags: str, options: dict[str, str], ats: list[int]
) -> None:
    """The pages show neither their order nor where the key ends."""
    api = Api(random.Random(1), flags=flags)
    api.limit = len(ats) - 1
    api.slots = [{"n": n, "at": at} for n, at in enumerate(ats)]
    path = f"/keyed?{'id' if options is IDS else 'since'}={{{options['offsetField']}}}"
    history = History(api, path, {**options, **PAGES})
    history.restart(maxPages="1")
    with pytest.raises(HttpError, match=r"did not end within maxPages \(1\); raise it"):
        history.batch()


def test_records_of_a_key_that_continues_past_the_cap_wait_for_the_rest_of_the_key() -> None:
    api = Api(random.Random(1), flags="pages")
    api.limit = 2
    api.slots = [{"n": n, "at": at} for n, at in enumerate([1, 2, 2, 3])]
    history = History(api, "/keyed?since={at}", {**NEWEST, **PAGES})
    history.restart(maxPages="1", batchSize="5")
    history.batch()
    assert [row["n"] for row in history.rows] == [0]
    history.restart(maxPages="2")
    history.drain()
    history.check()


def test_a_cursor_that_changes_with_every_empty_page_costs_one_request_per_poll() -> None:
    """Empty pages that always name a next page must not cause an endless loop of requests."""
    for more in ({}, {"moreField": "more"}):
        api = Api(random.Random(1), "fresh")
        api.slots = []
        history = History(api, "/cursor?after={cursor}", {**CURSOR, **more})
        history.restart(maxPages="100")
        for polls in range(1, 5):
            assert not history.batch()
            assert api.calls == polls
        api.grow(3)
        history.drain()
        history.check()


def test_a_run_of_available_now_ends_when_the_api_says_that_no_records_follow(
    caplog: pytest.LogCaptureFixture,
) -> None:
    api = Api(random.Random(1), "fresh")
    api.limit, api.slots = 2, [{"n": n} for n in range(4)]
    history = History(api, "/cursor?after={cursor}", {**CURSOR, "moreField": "more"})
    history.restart(maxPages="100", batchSize="9")
    history.reader.prepareForTriggerAvailableNow()
    while history.batch():
        pass
    assert (len(history.rows), api.calls, caplog.text) == (4, 2, "")


def test_more_field_true_without_a_next_cursor_is_an_error() -> None:
    api = Api(random.Random(1), "null")
    api.limit, api.slots = 2, [{"n": 0}, {"n": 1}]
    history = History(api, "/cursor?after={cursor}", {**CURSOR, "moreField": "said"})
    with pytest.raises(HttpError, match=r"has no 'said' \(moreField\)"):
        history.batch()
    answer = {"data": [{"n": 0}], "said": True, "cursor": None}
    history.reader._stream._transport = lambda *_: Reply(  # type: ignore[union-attr]
        200, "OK", {}, json.dumps(answer).encode(), HOST
    )
    with pytest.raises(HttpError, match=r"'said', moreField\), but has no cursor"):
        history.batch()


@pytest.mark.parametrize("flags", ["", "twins"])
@pytest.mark.parametrize("ending", ["null", "same", "onward"])
def test_each_record_of_a_page_with_too_many_keys_for_the_offset_is_read_once(
    ending: str, flags: str
) -> None:
    """Batches emit the page from its beginning, and the page only grows at its end."""
    options = {**CURSOR, "maxOffsetBytes": "640"}
    short = 0
    for seed in range(SEEDS):
        api = Api(random.Random(f"{seed} {ending} {flags}"), ending, flags)
        api.limit = 40
        api.grow(50)
        history = History(api, "/cursor?after={cursor}", options)
        assert history.run(), seed
        short += sum(":" in json.loads(batch.end)["seen"] for batch in history.log)
    assert short > SEEDS


def test_ten_thousand_records_of_one_cursor_page_make_twenty_batches() -> None:
    api = Api(random.Random(1))
    api.limit, api.slots = 20_000, [{"n": n} for n in range(10_000)]
    history = History(api, "/cursor?after={cursor}", CURSOR)
    for _ in range(20):
        if len(history.log) % 5 == 0:
            history.restart(batchSize="500")
        assert history.batch()
    assert (len(history.log), not history.batch()) == (20, True)
    history.check()
    api.grow(2)
    history.restart(batchSize="500")
    history.drain()
    history.check()
    known = history.log[12]
    history.restart(batchSize="500")
    assert rows_between(history.reader, *map(json.loads, known[:2])) == known.rows
    api.slots.insert(3, {"n": -1})
    history.restart(batchSize="500")
    with pytest.raises(ReplayError, match="its first 10002 records are not the emitted ones"):
        history.batch()


def test_a_cursor_that_two_records_share_is_an_error_before_a_batch_can_split_them(
    server: ReplayServer, clock: FakeClock
) -> None:
    """Otherwise a later batch would skip the second record, which has the cursor of the first."""
    page = [{"n": 1}, {"n": 2, "v": "a"}, {"n": 2, "v": "b"}]
    server.fault("/tweets", body=page, times=9)
    reader = rest_reader(server, "/tweets?after={n}", clock, batchSize="2", **LAST)
    with pytest.raises(HttpError, match=r"two records .* the same 'n' \(offsetField\), '2'"):
        drain(reader, reader.initialOffset())
