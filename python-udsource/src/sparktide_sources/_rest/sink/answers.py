"""Answers to a write that have a status of success, but report a failure.

| answer | meaning |
|---|---|
| `onStatus` has an action for the status | that action |
| a condition of `onBody` holds | `fail`, `retry` or `skip` |
| `errorField` finds a value | a failure |
| the body is an error, or has `errors`, or `success` or `ok` is false | a failure; `errorField=none` turns this off |
| 207, or an item of a request with several rows has a status of 400 or more | a failure of the request |
| anything else from 200 to 299, 202 and an empty body included | success |

Many APIs repeat the row that they received. So a field with the name of a column says nothing here.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..._errors import ContentError, HttpError, SkippedAnswer
from ..._exact_json import parse
from ..._http.body_errors import (
    Said,
    body_status,
    failure_of_write,
    says_something,
    words_of,
)
from ..._http.client import api_message
from ..._http.waits import asked_wait
from ..._http.wire import Reply
from ..._json_types import as_array, as_object
from ..error_policy import RETRY, SKIP
from ..selector import MISSING, lookup
from .sink_options import SinkConfig


def require_success(config: SinkConfig, reply: Reply, columns: Collection[str], now: float) -> None:
    """Raises the `HttpError` of an answer that reports a failure, transient if a try may help."""
    action = config.policy.for_status(reply.status)
    if action:
        raise _error(reply, action, f"{_said(reply)} (onStatus)", now)
    if not 200 <= reply.status < 300:
        raise ContentError(f"answered {reply.status}: {_said(reply)}", reply.status)
    text = reply.body.decode("utf-8", "replace")
    document = _parsed(text)
    for condition in config.answers.on_body:
        if condition.holds(document, lambda: text):
            said = words_of(document) if says_something(document) else " ".join(text.split())[:500]
            problem = f"the body is what onBody calls {condition.action}: {said}"
            raise _error(reply, condition.action, problem, now)
    for path in config.answers.error_fields:
        value = lookup(document, path)
        if value is not MISSING and says_something(value):
            problem = f"the body has an error in {path!r} (errorField): {words_of(value)}"
            raise _failed(config, reply, Said(problem, body_status(document)), now)
    said = None
    if config.answers.by_name:
        said = _failed_item(config, document, columns) or failure_of_write(document, columns)
    if said is None and reply.status == 207 and not _items(document):
        said = Said(
            "some rows may have failed, and the body does not say which; set onStatus=207=skip if "
            "it means success",
            0,
        )
    if said is not None:
        raise _failed(config, reply, said, now)


def _failed(config: SinkConfig, reply: Reply, said: Said, now: float) -> HttpError:
    passing = said.status and config.settings.retry.is_transient(said.status, reply.headers)
    problem = f"the body reports a failure: {said.words}"
    return _error(reply, RETRY if passing else "", problem, now, said.status)


def _error(reply: Reply, action: str, problem: str, now: float, status: int = 0) -> HttpError:
    text = f"answered {reply.status}: {problem}"
    if action == SKIP:
        return SkippedAnswer(text, status or reply.status)
    if action == RETRY:
        wait = asked_wait(reply.headers, problem, now)
        return HttpError(text, status or reply.status, True, wait)
    return ContentError(text, status or reply.status)


def _said(reply: Reply) -> str:
    words = api_message(reply.body)
    return f"{reply.reason}: {words}" if words else reply.reason


def _parsed(text: str) -> Any:
    try:
        return parse(text.strip()).value
    except (ValueError, RecursionError):
        return None


def _items(document: Any) -> list[Any]:
    """The results of the rows: the body if it is an array, else its first field with an array."""
    fields = as_object(document)
    for value in [document] if fields is None else fields.values():
        found = as_array(value)
        if found:
            return found
    return []


def _failed_item(config: SinkConfig, document: Any, columns: Collection[str]) -> Said | None:
    """The first failure among the results of a request with several rows."""
    if config.form == "object":
        return None
    for index, item in enumerate(_items(document)):
        fields = as_object(item) or {}
        # Some APIs put each result into an object with the name of the action.
        inner = as_object(next(iter(fields.values()), None)) if len(fields) == 1 else None
        for place in (fields, inner or {}):
            own = {name: value for name, value in place.items() if name not in columns}
            said = failure_of_write(own, ())
            if said is not None or body_status(own):
                return Said(f"row {index} of the request: {words_of(own)}", 0)
    return None
