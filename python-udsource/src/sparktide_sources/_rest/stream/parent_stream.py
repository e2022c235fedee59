"""A `rest` stream with `parent`: one stream per parent, and one offset for all.

The list of parents is read when the stream begins, and again once per interval of the list. A new
parent begins at `initialOffset`. A parent that is gone keeps its position for ever, so it loses and
repeats nothing if it comes back. A child's 404 or 410 makes the stream read the list at once: if
the parent is not in it, the stream continues without it, else the answer is an error.

The children that are due are polled in turn, at most `batchSize` records in a batch. A batch ends
after one second of polls. The offset of a batch has the rows of its parents, so Spark may plan and
repeat it without the list. `child_positions` says where the positions of the others are.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

from ..._clock import Clock
from ..._errors import HttpError, ReplayError
from ..._http.connections import Connections
from ..config import RestConfig
from ..output import Row
from ..page_walk import Known
from ..parent_list import GONE, row_of
from .child_positions import ChildPositions
from .child_queue import ChildQueue
from .children_batch import ChildrenBatch
from .identity import require_own_source, require_same
from .offset_types import Offset, ParentsOffset, RowOffset
from .offsets import as_text, initial_offset, make_offset
from .parent_poll import ParentPoll
from .stream import RestStream, StreamPartition

_log = logging.getLogger("sparktide_sources")

# A batch does not wait for the polls of all children.
_LONGEST = 1.0
_NAP = 0.2
# Children whose parts one task reads. Many children have a few records each.
_PER_TASK = 50
_TASK_BYTES = 1024 * 1024


class ChildrenPartition(StreamPartition):
    """The parts of some children, each with its parent's row."""

    def __init__(self, parts: list[tuple[str, StreamPartition]]) -> None:
        super().__init__(None)
        self.parts = parts


