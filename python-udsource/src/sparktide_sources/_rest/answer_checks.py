"""Answers of `rest` that have a status of success, but hold an error or no data.

| answer | action |
|---|---|
| the body is an error, see `_http.body_errors` | an error with the API's own message; retried first if the body names a transient status, such as 429 |
| `errorField` (comma-separated selectors) finds a value | likewise |
| a condition of `onBody` holds | `fail`, `retry` or `skip`; checked before everything else |
| records and `errors` together, as in GraphQL | an error; with `partialErrors=keep` the errors are counted and the records are read |
| 202 | the data is not ready: the request is repeated for up to `maxPendingWait` seconds, then an error |

`onBody` is a list such as `Information=retry, status=queued=retry, 'rate limit'=fail`, or an equal JSON
object. A condition is a selector that must find a value, a selector with the value that it must find,
or a text in quotes that the body must contain, in upper or lower case. If a body is wrongly taken for
an error, set `dataField=$` (the body is the record) or `errorField=none` (no body is an error).
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .._clock import Clock
from .._errors import HttpError
from .._exact_json import Document, parse
from .._http.body_errors import (
    Said,
    envelope_error,
    is_graphql,
    partial_errors,
    says_something,
    whole_error,
    words_of,
)
from .._http.waits import asked_wait
from .._http.wire import Reply
from .._json_types import Json, as_array, as_object
from .._options import OptionReader, shown
from .decode import Format, body_text, require_selector
from .error_policy import FAIL, RETRY, SKIP
from .selector import MISSING, Step, is_many, lookup, parse_selector

ANSWER_OPTIONS = ("errorField", "onBody", "partialErrors", "maxPendingWait")

_ACTIONS = (FAIL, RETRY, SKIP)
_ITEM = re.compile(r"""(?:'[^']*'|"[^"]*"|[^,'"])+""")
_LONGEST_WORDS = 2048
_PROBLEM = "problem+json"
# Seconds between two requests for an answer that is not ready. The longest applies only if the API
# names no wait.
_SHORTEST_WAIT, _LONGEST_WAIT = 1.0, 30.0


@dataclass(frozen=True)
class Condition:
    """A condition of `onBody`: a text, or a field with any value or a given value."""

    text: str
    path: str
    value: str | None
    action: str

    def holds(self, document: Json, text: Callable[[], str]) -> bool:
        if self.text:
            return self.text.lower() in text().lower()
        found = lookup(document, self.path)
        if self.value is None:
            return found is not MISSING and says_something(found)
        return found is not MISSING and _scalar(found) == self.value


