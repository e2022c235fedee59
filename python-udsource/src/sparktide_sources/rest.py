"""`rest`: any JSON API over HTTP, batch and streaming. Rows are records as JSON text in `output`.

Common:

| option | default | meaning |
|---|---|---|
| `url` | required | https URL; `{offsetField}` or a field of `inputData` in braces is filled in |
| `method`, `body` | `GET`, none | `GET` or `POST`; JSON text for POST, placeholders allowed in its strings |
| `headers` | none | JSON object; values may be `env:NAME` or `file:/path` |
| `authType` | `Basic` if `userId` is given, else `None` | `None`, `Basic`, `Bearer`, `OAuth1` |
| `userId`, `userPassword` | none | for Basic |
| `oauthToken` | none | for Bearer and OAuth1 |
| `oauthConsumerKey`, `oauthConsumerSecret`, `oauthTokenSecret` | none | for OAuth1 (HMAC-SHA1) |
| `dataField` | `data` | path to the records. Default: an array is the records, an object with an array in `data` has them there, any other object is one record. Given and missing: an error |
| `outputType` | `json` | `json` only |
| `pagination` | `none` | `none`, `link`, `json`, `cursor`, `page`, `offset`; see `_rest_api` |
| `nextField` | `next`, `next_cursor` | where `json` or `cursor` finds the next page |
| `pageParam`, `pageStart` | `page`, `offset` or `cursor`; 1 or 0 | query parameter that counts, and its first value |
| `pageSize`, `pageSizeParam` | 0 (not sent); `per_page`, for `offset` `limit` | records to ask for |
| `maxPages` | 100 | pages of one poll or call; more is an error |
| `connectionTimeout`, `readTimeout`, `totalTimeout` | 1000, 5000, 60000 | milliseconds |
| `maxResponseBytes` | 67108864 | bytes of a body, after decompression |
| `maxRetries`, `maxRetryWait` | 4, 300 | tries after the first; longest single wait in seconds |
| `retryPost` | false | retries a POST that may have been carried out |
| `allowHttp`, `allowPrivateHosts`, `allowedHosts` | false, false, any | egress |

Batch: `inputData` (JSON array of objects: one call each; fields without a placeholder go to the
query, for POST to the JSON body) and `partitions` (2) to spread the calls over.

Streaming:

| option | default | meaning |
|---|---|---|
| `streaming` | false | accepted; `readStream` implies it |
| `streamingInterval` | 10 | seconds between polls; a longer X-Poll-Interval of the server wins |
| `offsetField` | `timestamp` | path to the position, in the response or its records |
| `offsetType` | `timestamp` | `timestamp`, `cursor`, `incremental` (largest id; the next id is sent), `max_field` (largest value, typed; it is sent itself) |
| `offsetScope` | `auto` | `response` or `record`: where to look; auto: first the one, then the other |
| `initialOffset` | `0`; empty for cursor and max_field | sent first, never compared |
| `inclusiveOffset` | false | true: the server's range includes the position; records there are told apart by content |
| `batchSize` | 1000 | most records of a batch |
| `maxOffsetBytes` | 32768 | size of an offset, at most 262144 |
| `onReplayMismatch` | `fail` | `warn`: a batch that can't be repeated exactly is accepted as it is now |
| `allowConfigChange` | false | goes on from a checkpoint written with another url or offset options |
| `onTransient`, `maxConsecutiveFailures` | `fail`, 10 | `skipPoll`: failed polls count as empty, so many in a row |

An API that lists the newest records first, in pages, needs `pagination` to be read without a gap.
`incremental` sends the last id plus one, which an API that reads it as "after" would skip: use
`max_field` there. A URL without placeholder is asked as it is, and records up to the position are
dropped. Guarantees and offsets: `_rest_offsets`. Errors: `OptionError` before any I/O,
`EgressError`, `HttpError` with the API's own message, `ReplayError`.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._clock import Clock
from ._errors import OptionError
from ._pacing import Pacer
from ._rest_batch import RestBatchReader
from ._rest_config import RestConfig, read_config, read_reader
from ._rest_readers import RestStreamReader, RestStreamReaderBefore42
from ._rest_stream import RestStream
from ._spark import HAS_ADMISSION_CONTROL, DataSource, DataSourceStreamReader, require_schema
from ._transient import PollGuard, poll_guard

SCHEMA = "output string"


class RestDataSource(DataSource):
    """Registers as `rest`."""

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__(options)  # type: ignore[arg-type]
        # Read here for the checks: a wrong option is an error before the first plan.
        self._config()

    @classmethod
    def name(cls) -> str:
        return "rest"

    def schema(self) -> str:
        return SCHEMA

    def reader(self, schema: Any) -> RestBatchReader:
        require_schema("rest", SCHEMA, schema)
        return RestBatchReader(self._config())

    def streamReader(self, schema: Any) -> DataSourceStreamReader:
        require_schema("rest", SCHEMA, schema)
        config = self._config()
        if config.input_data is not None:
            raise OptionError("rest option 'inputData': is for batch reads; a stream has none.")
        stream = rest_stream(self.options, config)
        if HAS_ADMISSION_CONTROL:
            return RestStreamReader(stream, config)
        return RestStreamReaderBefore42(stream, config)

    def _config(self) -> RestConfig:
        config = read_config(self.options)
        poll_guard("rest", read_reader(self.options), Pacer(1, Clock()), Clock())
        return config


def rest_stream(
    options: Mapping[str, str], config: RestConfig, clock: Clock | None = None
) -> RestStream:
    """The stream that these options ask for."""

    def guard(pacer: Pacer, with_clock: Clock) -> PollGuard:
        return poll_guard("rest", read_reader(options), pacer, with_clock)

    return RestStream(config, guard, clock)
