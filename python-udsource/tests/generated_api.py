"""HTTP APIs made from a seed: their records, how they answer, and what changes between answers.

A `Shape` describes an API completely; a failing test prints it. `GeneratedApi` answers as the shape
says and remembers its records; `Loopback` serves it over a real socket.
"""

from __future__ import annotations

import email.utils
import hashlib
import json
import random
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from sparktide_sources._clock import Clock

STYLES = ("none", "page", "offset", "cursor", "link", "json", "lastId")
# Path of the record list in the body. If empty, the body is the list.
PLACES = ("", "data", "items", "result.items")
FAULTS = (
    "error200",
    "ok false",
    "information",
    "queued 202",
    "busy 429",
    "busy 503",
    "graphql",
    "cut",
    "html",
    "empty",
    "500",
    "404",
)


class Fault(NamedTuple):
    """A fault of `times` requests, starting with request number `first`."""

    kind: str
    first: int
    times: int
    wait: str = ""


class Change(NamedTuple):
    """grow: appends records; late: adds a record with an older position; same: adds records with
    the newest position; drop: removes the oldest records."""

    kind: str
    count: int


@dataclass(frozen=True)
class Shape:
    """The complete description of a generated API."""

    style: str
    place: str
    order: str
    records: int
    size: int
    cap: int
    size_param: str
    param: str
    first: int
    # Fields that show the end of the list ("more", "last", "total", "pages"), and their parent.
    signs: tuple[str, ...]
    meta: str
    next_name: str
    next_end: str
    next_by: str
    past_end: str
    no_list: str
    # Answers leave out every record with a multiple of this number, as a filter after paging does.
    hidden: int
    hidden_run: bool
    key: str
    equal: int
    ranged: bool
    inclusive: bool
    stamped: bool
    param_form: str
    # Whether an id is text; whether an unchanged answer is a 304; seconds the clock is ahead.
    id_text: bool
    etag: bool
    ahead: int
    faults: tuple[Fault, ...]
    # Changes before the poll, or right after the request, with the given number.
    between_polls: tuple[tuple[int, Change], ...]
    between_pages: tuple[tuple[int, Change], ...]
    form: str = "records"

    @property
    def tells(self) -> bool:
        """Whether an answer says that more pages follow."""
        return bool(self.signs) or self.style in ("cursor", "link", "json")

    def field(self, name: str) -> str:
        """The path of a field about pages in the body."""
        return f"{self.meta}.{name}" if self.meta else name

    @property
    def number_of_window(self) -> int:
        return min(self.size, self.cap)


class Fact(NamedTuple):
    """A record's position and arrival time; whether newer positions, or the same, came before."""

    moment: int
    arrived: float
    late: bool
    same: bool


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    cut: bool = False


_MORE, _LAST, _TOTAL, _PAGES = "has_more", "last", "total", "total_pages"
_WORDS = {
    "error200": (200, {"error": {"message": "the database is away"}}),
    "ok false": (200, {"ok": False, "error": "not_today"}),
    "information": (200, {"Information": "25 requests per day"}),
    "queued 202": (202, {"status": "queued"}),
    "500": (500, {"message": "oops"}),
    "404": (404, {"message": "no such thing"}),
}