class Patience:
    """How long a URL may answer "not ready". A pickle carries only the limit."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._since: dict[str, float] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Patience, (self.limit,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patience) and self.limit == other.limit

    def __hash__(self) -> int:
        return hash(self.limit)

    def waited(self, url: str, clock: Clock) -> float:
        """Seconds since this URL first was not ready. Above the limit, counting restarts."""
        now = clock.monotonic()
        waited = now - self._since.setdefault(url, now)
        if waited >= self.limit:
            self.forget(url)
        return waited

    def forget(self, url: str) -> None:
        self._since.pop(url, None)


@dataclass(frozen=True)
class Answers:
    """The values of `ANSWER_OPTIONS`."""

    error_fields: tuple[str, ...]
    by_name: bool
    on_body: tuple[Condition, ...]
    keep_partial: bool
    pending: Patience = field(compare=False)


class Verdict(NamedTuple):
    """The result of the checks: an action with its reason, or the number of kept errors."""

    action: str
    problem: str
    status: int
    kept: int = 0


def read_answers(reader: OptionReader, kind: str) -> Answers:
    """Reads `ANSWER_OPTIONS`; `kind` is the format."""
    fields = reader.names("errorField")
    by_name = [name.lower() for name in fields] != ["none"]
    if by_name:
        for name in fields:
            require_selector(reader, "errorField", name)
        if fields and kind in ("csv", "text"):
            raise reader.fail("errorField", f"needs a JSON body; responseFormat is {kind}.")
    keep = reader.choice("partialErrors", FAIL, (FAIL, "keep")) == "keep"
    if keep and kind != "json":
        raise reader.fail("partialErrors", f"keep needs a JSON body; responseFormat is {kind}.")
    limit = reader.number("maxPendingWait", 300, 0, 86_400)
    conditions = tuple(_read_conditions(reader, kind))
    return Answers(
        error_fields=tuple(fields) if by_name else (),
        by_name=by_name,
        on_body=conditions,
        keep_partial=keep,
        pending=Patience(limit),
    )


def _read_conditions(reader: OptionReader, kind: str) -> list[Condition]:
    text = reader.text("onBody").strip()
    pairs: list[tuple[str, Any]] = []
    if text.startswith("{"):
        given = reader.json_value("onBody", dict, "a JSON object of conditions and actions")
        pairs = list(given.items())
    else:
        for item in _ITEM.findall(text):
            condition, _, action = item.rpartition("=")
            if item.strip():
                pairs.append((condition, action))
    return [_condition(reader, kind, *pair) for pair in pairs]


def _condition(reader: OptionReader, kind: str, text: str, action: Any) -> Condition:
    what, done = text.strip(), str(action).strip().lower()
    if not what or done not in _ACTIONS:
        raise reader.fail(
            "onBody",
            "must be a list such as Information=retry, status=queued=retry, 'rate limit'=fail, "
            f"with the actions fail, retry and skip, got {shown(f'{text}={action}')}.",
        )
    if len(what) > 2 and what[0] == what[-1] and what[0] in "'\"":
        return Condition(what[1:-1], "", None, done)
    if kind in ("csv", "text"):
        raise reader.fail(
            "onBody",
            f"{shown(what)} is a field, but responseFormat={kind} has no fields; "
            "put a text in quotes.",
        )
    path, sign, value = what.partition("=")
    require_selector(reader, "onBody", path.strip())
    return Condition("", path.strip(), value.strip() if sign else None, done)


def judge(answers: Answers, form: Format, reply: Reply, found: Document | str) -> Verdict | None:
    """The verdict on an answer; None for an answer that is only data."""
    documents = _documents(form, reply, found)
    for document in documents:
        for condition in answers.on_body:
            if condition.holds(document, lambda: _text(form, reply, found)):
                said = words_of(document) if says_something(document) else _beginning(str(found))
                action = condition.action
                return Verdict(action, f"the body is what onBody calls {action}: {said}", 0)
        for path in answers.error_fields:
            value = lookup(document, path)
            if value is not MISSING and says_something(value):
                problem = f"the body has an error in {path!r} (errorField): {words_of(value)}"
                return Verdict(FAIL, problem, _status_of(document))
        verdict = _by_name(answers, form, reply, document) if answers.by_name else None
        if verdict:
            return verdict
    return None


def _by_name(answers: Answers, form: Format, reply: Reply, document: Json) -> Verdict | None:
    if form.kind == "csv" and says_something(document):
        return _is_error(Said(words_of(document), 0), "; responseFormat is csv, and it is JSON")
    place = None if form.kind == "text" else _records_place(form, document)
    # A body that is an object of records by key, or of arrays, may be an error all the same.
    shaped = place == "$" and form.shape != "records"
    if (place == "$" and not shaped) or (place is not None and form.kind != "json"):
        return None
    if place is None or shaped:
        said = whole_error(document)
        if said is None and _PROBLEM in reply.headers.get("content-type", "").lower():
            said = Said(words_of(document), _status_of(document))
        if said is not None:
            advice = "; set dataField=$ if it is a record"
            if form.kind == "text" or shaped:
                advice = "; set errorField=none if it is data"
            elif form.data_field_given:
                advice = f"; it has no field {form.data_field!r} (dataField)"
            return _is_error(said, advice)
        if form.kind != "json" or not is_graphql(document):
            return None
        place = "data"
    said = envelope_error(document, place)
    if said is not None:
        return _is_error(said, "; set errorField=none to read its records all the same")
    partial = partial_errors(document, place)
    if partial is None:
        return None
    if answers.keep_partial:
        return Verdict("", "", 0, partial[1])
    problem = f"the answer has both records and errors: {partial[0].words}"
    return Verdict(
        FAIL, f"{problem}; set partialErrors=keep to read the records", partial[0].status
    )


def _is_error(said: Said, advice: str) -> Verdict:
    return Verdict(FAIL, f"the body is an error: {said.words}{advice}", said.status)


def _status_of(document: Json) -> int:
    said = whole_error(document)
    return said.status if said else 0


def _records_place(form: Format, document: Json) -> str | None:
    """The field of the body that contains the records; `$` for the body itself, or None."""
    fields = as_object(document)
    if fields is None:
        return "$" if as_array(document) is not None and len(as_array(document) or ()) > 1 else None
    path = form.data_field
    if not form.data_field_given:
        return path if as_array(fields.get(path)) is not None else None
    if path in fields:
        return path
    steps = parse_selector(path)
    first: Step = steps[0] if steps else None
    if first is None:
        return "$"
    there = str(first) in fields if is_many(path) else lookup(document, path) is not MISSING
    return str(first) if there else None


def _documents(form: Format, reply: Reply, found: Document | str) -> list[Any]:
    """The JSON to check: the document, the first and last JSON line, or JSON in another format."""
    if isinstance(found, Document):
        return [found.value]
    text = found.strip(" \t\r\n\x1e")
    if form.kind == "jsonl":
        first, last = text.partition("\n")[0], text.rpartition("\n")[2]
        return [_parsed(line) for line in dict.fromkeys((first, last))]
    return [_parsed(text) if text.startswith("{") else None]


def _parsed(text: str) -> Any:
    try:
        return parse(text.strip(" \t\r\x1e")).value
    except (ValueError, RecursionError):
        return None


def _text(form: Format, reply: Reply, found: Document | str) -> str:
    return found if isinstance(found, str) else body_text(form, reply)


def _beginning(text: str) -> str:
    return " ".join(text[:_LONGEST_WORDS].split())


def _scalar(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def not_ready(answers: Answers, reply: Reply, clock: Clock, words: str, again: bool) -> HttpError:
    """The error for a 202. It is transient; `again` says whether the request may be repeated."""
    pending = answers.pending
    waited = pending.waited(reply.url, clock)
    said = f": {words}" if words else ""
    text = f"answered 202 {reply.reason}".rstrip() + f", so its data is not ready{said}"
    asked = asked_wait(reply.headers, "", clock.time())
    left = max(pending.limit - waited, 0.0)
    # If the API names no wait, the waits double, and the last one ends at the limit.
    grown = min(max(waited, _SHORTEST_WAIT), _LONGEST_WAIT, left)
    wait = max(grown if asked is None else asked, _SHORTEST_WAIT)
    advice = f"maxPendingWait ({pending.limit:g} s)"
    if not again:
        text += "; a POST is sent again only with retryPost=true"
        pending.forget(reply.url)
    elif left <= 0:
        text += f" after {waited:.0f} s, the limit of {advice}; raise it, or set onStatus=202=data"
    elif asked is not None and wait > left:
        text += f"; it asks to wait {wait:.0f} s, and {left:.0f} s are left of {advice}"
        pending.forget(reply.url)
        left = 0.0
    return HttpError(text, reply.status, transient=True, wait=wait, left=left)
