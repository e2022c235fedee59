"""`spark.read` of `rest`: tasks make one call, or one call per row of `inputData`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from .._clock import Clock
from .._errors import HttpError
from .._exact_json import parse, write_ascii
from .._http.connections import Connections
from .._http.urls import with_parameter
from .._http.wire import Reply, exchange
from .._placeholders import fill_body, fill_url, placeholders, plain_text
from .._spark import DataSourceReader, InputPartition
from .api import Page, RestApi
from .config import RestConfig
from .error_policy import FAIL, SKIP, OnError
from .output import Origin, Row, RowMaker, input_text
from .page_walk import Known
from .position_place import (
    as_number,
    body_without_position,
    filled_headers,
    without_position,
)
from .unread_pages import tell_unread

_log = logging.getLogger("sparktide_sources")


class CallsPartition(InputPartition):
    """Rows of `inputData`, one call each; `[None]` is the one call without input.

    The rows are JSON text, because a pickled class such as `Exact` may differ from the class of the
    same name in the task.
    """

    def __init__(self, rows: Sequence[dict[str, Any] | None]) -> None:
        super().__init__(None)
        self.rows = [input_text(row) for row in rows]


class Call(NamedTuple):
    """One call: its row of `inputData` as JSON text, its request, and its window if any."""

    input: str | None
    url: str
    body: bytes
    headers: Mapping[str, str] = {}
    window: tuple[int, int] | None = None


class RestBatchReader(DataSourceReader):
    """Distributes the calls over partitions. The error policy decides about failed calls."""

    def __init__(
        self,
        config: RestConfig,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
        schema: Any = None,
    ) -> None:
        # Tasks run at the same time, so each gets a share of the request rate.
        tasks = max(min(config.partitions, len(config.input_data or ())), 1)
        self._config = replace(config, settings=config.settings.shared_by(tasks))
        self._clock, self._transport = clock or Clock(), transport
        self._maker = RowMaker(config.output, config.policy, schema)

    def partitions(self) -> list[InputPartition]:
        rows = self._config.input_data
        if rows is None:
            return [CallsPartition([None])]
        count = min(self._config.partitions, len(rows))
        return [CallsPartition(rows[index::count]) for index in range(count)]

    def read(self, partition: Any) -> Iterator[Row]:
        # Without input rows, Spark plans one partition that has no `rows`.
        rows: list[str | None] = getattr(partition, "rows", None) or []
        return self._read(self._call_of(text) for text in rows)

    def _call_of(self, text: str | None) -> Call:
        row = None if text is None else parse(text).value
        url, body = request_parts(self._config, row)
        return Call(text, url, body, request_headers(self._config, row))

    def _read(self, calls: Iterable[Call]) -> Iterator[Row]:
        known = Known()
        with Connections() as kept:
            for call in calls:
                yield from self._call(call, kept, known)
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        maker = self._maker
        if maker.skipped or maker.nulled:
            _log.warning(
                "rest: %d records were skipped, %d values made null, by onError and schemaDrift.",
                maker.skipped,
                maker.nulled,
            )
            maker.skipped = maker.nulled = 0

    def _call(self, call: Call, kept: Connections, known: Known) -> Iterator[Row]:
        api = RestApi(self._config, self._clock, self._transport, connections=kept, known=known)
        maker = self._maker
        origin = Origin(call.input, api.place(call.url), 0, 0)
        emitted = 0
        try:
            for page in walked(api, self._config, call.url, call.body, call.headers):
                self._check(call, page)
                tell_unread(self._config, known, page)
                if page.partial:
                    _log.warning(
                        "rest: %s: %d errors beside the records, kept by partialErrors.",
                        api.place(page.url),
                        page.partial,
                    )
                place = api.place(page.url)
                origin = Origin(origin.input, place, page.status, origin.page + 1)
                for index, record in enumerate(page.records):
                    made = maker.of_record(record, page.exact, origin, index)
                    if made is not None:
                        emitted += 1
                        yield made
        except HttpError as error:
            action = self._action(error, origin.page)
            if action == FAIL:
                raise
            if action == SKIP:
                _log.warning("rest: a call is skipped after %d of its rows: %s", emitted, error)
                return
            yield maker.of_failure(error, origin)

    def _check(self, call: Call, page: Page) -> None:
        """Refuses a page before its rows are read. For subclasses."""

    def _action(self, error: HttpError, pages: int) -> OnError:
        """What to do about a call that failed after this many pages."""
        return self._config.policy.for_failure(error)


def walked(
    api: RestApi,
    config: RestConfig,
    url: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    attempts: int = 0,
    patience: float | None = None,
) -> Iterator[Page]:
    """All pages of one call; more than `maxPages` are an error."""
    last = ""
    for page in api.walk(url, body, "", attempts, patience, headers):
        last = page.next_url
        yield page
    if last:
        raise HttpError(
            f"the pages did not end within maxPages ({config.pages.max_pages}); raise it."
        )


def _asked_for(config: RestConfig, row: dict[str, Any] | None) -> dict[str, Any] | None:
    """The fields of a row by their placeholders: of a parent's row, or of `inputData`."""
    return row if config.parent is None or row is None else config.parent.values(row)


