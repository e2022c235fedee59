"""Generated APIs that are asked for windows of time, and runs of `windowStep` over them.

A `WindowCase` describes an API, options and a run completely; a failing test prints it. The time is
that of the driver; the clock of the API may be ahead or behind.
"""

from __future__ import annotations

import email.utils
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from sparktide_sources._errors import SourceError
from sparktide_sources._http.wire import Reply
from sparktide_sources._rest.config import RestConfig, read_config
from sparktide_sources._rest.stream.readers import RestStreamReader, RestStreamReaderBefore42
from sparktide_sources._rest.stream.window_stream import WindowStream
from sparktide_sources._rest.window_reader import WindowReader
from support import FakeClock

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST = int((datetime(2025, 1, 1, tzinfo=timezone.utc) - _EPOCH).total_seconds())
_DAY = 86_400

# positionFormat, the size of its unit in seconds (0: none), and steps that it can express.
FORMATS: dict[str, tuple[int, tuple[str, ...]]] = {
    "": (0, ("10 minutes", "1 hour", "7 hours", "1 day", "2 weeks")),
    "epoch": (1, ("30 seconds", "45 minutes", "1 hour", "36 hours")),
    "epochMillis": (1, ("1 minute", "90 minutes", "1 day")),
    "date": (_DAY, ("1 day", "3 days", "1 week", "1 month")),
    "yyyy-MM-dd HH:mm": (60, ("15 minutes", "1 hour", "1 day", "1 month")),
}
_SIZES = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": _DAY,
    "week": 7 * _DAY,
    "month": 28 * _DAY,
}
STYLES = ("none", "link", "page", "offset", "cursor")
FAULTS = ("503", "500", "cut", "202", "400")
MISTAKES = ("", "", "", "no pagination", "lag too short")
DRIVES = ("batch", "triggers", "available now", "before 4.2")


@dataclass(frozen=True)
class WindowCase:
    """An API, the options of a query over it, and how the query runs."""

    seed: int
    drive: str
    form: str
    inclusive: bool
    style: str
    steps: tuple[str, ...]
    # Moments of the records by station, in seconds, and when each can be seen: seconds later.
    records: tuple[tuple[str, float, int], ...]
    stations: tuple[str, ...]
    ahead: int
    final: int | None
    faults: tuple[tuple[int, str], ...]
    options: tuple[tuple[str, str], ...]
    mistake: str

    @property
    def size(self) -> int:
        return _size(self.steps[0])


def _size(step: str) -> int:
    """The length of a step in seconds; of a month, that of the shortest."""
    count, unit = step.split()
    return int(count) * _SIZES[unit.rstrip("s")]


def make_window_case(seed: int) -> WindowCase:
    rng = random.Random(f"windows {seed}")
    form = rng.choice(list(FORMATS))
    unit, steps = FORMATS[form]
    chosen = tuple(rng.sample(steps, rng.randint(1, 2)))
    size = _size(chosen[0])
    # A run has at most some hundred windows.
    chosen = tuple(step for step in chosen if _size(step) * 30 >= size)
    late, ahead = rng.choice((0, 0, 5, 900)), rng.choice((0, 0, 0, 40, -3, -200))
    lag = late + max(-ahead, 0)
    mistake = rng.choice(MISTAKES)
    style = rng.choice(STYLES)
    if mistake == "lag too short":
        # Only the Date of its answers shows that the API's clock is behind.
        late, ahead, lag = 0, -200, rng.choice((0, 30))
    if mistake == "no pagination":
        style = "link"
    stations = ("A", "B", "C")[: rng.choice((0, 0, 1, 3))]
    inclusive = unit > 0 and rng.random() < 0.5
    options = {
        "windowStep": chosen[0],
        "initialOffset": rng.choice(("2025-01-01", str(_FIRST), "2025-01-01T00:00:00Z")),
        "lagSeconds": str(lag),
        "partitions": rng.choice(("1", "2", "5")),
        "windowsPerBatch": rng.choice(("1", "3", "100")),
        "streamingInterval": rng.choice(("0", "600")),
    }
    options.update({"positionFormat": form} if form else {})
    options.update({"inclusiveEnd": "true"} if inclusive else {})
    if style != "none" and mistake != "no pagination":
        options["pagination"] = style
        options.update({"pageSize": "2"} if style in ("page", "offset") else {})
    final = _FIRST + rng.randint(1, 8) * max(size, unit) + rng.choice((0, unit)) or None
    final = final if rng.random() < 0.3 else None
    return WindowCase(
        seed=seed,
        drive=rng.choice(DRIVES),
        form=form,
        inclusive=inclusive,
        style=style,
        steps=chosen,
        records=_records(rng, size, unit, late, stations),
        stations=stations,
        ahead=ahead,
        final=final,
        faults=tuple((rng.randint(0, 30), rng.choice(FAULTS)) for _ in range(rng.randint(0, 3))),
        options=tuple(options.items()),
        mistake=mistake,
    )


