"""APIs made from a seed that list parents, with records of each; and queries over them.

Parents come, go, return and get another name; their records grow; pages of the list fail; a parent
is gone between list and read. The query crashes between all of Spark's calls.
"""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import parse_qsl

from sparktide_sources._errors import HttpError
from sparktide_sources._http.wire import Reply
from sparktide_sources._polling.pacing import Pacer
from sparktide_sources._polling.transient import PollGuard, poll_guard
from sparktide_sources._rest.config import RestConfig, read_config, read_reader
from sparktide_sources._rest.stream.parent_poll import ParentPoll
from sparktide_sources._rest.stream.parent_stream import ParentStream
from sparktide_sources._rest.stream.readers import RestStreamReader, RestStreamReaderBefore42
from sparktide_sources._rest.stream.stream import RestStream
from support import FakeClock

POSITIONS = {
    "incremental": {"offsetType": "incremental"},
    "max_field": {"offsetType": "max_field", "inclusiveOffset": "true"},
    "last": {"offsetType": "cursor", "offsetScope": "record"},
}
_ROUNDS = 12
# A run with more triggers at its end repeats records for ever.
_MOST = 400


class Parents:
    """The API. A child's answer has at most `page` records after the position, in order."""

    def __init__(self, rng: random.Random, position: str) -> None:
        self._rng, self._position = rng, position
        self.page = 1000 if position != "last" else rng.choice((2, 3, 1000))
        self.list_page = rng.choice((1, 2, 3, 100))
        self.records: dict[int, list[int]] = {}
        self.names: dict[int, str] = {}
        self.listed: set[int] = set()
        self._next = 0
        # Whether lists and children fail now and then.
        self.faulty = True
        for _ in range(rng.choice((1, 3, 8, 16))):
            self._appear()

    def change(self) -> None:
        """What happens between two calls of Spark."""
        rng = self._rng
        for parent in self.records:
            if rng.random() < 0.3:
                self._grow(parent)
        if rng.random() < 0.2:
            self._appear()
        for parent in list(self.records):
            if rng.random() < 0.1:
                self.listed ^= {parent}
            if rng.random() < 0.05:
                self.names[parent] = f"{parent}-{rng.randrange(100)}"

    def all_return(self) -> None:
        self.listed, self.faulty = set(self.records), False

    def _appear(self) -> None:
        parent = len(self.records) + 1
        self.records[parent], self.names[parent] = [], f"{parent}-0"
        self.listed.add(parent)
        self._grow(parent)

    def _grow(self, parent: int) -> None:
        for _ in range(self._rng.choice((1, 1, 2, 5))):
            self._next += 1
            self.records[parent].append(self._next)

    def __call__(self, method: str, url: str, headers: dict[str, str], *_: Any) -> Reply:
        path, _, text = url.partition("?")
        query = dict(parse_qsl(text))
        if self.faulty and self._rng.random() < 0.05:
            return Reply(503, "Busy", {}, b"{}", url)
        if path.endswith("/list"):
            return self._list(url, int(query.get("page", "1")))
        return self._child(url, path.rpartition("/")[2], query.get("since", ""))

    def _list(self, url: str, page: int) -> Reply:
        known = sorted(self.listed)
        size, begin = self.list_page, (page - 1) * self.list_page
        records = [{"id": n, "name": self.names[n]} for n in known[begin : begin + size]]
        more = begin + size < len(known)
        link = {"link": f"</list?page={page + 1}>; rel=next"} if more else {}
        return Reply(200, "OK", link, json.dumps(records).encode(), url)

    def _child(self, url: str, name: str, since: str) -> Reply:
        found = [n for n in self.listed if self.names[n] == name]
        if not found:
            return Reply(404, "Not Found", {}, b'{"message": "Not Found"}', url)
        after = int(since or 0) - (self._position != "last")
        records = [{"id": n, "of": found[0]} for n in self.records[found[0]] if n > after]
        return Reply(200, "OK", {}, json.dumps(records[: self.page]).encode(), url)


