"""`weather`: current temperature and humidity of stations, from Open-Meteo.

Each poll is one request for all stations. It gives one row per station, even if nothing changed. A
batch read is one poll.

| option | default | meaning |
|---|---|---|
| `stations` | required | list of `{'id': …, 'lat': …, 'lon': …}`, as a Python literal or JSON |
| `baseUrl` | `https://api.open-meteo.com` | origin and prefix; `/v1/forecast` is appended |
| `apiKey` | none | sent as `apikey`; may be `env:NAME` or `file:/path` |
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

`ts_ingest` is the time of the poll in UNIX seconds. A value that the API does not know is null.
Errors: `OptionError` before any I/O; `HttpError` with the API's own reason.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from ._credentials.secrets import Secret
from ._errors import HttpError
from ._http.base_url import base_url
from ._http.body_errors import require_no_error
from ._http.client import Request
from ._http.json_replies import json_reply
from ._http.wire import Reply
from ._json_types import as_array, as_object
from ._options import OptionReader
from ._polling.snapshot import (
    SNAPSHOT_OPTIONS,
    Row,
    SnapshotDataSource,
    SnapshotPlan,
    snapshot_plan,
)

SCHEMA = "station string, temperature_2m double, relative_humidity_2m double, ts_ingest long"
OPTIONS = ("stations", "baseUrl", "apiKey", *SNAPSHOT_OPTIONS)

_VARIABLES = ("temperature_2m", "relative_humidity_2m")
_EXAMPLE = "[{'id':'NYC','lat':40.71,'lon':-74.01}]"
# Limits the work of the literal parser. It is longer than any list that fits a request.
_LONGEST_STATIONS = 1024 * 1024


@dataclass(frozen=True)
class Station:
    """A named place, in degrees."""

    id: str
    lat: float
    lon: float


class WeatherDataSource(SnapshotDataSource):
    """Registers as `weather`."""

    columns = SCHEMA

    @classmethod
    def name(cls) -> str:
        return "weather"

    def plan(self) -> SnapshotPlan:
        return weather_plan(self.options)


class WeatherByReference(WeatherDataSource):
    """The same source for servers that show options in plans: credentials must be references."""

    references_only = True


def weather_plan(options: Mapping[str, str]) -> SnapshotPlan:
    """Reads the options."""
    reader = OptionReader("weather", options, OPTIONS)
    stations = read_stations(reader)
    base = base_url(reader, "https://api.open-meteo.com")
    key = reader.secret("apiKey")
    return snapshot_plan(
        "weather",
        reader,
        lambda: forecast_request(base, stations, key),
        lambda reply, ts_ingest: weather_rows(reply, stations, ts_ingest),
        (key,),
    )


def read_stations(reader: OptionReader) -> list[Station]:
    text = reader.text("stations", "[]")
    if len(text) > _LONGEST_STATIONS:
        raise reader.fail("stations", f"is longer than {_LONGEST_STATIONS} characters.")
    try:
        items = _literal(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise reader.fail("stations", f"must be a list such as {_EXAMPLE}.") from None
    items = as_array(items)
    if not items:
        raise reader.fail("stations", f"needs at least one station, such as {_EXAMPLE}.")
    stations = [_station(reader, index, item) for index, item in enumerate(items)]
    seen: set[str] = set()
    for station in stations:
        if station.id in seen:
            raise reader.fail("stations", f"the id {station.id!r} occurs twice.")
        seen.add(station.id)
    return stations


def _literal(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ast.literal_eval(text.strip())


def _station(reader: OptionReader, index: int, item: Any) -> Station:
    fields = as_object(item) or {}
    if set(fields) != {"id", "lat", "lon"}:
        raise reader.fail(
            "stations", f"item {index} must have exactly 'id', 'lat' and 'lon', as in {_EXAMPLE}."
        )
    name_of = fields["id"]
    if not isinstance(name_of, str) or not name_of.strip():
        raise reader.fail("stations", f"item {index}: 'id' must be a non-empty string.")
    for name, limit in (("lat", 90), ("lon", 180)):
        value = fields[name]
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # NaN fails every comparison, so this also refuses it.
        if not number or not -limit <= value <= limit:
            raise reader.fail(
                "stations",
                f"{name_of!r}: {name!r} must be a number from -{limit} to {limit}, "
                f"got {value!r:.60}.",
            )
    return Station(name_of, fields["lat"], fields["lon"])


def forecast_request(base: str, stations: list[Station], key: Secret) -> Request:
    """One request for all stations: Open-Meteo takes lists."""
    latitudes = ",".join(_plain(station.lat) for station in stations)
    longitudes = ",".join(_plain(station.lon) for station in stations)
    url = (
        f"{base}/v1/forecast?latitude={latitudes}&longitude={longitudes}"
        f"&current={','.join(_VARIABLES)}"
    )
    return Request(f"{url}&apikey={quote(key.resolve(), safe='')}" if key else url)


def _plain(degrees: float) -> str:
    # str() would write 0.00001 as 1e-05.
    return format(Decimal(str(degrees)), "f")


def weather_rows(reply: Reply, stations: list[Station], ts_ingest: int) -> list[Row]:
    """One row per station, matched by position: the API rounds coordinates to its grid."""
    document = json_reply(reply)
    several = as_array(document)
    places = [document] if several is None else several
    for place in places:
        require_no_error(place, reply, ts_ingest)
    if len(places) != len(stations):
        raise HttpError(f"answered for {len(places)} places, expected {len(stations)}")
    return [
        (station.id, *(_measure(station, place, name) for name in _VARIABLES), ts_ingest)
        for station, place in zip(stations, places)
    ]


def _measure(station: Station, place: Any, name: str) -> float | None:
    current = as_object((as_object(place) or {}).get("current")) or {}
    if name not in current:
        raise HttpError(f"the answer for station {station.id!r} has no 'current.{name}'")
    value = current[name]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise HttpError(f"'current.{name}' of station {station.id!r} is not a number")
    return float(value)