def _records(
    rng: random.Random, size: int, unit: int, late: int, stations: tuple[str, ...]
) -> tuple[tuple[str, float, int], ...]:
    found: list[tuple[str, float, int]] = []
    for _ in range(rng.choice((0, 10, 40, 80))):
        moment: float = _FIRST + rng.randint(-size, 9 * size)
        if rng.random() < 0.5:
            # At the bound of a window, or as near to it as the API's times can be.
            moment = _FIRST + rng.randint(-1, 9) * size + rng.choice((0, 0, -1, 1))
        if unit != 1 and rng.random() < 0.2:
            moment += 0.5
        found.append((rng.choice(stations or ("",)), moment, rng.randint(0, late)))
    return tuple(found)


class WindowApi:
    """Replaces the network: lists the records of a range, as the case says."""

    def __init__(self, case: WindowCase, clock: FakeClock) -> None:
        self._case, self._clock = case, clock
        self.asked: list[tuple[str, str, str]] = []
        self._requests = 0

    def records(self, start: float, end: float) -> Counter[int]:
        """The numbers of the records in start <= moment < end."""
        found = enumerate(self._case.records)
        return Counter(number for number, (_, at, _) in found if start <= at < end)

    def __call__(self, method: str, url: str, headers: Any, body: bytes, *_: Any) -> Reply:
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        number, self._requests = self._requests, self._requests + 1
        date = email.utils.formatdate(self._now(), usegmt=True)
        fault = dict(self._case.faults).get(number, "")
        if fault.isdigit():
            return Reply(int(fault), "", {"date": date}, b'{"message":"not now"}', url)
        answer = self._list(query, url, date)
        if fault == "cut":
            return replace(answer, body=answer.body[:-1])
        return answer

    def _now(self) -> float:
        return self._clock.time() + self._case.ahead

    def _list(self, query: dict[str, str], url: str, date: str) -> Reply:
        case, station = self._case, query.get("station", "")
        start, end = self._moment(query["from"]), self._moment(query["to"])
        self.asked.append((query["from"], query["to"], station))
        found: list[dict[str, Any]] = []
        for number, (of, at, later) in enumerate(case.records):
            unit = 1 if case.form == "epochMillis" else FORMATS[case.form][0] * 1000
            cut = int(at * 1000) // unit * unit / 1000 if case.inclusive else at
            inside = start <= at and (cut <= end if case.inclusive else at < end)
            if of == station and inside and at + later <= self._now():
                found.append({"number": number, "at": at})
        size = 2 if case.style != "none" else max(len(found), 1)
        skip = int(query.get("page", "1")) * 2 - 2 if case.style == "page" else 0
        skip = int(query.get("offset") or query.get("cursor") or skip)
        document: dict[str, Any] = {"data": found[skip : skip + size]}
        headers = {"date": date}
        more = skip + size < len(found)
        if case.style == "cursor":
            document["next_cursor"] = str(skip + size) if more else None
        if case.style == "link" and more:
            path = url.partition("&offset=")[0]
            headers["link"] = f'<{path}&offset={skip + size}>; rel="next"'
        return Reply(200, "OK", headers, json.dumps(document).encode("ascii"), url)

    def _moment(self, text: str) -> float:
        if self._case.form in ("epoch", "epochMillis"):
            return int(text) / (1 if self._case.form == "epoch" else 1000)
        at = datetime.fromisoformat(text.replace("Z", "")).replace(tzinfo=timezone.utc)
        return (at - _EPOCH) / timedelta(seconds=1)