class Run:
    """A query over the API. `sink` has the rows of each batch, as an idempotent sink keeps them."""

    def __init__(self, seed: int, folder: str) -> None:
        self.rng = random.Random(f"{seed} parents")
        self.position = self.rng.choice(list(POSITIONS))
        self.drive = self.rng.choice(("triggers", "triggers", "available now", "before 4.2"))
        self.api, self._clock = Parents(self.rng, self.position), FakeClock()
        self.options = self._options(folder)
        self.sink: list[list[Any]] = []
        self.faults: list[str] = []
        self._reader = self._made()
        self._log: list[Any] = [self._stored(self._reader.initialOffset())]

    def _options(self, folder: str) -> dict[str, str]:
        rng = self.rng
        listed = {"url": "https://a.example/list", "pagination": "link"}
        found = {
            "url": "https://a.example/c/{parent.name}?since={id}",
            "parent": json.dumps({**listed, "streamingInterval": rng.choice((0, 45))}),
            "offsetField": "id",
            "streamingInterval": rng.choice(("0", "10")),
            "batchSize": rng.choice(("1", "3", "1000")),
            "maxRetries": "1",
            "onTransient": rng.choice(("fail", "skipPoll")),
            **POSITIONS[self.position],
        }
        if rng.random() < 0.3:
            found["replay"] = "payload"
        if rng.random() < 0.7:
            found |= {"spoolDir": folder, "maxOffsetBytes": rng.choice(("2000", "2000", "32768"))}
        return found

    def _made(self) -> RestStreamReader | RestStreamReaderBefore42:
        config = read_config(self.options)
        clock, reader = self._clock, read_reader(self.options)

        def guard(pacer: Pacer, with_clock: Any) -> PollGuard:
            return poll_guard("rest", reader, pacer, with_clock)

        def make(of_child: RestConfig) -> RestStream:
            return RestStream(of_child, guard, clock, self.api)

        parents = ParentPoll(config, guard, clock, self.api)
        stream = ParentStream(config, make, parents, clock)
        kind = RestStreamReaderBefore42 if self.drive == "before 4.2" else RestStreamReader
        return kind(stream, config)

    def _restart(self) -> None:
        self._reader = self._made()
        if self.drive == "before 4.2" and len(self._log) > 1:
            self._reader.partitions(self._log[-1], self._log[-1])
        if self.drive == "available now":
            self._drain()

    def _drain(self) -> None:
        if isinstance(self._reader, RestStreamReader):
            self._reader.prepareForTriggerAvailableNow()

    def whole(self) -> None:
        """Runs until all records of all parents must have been read."""
        for _ in range(_ROUNDS):
            self.api.change()
            self._some()
        self.api.all_return()
        self._restart()
        quiet = 0
        for _ in range(_MOST):
            quiet = 0 if self._some() else quiet + 1
            if quiet == 4:
                return
        self.faults.append(f"no end after {_MOST} triggers")

    def _some(self) -> bool:
        """One trigger, or one run of Trigger.AvailableNow. Returns whether it had a batch."""
        self._clock.advance(20)
        if self.drive == "available now":
            self._restart()
        had = False
        for _ in range(500 if self.drive == "available now" else 1):
            try:
                if not self._batch():
                    return had
            except HttpError:
                if not self.api.faulty:
                    raise
                self._clock.advance(60)
                self._restart()
                return True
            had = True
        return had

    def _batch(self) -> bool:
        if len(self.sink) < len(self._log) - 1:
            # A logged batch whose run failed: Spark repeats it.
            self._run()
            return True
        start, reader = self._log[-1], self._reader
        if isinstance(reader, RestStreamReader):
            end = self._stored(reader.latestOffset(start, reader.getDefaultReadLimit()))
        else:
            end = self._stored(reader.latestOffset())
        if end == start:
            return False
        if len(json.dumps(end)) > int(self.options.get("maxOffsetBytes", "32768")):
            self.faults.append(f"an offset of {len(json.dumps(end))} bytes")
        crash = self.rng.choice(("", "", "", "unlogged", "unread", "uncommitted"))
        if crash == "unlogged" and self.drive != "before 4.2":
            self._restart()
            return True
        self._log.append(end)
        if crash == "unread":
            self._restart()
        rows = self._run()
        if crash == "uncommitted":
            self._restart()
            self.sink.pop()
            if self._run() != rows:
                self.faults.append("a repeated batch differs")
        self._reader.commit(end)
        return True

    def _run(self) -> list[Any]:
        # The API must be able to repeat what it answered, under the name that it had then.
        names, listed, faulty = dict(self.api.names), set(self.api.listed), self.api.faulty
        for sub in self._log[-1]["subs"].values():
            if "row" in sub:
                row = json.loads(sub["row"])
                self.api.names[row["id"]] = row["name"]
                self.api.listed.add(row["id"])
        self.api.faulty = False
        try:
            parts = self._reader.partitions(self._log[-2], self._log[-1])
            reader = self._made() if self.rng.random() < 0.5 else self._reader
            rows = [json.loads(row[0]) for part in parts for row in reader.read(part)]
        finally:
            self.api.names, self.api.listed, self.api.faulty = names, listed, faulty
        self.sink.append(rows)
        return rows

    def _stored(self, offset: Any) -> Any:
        return json.loads(json.dumps(offset))
