"""Runs `rest` over a generated API as Spark does, and checks the rows."""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from typing import Any, NamedTuple

from generated_api import GeneratedApi, Loopback
from generated_options import Case, Seen, due
from sparktide_sources._errors import SourceError
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import RestConfig, read_config
from sparktide_sources._rest.stream.readers import RestStreamReader, RestStreamReaderBefore42
from sparktide_sources.rest import rest_stream
from support import OPEN, FakeClock

# Seconds between two calls of Spark.
_PACE = 30.0
# Fields of bodies that hold no records.
_SAID = ("ok", "Information", "status")
# A run with more steps is in an endless loop: no generated API has so many records.
_MOST = 150


class Endless(Exception):
    """The run neither ends nor fails."""


class Outcome(NamedTuple):
    """The rows that reached the sink, the error that ended the run, and other faults."""

    rows: list[Any]
    error: str
    faults: list[str]
    reasons: list[str]


class Verdict(NamedTuple):
    """`problems` is empty if the run read exactly the records, or failed."""

    outcome: Outcome
    problems: list[str]
    exact: bool


def run_case(case: Case, server: Loopback) -> Verdict:
    """Runs one case and returns its verdict."""
    clock = FakeClock()
    api = GeneratedApi(case.shape, clock)
    server.answer = api.answer
    verdict = _run(case, server, api, clock)
    if server.failure is not None:
        raise AssertionError(f"the generated API failed: {case}") from server.failure
    if verdict.outcome.error and case.must_read:
        verdict.problems.append(f"the run failed with right options: {verdict.outcome.error}")
    return verdict


def _run(case: Case, server: Loopback, api: GeneratedApi, clock: FakeClock) -> Verdict:
    options = {**OPEN, **case.options, "url": server.url + case.options["url"]}
    if options.get("replay") == "spool":
        options["spoolDir"] = server.folder
    try:
        config = read_config(options)
    except SourceError as error:
        return Verdict(Outcome([], f"{type(error).__name__}: {error}", [], []), [], False)
    if not case.stream:
        with Warnings() as warnings:
            outcome = _batch(config, clock)
        seen = Seen(warnings=tuple(warnings.texts))
        return judged(outcome, api, api.at_first, *due(case, config, api, seen))
    run = StreamRun(case, options, config, api, clock)
    with Warnings() as warnings:
        outcome = run.whole()
    seen = Seen(run.mode, run.gaps, run.skipped, tuple(warnings.texts))
    return judged(outcome, api, set(api.ever), *due(case, config, api, seen))