class WindowRun(NamedTuple):
    """What a run read, up to which moment, the error that ended it, and other faults."""

    rows: Counter[int]
    end: float
    error: str
    faults: list[str]


def run_window_case(case: WindowCase) -> list[str]:
    """Runs a case and returns what is wrong with its rows."""
    clock = FakeClock(_FIRST - 10.0)
    api = WindowApi(case, clock)
    in_batch = case.drive == "batch"
    run = _batch(case, api, clock) if in_batch else StreamRun(case, api, clock).whole()
    wanted, problems = api.records(_FIRST, run.end), list(run.faults)
    more, fewer = run.rows - wanted, wanted - run.rows
    if more:
        problems.append(f"twice or not wanted: {sorted(more)}")
    if fewer and not (in_batch and run.error):
        problems.append(f"lost: {sorted(fewer)} of {sum(wanted.values())}")
    if run.error and not case.mistake and not any(fault == "400" for _, fault in case.faults):
        problems.append(f"failed with right options: {run.error}")
    return problems


def _config(case: WindowCase, step: str) -> RestConfig:
    options = {**dict(case.options), "windowStep": step}
    options["url"] = "https://a.example/x?from={start}&to={end}"
    if case.stations:
        options["inputData"] = json.dumps([{"station": name} for name in case.stations])
    if case.final is not None:
        options["finalOffset"] = str(case.final)
    return read_config(options)


def _batch(case: WindowCase, api: WindowApi, clock: FakeClock) -> WindowRun:
    config = _config(case, case.steps[0])
    assert config.windows is not None
    clock.now = _FIRST + random.Random(case.seed).randint(0, 9 * case.size) + 0.7
    rows: Counter[int] = Counter()
    try:
        end = config.windows.form.floor(config.windows.over(clock.time()))
        reader = WindowReader(config, config.windows, clock, api)
        for part in reader.partitions():
            rows.update(json.loads(row[0])["number"] for row in reader.read(part))
    except SourceError as error:
        return WindowRun(Counter(), 0, f"{type(error).__name__}: {error}", [])
    if case.mistake == "no pagination":
        # A batch warns, and the answers do not repeat.
        rows = rows | api.records(_FIRST, end)
    return WindowRun(rows, end, "", [])


