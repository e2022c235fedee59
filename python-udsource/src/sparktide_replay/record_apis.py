"""APIs that list records: events, users, tweets, a cursor stream, and items in pages."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from .answers import Answer, Call
from .auth_apis import authorised
from .state import ReplayState


def events(state: ReplayState, call: Call) -> Answer:
    """`GET /events`, like GitHub's: newest first, in pages, with an ETag and X-Poll-Interval."""
    unchanged = call.headers.get("if-none-match", "")
    state.count("events")
    size = max(1, min(call.number("per_page", 30), 100))
    page = max(1, call.number("page", 1))

    def newest() -> list[Any]:
        return list(reversed(state.records["events"]))[:300][(page - 1) * size : page * size]

    headers = {
        "X-Poll-Interval": str(state.config["events_poll_interval"]),
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4999",
        "X-RateLimit-Reset": str(int(state.now()) + 3600),
    }
    if page == 1 and not unchanged:
        state.grow_by_call("events")
    etag = _etag(newest())
    if unchanged == etag:
        # The records for the next request, if the collection grows.
        state.grow_by_call("events")
        return Answer(304, None, {**headers, "ETag": etag})
    if page == 1 and unchanged:
        state.grow_by_call("events")
        etag = _etag(newest())
    total = min(len(state.records["events"]), 300)
    if page * size < total:
        query = urlencode({**call.query, "page": page + 1})
        last = urlencode({**call.query, "page": -(-total // size)})
        base = f"http://{call.headers.get('host', '')}/events"
        headers["Link"] = f'<{base}?{query}>; rel="next", <{base}?{last}>; rel="last"'
    return Answer(body=newest(), headers={**headers, "ETag": etag})


def _etag(records: list[Any]) -> str:
    return 'W/"' + hashlib.sha256(json.dumps(records).encode("utf-8")).hexdigest()[:32] + '"'


def users(state: ReplayState, call: Call) -> Answer:
    """`GET /v3.0/users`, like Clever's: wrapped records, relative links."""
    state.count("users")
    state.grow_by_call("users")
    limit = max(1, min(call.number("limit", 100), 10_000))
    after = call.query.get("starting_after", "")
    known = [user for user in state.records["users"] if user["id"] > after]
    taken = known[:limit]
    links = [{"rel": "self", "uri": _uri(call, {})}]
    if len(known) > limit:
        links.append({"rel": "next", "uri": _uri(call, {"starting_after": taken[-1]["id"]})})
    wrapped = [{"data": user, "uri": f"/v3.0/users/{user['id']}"} for user in taken]
    return Answer(body={"data": wrapped, "links": links})


def _uri(call: Call, changes: dict[str, str]) -> str:
    return f"{call.path}?{urlencode({**call.query, **changes})}"


def tweets(state: ReplayState, call: Call) -> Answer:
    """`GET|POST /tweets?since=`: records after a time, and the time of the last one."""
    state.count("tweets")
    state.grow_by_call("tweets")
    since = call.number("since", _from_body(call, "since"))
    limit = call.number("limit", 1_000_000)
    found = [t for t in state.records["tweets"] if t.get("created_at", since + 1) > since][:limit]
    stamp = max([t["created_at"] for t in found if "created_at" in t], default=since)
    return Answer(body={"data": found, "timestamp": stamp})


def _from_body(call: Call, name: str) -> int:
    try:
        return int(json.loads(call.body)[name])
    except (ValueError, KeyError, TypeError):
        return 0


def stream(state: ReplayState, call: Call) -> Answer:
    """`GET /stream?after=`: pages by cursor. The config `stream_end` sets the last cursor."""
    state.count("stream")
    state.grow_by_call("stream")
    after = call.query.get("after", "")
    limit = max(1, call.number("limit", 100))
    start = int(after[1:]) if after.startswith("c") and after[1:].isdigit() else 0
    if after and not after.startswith("c"):
        return Answer(400, {"error": f"invalid cursor {after!r}"})
    if after and start < state.config["stream_oldest"]:
        return Answer(410, {"error": "cursor expired"})
    records = state.records["stream"]
    body: dict[str, Any] = {"data": records[start : start + limit]}
    if start + limit < len(records):
        body["cursor"] = f"c{start + limit}"
    elif state.config["stream_end"] == "null":
        body["cursor"] = None
    elif state.config["stream_end"] == "same":
        body["cursor"] = after
    body["has_more"] = start + limit < len(records)
    return Answer(body=body)


def items(state: ReplayState, call: Call) -> Answer:
    """`/items`: needs authentication; pages by number, offset, cursor or any kind of link."""
    state.count("items")
    if not authorised(state, call):
        return Answer(
            401, {"message": "Bad credentials"}, {"WWW-Authenticate": 'Bearer realm="replay"'}
        )
    if call.method == "POST":
        return Answer(body={"data": [{"echo": json.loads(call.body or b"null")}]})
    size = max(1, call.number("per_page", call.number("limit", 10)))
    page = max(1, call.number("page", 1))
    start = call.number("offset", call.number("cursor", (page - 1) * size))
    if "id" in call.query:
        wanted = call.number("id", 0)
        return Answer(body={"data": [i for i in state.records["items"] if i["id"] == wanted]})
    taken = state.records["items"][start : start + size]
    more = start + size < len(state.records["items"])
    changes = {"offset": str(start + size)} if "offset" in call.query else {"page": str(page + 1)}
    following = _uri(call, changes) if more else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    body = {"data": taken, "next": following, "next_cursor": str(start + size) if more else None}
    return Answer(body=body, headers=headers)