class Warnings(logging.Handler):
    """Collects the warnings of the source and keeps them out of the log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []
        self._logger = logging.getLogger("sparktide_sources")

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())

    def __enter__(self) -> Warnings:
        self._before = self._logger.propagate
        self._logger.propagate = False
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._before


def judged(
    outcome: Outcome,
    api: GeneratedApi,
    wanted: set[int],
    may_lose: set[int],
    may_repeat: set[int],
    reasons: list[str],
    bodies: bool,
) -> Verdict:
    """Compares the rows with the records. If the run failed, records may be missing."""
    problems = [*outcome.faults, *api.too_early]
    counts: Counter[int] = Counter()
    for row in outcome.rows:
        number = int(row.get("id", 0)) if isinstance(row, dict) else 0
        if number in api.ever and api.ever[number] == row:
            counts[number] += 1
        elif not (bodies and isinstance(row, dict) and not {"error", *_SAID} & set(row)):
            problems.append(f"invented: {json.dumps(row)[:120]}")
    twice = sorted(n for n, count in counts.items() if count > 1 and n not in may_repeat)
    if twice:
        problems.append(f"twice or more: {twice}")
    lost = sorted(n for n in wanted if not counts[n] and n not in may_lose)
    exact = not problems and not outcome.error and not (wanted - set(counts))
    if lost and not outcome.error:
        problems.append(f"lost: {lost} of {len(wanted)}")
    return Verdict(outcome._replace(reasons=reasons), problems, exact)


def _batch(config: RestConfig, clock: FakeClock) -> Outcome:
    reader, rows = RestBatchReader(config, clock), []
    try:
        for part in reader.partitions():
            rows += [json.loads(row[0]) for row in reader.read(part)]
    except SourceError as error:
        # Spark drops the rows of a task that failed.
        return Outcome([], f"{type(error).__name__}: {error}", [], [])
    return Outcome(rows, "", [], [])


class StreamRun:
    """A query with triggers, crashes, restarts, and a restart from an earlier offset."""

    def __init__(
        self,
        case: Case,
        options: dict[str, str],
        config: RestConfig,
        api: GeneratedApi,
        clock: FakeClock,
    ) -> None:
        self._case, self._options, self._config = case, options, config
        self._api, self._clock = api, clock
        self._rng = random.Random(case.seed)
        self._reader = self._made()
        self._log: list[Any] = [self._stored(self._reader.initialOffset())]
        # The rows of each batch by batch number, as in an idempotent sink.
        self._sink: list[list[Any]] = []
        self._faults: list[str] = []
        self._polls = 0
        self.mode, self.gaps, self.skipped = "", 0, False

    def whole(self) -> Outcome:
        try:
            error = self._past_and_present()
        except Endless as endless:
            error = ""
            self._faults.append(str(endless))
        rows = [row for batch in self._sink for row in batch]
        return Outcome(rows, error, self._faults, [])

    def _past_and_present(self) -> str:
        error = self._to_the_end()
        if not error and len(self._log) > 1 and self._rng.random() < 0.4:
            # A user may reset a checkpoint to any of its offsets.
            kept = self._rng.randrange(len(self._log))
            self._log, self._sink = self._log[: kept + 1], self._sink[:kept]
            self._restart()
            error = self._to_the_end()
        return error

    def _to_the_end(self) -> str:
        """Runs until no rows arrive. Returns the error that remains after restarts, or ''."""
        error, failures = "", 0
        while True:
            try:
                self._until_quiet()
                return ""
            except SourceError as found:
                error = f"{type(found).__name__}: {found}"
            failures += 1
            if failures > 3:
                return error
            self._clock.advance(60)
            self._restart()

    def _until_quiet(self) -> None:
        shape, quiet = self._case.shape, 0
        last = max((number for number, _ in shape.between_polls), default=0)
        # An empty page with a next page ends a poll, so only many empty polls show the end.
        enough = len(self._api.records) // 2 + 4
        for _ in range(_MOST):
            self._change()
            if self._trigger():
                quiet = 0
            else:
                quiet += self._polls > last and self._api.settled and not self._api.faulty
            if quiet >= enough:
                return
        skips = self._options.get("onTransient") == "skipPoll" or "onStatus" in self._options
        if not self._api.faulty or not skips:
            raise Endless(f"no end after {_MOST} triggers")
        self.skipped = True

    def _change(self) -> None:
        for number, what in self._case.shape.between_polls:
            if number == self._polls:
                self._api.change(what)
        self._polls += 1

    def _trigger(self) -> bool:
        """Runs one trigger. Returns whether it had a batch."""
        self._clock.advance(_PACE)
        if self._case.drive != "available now":
            return self._one_batch()
        self._restart()
        assert isinstance(self._reader, RestStreamReader)
        self._reader.prepareForTriggerAvailableNow()
        any_batch = False
        for _ in range(_MOST):
            if not self._one_batch():
                return any_batch
            any_batch = True
        raise Endless(f"no end of the run after {_MOST} batches")

    def _one_batch(self) -> bool:
        if len(self._sink) < len(self._log) - 1:
            # This batch is logged but did not run: Spark starts with it after a restart.
            self._run(self._log[-2], self._log[-1])
            return True
        start = self._log[-1]
        end = self._stored(self._latest(start))
        if json.dumps(end) == json.dumps(start):
            return False
        crash = self._rng.choice(("", "", "", "", "unlogged", "unread", "uncommitted"))
        if crash == "unlogged" and self._case.drive != "before 4.2":
            self._restart()
            return True
        self._log.append(end)
        self.mode, self.gaps = str(end["mode"]), int(end["gaps"])
        if crash == "unread":
            self._restart()
        self._run(start, end, crash == "uncommitted")
        return True

    def _run(self, start: Any, end: Any, crash: bool = False) -> None:
        """Runs a logged batch. With `crash`, crashes before the commit and repeats it."""
        rows = self._read(start, end)
        self._sink.append(rows)
        if crash:
            self._change()
            self._restart()
            self._compare(rows, self._read(start, end))
        self._reader.commit(end)

    def _latest(self, start: Any) -> Any:
        if isinstance(self._reader, RestStreamReader):
            return self._reader.latestOffset(start, self._reader.getDefaultReadLimit())
        return self._reader.latestOffset()

    def _read(self, start: Any, end: Any) -> list[Any]:
        rows = []
        for part in self._reader.partitions(start, end):
            # Executors are other processes and share no state with this one.
            reader = self._made() if self._rng.random() < 0.5 else self._reader
            rows += [json.loads(row[0]) for row in reader.read(part)]
        return rows

    def _compare(self, first: list[Any], again: list[Any]) -> None:
        missing = Counter(map(json.dumps, first)) - Counter(map(json.dumps, again))
        more = Counter(map(json.dumps, again)) - Counter(map(json.dumps, first))
        safety = self._config.safety
        if safety.guarantee(self.mode) == "refetch":
            return
        if missing or (more and safety.required == "exactly-once"):
            self._faults.append(f"a repeated batch differs: {dict(missing)} {dict(more)}")

    def _restart(self) -> None:
        self._reader = self._made()
        # A new process does not know the Retry-After that the old process received.
        self._api.not_before = 0.0
        if isinstance(self._reader, RestStreamReaderBefore42) and len(self._log) > 1:
            # Spark passes the last logged offset like this, even if its batch was not committed.
            self._reader.partitions(self._log[-1], self._log[-1])

    def _made(self) -> RestStreamReader | RestStreamReaderBefore42:
        stream = rest_stream(self._options, self._config, self._clock)
        if self._case.drive == "before 4.2":
            return RestStreamReaderBefore42(stream, self._config)
        return RestStreamReader(stream, self._config)

    def _stored(self, offset: Any) -> Any:
        return json.loads(json.dumps(offset))
