"""`rest`: any HTTP API that answers in JSON, JSON lines, CSV or text; batch and streaming.

Rows are records as JSON text in `output`, unless another `outputType` is chosen.

Common:

| option | default | meaning |
|---|---|---|
| `url` | required | https URL; `{offsetField}` or a field of `inputData` in braces is filled in |
| `method`, `body` | `GET`, none | `GET` or `POST`; JSON text for POST, placeholders allowed in its strings, where `{{name}}` is the text `{name}` |
| `headers` | none | JSON object; values may be `env:NAME` or `file:/path` |
| `authType` | `Basic` if `userId` is given, else `None` | `None`, `Basic`, `Bearer`, `ApiKey`, `OAuth1`, `OAuth2`; see `_rest.auth` |
| `userId`, `userPassword` | none | for Basic |
| `oauthToken` | none | for Bearer and OAuth1 |
| `apiKey` | none | for ApiKey |
| `apiKeyIn`, `apiKeyName` | `header`; `X-API-Key`, else `api_key` | where the key goes: `header`, `query` or `cookie`, and its name there |
| `oauthConsumerKey`, `oauthConsumerSecret`, `oauthTokenSecret` | none | for OAuth1 |
| `oauthSignatureMethod`, `oauthRealm` | `HMAC-SHA1`, none | for OAuth1; or `HMAC-SHA256` |
| `oauthTokenUrl`, `oauthClientId`, `oauthClientSecret` | none | for OAuth2, by client credentials |
| `oauthRefreshToken` | none | for OAuth2, by a refresh token that does not rotate |
| `oauthScope`, `oauthAudience` | none | for OAuth2, sent to the token endpoint |
| `oauthClientAuth` | `basic` | for OAuth2: the client's secret in a `basic` header or the `body` |
| `cookie` | none | `name=value; name2=value2` |
| `responseFormat` | `json` | `json`, `jsonl`, `csv`, `text`; see `_rest.decode` |
| `charset` | the body's mark, Content-Type, UTF-8 | encoding of the body |
| `csvHeader`, `csvDelimiter` | true, `,` | without a header the columns are `_c0`, `_c1` …; a backslash and t is a tab |
| `wholeText` | false | `text`: one record per body instead of one per line |
| `dataField` | `data` | selector of the records (`a.b[*].c`, `/a/b`), see `_rest.selector`. Default: an array is the records, an object with an array in `data` has them there, any other object is one record. Given and missing: an error |
| `dataFieldMissing` | `fail` | `empty`: an answer without `dataField` has no records; see `_rest.missing_records` |
| `outputType` | `json` | `json`, `struct`, `columns`, `variant` (4.1+); see `_rest.output` |
| `schema` | none | fields of a record in DDL, for `struct` and `columns`; or use `.schema(…)` |
| `includeInput`, `includeMetadata` | false | the columns `_input` and, for batch, `_meta` |
| `onError` | `fail` | `skip`, `deadLetter`: answers, lines and rows that can't be used; see `_rest.error_policy` |
| `schemaDrift` | as `onError` | `fail`, `skip`, `deadLetter`, `null`: values that do not fit their column |
| `onStatus` | none | single statuses: `404=skip, 409=deadLetter, 5xx=fail, 423=retry`, `202=data` |
| `errorField` | none | selectors of fields whose value is an error; `none` reads bodies that look like errors; see `_rest.answer_checks` |
| `onBody` | none | what a body means: `Information=retry, status=queued=retry, 'rate limit'=fail`, or as JSON |
| `partialErrors` | `fail` | `keep`: records beside errors, as in GraphQL, are read and the errors counted |
| `maxPendingWait` | 300 | seconds for which an answer of 202 is asked for again |
| `pagination` | `none` | `none`, `link`, `json`, `cursor`, `page`, `offset`, `lastId`; see `_rest.api` |
| `nextField` | `next`, `next_cursor`, `id` | where `json`, `cursor` or `lastId` finds the next page |
| `cursorHeader` | none | header that holds the cursor, for `pagination=cursor` and `offsetType=cursor` |
| `nextFieldMissing` | `fail` | `end`: pages end where no answer had the field or header of the next one, or of a stream's cursor |
| `moreField` | none | field that is false on the last page; with `offsetType=cursor`, true asks on at once after an empty one |
| `endField`, `endValues` | none, `true` | field that is true on the last page; the values that mean the end, where it holds no boolean |
| `pageParam`, `pageStart` | `page`, `offset`, `cursor` or `after`; 1 or 0 | parameter that leads to a page, and the first value of one that counts |
| `pageIn` | `query` | `body`: the page's parameters go to the JSON body of a POST; `a.b` leads into objects |
| `pageSize`, `pageSizeParam` | 0 (not sent); `per_page`, for `offset` `limit` | records to ask for; a shorter page ends nothing, see `_rest.page_walk` |
| `maxPages` | 100 | pages of one poll or call; more is an error |
| `maxRowsPerBatch` | 1000000 | records of one poll or call; more is an error |
| `maxBatchBytes` | 268435456 | bytes of all bodies of a stream's poll; more is an error |
| `connectionTimeout`, `readTimeout`, `totalTimeout` | 1000, 5000, 60000 | milliseconds |
| `maxResponseBytes` | 67108864 | bytes of a body, after decompression |
| `maxRetries`, `maxRetryWait` | 4, 300 | tries after the first; longest single wait in seconds |
| `retryPost` | false | retries a POST that may have been carried out |
| `requestsPerSecond`, `requestsPerMinute`, `burst` | none, none, 1 | pace of the requests; the tasks of a batch share it |
| `proxy` | the server's environment | `http://[user:password@]host:port`, or `none` |
| `caFile` | none | PEM file with a private authority, trusted besides the machine's |
| `clientCertFile`, `clientKeyFile`, `clientKeyPassword` | none | client certificate, for the origin of `url` and of `oauthTokenUrl` |
| `allowHttp`, `allowPrivateHosts`, `allowedHosts` | false, false, any | egress |

Batch: `inputData` (JSON array of objects: one call each; fields without a placeholder go to the
query, for POST to the JSON body) and `partitions` (2) to spread the calls over. A stream asks for
each row by itself and keeps a position for each, see `_rest.stream.per_row_stream`.

Streaming:

| option | default | meaning |
|---|---|---|
| `streaming` | false | accepted; `readStream` implies it |
| `streamingInterval` | 10 | seconds between polls; a longer X-Poll-Interval of the server wins |
| `offsetField` | `timestamp` | path to the position, in the response or its records. A cursor may have two, as `next,delta`: of the next page, else of the next poll |
| `offsetType` | `timestamp` | `timestamp`, `cursor`, `incremental` (largest id; the next id is sent), `max_field` (largest value, typed; it is sent itself) |
| `offsetScope` | `auto` | `response` or `record`: where to look; auto: first the one, then the other |
| `initialOffset` | `0`; empty for cursor and max_field | sent first, never compared |
| `positionFormat` | as the record has it | how the position is sent: `iso`, `epoch`, `epochMillis`, `date` or a pattern; see `_rest.stream.position_format` |
| `inclusiveOffset` | false | true: the server's range includes the position; records there are told apart by content |
| `batchSize` | 1000 | most records of a batch |
| `lagSeconds` | 0 | records younger than this wait for the next polls, so that late ones find their place |
| `maxOffsetBytes` | 32768 | size of an offset, at most 262144 |
| `requireGuarantee` | `none` | `at-least-once`, `exactly-once`: refuse to run with less; see `_rest.stream.guarantee` |
| `replay` | `auto` | `payload`: batches carry their rows; `spool`: `spoolDir` keeps them; `refetch`: they are asked for again, unchecked |
| `spoolDir` | none | folder of the driver for batches too large for an offset |
| `onReplayMismatch` | `fail` | `warn`: a batch that can't be repeated exactly is accepted as it is now. A row more than a range had before warns in any case |
| `allowConfigChange` | false | goes on from a checkpoint written with another url or offset options |
| `onTransient`, `maxConsecutiveFailures` | `fail`, 10 | `skipPoll`: failed polls count as empty, so many in a row |

An API that lists the newest records first, in pages, needs `pagination` to be read without a gap.
`incremental` sends the last id plus one, which an API that reads it as "after" would skip: use
`max_field` there. A URL without placeholder is asked as it is, and records up to the position are
dropped. Guarantees: `_rest.stream.guarantee`; offsets: `_rest.stream.offsets`. Errors: `OptionError` before any I/O,
`EgressError`, `HttpError` with the API's own message, `RecordError`, `ReplayError`.
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
from ._rest.stream.per_row_stream import PerRowStream
from ._rest.stream.readers import RestStreamReader, RestStreamReaderBefore42
from ._rest.stream.stream import RestStream
from ._spark import HAS_ADMISSION_CONTROL, DataSource, DataSourceStreamReader


class RestDataSource(DataSource):
    """Registers as `rest`."""

    references_only = False

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        require_references(options, self.references_only)
        # Read here for the checks: a wrong option is an error before the first plan.
        self._config()

    @classmethod
    def name(cls) -> str:
        return "rest"

    def schema(self) -> str:
        return self._config().output.ddl()

    def reader(self, schema: Any) -> RestBatchReader:
        return RestBatchReader(self._config(), schema=schema)

    def streamReader(self, schema: Any) -> DataSourceStreamReader:
        config = self._config()
        require_streamable(config.output, config.policy)
        stream = rest_stream(self.options, config, schema=schema)
        if HAS_ADMISSION_CONTROL:
            return RestStreamReader(stream, config)
        return RestStreamReaderBefore42(stream, config)

    def _config(self) -> RestConfig:
        return checked_config(self.options)


class RestByReference(RestDataSource):
    """The same, for servers whose plans show options: credentials must be references."""

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
) -> RestStream | PerRowStream:
    """The stream that these options ask for: one, or one for each row of `inputData`."""

    def guard(pacer: Pacer, with_clock: Clock) -> PollGuard:
        return poll_guard("rest", read_reader(options), pacer, with_clock)

    def make(with_config: RestConfig) -> RestStream:
        return RestStream(with_config, guard, clock, schema=schema)

    if config.input_data is None:
        return make(config)
    return PerRowStream(config, make, clock or Clock())
