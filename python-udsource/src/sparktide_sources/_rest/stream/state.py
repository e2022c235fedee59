"""The state that a stream keeps between Spark's calls, in addition to Spark's offsets."""

from __future__ import annotations

from ..api import Memory
from ..page_walk import Known
from .offset_types import Offset
from .offsets import place
from .poll import Poll


class StreamState:
    """The mutable part of a `RestStream`.

    A restart loses all of it. Polls are then repeated, and no record is missed. Start positions
    are kept as the text `place(offset)`.
    """

    def __init__(self) -> None:
        # Uncommitted batches, by their start: the end and the rows.
        self.batches: dict[str, tuple[Offset, list[str]]] = {}
        # A poll with records left for the next batch, and the start of that batch.
        self.left: tuple[str, Poll] | None = None
        # The answers that a poll received before it had to wait. The next try reuses them.
        self.memory: Memory = {}
        # Facts about the API that its answers have shown.
        self.known = Known()
        # The last poll without new records: its start, its position and its ETag.
        self.etag: tuple[str, str, str] = ("", "", "")
        # The start of a poll that maxPages ended without new records, and where the next continues.
        self.onward: tuple[str, str] = ("", "")
        # The number of skipped records on pages read since the last batch.
        self.passed = 0
        # Whether a task fetches the last planned batch again.
        self.replayed = False
        # Whether the guarantee of this stream was logged.
        self.promise_logged = False
        # Trigger.AvailableNow: whether it runs, whether all is read, and the polls so far.
        self.draining = False
        self.drained = False
        self.drain_polls = 0

    def begin_drain(self) -> None:
        self.draining, self.drained, self.drain_polls = True, False, 0

    @property
    def held(self) -> int:
        """Bytes of answers that wait for the next batches, or for the rest of a poll."""
        waiting = sum(len(reply.body) for reply, _ in self.memory.values())
        return waiting + (self.left[1].size if self.left else 0)

    def left_after(self, start: Offset) -> Poll | None:
        """The poll with records left for the batch after `start`."""
        return self.left[1] if self.left and self.left[0] == place(start) else None

    def source_at(self, start: Offset) -> str:
        """The position to request."""
        begun, onward = self.onward
        return onward if begun == place(start) else start["pos"]

    def etag_at(self, start: Offset, source: str) -> str:
        """The ETag to send to this position, or an empty text."""
        begun, asked, etag = self.etag
        if begun == place(start) and asked == source:
            return etag
        # The offset's ETag belongs to the request at its position.
        return start["etag"] if source == start["pos"] else ""

    def forget(self, seq: int) -> None:
        """Drops the batches up to this number."""
        for start, (end, _) in list(self.batches.items()):
            if end["seq"] <= seq:
                del self.batches[start]
