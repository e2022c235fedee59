"""Open-Meteo's forecast and CoinGecko's simple price."""

from __future__ import annotations

import math
import time

from .answers import Answer, Call
from .state import ReplayState

_UNEQUAL = "Parameter 'latitude' and 'longitude' must have the same number of elements"
_KNOWN_COINS = {"bitcoin": 76_000, "ethereum": 2_900, "solana": 150}
_UNITS = {"temperature_2m": "°C", "relative_humidity_2m": "%"}


def forecast(state: ReplayState, call: Call) -> Answer:
    """`GET /v1/forecast`: an object for one location, an array for several."""
    number = state.count("forecast")
    latitudes = _numbers(call.query.get("latitude", ""))
    longitudes = _numbers(call.query.get("longitude", ""))
    if latitudes is None or longitudes is None or not latitudes:
        return _meteo_error("Parameter 'latitude' and 'longitude' must be numbers")
    if len(latitudes) != len(longitudes):
        return _meteo_error(_UNEQUAL)
    if len(latitudes) > state.config["max_locations"]:
        limit = state.config["max_locations"]
        return _meteo_error(f"Only up to {limit} locations can be requested at once")
    for name, values, limit in (("Latitude", latitudes, 90), ("Longitude", longitudes, 180)):
        for value in values:
            if not -limit <= value <= limit:
                return _meteo_error(
                    f"{name} must be in range of -{limit} to {limit}°. Given: {value}."
                )
    variables = [name for name in call.query.get("current", "").split(",") if name]
    for name in variables:
        if name not in _UNITS:
            return _meteo_error(f"Data corrupted: invalid String value {name}.")
    places = [
        _place(state, number, index, place, variables)
        for index, place in enumerate(zip(latitudes, longitudes))
    ]
    return Answer(body=places[0] if len(places) == 1 else places)


def _place(
    state: ReplayState, number: int, index: int, place: tuple[float, float], variables: list[str]
) -> dict[str, object]:
    latitude, longitude = place
    # Like the real API, give the start of the current quarter of an hour.
    quarter = int(state.now()) // 900 * 900
    known: dict[str, object] = {
        # Like the real API, give the coordinates of the grid point, not the requested ones.
        "latitude": round(math.floor(latitude * 8) / 8 + 0.01, 5),
        "longitude": round(math.floor(longitude * 8) / 8 + 0.02, 5),
        "generationtime_ms": 0.05,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": 32.0,
    }
    if index:
        known["location_id"] = index
    units = {"time": "iso8601", "interval": "seconds"}
    current: dict[str, object] = {
        "time": time.strftime("%Y-%m-%dT%H:%M", time.gmtime(quarter)),
        "interval": 900,
    }
    for name in variables:
        units[name] = _UNITS[name]
        if name in state.weather:
            current[name] = state.weather[name]
        elif name == "temperature_2m":
            base = 25 - abs(latitude) / 3
            current[name] = round(base + state.noise(name, latitude, longitude) + number * 0.1, 1)
        else:
            # A whole number, as the API sends humidity.
            current[name] = (int(state.noise(name, latitude, longitude) * 60) + number) % 100
    return {**known, "current_units": units, "current": current}


def _meteo_error(reason: str) -> Answer:
    return Answer(400, {"error": True, "reason": reason})


def _numbers(text: str) -> list[float] | None:
    try:
        return [float(item) for item in text.split(",") if item]
    except ValueError:
        return None


def simple_price(state: ReplayState, call: Call) -> Answer:
    """`GET /api/v3/simple/price`: the answer leaves out unknown coins."""
    number = state.count("price")
    if not call.query.get("vs_currencies"):
        return Answer(422, {"error": "Missing parameter vs_currencies"})
    if "x-cg-pro-api-key" in call.headers:
        return Answer(
            400,
            {
                "status": {
                    "error_code": 10010,
                    "error_message": "If you are using Pro API key, please change your root URL "
                    "from api.coingecko.com to pro-api.coingecko.com",
                }
            },
        )
    body: dict[str, dict[str, object]] = {}
    for coin in call.query.get("ids", "").split(","):
        price = _price(state, coin, number)
        if coin and price != "missing":
            body[coin] = {currency: price for currency in call.query["vs_currencies"].split(",")}
    return Answer(body=body, headers={"Cache-Control": "public, max-age=60"})


def _price(state: ReplayState, coin: str, number: int) -> object:
    if coin in state.prices:
        return state.prices[coin]
    if coin.startswith("unknown"):
        return "missing"
    base = _KNOWN_COINS.get(coin) or 10 ** (1 + int(state.noise("scale", coin) * 4))
    price = round(base * (1 + state.noise("price", coin, number) / 100 + number / 1000), 2)
    # The real API mixes whole numbers and fractions.
    return int(price) if price >= 10_000 else price
