"""An API that is asked for ranges of time: one reading at each multiple of an interval."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from .answers import Answer, Call
from .state import ReplayState

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def readings(state: ReplayState, call: Call) -> Answer:
    """`GET /readings?from=&to=`: the readings in from <= time < to, oldest first.

    The bounds are dates, times in ISO 8601 or seconds since 1970; with `inclusive=1` the range
    includes `to`, the whole day if it is a date. `every` is the interval in seconds (3600),
    `station` a name that the readings repeat, `limit` the size of a page, whose next page is in the
    Link header and in `next`. No reading is in the future.
    """
    state.count("readings")
    every = max(1, call.number("every", 3600))
    try:
        start, _ = _bound(call.query["from"])
        end, unit = _bound(call.query["to"])
    except (KeyError, ValueError):
        return Answer(400, {"error": "from and to must be dates or times"})
    if call.query.get("inclusive") == "1":
        end += unit
    end = min(end, int(state.now()) + 1)
    first = call.number("first", -(-start // every) * every)
    times = list(range(first, end, every))
    limit = call.number("limit", max(len(times), 1))
    body: dict[str, Any] = {"data": [_reading(call, at, every) for at in times[:limit]]}
    if len(times) <= limit:
        return Answer(body=body)
    query = urlencode({**call.query, "first": times[limit]})
    body["next"] = f"{call.path}?{query}"
    return Answer(body=body, headers={"Link": f'<{body["next"]}>; rel="next"'})


def _reading(call: Call, at: int, every: int) -> dict[str, Any]:
    time = (_EPOCH + timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
    reading = {"n": at // every, "at": time, "value": at // every % 97}
    return {**reading, "station": call.query["station"]} if "station" in call.query else reading


def _bound(text: str) -> tuple[int, int]:
    """A bound in seconds since 1970, and the size of its unit in seconds."""
    if text.lstrip("-").isdigit():
        return int(text), 1
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return int((at - _EPOCH).total_seconds()), 86_400 if len(text) == 10 else 1
