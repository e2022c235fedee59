"""JSON in the bodies of replies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .._errors import HttpError
from .api_message import api_message
from .wire import Reply


def json_reply(reply: Reply) -> Any:
    """The reply's JSON. Invalid JSON is a transient error, since the body may be cut off."""
    return decode_json(reply, _strict_loads)


def _strict_loads(text: str) -> Any:
    # Python's parser accepts NaN and Infinity, which are not JSON.
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def decode_json(reply: Reply, loads: Callable[[str], Any]) -> Any:
    """The reply's JSON, parsed by `loads`, which raises ValueError for invalid JSON."""
    # 202 has no data yet, and 206 only a part of it. 203 is an answer that a proxy modified.
    if reply.status not in (200, 203, 204):
        said = api_message(reply.body)
        raise HttpError(
            f"answered {reply.status} {reply.reason}".rstrip() + (f": {said}" if said else ""),
            reply.status,
            transient=True,
        )
    try:
        return loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        kind = reply.headers.get("content-type", "no content type")
        raise HttpError(
            f"answered {reply.status} with a body that is not valid JSON "
            f"({kind}, {len(reply.body)} bytes)",
            reply.status,
            transient=True,
        ) from None