def json_bytes(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("utf-8")


def formed(form: str, records: list[dict[str, Any]]) -> Any:
    """The records in the form of `dataShape`. Keyed records have their id as their key."""
    if form == "columns" and records:
        return {name: [record[name] for record in records] for name in records[0]}
    if form == "keyed":
        return {record["id"]: {"at": record["at"], "v": record["v"]} for record in records}
    return records


class GeneratedApi:
    """One API: its records, and what it answers."""

    def __init__(self, shape: Shape, clock: Clock) -> None:
        self.shape, self._clock = shape, clock
        self.records: list[dict[str, Any]] = []
        self.facts: dict[int, Fact] = {}
        self.ever: dict[int, dict[str, Any]] = {}
        self.dropped: set[int] = set()
        self.requests = 0
        self.begun = clock.time()
        # Whether the last answer was a fault: then its poll does not show the end of the list.
        self.faulty = False
        # A request before this moment ignores a Retry-After.
        self.not_before = 0.0
        self.too_early: list[str] = []
        self.moments: list[int] = []
        base = int(self._now()) - 4000
        for index in range(shape.records):
            self._add(base + index // shape.equal * 60)
        self.at_first = set(self.ever)

    def _now(self) -> float:
        return self._clock.time() + self.shape.ahead

    # Changes

    def change(self, what: Change) -> None:
        now = int(self._now())
        newest = max((fact.moment for fact in self.facts.values()), default=now - 100)
        if what.kind == "grow":
            for index in range(what.count):
                self._add(now if self.shape.equal > 1 else now - what.count + 1 + index)
        elif what.kind == "late":
            self._add(max(newest - what.count, 1))
        elif what.kind == "same":
            for _ in range(what.count):
                self._add(newest)
        elif what.kind == "drop":
            gone = self.records[: min(what.count, len(self.records) - 1)]
            self.records = self.records[len(gone) :]
            self.dropped |= {int(record["id"]) for record in gone}

    def _add(self, moment: int) -> None:
        number = len(self.facts) + 1
        newest = max((fact.moment for fact in self.facts.values()), default=0)
        late, same = moment < newest, moment == newest
        self.facts[number] = Fact(moment, self._now(), late, same)
        # Text that a wrong encoder changes: a letter outside ASCII, a trailing zero.
        name = str(number) if self.shape.id_text else number
        record = {"id": name, "at": self._position(moment), "v": f"ü {number}.10"}
        self.records.append(record)
        if not self._is_hidden(number):
            self.ever[number] = record

    def _position(self, moment: int) -> Any:
        if self.shape.key == "iso":
            return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return moment * 1000 if self.shape.key == "ms" else moment

    def _is_hidden(self, number: int) -> bool:
        hidden = self.shape.hidden
        if self.shape.hidden_run:
            # Two pages in a row are empty.
            return hidden <= number < hidden + 2 * self.shape.number_of_window
        return bool(hidden) and number % hidden == 0

    @property
    def settled(self) -> bool:
        """Whether a request followed each change between two requests."""
        return all(number < self.requests - 1 for number, _ in self.shape.between_pages)

    # Answers

    def answer(self, target: str, body: bytes, etag: str = "") -> Answer:
        number = self.requests
        self.requests += 1
        if self._clock.time() < self.not_before - 0.01:
            wait = self.not_before - self._clock.time()
            self.too_early.append(f"request {number} came {wait:.1f} s before Retry-After")
        path, _, text = target.partition("?")
        query = dict(parse_qsl(text, keep_blank_values=True))
        if body:
            query.update({name: str(value) for name, value in json.loads(body).items()})
        fault = self._fault(number, query)
        self.faulty = fault is not None
        found = fault or self._list(path, query)
        if self.shape.etag and found.status == 200 and fault is None:
            mark = hashlib.sha256(found.body).hexdigest()[:16]
            headers = [*found.headers, ("ETag", f'"{mark}"')]
            same = etag == f'"{mark}"'
            found = Answer(304, headers, b"") if same else found._replace(headers=headers)
        for when, what in self.shape.between_pages:
            if when == number:
                self.change(what)
        return found

    def _fault(self, number: int, query: dict[str, str]) -> Answer | None:
        for fault in self.shape.faults:
            if not fault.first <= number < fault.first + fault.times:
                continue
            if fault.kind in _WORDS:
                status, said = _WORDS[fault.kind]
                headers = [("Retry-After", fault.wait)] if status == 202 and fault.wait else []
                return Answer(status, headers, json_bytes(said))
            if fault.kind.startswith("busy"):
                return self._busy(int(fault.kind[-3:]), fault.wait)
            if fault.kind == "html":
                return Answer(200, [], b"<html>maintenance</html>")
            if fault.kind == "empty":
                return Answer(200, [], b"")
            plain = self._list("/list", query)
            if fault.kind == "cut":
                return plain._replace(body=plain.body[: len(plain.body) // 2], cut=True)
            return self._partial(plain)
        return None

    def _partial(self, plain: Answer) -> Answer:
        """A GraphQL answer with a failed part: null in its place, and a list of errors."""
        document = json.loads(plain.body)
        if isinstance(document, list):
            return Answer(200, [], json_bytes({"error": {"message": "a part failed"}}))
        node = document
        for name in self.shape.place.split("."):
            node = node.get(name) if isinstance(node, dict) else None
        if isinstance(node, list) and node:
            node[-1] = None
        document["errors"] = [{"message": "a part failed", "path": ["x"]}]
        return Answer(plain.status, plain.headers, json_bytes(document))

    def _busy(self, status: int, wait: str) -> Answer:
        now, headers = self._clock.time(), [("Content-Type", "application/json")]
        if wait == "seconds":
            headers.append(("Retry-After", "7"))
        elif wait == "date":
            headers.append(("Retry-After", email.utils.formatdate(now + 9, usegmt=True)))
        elif wait == "epoch":
            headers.append(("Retry-After", str(int(now) + 8)))
        elif wait == "ms":
            headers.append(("Retry-After-Ms", "6000"))
        elif wait == "reset":
            headers += [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", str(int(now) + 5))]
        elif wait == "iso reset":
            moment = datetime.fromtimestamp(int(now) + 5, timezone.utc).isoformat()
            headers += [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", moment)]
        elif wait == "ietf":
            headers.append(("RateLimit", '"default";r=0;t=4'))
        waits = {"seconds": 7, "date": 8, "epoch": 7, "ms": 6, "reset": 4, "iso reset": 4}
        self.not_before = now + {**waits, "ietf": 4}.get(wait, 0)
        return Answer(status, headers, json_bytes({"message": "slow down"}))

    def _list(self, path: str, query: dict[str, str]) -> Answer:
        shape = self.shape
        try:
            items = self._range(query)
            start, size = self._window(items, query)
        except ValueError as error:
            return Answer(400, [], json_bytes({"message": f"bad parameter: {error}"}))
        if start >= len(items) > 0 and shape.style == "page" and start > 0:
            if shape.past_end == "404":
                return Answer(404, [], json_bytes({"message": "no such page"}))
            if shape.past_end == "last":
                start = (len(items) - 1) // size * size
        window = items[start : start + size]
        shown = [record for record in window if not self._is_hidden(int(record["id"]))]
        more = start + size < len(items)
        date = email.utils.formatdate(self._now(), usegmt=True)
        headers = [("Content-Type", "application/json"), ("Date", date)]
        token = self._token(window, query, more)
        if shape.style == "link" and more:
            target = self._onward(path, query, start, size, window)
            headers.append(("Link", f'<{target}>; rel="next", </list>; rel="first"'))
        if shape.place == "":
            if shape.style == "cursor" and token is not None:
                headers.append(("X-Next-Cursor", str(token)))
            return Answer(200, headers, json_bytes(shown))
        document = self._signs(items, start, size, more)
        if shape.style == "json":
            target = self._onward(path, query, start, size, window) if more else None
            self._place_next(document, target)
        elif shape.style == "cursor":
            self._place_next(document, token)
        if shape.stamped:
            moment = int(self._now())
            self.moments.append(moment)
            document["now"] = self._position(moment)
        if shown or shape.no_list == "list":
            self._put(document, shape.place, formed(shape.form, shown))
        elif shape.no_list == "null":
            self._put(document, shape.place, None)
        return Answer(200, headers, json_bytes(document))

    def _range(self, query: dict[str, str]) -> list[dict[str, Any]]:
        items = list(self.records)
        if self.shape.ranged:
            since = query.get("since", "")
            if since not in ("", "0"):
                items = [record for record in items if self._after(record, since)]
            if not self.shape.stamped:
                items.sort(key=self._place)
        return items if self.shape.order == "asc" else items[::-1]

    def _after(self, record: dict[str, Any], since: str) -> bool:
        shape, fact = self.shape, self.facts[int(record["id"])]
        if shape.key == "id":
            value, bound = int(record["id"]), int(since)
        else:
            bound = self._read(since)
            value = int(fact.arrived) if shape.stamped else fact.moment
        return value >= bound if shape.inclusive else value > bound

    def _read(self, since: str) -> int:
        form = self.shape.param_form
        if form == "iso":
            return int(datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp())
        return int(since) // (1000 if form == "ms" else 1)

    def _place(self, record: dict[str, Any]) -> tuple[int, int]:
        if self.shape.key == "id" or not self.shape.ranged or self.shape.stamped:
            return (int(record["id"]), 0)
        return (self.facts[int(record["id"])].moment, int(record["id"]))

    def _window(self, items: list[dict[str, Any]], query: dict[str, str]) -> tuple[int, int]:
        shape = self.shape
        asked = int(query.get(shape.size_param, shape.size))
        size = min(asked if asked > 0 else shape.size, shape.cap)
        if shape.style == "none":
            return 0, size
        value = query.get(shape.param, "")
        by_number = shape.style == "page" or (shape.style in ("link", "json") and shape.next_by)
        if by_number:
            number = int(value or shape.first) - shape.first
            if number < 0:
                raise ValueError(value)
            return number * size, size
        if shape.style == "offset":
            return int(value or 0), size
        if value in ("", "0", "-1"):
            return 0, size
        after = self._place({"id": int(value.lstrip("t"))})
        places = [self._place(record) for record in items]
        ahead = [at <= after if shape.order == "asc" else at >= after for at in places]
        return sum(ahead), size

    def _token(self, window: list[dict[str, Any]], query: dict[str, str], more: bool) -> Any:
        shape = self.shape
        if more or shape.next_end == "fresh":
            return f"t{window[-1]['id']}" if window else query.get(shape.param, "") or None
        return {"null": None, "empty": "", "zero": 0, "minus": "-1"}.get(shape.next_end)

    def _onward(
        self,
        path: str,
        query: dict[str, str],
        start: int,
        size: int,
        window: list[dict[str, Any]],
    ) -> str:
        value = str(start // size + 1 + self.shape.first) if self.shape.next_by else ""
        value = value or f"t{window[-1]['id']}"
        return f"{path}?{urlencode({**query, self.shape.param: value})}"

    def _place_next(self, document: dict[str, Any], value: Any) -> None:
        if value is None and self.shape.next_end == "absent":
            return
        if value is None and self.shape.style == "json" and self.shape.next_end == "empty":
            value = ""
        self._put(document, self.shape.field(self.shape.next_name), value)

    def _signs(
        self, items: list[dict[str, Any]], start: int, size: int, more: bool
    ) -> dict[str, Any]:
        listed = sum(not self._is_hidden(int(record["id"])) for record in items)
        said = {
            "more": (_MORE, more),
            "last": (_LAST, not more),
            "total": (_TOTAL, listed),
            "pages": (_PAGES, -(-len(items) // size)),
        }
        document: dict[str, Any] = {}
        for sign in self.shape.signs:
            name, value = said[sign]
            self._put(document, self.shape.field(name), value)
        return document

    def _put(self, document: dict[str, Any], path: str, value: Any) -> None:
        *parents, last = path.split(".")
        for name in parents:
            document = document.setdefault(name, {})
        document[last] = value


class Loopback:
    """Serves one API at a time on a port of 127.0.0.1, over persistent connections."""

    def __init__(self) -> None:
        self.answer: Callable[[str, bytes, str], Answer] = lambda *_: Answer(500, [], b"")
        self._folder = tempfile.TemporaryDirectory()
        # The spool folder of streams.
        self.folder = self._folder.name
        # A bug of the generated API itself. It must not look like an error that the API answers.
        self.failure: BaseException | None = None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Loopback:
        return self

    def __exit__(self, *_: object) -> None:
        # close() does not wake a thread that waits in accept(); shutdown() does.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self._folder.cleanup()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            # One connection at a time is enough: a poll never opens a second one.
            try:
                self._serve(peer)
            except OSError:
                continue

    def _serve(self, peer: socket.socket) -> None:
        with peer, peer.makefile("rb") as lines:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while self._one(peer, lines):
                pass

    def _one(self, peer: socket.socket, lines: Any) -> bool:
        first, length, etag = lines.readline(), 0, ""
        if not first:
            return False
        while (line := lines.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"if-none-match":
                etag = value.decode("ascii").strip()
        try:
            found = self.answer(first.split()[1].decode("ascii"), lines.read(length), etag)
        except Exception as error:
            self.failure = error
            found = Answer(500, [], b"")
        size = len(found.body) + (10 if found.cut else 0)
        head = [f"HTTP/1.1 {found.status} Said"]
        head += [f"Content-Length: {size}"] if found.status != 304 else []
        head += [f"{name}: {value}" for name, value in found.headers]
        peer.sendall("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + found.body)
        return not found.cut


def make_shape(rng: random.Random, stream: str) -> Shape:
    """An API for a batch (if `stream` is empty) or for the given kind of stream."""
    style = _style(rng, stream)
    ranged = stream in ("range id", "range key", "range time", "stamp")
    place = _place(rng, style, stream)
    key = "id" if stream == "range id" else rng.choice(("iso", "epoch", "ms"))
    equal = rng.choice((1, 1, 2, 3, 7)) if stream in ("range key", "range time", "list key") else 1
    signs: tuple[str, ...] = ()
    if place and rng.random() < 0.6:
        # Answers with cursors or links already show the end; these fields repeat it.
        signs = tuple(rng.sample(("more", "last", "total", "pages"), rng.choice((1, 1, 2))))
        if stream and style == "none" and not ranged:
            signs = ()
    in_order = stream in ("cursor", "last", "links")
    size = rng.choice((2, 3, 4, 5, 8))
    hidden = rng.choice((0, 0, 0, 2, 3, 5))
    params = {"page": ("page", "p"), "offset": ("offset", "startAt"), "lastId": ("after",)}
    return Shape(
        style=style,
        place=place,
        order=rng.choice(("asc",) if in_order else ("asc", "asc", "desc")),
        records=rng.choice((0, 1, 2, 3, 5, 6, 7, 9, 12, 14)),
        size=size,
        cap=rng.choice((size, size, size + 2, 50)),
        size_param=rng.choice(("per_page", "limit", "maxResults")),
        param=rng.choice(params.get(style, ("cursor",))),
        first=rng.choice((1, 1, 0)) if style == "page" else 1,
        signs=signs,
        meta=rng.choice(("", "", "meta", "page_info")),
        next_name=rng.choice(("next", "next_cursor", "nextPageToken")),
        next_end=_next_end(rng, style, stream),
        next_by="number" if style in ("link", "json") and rng.random() < 0.4 and not stream else "",
        past_end=rng.choice(("empty", "empty", "404", "last")) if style == "page" else "empty",
        no_list=rng.choice(("list", "list", "null", "absent")),
        hidden=hidden,
        hidden_run=bool(hidden) and rng.random() < 0.3,
        key=key,
        equal=equal,
        ranged=ranged,
        inclusive=stream == "range id" or (ranged and rng.random() < 0.6),
        stamped=stream == "stamp",
        param_form=key
        if rng.random() < 0.8 or stream in ("range id", "stamp")
        else rng.choice(("iso", "epoch", "ms")),
        id_text=rng.random() < 0.3,
        etag=rng.random() < 0.4,
        ahead=rng.choice((0, 0, 0, 0, 20, -20)),
        faults=_faults(rng, stream),
        between_polls=_between_polls(rng, stream),
        between_pages=_between_pages(rng),
    )


def _style(rng: random.Random, stream: str) -> str:
    if stream == "cursor":
        return "cursor"
    if stream == "links":
        return "json"
    if stream == "last":
        return "lastId"
    if stream == "stamp":
        return rng.choice(("none", "none", "page", "cursor", "link"))
    return rng.choice(STYLES)


def _place(rng: random.Random, style: str, stream: str) -> str:
    if stream in ("links", "stamp") or style == "json":
        return rng.choice(PLACES[1:])
    return rng.choice(PLACES)


def _next_end(rng: random.Random, style: str, stream: str) -> str:
    ends = ["absent", "null", "empty"]
    if style == "cursor":
        ends += ["zero", "minus"]
    return rng.choice([*ends, "fresh", "fresh"] if stream == "cursor" else ends)


def _faults(rng: random.Random, stream: str) -> tuple[Fault, ...]:
    if rng.random() < 0.65:
        return ()
    kind = rng.choice(FAULTS)
    wait = ""
    if kind.startswith("busy"):
        wait = rng.choice(("", "seconds", "date", "epoch", "ms", "reset", "iso reset", "ietf"))
    elif kind == "queued 202":
        wait = rng.choice(("", "5"))
    first = rng.choice((0, 0, 1, 2, 3, 7) if stream else (0, 0, 1, 2))
    return (Fault(kind, first, rng.choice((1, 1, 2, 3, 1000)), wait),)


def _change(rng: random.Random, kinds: tuple[str, ...]) -> Change:
    kind = rng.choice(kinds)
    return Change(kind, rng.choice((5, 45, 200)) if kind == "late" else rng.choice((1, 2, 3, 4)))


def _between_polls(rng: random.Random, stream: str) -> tuple[tuple[int, Change], ...]:
    if not stream:
        return ()
    kinds = ("grow", "grow", "grow", "late", "same", "drop")
    return tuple((rng.randrange(1, 8), _change(rng, kinds)) for _ in range(rng.randrange(5)))


def _between_pages(rng: random.Random) -> tuple[tuple[int, Change], ...]:
    if rng.random() < 0.75:
        return ()
    kinds = ("grow", "grow", "late", "drop")
    return ((rng.randrange(4), _change(rng, kinds)),)