def _values(config: RestConfig, row: dict[str, Any] | None, position: Any = None) -> dict[str, Any]:
    """The values of all placeholders. The position is `position`, or where a read begins."""
    form = config.position_format
    initial = form.of_start(config.initial) if form else config.initial
    values: dict[str, Any] = {config.offset_field: initial, **(row or {})}
    if position is not None:
        values[config.offset_field] = position
    if config.offset_type == "incremental" and values[config.offset_field] == initial:
        values[config.offset_field] = as_number(initial)
    if config.first_position == "null" and values[config.offset_field] == "":
        values[config.offset_field] = None
    values.update(dict.fromkeys(config.position_names, values[config.offset_field]))
    return values


def _omits(config: RestConfig, values: Mapping[str, Any]) -> bool:
    """Whether the request omits the position, because no record was read before."""
    return config.first_position == "omit" and values[config.offset_field] in ("", None)


def request_headers(
    config: RestConfig, row: dict[str, Any] | None, position: Any = None
) -> dict[str, str]:
    """The headers of one call that hold the position."""
    values = _values(config, _asked_for(config, row), position)
    if not config.position_headers or _omits(config, values):
        return {}
    return filled_headers(config.position_headers, values)


def request_parts(
    config: RestConfig, row: dict[str, Any] | None, position: Any = None
) -> tuple[str, bytes]:
    """URL and body of one call. A stream's `position` replaces its placeholder.

    With `windowStep` it is the call for the first window.
    """
    if config.windows is not None:
        return filled_parts(config, row, {**config.windows.example(), **(row or {})})
    row, names = _asked_for(config, row), config.position_names
    values = _values(config, row, position)
    used = {*placeholders(config.url), *placeholders(config.body)}
    if used & set(names):
        used.add(config.offset_field)
    if position is not None or config.position_headers:
        row = {name: value for name, value in (row or {}).items() if name != config.offset_field}
    url, body = config.url, config.body
    if _omits(config, values):
        url, body = without_position(url, names), body_without_position(body, names)
    return _with_others(config, row, used, fill_url(url, values), fill_body(body, values))


def filled_parts(
    config: RestConfig, row: dict[str, Any] | None, values: Mapping[str, Any]
) -> tuple[str, bytes]:
    """URL and body with these values in the placeholders, and the row's other fields."""
    used = {*placeholders(config.url), *placeholders(config.body)}
    url, body = fill_url(config.url, values), fill_body(config.body, values)
    return _with_others(config, row, used, url, body)


def _with_others(
    config: RestConfig, row: dict[str, Any] | None, used: Collection[str], url: str, body: bytes
) -> tuple[str, bytes]:
    """Adds the row's fields that no placeholder uses to the query, or to the body of a POST."""
    others = {name: value for name, value in (row or {}).items() if name not in used}
    if config.method == "GET":
        for name, value in others.items():
            url = with_parameter(url, name, plain_text(value))
        return url, body
    if others and not body:
        body = write_ascii(others)
    elif others:
        document = parse(body.decode("utf-8")).value
        if not isinstance(document, dict):
            raise HttpError("inputData has fields for the body, but 'body' is not a JSON object")
        body = write_ascii({**document, **others})
    return url, body
