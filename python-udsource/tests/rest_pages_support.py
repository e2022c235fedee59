"""APIs with pages for the tests of `rest`, which reads them without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sparktide_sources._http.wire import Reply
from sparktide_sources._polling.pacing import Pacer
from sparktide_sources._polling.transient import PollGuard
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.readers import RestStreamReader
from sparktide_sources._rest.stream.stream import RestStream
from support import FakeClock

URL = "https://api.example.com/"

# Makes the body of a page from its records, its number from 0, and the number of pages.
Shape = Callable[[list[Any], int, int], Any]


def bare(records: list[Any], _page: int, _pages: int) -> Any:
    return records


class Api:
    """Lists records in pages of at most `cap`. Pages leave out records that `keep` rejects."""

    def __init__(
        self,
        count: int,
        cap: int = 3,
        shape: Shape = bare,
        keep: Callable[[int], bool] = lambda _: True,
        first: int = 1,
    ) -> None:
        self.records = [{"id": number} for number in range(count)]
        self.cap, self.shape, self.keep, self.first = cap, shape, keep, first
        self.asked: list[dict[str, str]] = []

    @property
    def wanted(self) -> list[int]:
        return [record["id"] for record in self.records if self.keep(record["id"])]

    def __call__(self, _method: str, url: str, *_: Any) -> Reply:
        query = dict(parse_qsl(urlsplit(url).query))
        self.asked.append(query)
        known = [record for record in self.records if record["id"] > int(query.get("after", -1))]
        size = min(int(query.get("per_page", query.get("limit", self.cap))), self.cap)
        page = int(query.get("page", self.first)) - self.first
        start = int(query.get("offset", query.get("cursor", page * size)))
        pages = -(-len(known) // size)
        taken = [record for record in known[start : start + size] if self.keep(record["id"])]
        body = self.shape(taken, start // size, pages)
        headers: dict[str, str] = {}
        if isinstance(body, tuple):
            body, headers = body
        return Reply(200, "OK", headers, json.dumps(body).encode(), url)


def read(api: Callable[..., Reply], path: str = "", **options: str) -> list[int]:
    config = read_config({"url": URL + path, **options})
    reader = RestBatchReader(config, FakeClock(), api)
    rows = [row for part in reader.partitions() for row in reader.read(part)]
    return [json.loads(row[0])["id"] for row in rows]


def stream(api: Callable[..., Reply], path: str = "", **options: str) -> RestStreamReader:
    config = read_config({"url": URL + path, "streamingInterval": "0", **options})

    def guard(pacer: Pacer, clock: Any) -> PollGuard:
        return PollGuard("rest", False, 0, pacer, clock)

    return RestStreamReader(RestStream(config, guard, FakeClock(), api), config)


def ids(rows: list[Any]) -> list[int]:
    return [row["id"] for row in rows]


class Answers:
    """Answers with the bodies in turn, then repeats the last. A pair is a body with headers."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.asked: list[str] = []

    def __call__(self, _method: str, url: str, *_: Any) -> Reply:
        self.asked.append(url)
        body = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        headers: dict[str, str] = {}
        if isinstance(body, tuple):
            body, headers = body
        return Reply(200, "OK", headers, json.dumps(body).encode(), url)


def numbered(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]
