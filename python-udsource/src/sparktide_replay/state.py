"""The data of the served APIs: prices, weather and records. `POST /__state` changes it."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Any

from .answers import Answer

COLLECTIONS = ("events", "users", "tweets", "stream", "items", "orders", "repos", "issues")
# The keys of a `POST /__state` document.
_CHANGES = ("prices", "weather", "config", "set", "append", "grow")

_EVENT_TYPES = ("PushEvent", "WatchEvent", "IssuesEvent", "PullRequestEvent")
# Above 2^53, like the ids of real services: a double cannot hold them exactly.
_FIRST_EVENT = 40_000_000_000_000_000
_FIRST_TWEET_TIME = 1_700_000_000
# 2025-01-01T00:00:01Z
_FIRST_ORDER_TIME = 1_735_689_601


class ReplayState:
    """Values that depend only on the seed and the number of calls, unless a test sets them.

    `prices` holds fixed prices (coin to number, text or null; a coin set to "missing" is unknown)
    and `weather` fixed weather (variable to number or null). `reset` lists the keys of `config`
    with their defaults.
    """

    def __init__(self, seed: int, grow: int) -> None:
        self._seed, self._grow = seed, grow
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.calls: dict[str, int] = {}
            # Access tokens that are valid.
            self.tokens: set[str] = set()
            # The rows that the APIs for rows accepted, and their answers by idempotency key.
            self.accepted: list[dict[str, Any]] = []
            self.answered: dict[str, tuple[str, Answer]] = {}
            self.prices: dict[str, Any] = {}
            self.weather: dict[str, Any] = {}
            self.records: dict[str, list[Any]] = {}
            self.config: dict[str, Any] = {
                "grow": self._grow,
                # The current time of the APIs in Unix seconds; null: the real time.
                "now": None,
                "events_poll_interval": 1,
                # What /stream says in `cursor` on its last page: null, absent or same.
                "stream_end": "null",
                # Cursors below this number have expired.
                "stream_oldest": 0,
                # Whether to compress bodies for clients that accept it.
                "gzip": False,
                # Lifetime of an access token in seconds; null: the answer does not name it.
                "token_life": 3600,
                # Whether each answer of the token endpoint holds a new refresh token.
                "rotate_refresh_token": False,
                # Milliseconds that each request of a shared budget must wait.
                "budget_wait": 1000,
                # Most locations in one request; the default is the limit of Open-Meteo.
                "max_locations": 1000,
            }
            for name, count in (
                *(("events", 5), ("users", 5), ("tweets", 3), ("stream", 5)),
                *(("repos", 3), ("issues", 6)),
            ):
                self.records[name] = []
                self.grow(name, count)
            for name, count in (("items", 25), ("orders", 5)):
                self.records[name] = []
                self.grow(name, count)

    def now(self) -> float:
        return time.time() if self.config["now"] is None else float(self.config["now"])

    def count(self, route: str) -> int:
        """The number of this call of the route, from 1."""
        self.calls[route] = self.calls.get(route, 0) + 1
        return self.calls[route]

    def noise(self, *parts: Any) -> float:
        """A number from 0 to 1 that depends only on the seed and the parts."""
        text = repr((self._seed, *parts)).encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(text).digest()[:6], "big") / 2**48

    def grow(self, name: str, count: int) -> None:
        """Adds records to the end of a collection."""
        for _ in range(count):
            self.records[name].append(self._record(name, len(self.records[name])))

    def grow_by_call(self, name: str) -> None:
        self.grow(name, int(self.config["grow"]))

    def _record(self, name: str, index: int) -> dict[str, Any]:
        if name == "events":
            kind = _EVENT_TYPES[int(self.noise("event", index) * len(_EVENT_TYPES))]
            return {
                "id": str(_FIRST_EVENT + index),
                "type": kind,
                "actor": {"id": 1000 + index, "login": f"user-{index}"},
                "repo": {"id": 2000 + index, "name": f"org/repo-{index % 7}"},
                "public": True,
                "created_at": _iso(_FIRST_TWEET_TIME + index),
            }
        if name == "users":
            user = {"id": f"5f{index:022x}", "email": f"student{index}@example.org"}
            return {**user, "roles": {"student": {}}, "created": _iso(_FIRST_TWEET_TIME + index)}
        if name == "tweets":
            return {
                "id": str(_FIRST_EVENT + index),
                "text": f"message {index} with ünïcode and a \N{ROCKET}",
                "created_at": _FIRST_TWEET_TIME + index,
            }
        if name == "stream":
            return {"n": index, "value": round(self.noise("stream", index) * 100, 3)}
        if name == "orders":
            return {"id": index + 1, "updated_at": _iso(_FIRST_ORDER_TIME + index)}
        if name == "repos":
            name, owner = f"r{index + 1}", {"login": "acme"}
            return {"id": index + 1, "name": name, "full_name": f"acme/{name}", "owner": owner}
        if name == "issues":
            count = max(len(self.records["repos"]), 1)
            return {"id": index + 1, "repo": index % count + 1, "title": f"issue {index + 1}"}
        return {"id": index + 1, "name": f"item {index + 1}", "price": round(index * 1.1, 2)}

    def apply(self, change: dict[str, Any]) -> None:
        """Applies a `POST /__state` document. Raises ValueError for an unknown name."""
        with self.lock:
            unknown = set(change) - set(_CHANGES)
            if unknown:
                raise ValueError(f"unknown keys {sorted(unknown)}; known keys: {_CHANGES}")
            for part in ("set", "append", "grow"):
                for name in change.get(part, {}):
                    if name not in COLLECTIONS:
                        raise ValueError(f"unknown collection {name!r}; known: {COLLECTIONS}")
            for name in change.get("config", {}):
                if name not in self.config:
                    raise ValueError(f"unknown config {name!r}; known: {sorted(self.config)}")
            self.prices.update(change.get("prices", {}))
            self.weather.update(change.get("weather", {}))
            self.config.update(change.get("config", {}))
            for name, records in change.get("set", {}).items():
                self.records[name] = list(records)
            for name, records in change.get("append", {}).items():
                self.records[name].extend(records)
            for name, count in change.get("grow", {}).items():
                self.grow(name, int(count))

    def document(self) -> dict[str, Any]:
        """The `GET /__state` document."""
        with self.lock:
            return {
                "prices": dict(self.prices),
                "weather": dict(self.weather),
                "config": dict(self.config),
                "records": {name: list(records) for name, records in self.records.items()},
                "calls": dict(self.calls),
                "accepted": list(self.accepted),
            }


def _iso(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
