"""APIs that take rows: `/orders` honours idempotency keys, `/hooks` does not, `/bulk` takes many.

Each accepted row is in `accepted` of `GET /__state`. A row with a number in its field `refuse` is
refused with that status.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from .answers import Answer, Call
from .state import ReplayState


def orders(state: ReplayState, call: Call) -> Answer:
    """`/orders`, `/orders/{id}`: a repeated key gets the first answer again."""
    key = call.headers.get("idempotency-key", "")
    content = hashlib.sha256(f"{call.method} {call.path} ".encode() + call.body).hexdigest()
    earlier = state.answered.get(key) if key else None
    if earlier is not None:
        if earlier[0] != content:
            return Answer(422, {"error": "the key was used for another request"})
        return Answer(earlier[1].status, earlier[1].body, {"Idempotent-Replayed": "true"})
    answer = hooks(state, call)
    if key:
        state.answered[key] = (content, answer)
    return answer


def hooks(state: ReplayState, call: Call) -> Answer:
    """`/hooks`: accepts each request as a new one."""
    row: Any = json.loads(call.body) if call.body else None
    refused = _refused(row)
    if refused:
        return Answer(refused, {"error": {"message": f"refused with {refused}"}})
    _accept(state, call, row)
    return Answer(201, {"id": len(state.accepted), "received": row})


def bulk(state: ReplayState, call: Call) -> Answer:
    """`POST /bulk`: JSON lines, an array, or an object with an array in `records`. Honours keys."""
    key = call.headers.get("idempotency-key", "")
    if key in state.answered:
        return state.answered[key][1]
    text = call.body.decode("utf-8")
    if text.endswith("\n"):
        rows: list[Any] = [json.loads(line) for line in text.splitlines()]
    else:
        found: Any = json.loads(text)
        rows = found if found and text.startswith("[") else found["records"]
    results: list[dict[str, Any]] = []
    for row in rows:
        status = _refused(row) or 201
        if status == 201:
            _accept(state, call, row)
        results.append({"status": status, **({"error": "refused"} if status > 201 else {})})
    # Some APIs say 207 if the rows have different results.
    mixed = any(result["status"] > 201 for result in results)
    answer = Answer(207 if mixed else 200, {"errors": mixed, "items": results})
    if key:
        state.answered[key] = ("", answer)
    return answer


def _refused(row: dict[str, Any] | None) -> int:
    """The status that the row asks for, or 0."""
    return int((row or {}).get("refuse") or 0)


def _accept(state: ReplayState, call: Call, row: Any) -> None:
    key = call.headers.get("idempotency-key", "")
    state.accepted.append({"method": call.method, "path": call.path, "key": key, "row": row})
