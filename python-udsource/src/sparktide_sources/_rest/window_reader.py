"""The calls for windows of time, in batch reads and in streams: `windowStep`.

The tasks make the calls: one for each window, and with `inputData` one for each row and window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

from .._clock import Clock
from .._errors import HttpError
from .._exact_json import parse
from .._http.wire import Reply, exchange
from .._spark import InputPartition
from .api import COUNTED, Page, link_target
from .batch_reader import Call, RestBatchReader, filled_parts
from .config import RestConfig, Window, Windows
from .error_policy import FAIL, SKIP, OnError
from .output import Row, input_text


class WindowsPartition(InputPartition):
    """The calls of one task, as rows of `inputData` (JSON text) and windows."""

    def __init__(self, calls: Sequence[tuple[str | None, Window]], tasks: int) -> None:
        super().__init__(None)
        self.calls, self.tasks = list(calls), tasks


class WindowReader(RestBatchReader):
    """Distributes the calls for windows over partitions.

    In a stream, a window that fails is an error, because no later batch requests it again.
    """

    def __init__(
        self,
        config: RestConfig,
        windows: Windows,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        schema: Any = None,
        in_stream: bool = False,
    ) -> None:
        super().__init__(config, clock, transport, schema)
        self._whole, self._windows, self._in_stream = config, windows, in_stream

    def partitions(self) -> list[InputPartition]:
        inputs = 1 if self._whole.input_data is None else len(self._whole.input_data)
        return [*self.split(self._windows.of_batch(self._clock.time(), inputs))]

    def split(self, windows: Sequence[Window]) -> list[WindowsPartition]:
        """The calls for these windows, in turn over the partitions."""
        rows = self._whole.input_data
        texts = [None] if rows is None else [input_text(row) for row in rows]
        calls = [(text, window) for window in windows for text in texts]
        count = min(self._whole.partitions, len(calls))
        return [WindowsPartition(calls[index::count], count) for index in range(count)]

    def read(self, partition: Any) -> Iterator[Row]:
        # Without windows, Spark plans one partition that has no `calls`.
        calls: list[tuple[str | None, Window]] = getattr(partition, "calls", None) or []
        if calls:
            # Tasks run at the same time, so each gets a share of the request rate.
            shared = self._whole.settings.shared_by(partition.tasks)
            self._config = replace(self._whole, settings=shared)
        return self._read(self._prepared(text, window) for text, window in calls)

    def _prepared(self, text: str | None, window: Window) -> Call:
        row = None if text is None else parse(text).value
        url, body = filled_parts(self._whole, row, {**self._windows.values(window), **(row or {})})
        return Call(text, url, body, window=window)

    def _check(self, call: Call, page: Page) -> None:
        if call.window is not None:
            self._require_over(call.window, page)
        linked = link_target(page.url, page.headers.get("link", ""))
        if self._in_stream and linked and self._whole.pages.kind == "none":
            raise HttpError(
                "the answer for a window has more pages (a Link header with rel=next), and no "
                "later batch would read them; set pagination=link"
            )

    def _require_over(self, window: Window, page: Page) -> None:
        """Refuses an answer that the API made before the end of the window."""
        end = window[1]
        try:
            made = parsedate_to_datetime(page.headers.get("date", "")).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            return
        # The header has whole seconds.
        if made + 1 <= end:
            raise HttpError(
                f"the API's clock is {end - made:g} seconds before the end of the window from "
                f"{self._windows.said(window)} (its Date: {page.headers['date']}), so the window "
                "may still get records, which would be lost; set lagSeconds to more than that"
            )

    def _action(self, error: HttpError, pages: int) -> OnError:
        policy = self._whole.policy
        if not self._in_stream:
            return policy.for_failure(error)
        # A later page may be missing only if no answer has named it.
        counted = self._whole.pages.kind in COUNTED and error.status < 500
        return SKIP if policy.skips(error) and (not pages or counted) else FAIL
