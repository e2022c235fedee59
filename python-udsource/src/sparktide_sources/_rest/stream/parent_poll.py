"""When a stream reads the list of parents, and what a failure does."""

from __future__ import annotations

from collections.abc import Callable

from ..._clock import Clock
from ..._http.connections import Connections
from ..._http.wire import Reply, exchange
from ..._polling.pacing import Pacer
from ..._polling.transient import PollGuard
from ..api import Memory
from ..config import RestConfig
from ..page_walk import Known
from ..parent_list import Parents, read_parents, the_parent


class ParentPoll:
    """Reads the list once per interval. `onTransient` applies to a list that can't be read."""

    def __init__(
        self,
        config: RestConfig,
        guard: Callable[[Pacer, Clock], PollGuard],
        clock: Clock,
        transport: Callable[..., Reply] = exchange,
    ) -> None:
        self._config, self._clock, self._transport = config, clock, transport
        self._pacer = Pacer(the_parent(config).request.interval, clock)
        self._guard = guard(self._pacer, clock)
        # The pages that were read before the list had to wait for its next try.
        self._memory: Memory = {}
        self._known = Known()

    def wait(self) -> float:
        """Seconds until the list is due."""
        return max(self._pacer.left(0), 0.0)

    def read(self, kept: Connections, blocking: bool) -> Parents | None:
        """The whole list; None if it is postponed or skipped."""
        at = self._clock.time()
        try:
            found = self._guard.run(
                lambda attempts, patience: read_parents(
                    self._config,
                    self._clock,
                    self._transport,
                    kept=kept,
                    known=self._known,
                    memory=self._memory,
                    attempts=attempts,
                    patience=patience,
                ),
                blocking=blocking,
            )
        finally:
            if not self._guard.postponed:
                self._memory.clear()
        if found is not None:
            self._pacer.polled(at)
        return found
