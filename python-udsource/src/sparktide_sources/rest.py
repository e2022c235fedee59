"""`rest`: any HTTP API that answers in JSON, JSON lines, CSV or text; batch and streaming.

It also writes: `df.write.format("rest")` and `df.writeStream.format("rest")` send rows to an API. The
options of a write are in `_rest.sink.sink_options`. This page has the options of reads.

Each record is one row. Its JSON text is in `output`, unless another `outputType` is set.

Common:

| option | default | meaning |
|---|---|---|
| `url` | required | https URL; the placeholder `{offsetField}` or `{position}` stands for the position, others for fields of `inputData`; with `windowStep`, `{start}` and `{end}` are the bounds of a window |
| `method`, `body` | `GET`, none | `GET` or `POST`; the JSON text of a POST, with placeholders in its strings, where `{{name}}` is the literal text `{name}` |
| `headers` | none | JSON object; values may be `env:NAME` or `file:/path`, or have the placeholder of the position |
| `authType` | `Basic` if `userId` is given, else `None` | `None`, `Basic`, `Bearer`, `ApiKey`, `OAuth1`, `OAuth2`, `Session`, `Broker`; see `_rest.auth` |
| `userId`, `userPassword` | none | for Basic, for a login with Basic, and for the grant `password` of OAuth2 |
| `oauthToken` | none | for Bearer and OAuth1 |
| `apiKey` | none | for ApiKey |
| `apiKeyIn`, `apiKeyName` | `header`; `X-API-Key`, else `api_key` | where the key or token is sent: `header`, `query` or `cookie`; its name there |
| `oauthConsumerKey`, `oauthConsumerSecret`, `oauthTokenSecret` | none | for OAuth1 |
| `oauthSignatureMethod`, `oauthRealm` | `HMAC-SHA1`, none | for OAuth1; the method may also be `HMAC-SHA256` |
| `oauthTokenUrl`, `oauthClientId`, `oauthClientSecret` | none | for OAuth2, by client credentials |
| `oauthRefreshToken` | none | for OAuth2, by a refresh token that does not rotate |
| `oauthScope`, `oauthAudience` | none | for OAuth2, sent to the token endpoint |
| `oauthClientAuth` | `basic` | for OAuth2: sends the client's secret in a `basic` header or in the `body` |
| `oauthGrantType`, `oauthParameters`, `oauthRequestFormat` | see `_rest.auth`, none, `form` | for OAuth2: another grant, further fields, and a body in `json` |
| `oauthRefreshRotates` | false | for OAuth2: refuses a refresh token with one use before it is sent |
| `tokenPrefix` | `Bearer` | the word before a fetched token; `none` for the token alone |
| `loginUrl`, `loginBody`, `loginFormat` | none, none, `json` | for Session: where and how to log in |
| `loginTokenField`, `loginTokenHeader`, `loginLife` | none: the cookies; until a 401 | for Session: the token in the answer, and its life in seconds or the field that holds it |
| `brokerUrl`, `brokerKey`, `brokerCredential` | none | for Broker: access tokens of a `CredentialBroker` |
| `rateBudget` | none | a request rate at the broker, which all streams of this name share |
| `cookie` | none | `name=value; name2=value2` |
| `responseFormat` | `json` | `json`, `jsonl`, `csv`, `text`; see `_rest.decode` |
| `charset` | byte order mark, Content-Type, UTF-8 | encoding of the body |
| `csvHeader`, `csvDelimiter` | true, `,` | without a header the columns are `_c0`, `_c1` …; a backslash and t is a tab |
| `wholeText` | false | `text`: one record per body instead of one per line |
| `dataField` | see right | selector of the records (`a.b[*].c`, `/a/b`), see `_rest.selector`. Default: the body if it is an array, its `data` if that is an array, else the body as one record. If it is set, an answer without it is an error |
| `dataFieldMissing` | `fail` | `empty`: an answer without `dataField` has no records; see `_rest.missing_records` |
| `dataShape`, `keyField` | `records`, `key` | `columns`: arrays side by side; `keyed`: records by key, and the field for the key; see `_rest.shapes` |
| `outputType` | `json` | `json`, `struct`, `columns`, `variant` (4.1+); see `_rest.output` |
| `schema` | none | fields of a record in DDL, for `struct` and `columns`; or use `.schema(…)` |
| `includeInput`, `includeMetadata` | false | the columns `_input` and, for batch, `_meta` |
| `onError` | `fail` | `fail`, `skip` or `deadLetter` for answers, lines and rows that can't be used; see `_rest.error_policy` |
| `schemaDrift` | the value of `onError` | `fail`, `skip`, `deadLetter` or `null` for values that do not fit their column |
| `onStatus` | none | action for a status: `404=skip, 409=deadLetter, 5xx=fail, 423=retry`, `202=data` |
| `errorField` | none | selectors of fields that hold an error; `none` reads bodies that look like errors as data; see `_rest.answer_checks` |
| `onBody` | none | what a body means: `Information=retry, status=queued=retry, 'rate limit'=fail`, or as JSON |
| `partialErrors` | `fail` | `keep`: if an answer has records and errors, as in GraphQL, the records are read and the errors counted |
| `maxPendingWait` | 300 | longest time in seconds to repeat a request that is answered with 202 |
| `pagination` | `none` | `none`, `link`, `json`, `cursor`, `page`, `offset`, `lastId`; see `_rest.api` |
| `nextField` | `next`, `next_cursor`, `id` | where `json`, `cursor` or `lastId` finds the next page |
| `cursorHeader` | none | header that holds the cursor, for `pagination=cursor` and `offsetType=cursor` |
| `nextFieldMissing` | `fail` | `end`: it is the last page if no answer had the field or header of the next page, or of a stream's cursor |
| `nextLink` | `follow` | `query`: of a link to the next page, only the query is used, with the rest of `url` |
| `moreField` | none | field that is false on the last page; with `offsetType=cursor`, the next page is requested at once after an empty page where it is true |
| `endField`, `endValues` | none, `true` | field that is true on the last page; the values that mean the last page, if it is not a boolean |
| `totalField`, `totalPagesField` | none | number of all records or pages, in each answer; see `_rest.stop_rules` |
| `repeatedPage` | `fail` | `end`: the same page again means the end |
| `pageParam`, `pageStart` | `page`, `offset`, `cursor` or `after`; 1 or 0 | parameter that selects a page; the first value of a numeric one |
| `pageIn` | `query` | `body`: the page's parameters go to the JSON body of a POST; `a.b` names a field of an inner object |
| `pageSize`, `pageSizeParam` | 0 (not sent); `per_page`, for `offset` `limit` | records to request; a page with fewer is not taken as the last, see `_rest.page_walk` |
| `maxPages` | 100 | largest number of pages of one poll or call; more is an error |
| `maxRowsPerBatch` | 1000000 | largest number of records of one poll or call; more is an error |
| `maxBatchBytes` | 268435456 | largest size in bytes of all bodies of a stream's poll; more is an error |
| `connectionTimeout`, `readTimeout`, `totalTimeout` | 1000, 5000, 60000 | milliseconds |
| `maxResponseBytes` | 67108864 | bytes of a body, after decompression |
| `maxRetries`, `maxRetryWait` | 4, 300 | tries after the first; longest single wait in seconds |
| `retryPost` | false | retries a POST, too, although the API may have carried it out |
| `requestsPerSecond`, `requestsPerMinute`, `burst` | none, none, 1 | pace of the requests; the tasks of a batch share it |
| `proxy` | the server's environment | `http://[user:password@]host:port`, or `none` |
| `caFile` | none | PEM file with a private authority to trust in addition to the machine's |
| `clientCertFile`, `clientKeyFile`, `clientKeyPassword` | none | client certificate, for the origin of `url` and of `oauthTokenUrl` |
| `allowHttp`, `allowPrivateHosts`, `allowedHosts` | false, false, any | egress |

`parent` is a JSON object that describes the list of parents: `url`, `method`, `body`, `dataField`,
`dataFieldMissing`, the options about pages, `key` (default `id`) and `streamingInterval` (default
300). There is a request for each of its records, and `{parent.name}` stands for a field of the
record, see `_rest.parent`.

Batch: `inputData` is a JSON array of objects, with one call for each. Fields without a placeholder
go to the query, or to the JSON body of a POST. `partitions` (default 2) share the calls. A stream
polls each object separately and keeps a position for each, see `_rest.stream.per_row_stream`.

Windows of time, in batch and in streams (`_rest.stream.windows`):

| option | default | meaning |
|---|---|---|
| `windowStep` | none | length of a window, such as `6 hours`; the windows begin at `initialOffset` |
| `finalOffset` | none; batch: now minus `lagSeconds` | date or time at which the last window ends |
| `inclusiveEnd` | false | true: the API's range includes `{end}` |
| `windowsPerBatch` | 100 | largest number of windows in a batch of a stream |

Streaming:

| option | default | meaning |
|---|---|---|
| `streaming` | false | accepted; `readStream` implies it |
| `streamingInterval` | 10 | seconds between polls; a longer X-Poll-Interval of the server takes precedence |
| `offsetField` | `timestamp` | path to the position, in the response or its records. A cursor may have two paths, as `next,delta`: to the cursor of the next page, and to that of the next poll |
| `offsetType` | `timestamp` | `timestamp`, `cursor`, `incremental` (largest id; the next id is sent), `max_field` (largest value, typed; the value itself is sent) |
| `offsetScope` | `auto` | where the position is: `response` or `record`; `auto` looks in the response first |
| `initialOffset` | `0`; empty for cursor, max_field and another firstPosition than send | sent first, never compared |
| `firstPosition` | `send` | `omit`, `null`: the first request has no position, or null; see `_rest.position_place` |
| `positionFormat` | as the record has it | format in which the position is sent: `iso`, `epoch`, `epochMillis`, `date`, `http` or a pattern; see `_rest.stream.position_format` |
| `inclusiveOffset` | false | true: the server's range includes the position; records at it are compared by content |
| `batchSize` | 1000 | largest number of records of a batch |
| `lagSeconds` | 0 | records younger than this wait for a later poll, so that records which arrive late keep their order |
| `maxOffsetBytes` | 32768 | size of an offset, at most 262144 |
| `requireGuarantee` | `none` | `at-least-once`, `exactly-once`: refuse to run with a weaker guarantee; see `_rest.stream.guarantee` |
| `replay` | `auto` | where a repeated batch gets its rows: `payload` from its offset, `spool` from `spoolDir`, `refetch` from the API again, unchecked |
| `spoolDir` | none | folder on the driver for batches too large for an offset |
| `onReplayMismatch` | `fail` | `warn`: a batch that can't be repeated exactly is accepted as it is now. Rows that a range did not have before are always a warning only |
| `allowConfigChange` | false | continues from a checkpoint that was written with another url or other offset options |
| `onTransient`, `maxConsecutiveFailures` | `fail`, 10 | `skipPoll`: failed polls count as empty, up to this number in a row |

If an API lists the newest records first, in pages, set `pagination`: otherwise records are missed.
`incremental` sends the last id plus one. An API that returns the records after the sent id would
skip a record: use `max_field` there. A URL without a placeholder is requested as it is, and records
up to the position are dropped. Guarantees: `_rest.stream.guarantee`; offsets:
`_rest.stream.offsets`. Errors: `OptionError` before any I/O, `EgressError`, `HttpError` with the
API's own message, `RecordError`, `ReplayError`.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from ._clock import Clock
from ._credentials.plan_redaction import require_references
from ._polling.pacing import Pacer
from ._polling.transient import PollGuard, poll_guard
from ._rest.batch_reader import RestBatchReader
from ._rest.config import RestConfig, read_config, read_reader
from ._rest.output import require_streamable
from ._rest.parent_batch import ParentBatchReader
from ._rest.sink.read_or_write import require_fit, require_options_of
from ._rest.sink.writers import RestStreamWriter, RestWriter
from ._rest.stream.parent_poll import ParentPoll
from ._rest.stream.parent_stream import ParentStream
from ._rest.stream.per_row_stream import PerRowStream
from ._rest.stream.readers import AnyStream, RestStreamReader, RestStreamReaderBefore42
from ._rest.stream.stream import RestStream
from ._rest.stream.window_stream import WindowStream
from ._rest.window_reader import WindowReader
from ._spark import (
    HAS_ADMISSION_CONTROL,
    DataSource,
    DataSourceArrowWriter,
    DataSourceStreamArrowWriter,
    DataSourceStreamReader,
)


class RestDataSource(DataSource):
    """Registers as `rest`."""

    references_only = False

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        require_references(options, self.references_only)
        # Read here so that a wrong option is an error before the first plan. Spark does not say
        # whether it will read or write: options that fit neither are an error.
        require_fit(options, self._config)

    @classmethod
    def name(cls) -> str:
        return "rest"

    def schema(self) -> str:
        return self._config().output.ddl()

    def reader(self, schema: Any) -> RestBatchReader:
        config = self._config()
        if config.windows is not None:
            return WindowReader(config, config.windows, schema=schema)
        if config.parent is not None:
            return ParentBatchReader(config, schema=schema)
        return RestBatchReader(config, schema=schema)

    def streamReader(self, schema: Any) -> DataSourceStreamReader:
        config = self._config()
        require_streamable(config.output, config.policy)
        stream = rest_stream(self.options, config, schema=schema)
        if HAS_ADMISSION_CONTROL:
            return RestStreamReader(stream, config)
        return RestStreamReaderBefore42(stream, config)

    def writer(self, schema: Any, overwrite: bool) -> DataSourceArrowWriter:
        require_options_of("writing", self.options)
        return RestWriter(self.options, schema, overwrite)

    def streamWriter(self, schema: Any, overwrite: bool) -> DataSourceStreamArrowWriter:
        require_options_of("writing", self.options)
        return RestStreamWriter(self.options, schema, overwrite)

    def _config(self) -> RestConfig:
        require_options_of("reading", self.options)
        return checked_config(self.options)


class RestByReference(RestDataSource):
    """The same source for servers that show options in plans: credentials must be references."""

    references_only = True


def checked_config(options: Mapping[str, str]) -> RestConfig:
    """Reads and checks all options, those of the poll guard included."""
    config = read_config(options)
    poll_guard("rest", read_reader(options), Pacer(1, Clock()), Clock())
    return config


def rest_stream(
    options: Mapping[str, str],
    config: RestConfig,
    clock: Clock | None = None,
    schema: Any = None,
) -> AnyStream:
    """One stream; one for each object of `inputData` or each parent; or one for windows of time."""

    def guard(pacer: Pacer, with_clock: Clock) -> PollGuard:
        return poll_guard("rest", read_reader(options), pacer, with_clock)

    def make(with_config: RestConfig) -> RestStream:
        return RestStream(with_config, guard, clock, schema=schema)

    if config.windows is not None:
        return WindowStream(config, config.windows, clock, schema=schema)
    if config.parent is not None:
        with_clock = clock or Clock()
        return ParentStream(config, make, ParentPoll(config, guard, with_clock), with_clock)
    if config.input_data is None:
        return make(config)
    return PerRowStream(config, make, clock or Clock())
