"""The shared core of `weather` and `coingecko`, whose APIs return only current values.

Such an API can't return earlier values again. So the END offset of each batch carries the rows of
its poll (see `payload`), `ts_ingest` included, and `readBetweenOffsets` returns exactly those.

Offset, in this key order: `v` 1; `src` the source; `g` "payload"; `seq` number of the poll; `n`
rows; `polled` milliseconds since 1970; `data` the rows.

To write a snapshot source, make a `SnapshotPlan` and this class:

    class TicksDataSource(SnapshotDataSource):
        columns = "tick string, ts_ingest long"

        @classmethod
        def name(cls): return "ticks"

        def plan(self): return ticks_plan(self.options)

Options: `streamingInterval` (seconds between polls, 10), `maxOffsetBytes` (32768, at most 262144),
`onTransient` (fail | skipPoll) with `maxConsecutiveFailures` (10), and those of `_http.client`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from .._clock import Clock
from .._credentials.plan_redaction import require_references
from .._credentials.secrets import Secret
from .._errors import ReplayError
from .._http.client import HTTP_OPTIONS, HttpClient, HttpSettings, Request, http_settings
from .._http.wire import Reply
from .._keyword_only import KeywordOnly
from .._options import OptionReader
from .._spark import (
    HAS_ADMISSION_CONTROL,
    AvailableNowMixin,
    DataSource,
    DataSourceReader,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
    require_schema,
)
from .pacing import Pacer
from .payload import max_offset_bytes, pack, require_size, unpack
from .transient import TRANSIENT_OPTIONS, PollGuard, poll_guard

SNAPSHOT_OPTIONS = ("streamingInterval", "maxOffsetBytes", *TRANSIENT_OPTIONS, *HTTP_OPTIONS)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class SnapshotPlan(KeywordOnly):
    """One snapshot source: its request, and how to make rows of the answer.

    `request` builds the request. It resolves credentials, so it runs in the process that sends it.
    `rows(reply, ts_ingest)` returns tuples in schema order or raises `HttpError`.
    """

    source: str
    settings: HttpSettings
    request: Callable[[], Request]
    rows: Callable[[Reply, int], list[Row]]
    interval: float
    max_offset_bytes: int
    guard: Callable[[Pacer, Clock], PollGuard]
    secrets: tuple[Secret, ...] = ()
    clock: Clock = field(default_factory=Clock)

    def poll(self, attempts: int = 0, patience: float | None = None) -> list[Row]:
        """Sends one request (with retries) and returns the rows."""
        client = HttpClient(
            self.settings, [secret.resolve() for secret in self.secrets if secret], self.clock
        )
        return client.send(
            self.request(),
            lambda reply: self.rows(reply, int(self.clock.time())),
            attempts,
            patience,
        )


def snapshot_plan(
    source: str,
    options: OptionReader,
    request: Callable[[], Request],
    rows: Callable[[Reply, int], list[Row]],
    secrets: tuple[Secret, ...] = (),
) -> SnapshotPlan:
    """Reads `SNAPSHOT_OPTIONS`."""
    interval = options.number("streamingInterval", 10, 0, 31_536_000)
    # Made here only to check the options before any I/O; each reader makes its own guard.
    poll_guard(source, options, Pacer(interval, Clock()), Clock())
    return SnapshotPlan(
        source=source,
        settings=http_settings(options),
        request=request,
        rows=rows,
        interval=interval,
        max_offset_bytes=max_offset_bytes(options),
        guard=lambda pacer, clock: poll_guard(source, options, pacer, clock),
        secrets=secrets,
    )


class SnapshotOffset(TypedDict):
    """The offset of a snapshot source, see above."""

    v: int
    src: str
    g: str
    seq: int
    n: int
    polled: int
    data: str


class SnapshotCore:
    """Polls rows and an end offset that carries them, and returns the rows of an end offset."""

    def __init__(self, plan: SnapshotPlan) -> None:
        self._plan = plan
        self._pacer = Pacer(plan.interval, plan.clock)
        self._guard = plan.guard(self._pacer, plan.clock)
        self._draining = False
        self._drained = False

    def initial(self) -> SnapshotOffset:
        return self._offset(0, 0, 0, "")

    def begin_drain(self) -> None:
        """For Trigger.AvailableNow: makes exactly one poll, without waiting."""
        self._draining, self._drained = True, False

    def poll(self, start: SnapshotOffset) -> tuple[list[Row], SnapshotOffset]:
        """Rows and their end offset; no rows and `start` itself if no poll is due."""
        self._require_own(start)
        if self._drained:
            return [], start
        left = self._pacer.left(start["polled"])
        if left > 0 and not self._draining:
            self._pacer.nap(left)
            return [], start
        polled = self._plan.clock.time()
        self._drained = self._draining
        rows = self._guard.run(self._plan.poll, blocking=self._draining)
        if not rows:
            return [], start
        self._pacer.polled(polled)
        end = self._offset(start["seq"] + 1, len(rows), int(polled * 1000), pack(rows))
        require_size(end, self._plan.max_offset_bytes, "raise it or ask for less at a time.")
        return rows, end

    def rows_of(self, end: SnapshotOffset) -> list[Row]:
        """The rows of the poll that made this offset."""
        self._require_own(end)
        rows = [tuple(row) for row in unpack(end["data"])] if end["data"] else []
        if len(rows) != end["n"]:
            raise ReplayError(f"the offset names {end['n']} rows, but holds {len(rows)}.")
        return rows

    def _offset(self, seq: int, rows: int, polled: int, data: str) -> SnapshotOffset:
        # Spark compares offsets as JSON text, so the order of the keys must not change.
        return {
            "v": 1,
            "src": self._plan.source,
            "g": "payload",
            "seq": seq,
            "n": rows,
            "polled": polled,
            "data": data,
        }

    def _require_own(self, offset: SnapshotOffset) -> None:
        if offset.get("v") != 1 or offset.get("src") != self._plan.source:
            raise ReplayError(
                f"the checkpoint holds an offset of another source or version than "
                f"{self._plan.source!r} 1; use this query's own checkpoint, or a new one."
            )


class SnapshotStreamReader(SimpleDataSourceStreamReader, AvailableNowMixin):
    """The Simple reader. Its `read` returns iterators because Spark copies the result of `read`.

    Offsets are `Any` here: PySpark declares `dict`, to which no TypedDict can be assigned.
    """

    def __init__(self, plan: SnapshotPlan) -> None:
        self._core = SnapshotCore(plan)

    def initialOffset(self) -> Any:
        return self._core.initial()

    def read(self, start: Any) -> tuple[Iterator[Row], Any]:
        rows, end = self._core.poll(start)
        return iter(rows), end

    def readBetweenOffsets(self, start: Any, end: Any) -> Iterator[Row]:
        return iter(self._core.rows_of(end))

    def commit(self, end: Any) -> None:
        """Nothing to release: the offsets hold the rows."""

    def prepareForTriggerAvailableNow(self) -> None:
        self._core.begin_drain()


class SnapshotPartition(InputPartition):
    """The rows of a batch."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(None)
        self.rows = rows


