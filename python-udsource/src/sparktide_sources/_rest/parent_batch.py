"""`spark.read` of `rest` with `parent`: each task reads the list and calls for its share of it.

`partitions()` makes no request, since Spark may plan a read several times. A parent's key decides
which task makes its call, so the lists of two tasks may differ and no parent is read twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from .._clock import Clock
from .._errors import HttpError
from .._http.connections import Connections
from .._http.wire import Reply, exchange
from .._spark import InputPartition
from .batch_reader import RestBatchReader
from .config import RestConfig
from .output import Row
from .page_walk import Known
from .parent_list import GONE, in_share, read_parents, the_parent

_log = logging.getLogger("sparktide_sources")


class SharePartition(InputPartition):
    """The parents of one task: number `index` of `count` shares."""

    def __init__(self, index: int, count: int) -> None:
        super().__init__(None)
        self.index, self.count = index, count


class ParentBatchReader(RestBatchReader):
    """One call for each parent."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        schema: Any = None,
    ) -> None:
        # Tasks run at the same time, so each gets a share of the request rate.
        settings = config.settings.shared_by(config.partitions)
        parent = the_parent(config)
        parent = replace(parent, request=replace(parent.request, settings=settings))
        super().__init__(replace(config, parent=parent), clock, transport, schema)
        self._config = replace(self._config, settings=settings)

    def partitions(self) -> list[InputPartition]:
        count = self._config.partitions
        return [SharePartition(index, count) for index in range(count)]

    def read(self, partition: Any) -> Iterator[Row]:
        known = Known()
        with Connections() as kept:
            for key, text in self._parents(kept).items():
                if not in_share(key, partition.index, partition.count):
                    continue
                try:
                    yield from self._call(self._call_of(text), kept, known)
                except HttpError as error:
                    if error.status not in GONE or key in self._parents(kept):
                        raise
                    _log.warning("rest: the parent %r is gone: %s", key, error)
        self._tell_left_out()

    def _parents(self, kept: Connections) -> dict[str, str]:
        return read_parents(self._config, self._clock, self._transport, kept=kept)
