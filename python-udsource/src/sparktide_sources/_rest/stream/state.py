"""What a stream remembers between Spark's calls, besides the offsets that Spark keeps."""

from __future__ import annotations

from ..api import Memory
from ..page_walk import Known
from .offset_types import Offset
from .offsets import place
from .poll import Poll


class StreamState:
    """The mutable part of a `RestStream`.

    A restart loses all of it. Then polls are made again; no record is missed. Texts that say where
    something belongs are `place(offset)`.
    """

    def __init__(self) -> None:
        # Batches that Spark has not committed yet, by their start: the end and the rows.
        self.batches: dict[str, tuple[Offset, list[str]]] = {}
        # A poll of which records are left for the next batch, and the start of that batch.
        self.left: tuple[str, Poll] | None = None
        # What a poll received before it had to wait: the next try continues from there.
        self.memory: Memory = {}
        # What the answers have shown about the API.
        self.known = Known()
        # The last poll without anything new: its start, its position and the ETag it brought.
        self.etag: tuple[str, str, str] = ("", "", "")
        # Where the next poll continues from a start, if maxPages ended one before anything new.
        self.onward: tuple[str, str] = ("", "")
        # Records left out of pages that were passed since the last batch.
        self.passed = 0
        # Whether the last batch planned is one that a task fetches again.
        self.replayed = False
        # Whether the log says what this stream promises.
        self.promise_logged = False
        # Trigger.AvailableNow: whether it runs, whether the API has no more, and polls so far.
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
        """The poll whose other records come after `start`."""
        return self.left[1] if self.left and self.left[0] == place(start) else None

    def source_at(self, start: Offset) -> str:
        """The position to ask for."""
        begun, onward = self.onward
        return onward if begun == place(start) else start["pos"]

    def etag_at(self, start: Offset, source: str) -> str:
        """The ETag to send to this position, or an empty text."""
        begun, asked, etag = self.etag
        if begun == place(start) and asked == source:
            return etag
        # The offset's is of the very request that its position leads to.
        return start["etag"] if source == start["pos"] else ""

    def forget(self, seq: int) -> None:
        """Drops the batches up to this number."""
        for start, (end, _) in list(self.batches.items()):
            if end["seq"] <= seq:
                del self.batches[start]
