"""`spark.read` of `rest`: one request, or one per row of `inputData`, made by the tasks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ._clock import Clock
from ._errors import HttpError
from ._rest_api import RestApi, fill_body, fill_url, plain_text, with_parameter
from ._rest_config import RestConfig, placeholders
from ._rest_json import write
from ._spark import DataSourceReader, InputPartition
from ._wire import Reply, exchange


class CallsPartition(InputPartition):
    """Rows of `inputData`, one call each; `[None]` is the one call without input."""

    def __init__(self, rows: list[dict[str, Any] | None]) -> None:
        super().__init__(None)
        self.rows = rows


class RestBatchReader(DataSourceReader):
    """Spreads the calls over the partitions; a failing call fails its task and so the job."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
    ) -> None:
        self._config, self._clock, self._transport = config, clock or Clock(), transport

    def partitions(self) -> list[InputPartition]:
        rows = self._config.input_data
        if rows is None:
            return [CallsPartition([None])]
        count = min(self._config.partitions, len(rows))
        return [CallsPartition(list(rows[index::count])) for index in range(count)]

    def read(self, partition: Any) -> Iterator[tuple[str]]:
        # No input rows means no partitions, which Spark turns into one without rows.
        for row in getattr(partition, "rows", None) or []:
            yield from self._call(row)

    def _call(self, row: dict[str, Any] | None) -> Iterator[tuple[str]]:
        api = RestApi(self._config, self._clock, self._transport)
        url, body = request_parts(self._config, row)
        last = ""
        for page in api.walk(url, body):
            last = page.next_url
            for record in page.records:
                yield (write(record, page.exact),)
        if last:
            raise HttpError(
                f"the pages did not end within maxPages ({self._config.pages.max_pages}); raise it."
            )


def request_parts(config: RestConfig, row: dict[str, Any] | None) -> tuple[str, bytes]:
    """URL and body of one call.

    Fields of the row fill placeholders; the others go to the query, for POST to the body.
    """
    values: dict[str, Any] = {config.offset_field: config.initial, **(row or {})}
    url, body = fill_url(config.url, values), fill_body(config.body, values)
    used = {*placeholders(config.url), *placeholders(config.body)}
    others = {name: value for name, value in (row or {}).items() if name not in used}
    if config.method == "GET":
        for name, value in others.items():
            url = with_parameter(url, name, plain_text(value))
        return url, body
    if others and not body:
        body = json.dumps(others, separators=(",", ":")).encode("ascii")
    elif others:
        document = json.loads(body)
        if not isinstance(document, dict):
            raise HttpError("inputData has fields for the body, but 'body' is not a JSON object")
        body = json.dumps({**document, **others}, separators=(",", ":")).encode("ascii")
    return url, body
