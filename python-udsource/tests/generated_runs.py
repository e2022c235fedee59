"""Runs `rest` over a generated API as Spark would, and judges what came of it."""

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
# What bodies hold that are no data.
_SAID = ("ok", "Information", "status")
# No API has so many records, so a run of so many steps goes round in a circle.
_MOST = 150


class Endless(Exception):
    """A run that neither ends nor fails."""


class Outcome(NamedTuple):
    """The rows that reached the sink, the error that ended the run, and what else was seen."""

    rows: list[Any]
    error: str
    faults: list[str]
    reasons: list[str]


class Verdict(NamedTuple):
    """`problems` is empty if the outcome is one of the two that are right."""

    outcome: Outcome
    problems: list[str]
    exact: bool


def run_case(case: Case, server: Loopback) -> Verdict:
    """One case from its beginning to its verdict."""
    clock = FakeClock()
    api = GeneratedApi(case.shape, clock)
    server.answer = api.answer
    verdict = _run(case, server, api, clock)
    if server.failure is not None:
        raise AssertionError(f"the generated API failed: {case}") from server.failure
    if verdict.outcome.error and case.must_read:
        verdict.problems.append(f"right options, and an error: {verdict.outcome.error}")
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
    """What the source warns of, and nowhere else than here."""

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
    """Whether the rows are exactly the records, or as many of them as an error left."""
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
    """A query over its whole life: triggers, crashes, restarts, and a restart from the past."""

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
        # The rows of each batch, by its number, as a sink keeps them that knows its batches.
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
            # A checkpoint may be put back to any of its offsets.
            kept = self._rng.randrange(len(self._log))
            self._log, self._sink = self._log[: kept + 1], self._sink[:kept]
            self._restart()
            error = self._to_the_end()
        return error

    def _to_the_end(self) -> str:
        """Runs until nothing comes any more; the error that restarts did not mend, if any."""
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
        # An empty page that names a next one ends a poll, so an end shows after many.
        enough = len(self._api.records) // 2 + 4
        for _ in range(_MOST):
            self._change()
            if self._trigger():
                quiet = 0
            else:
                quiet += self._polls > last and self._api.settled and not self._api.faulty
            if quiet >= enough:
                return
        if not self._api.faulty or self._options.get("onTransient") != "skipPoll":
            raise Endless(f"{_MOST} triggers, and no end")
        self.skipped = True

    def _change(self) -> None:
        for number, what in self._case.shape.between_polls:
            if number == self._polls:
                self._api.change(what)
        self._polls += 1

    def _trigger(self) -> bool:
        """One trigger of Spark; whether it had a batch."""
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
        raise Endless(f"{_MOST} batches, and no end of the run")

    def _one_batch(self) -> bool:
        if len(self._sink) < len(self._log) - 1:
            # Logged and not run: Spark begins with it after a restart.
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
        """Runs a logged batch, with a crash before its commit if that is wanted."""
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
            # Another process reads it, which knows nothing of this one.
            reader = self._made() if self._rng.random() < 0.5 else self._reader
            rows += [json.loads(row[0]) for row in reader.read(part)]
        return rows

    def _compare(self, first: list[Any], again: list[Any]) -> None:
        missing = Counter(map(json.dumps, first)) - Counter(map(json.dumps, again))
        more = Counter(map(json.dumps, again)) - Counter(map(json.dumps, first))
        safety = self._config.safety
        if safety.guarantee(self.mode) == "G5":
            return
        if missing or (more and safety.required == "exactly-once"):
            self._faults.append(f"a repeated batch differs: {dict(missing)} {dict(more)}")

    def _restart(self) -> None:
        self._reader = self._made()
        # A new process can't know what the one before was asked to wait.
        self._api.not_before = 0.0
        if isinstance(self._reader, RestStreamReaderBefore42) and len(self._log) > 1:
            # Spark names the last offset of its log so, whether or not that batch was committed.
            self._reader.partitions(self._log[-1], self._log[-1])

    def _made(self) -> RestStreamReader | RestStreamReaderBefore42:
        stream = rest_stream(self._options, self._config, self._clock)
        if self._case.drive == "before 4.2":
            return RestStreamReaderBefore42(stream, self._config)
        return RestStreamReader(stream, self._config)

    def _stored(self, offset: Any) -> Any:
        return json.loads(json.dumps(offset))
