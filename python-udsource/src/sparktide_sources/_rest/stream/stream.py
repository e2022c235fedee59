"""The batches of a `rest` stream.

`advance` makes the requests once, and keeps the batch until Spark commits it. `partitions` puts the
rows into the partitions, so tasks, their retries and repeated planning make no request. After a
restart, Spark asks for a batch that this process does not have. Then the rows come from the end
offset, or the task fetches them again on the executor.
"""

from __future__ import annotations

import json
import logging
import math
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..._clock import Clock
from ..._errors import ReplayError
from ..._http.connections import Connections
from ..._http.wire import Reply, exchange
from ..._polling.pacing import Pacer
from ..._polling.payload import offset_size, pack, require_size, unpack
from ..._polling.transient import PollGuard
from ..._spark import InputPartition
from ..config import RestConfig
from ..output import NOWHERE, Row, RowMaker, input_text
from .guarantee import EXACTLY_ONCE, NONE, SPOOL
from .key_batches import Batch
from .offset_types import Offset
from .offsets import as_text, initial_offset, make_offset, next_batch, place, require_own
from .poll import Poll, Poller
from .seen import digest_of, pack_marks
from .spool import Spool, is_spooled
from .state import StreamState

_log = logging.getLogger("sparktide_sources")

_ADVICE = (
    "raise it, lower batchSize, set spoolDir, or take the position from the records "
    "(offsetScope=record, or offsetType=max_field), which needs no rows in it."
)

_SEEN_ADVICE = "raise it: the offset also holds hashes of the records emitted at its position."

# Size of the rows for one task, before compression.
_PARTITION_BYTES = 4 * 1024 * 1024


class StreamPartition(InputPartition):
    """A part of a batch. With several input rows, `row` names the row of its stream."""

    row: str | None = None
    # Bytes of compressed rows.
    size = 0