class ParentStream:
    """Does the work of `RestStream` for the children of all parents."""

    def __init__(
        self,
        config: RestConfig,
        make: Callable[[RestConfig], RestStream],
        parents: ParentPoll,
        clock: Clock,
    ) -> None:
        self._config, self._make, self._parents, self._clock = config, make, parents, clock
        # A child's own batch must leave room for the positions of others.
        self._child = replace(config, max_offset_bytes=max(config.max_offset_bytes // 2, 256))
        self._first = initial_offset(self._child)
        self._positions = ChildPositions(config.safety.spool_dir)
        self._rows: dict[str, str] = {}
        self._queue = ChildQueue()
        # Each child's stream, with the row that it was made for.
        self._streams: dict[str, tuple[str, RestStream]] = {}
        # The children with records that wait for the next batches, and those of batches to commit.
        self._holding: set[str] = set()
        self._uncommitted: set[str] = set()
        self._made: dict[str, ParentsOffset] = {}
        self._known = Known()
        self._id = os.urandom(8).hex()
        self._listed = self._draining = False

    def initial(self) -> ParentsOffset:
        return {
            **make_offset(self._config, mode="", pos="", kind="", source="", seq=0, rows=0),
            "mode": "rows",
            "subs": {},
            "base": "",
        }

    def begin_drain(self) -> None:
        """For Trigger.AvailableNow: reads the list once, and drains each child."""
        self._draining, self._listed = True, False
        self._queue.clear()
        for _, stream in self._streams.values():
            stream.begin_drain()

    def advance(self, start: ParentsOffset, limit: int) -> ParentsOffset:
        """The end of the batch after `start`, or `start` itself if nothing is new."""
        self._require_own(start)
        known = self._made.get(as_text(start))
        if known is not None:
            return known
        self._positions.purge(start)
        with Connections() as kept:
            listed = self._list(kept)
            end, asked = self._round(start, max(limit, 1), kept)
        if end is None:
            if not (asked or listed or self._draining):
                self._clock.sleep(self._nap())
            return start
        self._made[as_text(start)] = end
        return end

    def _nap(self) -> float:
        due = self._queue.next_due()
        until = _NAP if due is None else due - self._clock.monotonic()
        return min(max(until, 0.0), max(self._parents.wait(), 0.01), _NAP)

    def _list(self, kept: Connections) -> bool:
        """Reads the list of parents if it is due. Returns whether it was read."""
        # A run of Trigger.AvailableNow ends, so it reads the parents of its beginning.
        due = not self._listed if self._draining else self._parents.wait() <= 0
        return due and self._read_list(kept)

    def _read_list(self, kept: Connections) -> bool:
        found = self._parents.read(kept, self._draining)
        if found is None:
            return False
        self._listed, self._rows = True, found
        now = self._clock.monotonic()
        for key in found:
            if key not in self._queue:
                self._queue.push(key, now)
        return True

    def _round(
        self, start: ParentsOffset, limit: int, kept: Connections
    ) -> tuple[ParentsOffset | None, bool]:
        """The end offset if a child has new records, and whether any child was polled."""
        began, asked, left = self._clock.monotonic(), False, limit
        batch = self._batch(start)
        self._queue.turn()
        while left > 0:
            now = self._clock.monotonic()
            if now - began > _LONGEST and not (self._draining and batch.is_empty):
                break
            key = self._queue.pop(now)
            if key is None:
                break
            if key not in self._rows:
                self._forget(key)
                continue
            stream, before = self._stream(key, self._rows[key]), self._sub(start, key)
            if not stream.due(before):
                self._later(key, stream, before)
                continue
            if key not in self._holding and not self._has_room():
                self._queue.push(key, now + _NAP)
                continue
            asked, stream.connections = True, kept
            try:
                after = stream.advance(before, left)
            except HttpError as error:
                if not self._is_gone(key, error, kept):
                    self._first_again(key, began)
                    raise
                continue
            finally:
                stream.connections = None
            self._note_held(key, stream)
            if after["seq"] == before["seq"]:
                self._later(key, stream, before)
            elif not batch.add(key, self._compact(start, key, after), before, after):
                # The child's stream keeps its records for the next batch.
                self._first_again(key, began)
                break
            else:
                left -= after["n"]
                self._uncommitted.add(key)
                self._later(key, stream, after)
        return None if batch.is_empty else batch.end(), asked

    def _batch(self, start: ParentsOffset) -> ChildrenBatch:
        end: ParentsOffset = {**start, "seq": start["seq"] + 1, "n": 0, "req": 0, "subs": {}}
        end["id"] = start["id"] or self._id
        return ChildrenBatch(self._config, self._positions, start, end)

    def _first_again(self, key: str, began: float) -> None:
        if key not in self._queue:
            self._queue.push(key, began)

    def _later(self, key: str, stream: RestStream, sub: Offset) -> None:
        """Puts a child into the queue again, unless it is drained."""
        if key in self._queue or stream.state.drained:
            return
        now = key in self._holding or self._draining
        wait = 0.0 if now else max(stream.wait(sub), 0.0)
        self._queue.push(key, self._clock.monotonic() + wait)

    def _note_held(self, key: str, stream: RestStream) -> None:
        if stream.state.held:
            self._holding.add(key)
        else:
            self._holding.discard(key)

    def _has_room(self) -> bool:
        held = sum(self._streams[key][1].state.held for key in self._holding)
        return held < self._config.max_batch_bytes

    def _is_gone(self, key: str, error: HttpError, kept: Connections) -> bool:
        """Whether an error means that the parent is gone, by the list as it is now."""
        if error.status not in GONE:
            return False
        if not self._read_list(kept):
            # The list can't be read now. The child is polled again, and asks again.
            self._queue.push(key, self._clock.monotonic() + _NAP)
            return True
        if key in self._rows:
            return False
        _log.warning("rest: the parent %r is gone: %s", key, error)
        self._forget(key)
        return True

    def _forget(self, key: str) -> None:
        """Drops the stream of a parent that is gone. Its position stays in the offset."""
        self._holding.discard(key)
        if key not in self._uncommitted:
            self._streams.pop(key, None)

    def _stream(self, key: str, row: str) -> RestStream:
        known = self._streams.get(key)
        if known is not None and known[0] == row:
            return known[1]
        stream = self._make(replace(self._child, input_data=[row_of(row)]))
        stream.state.known = self._known
        stream.state.promise_logged = bool(self._streams)
        if self._draining:
            stream.begin_drain()
        self._streams[key] = (row, stream)
        self._holding.discard(key)
        return stream

    def _first_of(self, stream: str, key: str) -> Offset:
        """A child's first offset. Its id is not random, so no later offset needs to hold it."""
        text = f"{stream or self._id} {key}".encode("utf-8", "replace")
        return {**self._first, "id": hashlib.sha256(text).hexdigest()[:16]}

    def _sub(self, offset: ParentsOffset, key: str, stream: str = "") -> Offset:
        """A child's complete offset; `stream` is the stream's id, if the offset has none yet."""
        whole = self._first_of(offset["id"] or stream, key)
        kept = self._positions.of(offset, key)
        return cast("Offset", {name: kept.get(name, value) for name, value in whole.items()})

    def _compact(self, start: ParentsOffset, key: str, sub: Offset) -> RowOffset:
        """What an offset says about a child of its batch."""
        first = self._first_of(start["id"], key)
        found = {name: value for name, value in sub.items() if value != first.get(name)}
        return {**found, "row": self._rows[key]}

    def _require_own(self, offset: Offset) -> None:
        require_own_source(offset)
        require_same(self._config, offset["cfg"], "")
        if "base" not in offset:
            raise ReplayError(
                "the checkpoint was written without parent, so it has no positions of children. "
                "Use a new checkpoint."
            )

    def partitions(self, start: ParentsOffset, end: ParentsOffset) -> list[StreamPartition]:
        """The batch between two offsets, without any request."""
        if as_text(start) == as_text(end):
            return []
        self._require_own(end)
        parts: list[tuple[str, StreamPartition]] = []
        for key, sub in end["subs"].items():
            if "row" not in sub:
                continue
            before, after = self._sub(start, key, end["id"]), self._sub(end, key)
            stream = self._stream(key, sub["row"])
            parts += [(sub["row"], part) for part in stream.partitions(before, after)]
        return _grouped(parts)

    def read(self, partition: Any) -> Iterator[Row]:
        """The rows of a partition, as tuples."""
        for row, part in getattr(partition, "parts", ()):
            yield from self._make(replace(self._child, input_data=[row_of(row)])).read(part)

    def commit(self, end: ParentsOffset) -> None:
        """Forgets the batches up to this one."""
        for start, known in list(self._made.items()):
            if known["seq"] <= end.get("seq", 0):
                del self._made[start]
        for key in list(self._uncommitted):
            _, stream = self._streams[key]
            stream.commit(self._sub(end, key))
            if not stream.state.batches:
                self._uncommitted.discard(key)
                if key not in self._rows:
                    self._forget(key)
        self._positions.purge(end)


def _grouped(parts: list[tuple[str, StreamPartition]]) -> list[StreamPartition]:
    """Partitions for some children each, so that many small parts do not make many tasks."""
    groups: list[StreamPartition] = []
    group: list[tuple[str, StreamPartition]] = []
    size = 0
    for row, part in parts:
        if group and (len(group) >= _PER_TASK or size + part.size > _TASK_BYTES):
            groups.append(ChildrenPartition(group))
            group, size = [], 0
        group.append((row, part))
        size += part.size
    return [*groups, ChildrenPartition(group)] if group else groups
