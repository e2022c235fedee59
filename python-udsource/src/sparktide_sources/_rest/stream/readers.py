"""The two streaming readers of `rest`, since Spark 4.2 changed how it asks for offsets.

Their offsets are `Any`: PySpark declares `dict`, to which no TypedDict can be assigned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Union

from ..._errors import SourceError
from ..._spark import AvailableNowMixin, DataSourceStreamReader, InputPartition, ReadMaxRows
from ..config import RestConfig
from .offset_types import Offset
from .offsets import as_text
from .parent_stream import ParentStream
from .per_row_stream import PerRowStream
from .stream import RestStream
from .window_stream import WindowStream

# The streams share their methods, but each has offsets of its own type.
AnyStream = Union[RestStream, PerRowStream, ParentStream, WindowStream]


class RestStreamReader(DataSourceStreamReader, AvailableNowMixin):
    """For Spark 4.2 and newer, which pass the start and a limit of rows."""

    def __init__(self, stream: AnyStream, config: RestConfig) -> None:
        self._stream, self._config = stream, config

    def initialOffset(self) -> Any:
        return self._stream.initial()

    def getDefaultReadLimit(self) -> Any:
        return ReadMaxRows(self._config.batch_size)

    def latestOffset(self, start: Any, limit: Any) -> Any:
        # batchSize limits memory, so it also applies if Spark would accept all rows at once.
        rows = getattr(limit, "max_rows", self._config.batch_size)
        return self._stream.advance(start, min(int(rows), self._config.batch_size))

    def prepareForTriggerAvailableNow(self) -> None:
        self._stream.begin_drain()

    def partitions(self, start: Any, end: Any) -> Sequence[InputPartition]:
        return self._stream.partitions(start, end)

    def read(self, partition: InputPartition) -> Iterator[tuple[str]]:
        return self._stream.read(partition)

    def commit(self, end: Any) -> None:
        self._stream.commit(end)


class RestStreamReaderBefore42(DataSourceStreamReader):
    """For Spark 4.0 and 4.1, which ask for the latest offset without passing the current one.

    For a new query, the reader answers from the initial offset. A restarted query first plans the
    empty range (o, o), which tells the reader its position. Under Trigger.AvailableNow it does so
    only after the reader has answered from the initial offset. Then the reader raises an error,
    before Spark logs that answer as progress.
    """

    def __init__(self, stream: AnyStream, config: RestConfig) -> None:
        self._stream, self._config = stream, config
        self._position: Any = None
        self._made: list[str] = []
        self._from_initial = False

    def initialOffset(self) -> Any:
        return self._stream.initial()

    # The signature that Spark before 4.2 calls; PySpark's types are those of the newest version.
    def latestOffset(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        before: Any = self._position or self.initialOffset()
        end: Any = self._stream.advance(before, self._config.batch_size)
        if end is not before:
            self._from_initial = self._from_initial or before["seq"] == 0
            self._made = [*self._made[-8:], as_text(end)]
        self._position = end
        return end

    def partitions(self, start: Any, end: Any) -> Sequence[InputPartition]:
        if as_text(start) == as_text(end):
            self._restore(start)
        return self._stream.partitions(start, end)

    def _restore(self, offset: Offset) -> None:
        if not self._made:
            self._position = offset
        elif self._from_initial and offset["seq"] > 0 and as_text(offset) not in self._made:
            raise self._refusal()

    def _refusal(self) -> SourceError:
        return SourceError(
            "AVAILABLE_NOW_NEEDS_SPARK_4_2: a restarted query with Trigger.AvailableNow can't read "
            "'rest' on Spark 4.0 or 4.1; use Spark 4.2 or newer, or a processing time trigger."
        )

    def read(self, partition: InputPartition) -> Iterator[tuple[str]]:
        return self._stream.read(partition)

    def commit(self, end: Any) -> None:
        self._stream.commit(end)