class SnapshotStreamReaderBefore42(DataSourceStreamReader):
    """The reader for Spark 4.0 and 4.1, where a Simple reader can't resume Trigger.AvailableNow.

    These versions ask for the latest offset without passing the current one. A restarted query
    first plans the empty range (o, o), which tells the reader its position. AvailableNow does not,
    so the reader then polls from the initial offset: the rows do not depend on the start.
    """

    def __init__(self, plan: SnapshotPlan) -> None:
        self._core = SnapshotCore(plan)
        self._position: SnapshotOffset | None = None

    def initialOffset(self) -> Any:
        return self._core.initial()

    # The signature that Spark before 4.2 calls; PySpark's types are those of the newest version.
    def latestOffset(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        _, self._position = self._core.poll(self._position or self._core.initial())
        return self._position

    def partitions(self, start: Any, end: Any) -> list[InputPartition]:
        if start == end:
            self._position = self._position or start
            return []
        return [SnapshotPartition(self._core.rows_of(end))]

    def read(self, partition: Any) -> Iterator[Row]:
        # For an empty list of partitions, Spark plans one partition without rows.
        return iter(getattr(partition, "rows", ()))

    def commit(self, end: Any) -> None:
        """Nothing to release: the offsets hold the rows."""


class SnapshotBatchReader(DataSourceReader):
    """`spark.read`: one poll, made by the task."""

    def __init__(self, plan: SnapshotPlan) -> None:
        self._plan = plan

    def partitions(self) -> list[InputPartition]:
        return [InputPartition(0)]

    def read(self, partition: InputPartition) -> Iterator[Row]:
        return iter(self._plan.poll())


class SnapshotDataSource(DataSource):
    """Base class of snapshot sources: a fixed schema, checks, and the readers of each version."""

    columns = ""
    references_only = False

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        require_references(options, self.references_only)
        # Made here so that a wrong option is an error before the first plan.
        self.plan()

    def plan(self) -> SnapshotPlan:
        """The plan for these options."""
        raise NotImplementedError

    def schema(self) -> str:
        return self.columns

    def reader(self, schema: Any) -> SnapshotBatchReader:
        require_schema(self.name(), self.columns, schema)
        return SnapshotBatchReader(self.plan())

    def simpleStreamReader(self, schema: Any) -> SnapshotStreamReader:
        require_schema(self.name(), self.columns, schema)
        return SnapshotStreamReader(self.plan())

    def streamReader(self, schema: Any) -> DataSourceStreamReader:
        if HAS_ADMISSION_CONTROL:
            # The base class raises "not implemented", so Spark uses the Simple reader.
            return super().streamReader(schema)
        require_schema(self.name(), self.columns, schema)
        return SnapshotStreamReaderBefore42(self.plan())