class StreamRun:
    """A query with triggers, crashes, restarts, changes of the step and failures."""

    def __init__(self, case: WindowCase, api: WindowApi, clock: FakeClock) -> None:
        self._case, self._api, self._clock = case, api, clock
        self._rng = random.Random(case.seed)
        self._reader = self._made()
        self._log: list[Any] = [self._stored(self._reader.initialOffset())]
        # The rows of each batch, as in an idempotent sink.
        self._sink: list[Counter[int]] = []
        self._faults: list[str] = []
        self._failures = 0
        # Whether the last trigger found no window.
        self._quiet = False

    def whole(self) -> WindowRun:
        error = ""
        for turn in self._turns():
            try:
                self._quiet = not self._trigger(turn)
                error = ""
            except SourceError as found:
                error, self._failures = f"{type(found).__name__}: {found}", self._failures + 1
                self._restart()
            if self._failures > 6:
                break
        rows = sum(self._sink, Counter[int]())
        end = self._moment(self._log[len(self._sink)])
        self._check_end(end, error)
        return WindowRun(rows, end, error, self._faults)

    def _turns(self) -> Iterator[int]:
        """Moves the clock to 9 steps after the first, then repeats until nothing is left."""
        for turn in range(30):
            self._clock.advance(self._case.size * self._rng.choice((0, 0.1, 0.5, 0.9)))
            yield turn
        self._clock.now = max(self._clock.now, _FIRST + 9.0 * self._case.size)
        for turn in range(30, 600):
            self._clock.advance(601)
            yield turn
            if self._quiet:
                return

    def _check_end(self, end: float, error: str) -> None:
        stream = self._reader._stream
        assert isinstance(stream, WindowStream)
        # A run of Trigger.AvailableNow reads up to the time of its begin.
        until = stream._target or stream._windows.over(self._clock.time())
        left = stream._windows.complete(int(end), until, 1)
        if self._quiet and not error and left:
            self._faults.append(f"the stream stopped before the window {left}, which is over")

    def _trigger(self, turn: int) -> bool:
        """Runs one batch. Returns whether there was one."""
        if self._case.drive == "available now" and turn % 3 == 0:
            self._restart()
            assert isinstance(self._reader, RestStreamReader)
            self._reader.prepareForTriggerAvailableNow()
        if self._rng.random() < 0.1:
            self._restart()
        return self._one_batch()

    def _one_batch(self) -> bool:
        if len(self._sink) < len(self._log) - 1:
            # This batch is logged but did not run: Spark starts with it after a restart.
            self._run(self._log[-2], self._log[-1])
            return True
        start = self._log[-1]
        end = self._stored(self._latest(start))
        if json.dumps(end) == json.dumps(start):
            return False
        crash = self._rng.choice(("", "", "", "unlogged", "unread", "uncommitted"))
        if crash == "unlogged" and self._case.drive != "before 4.2":
            self._restart()
            return True
        self._log.append(end)
        if crash == "unread":
            self._restart()
        self._run(start, end, crash == "uncommitted")
        return True

    def _run(self, start: Any, end: Any, crash: bool = False) -> None:
        rows = self._read(start, end)
        if crash:
            self._restart()
            asked = len(self._api.asked)
            again = self._read(start, end)
            if again != rows:
                self._faults.append(f"a repeated batch differs: {rows - again} {again - rows}")
            if len(self._api.asked) == asked:
                self._faults.append("a repeated batch made no request")
        self._sink.append(rows)
        self._reader.commit(end)

    def _read(self, start: Any, end: Any) -> Counter[int]:
        rows: Counter[int] = Counter()
        for part in self._reader.partitions(start, end):
            # Executors are other processes and share no state with this one.
            reader = self._made() if self._rng.random() < 0.5 else self._reader
            rows.update(json.loads(row[0])["number"] for row in reader.read(part))
        return rows

    def _latest(self, start: Any) -> Any:
        if isinstance(self._reader, RestStreamReader):
            return self._reader.latestOffset(start, self._reader.getDefaultReadLimit())
        return self._reader.latestOffset()

    def _restart(self) -> None:
        self._reader = self._made()
        if isinstance(self._reader, RestStreamReaderBefore42) and len(self._log) > 1:
            # Spark passes the last logged offset like this, even if its batch was not committed.
            self._reader.partitions(self._log[-1], self._log[-1])

    def _made(self) -> RestStreamReader | RestStreamReaderBefore42:
        config = _config(self._case, self._rng.choice(self._case.steps))
        assert config.windows is not None
        stream = WindowStream(config, config.windows, self._clock, self._api)
        before = self._case.drive == "before 4.2"
        return (RestStreamReaderBefore42 if before else RestStreamReader)(stream, config)

    def _stored(self, offset: Any) -> Any:
        return json.loads(json.dumps(offset))

    def _moment(self, offset: Any) -> float:
        at = datetime.fromisoformat(offset["pos"].replace("Z", "+00:00"))
        return (at - _EPOCH) / timedelta(seconds=1)
