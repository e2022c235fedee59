"""`rest` as a stream: whatever the caps, the growth and the restarts, each record once.

The APIs here are the plainest that show a kind of position; random histories are run against them,
as Spark would: batches logged, readers started anew from any of them, logged batches repeated.
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
    """Slots that hold a record or, where a filter left it out, nothing; growth adds slots."""

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
        # Keys are shared within one growth; by a later one only where the position is inclusive.
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
        # As most servers make it: of the body alone, whatever the headers say.
        tag = hashlib.sha256(body).hexdigest()
        if sent.get("If-None-Match") == tag:
            return Reply(304, "Not Modified", {"etag": tag}, b"", url)
        return Reply(200, "OK", {**headers, "etag": tag}, body, url)

    def cursor(self, query: dict[str, str]) -> tuple[Any, dict[str, str]]:
        """Positions c0, c1, …; `ending` is what the last page says of the next one."""
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
        """Records by `n` or `at` from a bound on, in pages; also the time of the newest."""
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
    """A line of Spark's offset log, and the rows that went out with it."""

    start: str
    end: str
    rows: list[Any]


class History:
    """A query with its checkpoint, which outlives its readers."""

    def __init__(self, api: Api, path: str, options: dict[str, str]) -> None:
        self.api, self.path, self.options = api, path, options
        # Where pages may not be parted, caps that hardly ever suffice would show little.
        self.cap = str(api.rng.choice([1, 2, 3, 9, 50] if "pagination" in options else [1, 2, 3]))
        self.log: list[Batch] = []
        self.feed = "{" not in path and "descending" in api.flags
        if self.feed:
            # What a first poll finds out of reach is older than the stream.
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
        """Up to the first poll without rows; `holes` may take several of them."""
        idle = 0
        while idle <= (len(self.api.slots) if "holes" in self.api.flags else 0):
            idle = 0 if self.batch() else idle + 1

    def available_now(self) -> None:
        """Runs of Trigger.AvailableNow, up to the first without rows."""
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
        """Whether the caps sufficed; where not, the error names them and costs no record."""
        try:
            for _ in range(self.api.rng.randint(3, 25)):
                self.step()
            self.drain()
            self.check()
            self.api.grow(self.api.rng.randint(0, 9))
            self.available_now()
        except HttpError as error:
            told = ("maxPages", "records may be missing", "set pagination=link")
            if not any(words in str(error) for words in told):
                raise
            self.cap = "1000"
            if told[2] in str(error):
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
    """The page at the position is known; the one after it is what the poll is for."""
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
def test_each_record_of_a_cursor_comes_once(
    path: str, options: dict[str, str], ending: str, flags: str
) -> None:
    # A last page that leaves the field out may be the only one.
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
def test_each_record_of_the_other_positions_comes_once(
    path: str, options: dict[str, str], flags: str
) -> None:
    """Where the caps would part what belongs together, an error says so, before any loss."""
    whole = 0
    for seed in range(SEEDS):
        api = Api(random.Random(f"{seed} {flags} {path}"), flags=flags)
        whole += History(api, path, options).run()
    cut = "pages" in flags or "pagination" in options or "linked" in flags
    assert whole == SEEDS or (cut and whole), f"{whole} of {SEEDS} without an error"


@pytest.mark.parametrize(
    ("more", "calls"), [({}, [1, 1, 1, 1, 1]), ({"moreField": "more"}, [1, 3, 3, 2, 1])]
)
def test_empty_pages_are_passed_by_the_next_polls(
    caplog: pytest.LogCaptureFixture, more: dict[str, str], calls: list[int]
) -> None:
    """Not asked for again and again, and at once only where the API says that there is more.

    A run of AvailableNow has no next poll: it asks on up to maxPages, and says so.
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
def test_pages_cut_inside_one_key_are_an_error_and_not_a_loss(
    flags: str, options: dict[str, str], ats: list[int]
) -> None:
    """They don't tell which way they go, nor where the key ends."""
    api = Api(random.Random(1), flags=flags)
    api.limit = len(ats) - 1
    api.slots = [{"n": n, "at": at} for n, at in enumerate(ats)]
    path = f"/keyed?{'id' if options is IDS else 'since'}={{{options['offsetField']}}}"
    history = History(api, path, {**options, **PAGES})
    history.restart(maxPages="1")
    with pytest.raises(HttpError, match=r"did not end within maxPages \(1\); raise it"):
        history.batch()


def test_a_key_that_goes_on_past_the_cap_waits_for_its_rest() -> None:
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


def test_a_cursor_that_is_fresh_for_ever_costs_one_request_a_poll() -> None:
    """An API whose empty pages name a next one each time must not be asked without pause."""
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


def test_a_run_of_available_now_ends_where_the_api_says_that_there_is_no_more(
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


def test_more_without_a_cursor_to_go_on_from_is_an_error() -> None:
    api = Api(random.Random(1), "null")
    api.limit, api.slots = 2, [{"n": 0}, {"n": 1}]
    history = History(api, "/cursor?after={cursor}", {**CURSOR, "moreField": "said"})
    with pytest.raises(HttpError, match=r"has no 'said' \(moreField\)"):
        history.batch()
    answer = {"data": [{"n": 0}], "said": True, "cursor": None}
    history.reader._stream._transport = lambda *_: Reply(  # type: ignore[union-attr]
        200, "OK", {}, json.dumps(answer).encode(), HOST
    )
    with pytest.raises(HttpError, match=r"'said', moreField\) and names no cursor"):
        history.batch()


@pytest.mark.parametrize("flags", ["", "twins"])
@pytest.mark.parametrize("ending", ["null", "same", "onward"])
def test_each_record_of_a_page_too_large_to_mark_comes_once(ending: str, flags: str) -> None:
    """What went out of it is the beginning of the page, and the page grows at its end only."""
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


def test_b4_ten_thousand_records_of_one_cursor_page_make_twenty_batches() -> None:
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
    with pytest.raises(ReplayError, match="its first 10002 are no more those that were emitted"):
        history.batch()


def test_a_cursor_that_two_records_share_is_an_error_before_a_batch_can_part_them(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The second one would be taken for the record that the position names, and be left out."""
    page = [{"n": 1}, {"n": 2, "v": "a"}, {"n": 2, "v": "b"}]
    server.fault("/tweets", body=page, times=9)
    reader = rest_reader(server, "/tweets?after={n}", clock, batchSize="2", **LAST)
    with pytest.raises(HttpError, match=r"two records .* the same 'n' \(offsetField\), '2'"):
        drain(reader, reader.initialOffset())
