"""A `rest` stream of windows of time: `windowStep`.

The position is the end of the last window. `latestOffset` compares it with the clock and makes no
request. The tasks request the windows of a batch, and request the same windows again if Spark
repeats the batch: the offset has the step by which its batch was divided. So the end of a batch is
always the start of the next one, also if `windowStep` was changed between two runs.

A stream requests only windows that are over, since a window is requested once. The last one may be
shorter than the step, if `finalOffset` is its end.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from ..._clock import Clock
from ..._errors import ReplayError
from ..._http.wire import Reply, exchange
from ..._polling.pacing import Pacer
from ..config import RestConfig
from ..output import Row
from ..window_reader import WindowReader, WindowsPartition
from .guarantee import EXACTLY_ONCE, NONE, WINDOW
from .identity import identity, require_same
from .keys import text_key
from .offset_types import WindowOffset
from .windows import Step, Windows, iso, parse_step

_log = logging.getLogger("sparktide_sources")


class WindowStream:
    """Does the work of `RestStream` for windows."""

    def __init__(
        self,
        config: RestConfig,
        windows: Windows,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        schema: Any = None,
    ) -> None:
        self._config, self._windows, self._clock = config, windows, clock or Clock()
        self._calls = WindowReader(config, windows, self._clock, transport, schema, in_stream=True)
        self._pacer = Pacer(config.interval, self._clock)
        # For Trigger.AvailableNow: the moment at which the run ends.
        self._target: int | None = None
        self._promise_logged = False

    def initial(self) -> WindowOffset:
        return self._offset(self._windows.first, "", seq=0, polled=0)

    def begin_drain(self) -> None:
        """For Trigger.AvailableNow: all windows that are over now, without pause."""
        self._target = self._windows.over(self._clock.time())

    def advance(self, start: WindowOffset, limit: int) -> WindowOffset:
        """The end of the batch after `start`, or `start` itself if no window is over."""
        position = self._position(start)
        self._log_promise()
        draining, now = self._target is not None, self._clock.time()
        until = self._windows.over(now) if self._target is None else self._target
        most = max(self._windows.per_batch // max(len(self._config.input_data or [None]), 1), 1)
        found = self._windows.complete(position, until, most)
        left = self._pacer.left(start["polled"])
        # A backlog needs no pause: a full batch follows at once.
        if not found or (len(found) < most and left > 0 and not draining):
            if not draining:
                self._pacer.nap(left if found else 1)
            return start
        step = self._windows.step.text
        return self._offset(found[-1][1], step, seq=start["seq"] + 1, polled=int(now * 1000))

    def partitions(self, start: WindowOffset, end: WindowOffset) -> list[WindowsPartition]:
        """The windows between two offsets, without any request."""
        if json.dumps(start) == json.dumps(end):
            return []
        begin, until = self._position(start), self._position(end)
        return self._calls.split(self._windows.between(begin, until, _step(end)))

    def read(self, partition: Any) -> Iterator[Row]:
        """The rows of a partition, as tuples. Requests its windows."""
        return self._calls.read(partition)

    def commit(self, end: WindowOffset) -> None:
        """Does nothing: no batch is kept."""

    def _offset(self, position: int, step: str, seq: int, polled: int) -> WindowOffset:
        return {
            "v": 1,
            "src": "rest",
            "cfg": identity(self._config),
            "g": WINDOW,
            "mode": "windows",
            "pos": iso(position),
            "step": step,
            "seq": seq,
            "polled": polled,
        }

    def _position(self, offset: WindowOffset) -> int:
        if offset.get("v") != 1 or offset.get("src") != "rest" or offset["mode"] != "windows":
            raise ReplayError(
                "the checkpoint was written without windowStep, so it has no end of a window. Use "
                "a new checkpoint, with initialOffset."
            )
        require_same(self._config, offset["cfg"], "windows")
        position = int(text_key(offset["pos"]).order)
        if not self._windows.fits(position):
            raise ReplayError(
                f"the position {offset['pos']} in the checkpoint can't be expressed in "
                f"positionFormat={self._windows.form.kind}: set a finer positionFormat, or use a "
                "new checkpoint."
            )
        return position

    def _log_promise(self) -> None:
        if self._promise_logged:
            return
        self._promise_logged = True
        safety = self._config.safety
        promise = safety.promise("windows")
        why = "records that come late are lost without lagSeconds"
        if promise != NONE:
            why = safety.condition("windows")
        level = logging.INFO if promise == EXACTLY_ONCE else logging.WARNING
        _log.log(level, "rest: guarantee %s (class %s), %s.", promise, WINDOW, why)


def _step(offset: WindowOffset) -> Step:
    step = parse_step(offset["step"])
    if step is None:
        raise ReplayError(f"the offset has no valid step, but {offset['step']!r}; it was altered.")
    return step
