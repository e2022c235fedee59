"""The writers that Spark calls: each task sends the rows of its partition."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..._clock import Clock
from ..._errors import OptionError
from ..._http.wire import Reply, exchange
from ..._spark import (
    DataSourceArrowWriter,
    DataSourceStreamArrowWriter,
    WriterCommitMessage,
    task_context,
)
from ..error_policy import DEAD_LETTER
from .dead_letters import DeadLetters, require_folder, write_file
from .json_values import Converted, RowConverter
from .keys import KeyMaker
from .requests import RequestMaker, require_plain_texts
from .sender import send_all
from .sink_options import SinkConfig, read_sink_config

_log = logging.getLogger("sparktide_sources")


class _Writing:
    """What both kinds of writers share. Spark pickles them for the tasks."""

    def __init__(
        self,
        options: Mapping[str, str],
        schema: Any,
        overwrite: bool,
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
    ) -> None:
        if overwrite:
            raise OptionError(
                "rest can't replace the data of an API, as mode('overwrite') and "
                "outputMode('complete') ask: use mode('append'), or outputMode('append') or "
                "outputMode('update') for a stream."
            )
        columns = tuple(field.name for field in schema.fields)
        self.config: SinkConfig = read_sink_config(options, columns)
        self._schema = schema
        self._clock, self._transport = clock or Clock(), transport
        # Made here, too, so that a type without a form in JSON is an error before the first task.
        RowConverter(schema, self.config.omit_nulls)
        require_plain_texts(self.config, schema)
        if self.config.dead_letter_path:
            require_folder(self.config.dead_letter_path)

    def _send(self, batches: Iterator[Any], scope: str, partition: int) -> DeadLetters:
        """Sends the rows of one partition."""
        config, letters, skipped = self.config, DeadLetters(), 0
        converter = RowConverter(self._schema, config.omit_nulls)
        keys = KeyMaker(scope, partition, config.key_columns)
        requests = RequestMaker(config, converter, keys).of_rows(_rows(converter, batches))
        for outcome in send_all(config, converter.columns, requests, self._clock, self._transport):
            if outcome.action == DEAD_LETTER:
                letters.add(outcome)
            elif outcome.action:
                skipped += len(outcome.sent.rows)
        if skipped or letters.lines:
            _log.warning(
                "rest: %d rows were refused and are dead letters, %d were skipped by onStatus and "
                "onBody.",
                len(letters.lines),
                skipped,
            )
        return letters


def _rows(converter: RowConverter, batches: Iterator[Any]) -> Iterator[Converted]:
    for batch in batches:
        yield from converter.rows(batch)


def _message(letters: DeadLetters, **fields: Any) -> WriterCommitMessage:
    # Spark pickles it without our classes, so it may only have plain values.
    message = WriterCommitMessage()
    vars(message).update(lines=letters.lines, **fields)
    return message


def _lines(messages: list[WriterCommitMessage | None]) -> list[str]:
    return [line for message in messages for line in getattr(message, "lines", ())]


class RestWriter(_Writing, DataSourceArrowWriter):
    """`df.write.format("rest")`."""

    def __init__(self, options: Mapping[str, str], schema: Any, overwrite: bool, **more: Any):
        super().__init__(options, schema, overwrite, **more)
        # The same in all tasks and their tries, but another one for each write.
        self.write_id = self.config.write_id or uuid.uuid4().hex

    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        return _message(
            self._send(iterator, f"write {self.write_id}", task_context().partitionId())
        )

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        if self.config.dead_letter_path:
            write_file(self.config.dead_letter_path, self.write_id, _lines(messages))


class RestStreamWriter(_Writing, DataSourceStreamArrowWriter):
    """`df.writeStream.format("rest")`."""

    def __init__(self, options: Mapping[str, str], schema: Any, overwrite: bool, **more: Any):
        super().__init__(options, schema, overwrite, **more)
        if self.config.write_id:
            raise OptionError(
                "rest option 'writeId': is for batch writes; the keys of a stream have the id of "
                "the query and the number of the batch. Remove it."
            )

    def write(self, iterator: Iterator[Any]) -> WriterCommitMessage:
        context = task_context()
        query = context.getLocalProperty("sql.streaming.queryId")
        batch = context.getLocalProperty("streaming.sql.batchId")
        letters = self._send(iterator, f"stream {query} {batch}", context.partitionId())
        return _message(letters, query=query)

    def commit(self, messages: list[WriterCommitMessage | None], batchId: int) -> None:
        path = self.config.dead_letter_path
        queries = {query for message in messages if (query := getattr(message, "query", None))}
        for query in queries if path else ():
            write_file(path, f"{query}-{batchId}", _lines(messages))
