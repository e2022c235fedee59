"""`coingecko`: prices of coins in US dollars, from CoinGecko's simple price endpoint.

Each poll is one request for all coins. It gives one row per coin, even if nothing changed.
`usd_price` is null if the API does not know the coin or has no numeric price for it. A batch read
is one poll.

| option | default | meaning |
|---|---|---|
| `coins` | `bitcoin` | comma-separated list of CoinGecko ids |
| `baseUrl` | `https://api.coingecko.com` | origin and prefix; `/api/v3/simple/price` is appended |
| `apiKey` | none | sent as `x-cg-demo-api-key`, to the pro host as `x-cg-pro-api-key`; may be `env:NAME` or `file:/path` |
| `streamingInterval` | 10 | seconds between polls |
| `maxOffsetBytes` | 32768 | size of an offset with its rows, at most 262144 |
| `onTransient` | `fail` | `skipPoll`: a poll that failed after all retries counts as empty |
| `maxConsecutiveFailures` | 10 | `skipPoll` fails after more than so many failed polls in a row |
| `connectionTimeout`, `readTimeout`, `totalTimeout` | 5000, 20000, 60000 | milliseconds |
| `maxResponseBytes` | 67108864 | bytes of a body, after decompression |
| `maxRetries`, `maxRetryWait` | 4, 300 | tries after the first; longest single wait in seconds |
| `requestsPerSecond`, `requestsPerMinute`, `burst` | none, none, 1 | pace of the requests |
| `proxy` | the server's environment | `http://[user:password@]host:port`, or `none` |
| `caFile` | none | PEM file with a private authority to trust in addition to the machine's |
| `clientCertFile`, `clientKeyFile`, `clientKeyPassword` | none | client certificate |
| `allowHttp`, `allowPrivateHosts`, `allowedHosts` | false, false, any | egress |

`ts_ingest` is the time of the poll in UNIX seconds. Errors: `OptionError` before any I/O;
`HttpError` with the API's own message, even if the answer's status is 200.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from ._credentials.secrets import Secret
from ._errors import HttpError
from ._http.base_url import base_url
from ._http.body_errors import require_no_error
from ._http.client import Request
from ._http.json_replies import json_reply
from ._http.wire import Reply
from ._json_types import as_object
from ._options import OptionReader
from ._polling.snapshot import (
    SNAPSHOT_OPTIONS,
    Row,
    SnapshotDataSource,
    SnapshotPlan,
    snapshot_plan,
)

SCHEMA = "coin string, usd_price double, ts_ingest long"
OPTIONS = ("coins", "baseUrl", "apiKey", *SNAPSHOT_OPTIONS)

_PRO_HOST = "pro-api.coingecko.com"


class CoinGeckoDataSource(SnapshotDataSource):
    """Registers as `coingecko`."""

    columns = SCHEMA

    @classmethod
    def name(cls) -> str:
        return "coingecko"

    def plan(self) -> SnapshotPlan:
        return coingecko_plan(self.options)


class CoinGeckoByReference(CoinGeckoDataSource):
    """The same source for servers that show options in plans: credentials must be references."""

    references_only = True


def coingecko_plan(options: Mapping[str, str]) -> SnapshotPlan:
    """Reads the options."""
    reader = OptionReader("coingecko", options, OPTIONS)
    coins = reader.names("coins", "bitcoin")
    if not coins:
        raise reader.fail("coins", "needs at least one coin, such as bitcoin,ethereum.")
    base = base_url(reader, "https://api.coingecko.com")
    key = reader.secret("apiKey")
    return snapshot_plan(
        "coingecko",
        reader,
        lambda: price_request(base, coins, key),
        lambda reply, ts_ingest: price_rows(reply, coins, ts_ingest),
        (key,),
    )


def price_request(base: str, coins: list[str], key: Secret) -> Request:
    """One request for all coins."""
    ids = ",".join(quote(coin, safe="") for coin in coins)
    url = f"{base}/api/v3/simple/price?ids={ids}&vs_currencies=usd"
    if not key:
        return Request(url)
    pro = urlsplit(base).hostname == _PRO_HOST
    header = "x-cg-pro-api-key" if pro else "x-cg-demo-api-key"
    return Request(url, private_headers={header: key.resolve()})


def price_rows(reply: Reply, coins: list[str], ts_ingest: int) -> list[Row]:
    """One row per coin, in the order of the option."""
    document = as_object(json_reply(reply))
    if document is None:
        raise HttpError("answered with JSON that is not an object of prices by coin")
    require_no_error(document, reply, ts_ingest, [coin for coin in coins if document.get(coin)])
    others = [name for name, value in document.items() if as_object(value) is None]
    strange = [name for name in others if name not in coins]
    if strange:
        raise HttpError(
            f"answered with the field {strange[0]!r}, expected only prices of coins",
            reply.status,
            transient=True,
        )
    return [(coin, _price(document.get(coin)), ts_ingest) for coin in coins]


def _price(entry: Any) -> float | None:
    value = (as_object(entry) or {}).get("usd")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        price = float(value)
    except OverflowError:
        return None
    return price if math.isfinite(price) else None