class RowsPartition(StreamPartition):
    """Rows, compressed."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(None)
        self._data = zlib.compress(json.dumps(list(texts)).encode("ascii"), 1)
        self.size = len(self._data)

    def texts(self) -> list[str]:
        return list(json.loads(zlib.decompress(self._data)))


class ReplayPartition(StreamPartition):
    """A logged batch that the task fetches again."""

    def __init__(self, start: Offset, end: Offset) -> None:
        super().__init__(None)
        self.start, self.end = start, end


class RestStream:
    """The shared work of both readers: batches, poll intervals, drain and replay."""

    def __init__(
        self,
        config: RestConfig,
        guard: Callable[[Pacer, Clock], PollGuard],
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        schema: Any = None,
    ) -> None:
        self._config, self._clock, self._transport = config, clock or Clock(), transport
        self._maker = RowMaker(config.output, config.policy, schema)
        row = config.input_data[0] if config.input_data else None
        self._origin = NOWHERE._replace(input=input_text(row))
        self._pacer = Pacer(config.interval, self._clock)
        self._guard = guard(self._pacer, self._clock)
        self._spool = Spool(config.safety.spool_dir)
        self.state = StreamState()
        # Open connections that several streams share. Without them, each poll opens its own.
        self.connections: Connections | None = None

    def initial(self) -> Offset:
        return initial_offset(self._config)

    def begin_drain(self) -> None:
        """For Trigger.AvailableNow: polls without pause until all records are read, then stops."""
        self.state.begin_drain()

    def advance(self, start: Offset, limit: int) -> Offset:
        """The end of the batch after `start`, or `start` itself if nothing is new."""
        require_own(self._config, start)
        state = self.state
        known = state.batches.get(place(start))
        if known is not None:
            return known[0]
        rest = state.left_after(start)
        if rest is None:
            # Records left for another start are not needed any more.
            state.left = None
        poll = rest or self._ask(start, limit)
        if poll is None:
            return start
        self._config.safety.require(poll.mode)
        # Without a mode, no answer has shown yet where the position is.
        batch = poll.mode and next_batch(
            self._config, poll.mode, start, poll.source, poll.fetched, max(limit, 1)
        )
        if not batch:
            self._note_nothing(start, poll)
            return start
        end, batch = self._end(start, poll, batch, 0 if rest else poll.calls)
        state.left = (place(end), poll) if batch.more else None
        state.passed = 0
        self._note_progress(start, poll, batch)
        self._note_guarantee(end)
        self._purge(start)
        state.batches[place(start)] = (end, batch.texts)
        return end

    def due(self, start: Offset) -> bool:
        """Whether `advance` would poll or return a batch, not only wait."""
        state = self.state
        if place(start) in state.batches or state.left_after(start):
            return True
        return not state.drained and (state.draining or self.wait(start) <= 0)

    def wait(self, start: Offset) -> float:
        """Seconds until the next poll is due."""
        return self._pacer.left(start["polled"], start.get("wait", 0))

    def _note_guarantee(self, end: Offset) -> None:
        if self.state.promise_logged:
            return
        self.state.promise_logged = True
        mode, safety = end["mode"], self._config.safety
        promise = safety.promise(mode)
        text = f"guarantee {promise} (class {end['g']}, mode {mode})"
        if promise != NONE:
            text += f", {safety.condition(mode)}"
        _log.log(logging.INFO if promise == EXACTLY_ONCE else logging.WARNING, "rest: %s.", text)

    def _ask(self, start: Offset, limit: int) -> Poll | None:
        state = self.state
        if state.drained:
            return None
        draining = state.draining
        if state.replayed:
            # A task has requested that batch since Spark's last call, which counts as a poll.
            state.replayed = False
            self._pacer.polled(self._clock.time())
        left = self.wait(start)
        if left > 0 and not draining:
            self._pacer.nap(left)
            return None
        poller = Poller(
            self._config,
            self._clock,
            self._transport,
            state.memory,
            state.known,
            self.connections,
        )
        at = self._clock.time()
        source = state.source_at(start)
        etag = state.etag_at(start, source)
        try:
            found = self._guard.run(
                lambda tries, patience: poller.poll(
                    start,
                    source,
                    limit,
                    etag=etag,
                    attempts=tries,
                    patience=patience,
                    draining=draining,
                ),
                blocking=draining,
            )
        finally:
            if not self._guard.postponed:
                state.memory.clear()
        state.drain_polls += 1
        if found is None or found.unchanged:
            state.drained = draining
        if found is None:
            return None
        self._pacer.polled(at, found.asked_interval)
        return None if found.unchanged else found

    def _end(self, start: Offset, poll: Poll, batch: Batch, calls: int) -> tuple[Offset, Batch]:
        limit, safety = self._config.max_offset_bytes, self._config.safety
        advice = _ADVICE if safety.carries_rows(poll.mode) else _SEEN_ADVICE
        while True:
            end = self._offset(start, poll, batch, calls)
            if batch.head and offset_size(end) > limit:
                end["seen"] = batch.head
            large = offset_size(end) > limit or safety.replay == SPOOL
            if large and safety.spool_dir and safety.carries_rows(poll.mode):
                end["g"] = SPOOL
                end["data"] = self._spool.write(end["id"], end["seq"], batch.texts)
                require_size(end, limit, "raise it, or lower batchSize.")
                return end, batch
            fixed = poll.mode == "keys" and not safety.carries_rows(poll.mode)
            if fixed or offset_size(end) <= limit or len(batch.texts) == 1:
                require_size(end, limit, advice)
                return end, batch
            # Try a smaller batch; the next one has the other rows.
            fewer = next_batch(
                self._config, poll.mode, start, poll.source, poll.fetched, len(batch.texts) // 2
            )
            if fewer is None or len(fewer.texts) >= len(batch.texts):
                require_size(end, limit, advice)
                return end, batch
            batch = fewer

    def _offset(self, start: Offset, poll: Poll, batch: Batch, calls: int) -> Offset:
        end = make_offset(
            self._config,
            mode=poll.mode,
            pos=batch.pos,
            kind=batch.kind,
            source=poll.source,
            seq=start["seq"] + 1,
            rows=len(batch.texts),
            stream=start["id"] or os.urandom(8).hex(),
        )
        end["req"] = calls
        end["polled"] = int(self._clock.time() * 1000) if calls else start["polled"]
        end["wait"] = math.ceil(poll.asked_interval) if calls else start.get("wait", 0)
        end["gaps"] = start["gaps"] + int(poll.gap and calls > 0)
        end["skipped"], end["nulled"] = self._left_out(start, poll, batch, calls)
        end["partial"] = start.get("partial", 0) + (poll.partial if calls else 0)
        end["seen"] = pack_marks(batch.seen)
        end["part"] = batch.more
        if not batch.more:
            poller = Poller(self._config, self._clock, self._transport)
            same = poller.asked(end, batch.pos) == poller.asked(start, poll.source)
            end["etag"] = poll.fetched.etag if same else ""
        if self._config.safety.carries_rows(poll.mode):
            end["data"] = pack(batch.texts)
        else:
            end["digest"] = digest_of(poll.mode, batch.texts)
        return end

    def _left_out(self, start: Offset, poll: Poll, batch: Batch, calls: int) -> tuple[int, int]:
        """The totals of skipped records and of values made null, as the tasks will count them."""
        maker = self._maker
        maker.skipped = poll.rejected + self.state.passed if calls else 0
        maker.nulled = 0
        if maker.may_skip:
            self._rows(batch.texts)
        return start.get("skipped", 0) + maker.skipped, start.get("nulled", 0) + maker.nulled

    def _note_nothing(self, start: Offset, poll: Poll) -> None:
        state = self.state
        # With this ETag, the next idle poll may be answered with a 304.
        state.etag = (place(start), poll.source, poll.fetched.etag)
        if poll.following:
            state.onward = (place(start), poll.following)
            state.passed += poll.rejected
        if not state.draining:
            return
        state.drained = True
        if poll.cut:
            _log.warning(
                "rest: maxPages (%d) ended this run before a page with new records, and the API "
                "names a next page; raise it if later pages have records.",
                self._config.pages.max_pages,
            )

    def _note_progress(self, start: Offset, poll: Poll, batch: Batch) -> None:
        state = self.state
        if not state.draining or batch.more:
            return
        done = False
        if poll.mode == "cursor":
            done = poll.ended
        elif poll.mode in ("keys", "stamp"):
            done = not self._config.has_placeholder
        state.drained = done
        if not state.drained and state.drain_polls >= self._config.pages.max_pages:
            state.drained = True
            _log.warning(
                "rest: Trigger.AvailableNow ended this run after maxPages (%d) polls, although the "
                "API may have more; the next run continues from there, or raise maxPages.",
                self._config.pages.max_pages,
            )

    def partitions(self, start: Offset, end: Offset) -> list[StreamPartition]:
        """The batch between two offsets, without any request."""
        if as_text(start) == as_text(end):
            return []
        known = self.state.batches.get(place(start))
        if known is not None and as_text(known[0]) == as_text(end):
            return split_rows(known[1])
        require_own(self._config, end)
        if end["data"]:
            return split_rows(logged_rows(end, self._spool))
        self.state.replayed = True
        return [ReplayPartition(start, end)]

    def read(self, partition: Any) -> Iterator[Row]:
        """The rows of a partition, as tuples."""
        # By attribute, not by class: this process may have another class of the same name.
        if hasattr(partition, "texts"):
            return iter(self._rows(partition.texts()))
        if not hasattr(partition, "end"):
            return iter(())
        poller = Poller(self._config, self._clock, self._transport)
        return iter(self._rows(poller.replay(partition.start, partition.end)))

    def _rows(self, texts: list[str]) -> list[Row]:
        made = (self._maker.of_text(text, self._origin) for text in texts)
        return [row for row in made if row is not None]

    def commit(self, end: Offset) -> None:
        """Drops the batches up to this one."""
        self.state.forget(end.get("seq", 0))
        self._purge(end)

    def _purge(self, offset: Offset) -> None:
        if self._config.safety.spool_dir:
            self._spool.purge(str(offset.get("id", "")), int(offset.get("seq", 0)))


def logged_rows(end: Offset, spool: Spool) -> list[str]:
    """The rows of an end offset, from its data or its spool file."""
    data = end["data"]
    texts = spool.read(data) if is_spooled(end) else [str(text) for text in unpack(data)]
    if len(texts) != end["n"]:
        raise ReplayError(f"the offset names {end['n']} rows, but holds {len(texts)}.")
    return texts


def split_rows(texts: list[str]) -> list[StreamPartition]:
    """Partitions of about 4 MiB of text each."""
    parts: list[StreamPartition] = []
    group: list[str] = []
    size = 0
    for text in texts:
        if group and size + len(text) > _PARTITION_BYTES:
            parts.append(RowsPartition(group))
            group, size = [], 0
        group.append(text)
        size += len(text)
    return [*parts, RowsPartition(group)] if group else parts
