"""`rest_schema`: the schema of an API's records, for the options of `rest`. Batch only.

A read makes the requests of `rest` up to the first page with records, in one task, and returns one
row: `ddl`, or `code` and `message` of what failed. A failure is a value here, because Spark would
run a failed task again, and the API would receive every request again.

| `code` | meaning |
|---|---|
| `INVALID_OPTION` | an option is unknown, malformed or contradicts another one |
| `EGRESS_REFUSED` | the egress rules forbid the address |
| `HTTP_STATUS` | the API answered with an error status, or is not ready (202) |
| `HTTP_FAILED` | no usable answer came |
| `UNEXPECTED_ANSWER` | the body can't be decoded, is an error, or has no records at `dataField` |
| `SCHEMA_NOT_INFERRED` | no records, or records that no schema fits; see `_rest.schema` |

With several rows in `inputData`, the requests are those of the first row, and
with `parent` those of the first parent. Lines and CSV rows
that can't be decoded are left out if `onError` is `skip` or `deadLetter`. A call that fails is
always reported. The options about columns (`outputType`, `schema` …) are checked and not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, Optional

from ._clock import Clock
from ._credentials.plan_redaction import require_references
from ._errors import (
    ContentError,
    EgressError,
    HttpError,
    OptionError,
    RecordError,
    SourceError,
)
from ._exact_json import Reject
from ._http.connections import Connections
from ._http.wire import Reply, exchange
from ._rest.api import Page, RestApi
from ._rest.batch_reader import request_headers, request_parts, walked
from ._rest.config import RestConfig
from ._rest.error_policy import FAIL
from ._rest.parent_list import read_parents, row_of
from ._rest.schema import SchemaError, infer_schema
from ._spark import DataSource, DataSourceReader, InputPartition
from .rest import checked_config

SchemaRow = tuple[Optional[str], Optional[str], Optional[str]]


class SchemaReader(DataSourceReader):
    """Reads the options and infers the schema, all in its one task."""

    def __init__(
        self,
        options: Mapping[str, str],
        clock: Clock | None = None,
        transport: Callable[..., Reply] = exchange,
    ) -> None:
        self._options, self._clock, self._transport = options, clock or Clock(), transport

    def partitions(self) -> list[InputPartition]:
        return [InputPartition(0)]

    def read(self, partition: InputPartition) -> Iterator[SchemaRow]:
        try:
            yield self._infer(checked_config(self._options)), None, None
        except SourceError as error:
            # A message may quote an answer, and half of a surrogate pair has no UTF-8.
            message = str(error).encode("utf-8", "backslashreplace").decode("utf-8")
            yield None, _code(error), message

    def _infer(self, config: RestConfig) -> str:
        if config.input_data == []:
            raise OptionError(
                "rest option 'inputData': has no rows, so there is no request to infer a schema "
                "from; give it at least one."
            )
        with Connections() as kept:
            row = self._row(config, kept)
            url, body = request_parts(config, row)
            api = RestApi(config, self._clock, self._transport, connections=kept)
            for page in walked(api, config, url, body, request_headers(config, row)):
                records = _decoded(config, page, api.place(page.url))
                if records:
                    return infer_schema(records)
        raise SchemaError(
            "The answer has no records to infer a schema from. Ask for a page that has some, or "
            "check dataField."
        )

    def _row(self, config: RestConfig, kept: Connections) -> dict[str, Any] | None:
        """The row of the first request."""
        if config.parent is None:
            return config.input_data[0] if config.input_data else None
        texts = read_parents(config, self._clock, self._transport, kept=kept).values()
        if not texts:
            raise SchemaError("The list of parents is empty, so there is no request to infer from.")
        return row_of(next(iter(texts)))


def _decoded(config: RestConfig, page: Page, place: str) -> list[Any]:
    """The records of a page that could be decoded; others fail unless `onError` allows them."""
    for index, record in enumerate(page.records):
        if isinstance(record, Reject) and config.policy.on_error == FAIL:
            raise RecordError(
                f"rest: record {index} of {place}: {record.message}; set onError to skip or "
                "deadLetter to infer the schema from the other records."
            )
    return [record for record in page.records if not isinstance(record, Reject)]


def _code(error: SourceError) -> str:
    if isinstance(error, OptionError):
        return "INVALID_OPTION"
    if isinstance(error, EgressError):
        return "EGRESS_REFUSED"
    if isinstance(error, SchemaError):
        return "SCHEMA_NOT_INFERRED"
    if isinstance(error, (ContentError, RecordError)):
        return "UNEXPECTED_ANSWER"
    status = error.status if isinstance(error, HttpError) else 0
    if status >= 400 or status == 202:
        return "HTTP_STATUS"
    return "UNEXPECTED_ANSWER" if status else "HTTP_FAILED"


class RestSchemaDataSource(DataSource):
    """Registers as `rest_schema`; takes the options of `rest`."""

    references_only = False

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        # Raised before a plan with the credentials runs, and shows them.
        require_references(options, self.references_only)

    @classmethod
    def name(cls) -> str:
        return "rest_schema"

    def schema(self) -> str:
        return "ddl string, code string, message string"

    def reader(self, schema: Any) -> SchemaReader:
        return SchemaReader(dict(self.options))


class RestSchemaByReference(RestSchemaDataSource):
    """The same, for servers whose plans show options: credentials must be references."""

    references_only = True
