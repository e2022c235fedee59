"""A `rest` stream over the rows of `inputData`: one stream per row, and one offset for all.

The offset has the keys of every `rest` offset, and `subs`: the position of each row under a hash of
the row, without keys that have their first value. So rows may be added and removed between two
runs. A new row begins at `initialOffset`, or at its own field with the name of `offsetField`. A
removed row is dropped.

The rows are polled in turn, each at most once per `streamingInterval`. A batch ends when it is
full, or after one second of polls; the next batch continues with the next row. `maxBatchBytes`
limits the total size of answers that wait to be emitted. Above it, only rows with such answers
continue.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal, cast

from ..._clock import Clock
from ..._errors import HttpError, OptionError, ReplayError
from ..._polling.payload import offset_size
from ..api import plain_text
from ..config import RestConfig
from ..output import Row
from .guarantee import CLASSES, class_of
from .identity import require_own_source, require_same
from .offset_types import Offset, RowOffset, RowsOffset
from .offsets import as_text, initial_offset, make_offset
from .stream import RestStream, StreamPartition

# A batch does not wait for the polls of all rows.
_LONGEST = 1.0
_NAP = 0.2
_POSITION_BYTES, _LEAST_BYTES = 200, 2048
_Sum = Literal["gaps", "skipped", "nulled", "partial"]
_SUMS: tuple[_Sum, ...] = ("gaps", "skipped", "nulled", "partial")


class PerRowStream:
    """Does the work of `RestStream` for many rows."""

    def __init__(
        self, config: RestConfig, make: Callable[[RestConfig], RestStream], clock: Clock
    ) -> None:
        self._config, self._make, self._clock = config, make, clock
        self._configs = row_configs(config)
        self._firsts = {key: initial_offset(found) for key, found in self._configs.items()}
        self._streams: dict[str, RestStream] = {}
        self._made: dict[str, RowsOffset] = {}
        self._draining = False
        self._turn = 0

    def initial(self) -> RowsOffset:
        return {
            **make_offset(self._config, mode="", pos="", kind="", source="", seq=0, rows=0),
            "mode": "rows",
            "subs": {},
        }

    def begin_drain(self) -> None:
        """For Trigger.AvailableNow: drains each row's stream."""
        self._draining = True
        for stream in self._streams.values():
            stream.begin_drain()

    def _stream(self, key: str) -> RestStream:
        if key not in self._streams:
            if key not in self._configs:
                raise ReplayError(
                    "the batch to repeat has records of a row that inputData no longer has; add "
                    "the row again until that batch is committed, or use a new checkpoint."
                )
            self._streams[key] = self._make(self._configs[key])
            self._streams[key].state.promise_logged = len(self._streams) > 1
            if self._draining:
                self._streams[key].begin_drain()
        return self._streams[key]

    def advance(self, start: RowsOffset, limit: int) -> RowsOffset:
        """The end of the batch after `start`, or `start` itself if nothing is new."""
        self._require_own(start)
        known = self._made.get(as_text(start))
        if known is not None:
            return known
        end, asked = self._round(start, max(limit, 1))
        if end is None:
            if not asked:
                self._clock.sleep(_NAP)
            return start
        self._made[as_text(start)] = end
        return end

    def _round(self, start: RowsOffset, limit: int) -> tuple[RowsOffset | None, bool]:
        """The end offset if a row has new records, and whether any row was polled."""
        began, asked, left = self._clock.monotonic(), False, limit
        fresh: dict[str, Offset] = {}
        size = offset_size(self._end(start, fresh))
        keys = list(self._configs)
        for turn in range(self._turn, self._turn + len(keys)):
            here = turn % len(keys)
            key = keys[here]
            late = self._clock.monotonic() - began > _LONGEST and not (self._draining and not fresh)
            if left <= 0 or late:
                break
            self._turn = (here + 1) % len(keys)
            stream, before = self._stream(key), self._sub(start, key)
            if not stream.due(before) or not (stream.state.held or self._has_room()):
                continue
            asked = True
            after = stream.advance(before, left)
            if after["seq"] == before["seq"]:
                continue
            grown = offset_size(self._compact(key, after)) + len(key) + 6
            grown -= offset_size(_without_rows(start["subs"].get(key, {})))
            if size + grown > self._config.max_offset_bytes:
                if not fresh:
                    raise HttpError(self._too_large(size + grown))
                # The row's stream keeps its records for the next batch.
                self._turn = here
                break
            fresh[key] = after
            size += grown
            left -= after["n"]
        return self._end(start, fresh) if fresh else None, asked

    def _has_room(self) -> bool:
        held = sum(stream.state.held for stream in self._streams.values())
        return held < self._config.max_batch_bytes

    def _too_large(self, size: int) -> str:
        return (
            f"the positions of {len(self._configs)} rows of inputData make an offset of "
            f"{size} bytes, more than maxOffsetBytes "
            f"({self._config.max_offset_bytes}): raise it, or spread the rows over several queries"
        )

    def _sub(self, offset: RowsOffset, key: str) -> Offset:
        """A row's complete offset."""
        whole, kept = self._firsts[key], _current(offset["subs"].get(key, {}))
        return cast("Offset", {name: kept.get(name, value) for name, value in whole.items()})

    def _end(self, start: RowsOffset, fresh: dict[str, Offset]) -> RowsOffset:
        subs: dict[str, RowOffset] = {}
        for key in self._configs:
            if key in fresh:
                subs[key] = self._compact(key, fresh[key])
            elif key in start["subs"]:
                subs[key] = _current(_without_rows(start["subs"][key]))
        end: RowsOffset = {**self.initial(), "seq": start["seq"] + 1}
        end["g"] = max((sub.get("g", "") for sub in subs.values()), key=CLASSES.index, default="")
        end["n"] = sum(sub["n"] for sub in fresh.values())
        end["req"] = sum(sub["req"] for sub in fresh.values())
        end["polled"] = max((sub["polled"] for sub in fresh.values()), default=start["polled"])
        for name in _SUMS:
            end[name] = sum(sub.get(name, 0) for sub in subs.values())
        end["subs"] = subs
        return end

    def _compact(self, key: str, sub: Offset) -> RowOffset:
        first = self._firsts[key]
        return {name: value for name, value in sub.items() if value != first.get(name)}

    def partitions(self, start: RowsOffset, end: RowsOffset) -> list[StreamPartition]:
        """The batch between two offsets, without any request."""
        if as_text(start) == as_text(end):
            return []
        self._require_own(end)
        parts: list[StreamPartition] = []
        for key, sub in end["subs"].items():
            if sub.get("seq", 0) == start["subs"].get(key, {}).get("seq", 0):
                continue
            stream = self._stream(key)
            for part in stream.partitions(self._sub(start, key), self._sub(end, key)):
                part.row = key
                parts.append(part)
        return parts

    def read(self, partition: Any) -> Iterator[Row]:
        """The rows of a partition, as tuples."""
        key = getattr(partition, "row", None)
        return iter(()) if key is None else self._stream(key).read(partition)

    def commit(self, end: RowsOffset) -> None:
        """Forgets the batches up to this one."""
        for start, known in list(self._made.items()):
            if known["seq"] <= end.get("seq", 0):
                del self._made[start]
        for key, stream in self._streams.items():
            if key in end["subs"]:
                stream.commit(self._sub(end, key))

    def _require_own(self, offset: Offset) -> None:
        require_own_source(offset)
        require_same(self._config, offset["cfg"], "")
        if "subs" not in offset:
            raise ReplayError(
                "the checkpoint was written without inputData, so it has no positions of rows. Use "
                "a new checkpoint."
            )


def _without_rows(sub: RowOffset) -> RowOffset:
    """A row's offset for later batches: `data` is only for the batch of its rows."""
    return {name: value for name, value in sub.items() if name != "data"}


def _current(sub: RowOffset) -> RowOffset:
    """A row's offset from the log, with the current name of its class."""
    return {**sub, "g": class_of(sub["g"])} if "g" in sub else sub


def row_configs(config: RestConfig) -> dict[str, RestConfig]:
    """The options of each row's stream, by a hash of the row."""
    configs: dict[str, RestConfig] = {}
    # A row's batch must leave room for the positions of the others.
    taken = _POSITION_BYTES * len(config.input_data or [])
    room = max(config.max_offset_bytes - taken, _LEAST_BYTES)
    for index, row in enumerate(config.input_data or []):
        text = json.dumps(row, sort_keys=True)
        key = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
        if key in configs:
            raise OptionError(f"rest option 'inputData': item {index} is given twice.")
        initial = row.get(config.offset_field, config.initial)
        configs[key] = replace(
            config, input_data=[row], initial=plain_text(initial), max_offset_bytes=room
        )
    if not configs:
        raise OptionError("rest option 'inputData': a stream needs at least one row.")
    return configs
