"""The order in which the children of a stream with `parent` are polled."""

from __future__ import annotations

import heapq


class ChildQueue:
    """The keys of all children by the time when they are due. The longest due comes first.

    So no child waits for a busy one, and a poll looks only at children that are due.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, str]] = []
        # The children for the next turn: a turn polls each child at most once.
        self._pushed: list[tuple[float, int, str]] = []
        self._keys: set[str] = set()
        self._count = 0

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def push(self, key: str, due: float) -> None:
        """Adds a child that the queue does not have, for the next turn."""
        self._count += 1
        self._keys.add(key)
        self._pushed.append((due, self._count, key))

    def turn(self) -> None:
        """Begins the next turn."""
        for entry in self._pushed:
            heapq.heappush(self._heap, entry)
        self._pushed.clear()

    def pop(self, now: float) -> str | None:
        """Takes the child that has been due for the longest time; None if no child is due."""
        if not self._heap or self._heap[0][0] > now:
            return None
        key = heapq.heappop(self._heap)[2]
        self._keys.discard(key)
        return key

    def next_due(self) -> float | None:
        """The time when the first child is due; None without children."""
        self.turn()
        return self._heap[0][0] if self._heap else None

    def clear(self) -> None:
        self._heap.clear()
        self._pushed.clear()
        self._keys.clear()
