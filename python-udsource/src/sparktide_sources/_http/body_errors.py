"""Errors that APIs report in the body of an answer whose status says success.

A record can have such fields, too: a failed job has an `error` and a `message`. So a body is an
error only if it holds nothing else, or if its records are in another field:

- `whole_error`: every field belongs to an error (`error`, `message`, `code`, `timestamp` …) or is
  empty, and one of them reports a failure. `{"Information": "25 requests per day"}` and
  `{"ok": false, "error": "ratelimited"}` are errors, `{"id": 1, "error": "disk full"}` is not.
- `envelope_error`: an object reports a failure for the records inside it: `success` is false,
  `status` is `error`, or `status.error_code` is not 0.
- `partial_errors`: a field next to the records holds errors, such as GraphQL's `errors`.

Names are compared without case and punctuation: `Error Message` is `errormessage`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from .._errors import HttpError
from .._json_types import Json, as_array, as_object
from .api_message import api_words
from .retry import is_transient
from .waits import asked_wait
from .wire import Reply

_LONGEST_WORDS = 2048
_LONGEST_JSON = 200

# Any non-empty value of these fields reports a failure.
_ERRORS = frozenset({"error", "errors", "err", "fault", "faults", "exception"})
_ERROR_DETAILS = frozenset(
    {
        *("errorcode", "errorcodes", "errorid", "errortype", "errorname", "errcode", "faultcode"),
        *("errormessage", "errormessages", "errormsg", "errmsg", "faultstring"),
        *("errordescription", "errordetail", "errordetails", "errorinfo", "errorreason"),
        "exceptionmessage",
    }
)
_FLAGS = frozenset({"ok", "success", "successful", "succeeded", "issuccess", "response"})
_STATES = frozenset({"status", "result", "state"})
_FAILED = frozenset({"error", "err", "fail", "failed", "failure", "nok", "notok"})
_FINE = frozenset({"ok", "okay", "success", "succeeded", "true", "1", "200", "up"})
# A body with only these fields is a message without data.
_SAYINGS = frozenset({"message", "messages", "msg", "detail", "information", "info", "note"})
_EXPLANATIONS = frozenset(
    {"details", "reason", "description", "title", "hint", "help", "cause", "explanation"}
)
_CODES = frozenset({"code", "cod", "status", "statuscode", "httpstatus", "httpcode"})
_SURROUNDINGS = frozenset(
    {
        *("type", "instance", "path", "method", "timestamp", "time", "version", "apiversion"),
        *("requestid", "traceid", "correlationid", "documentationurl", "documentation", "docs"),
        *("docurl", "url", "uri", "link", "links", "moreinfo", "meta", "jsonapi", "extensions"),
        *("termsofuse", "parameters", "fields"),
    }
)
_KNOWN = frozenset[str]().union(
    *(_ERRORS, _ERROR_DETAILS, _FLAGS, _STATES, _SAYINGS, _EXPLANATIONS, _CODES, _SURROUNDINGS)
)
_GRAPHQL = frozenset({"data", "errors", "extensions"})
_NO_ERROR = frozenset({"", "0", "00000", "none", "null", "false", "no error", "ok", "success"})
# Texts of transient errors, for bodies that name no status.
_PASSING = re.compile(r"too many|rate limit|limit exceeded|overloaded|throttl|try again", re.I)
_MARKS = re.compile(r"[\W_]+")


class Said(NamedTuple):
    """An API's error message, and the HTTP status that the body names, or 0."""

    words: str
    status: int


def says_something(value: Json) -> bool:
    """Whether a value is not null, false, zero or empty."""
    return value not in (None, False, 0, "", [], {})


def words_of(document: Json) -> str:
    """The message in a body, or the beginning of the body as JSON."""
    found = api_words(document) or _first_words(document)
    if not found:
        found = json.dumps(document, ensure_ascii=False)
        found = found if len(found) <= _LONGEST_JSON else found[:_LONGEST_JSON] + "…"
    return " ".join(found.split())[:_LONGEST_WORDS].removesuffix(".")


def whole_error(document: Json) -> Said | None:
    """The error of a body that is only an error; None for any other body."""
    several = as_array(document)
    if several is not None:
        # The form that Salesforce uses: [{"message": …, "errorCode": …}].
        names = _names(several[0]) if len(several) == 1 else {}
        alone = {"message", "errorcode"} <= set(names) <= {"message", "errorcode", "fields"}
        return Said(words_of(several[0]), body_status(several[0])) if alone else None
    names = _names(document)
    if not names:
        return None
    others = [name for name, value in names.items() if says_something(value) and name not in _KNOWN]
    if others and not _is_marked_twice(names):
        return None
    if not _says_failure(names) and not _only_says(names):
        return None
    return Said(words_of(document), body_status(document))


def failure_of_write(document: Json, columns: Collection[str]) -> Said | None:
    """The failure that the answer to a write reports, or None.

    Fields with the name of a column are left out: they repeat the row. A mere message is no
    failure, since an API may answer `{"message": "created"}`.
    """
    if as_array(document) is not None:
        return whole_error(document)
    echoed = {_plain(name) for name in columns}
    fields = as_object(document) or {}
    own = {name: value for name, value in fields.items() if _plain(name) not in echoed}
    names = _names(own)
    if _says_failure(names) and whole_error(own) is not None:
        return Said(words_of(own), body_status(own))
    if _flag_is(names, False) or _is_error("errors", names.get("errors")):
        return Said(words_of(own), body_status(own))
    return None


def require_no_error(document: Json, reply: Reply, now: float, but: Collection[str] = ()) -> None:
    """Raises if a body is an error, transient if another try may help; `but` names data fields."""
    fields = as_object(document)
    rest: Json = document
    if fields is not None:
        rest = {name: value for name, value in fields.items() if name not in but}
    said = whole_error(rest)
    if said is None:
        return
    wait = asked_wait(reply.headers, said.words, now)
    passing = is_transient(said.status, reply.headers) or wait is not None
    code = f" ({said.status})" if said.status else ""
    raise HttpError(
        f"answered {reply.status} with an error{code}: {said.words}",
        said.status or reply.status,
        passing or bool(_PASSING.search(said.words)),
        wait,
    )


def envelope_error(document: Json, records_at: str) -> Said | None:
    """The failure that an object reports for its records in the field `records_at`, or None."""
    names = _names(document, records_at)
    failed = _flag_is(names, False) or _state_in(names, _FAILED) or _status_code(names)
    return Said(words_of(_without(document, records_at)), body_status(document)) if failed else None


def partial_errors(document: Json, records_at: str) -> tuple[Said, int] | None:
    """The errors next to the records in the field `records_at`, and their number, or None."""
    fields = _without(document, records_at)
    for name, value in fields.items():
        if _plain(name) in _ERRORS | _ERROR_DETAILS and _is_error(_plain(name), value):
            found = as_array(value)
            count = 1 if found is None else len(found)
            return Said(words_of({name: value}), body_status(document)), count
    return None


def is_graphql(document: Json) -> bool:
    """Whether a body is a GraphQL answer with errors."""
    fields = as_object(document) or {}
    return {"data", "errors"} <= set(fields) <= _GRAPHQL


def body_status(document: Json) -> int:
    """The HTTP status of an error that a body names, or 0."""
    fields = as_object(document) or {}
    places: list[Json] = [fields, *(fields.get(name) for name in ("error", "status", "errors"))]
    for place in places:
        first: Json = (as_array(place) or [place])[0]
        for name, value in (as_object(first) or {}).items():
            if _plain(name) in _CODES or _plain(name) in ("errorcode", "errcode"):
                text = str(value)
                if len(text) == 3 and text.isascii() and text.isdigit() and text[0] in "45":
                    return int(text)
    return 0


def _plain(name: str) -> str:
    return _MARKS.sub("", name).lower()


def _without(document: Json, name: str) -> dict[str, Any]:
    return {key: value for key, value in (as_object(document) or {}).items() if key != name}


def _names(document: Json, but: str = "") -> dict[str, Json]:
    return {_plain(name): value for name, value in _without(document, but).items()}


def _is_error(name: str, value: Json) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in _NO_ERROR
    if name in _ERRORS and isinstance(value, (int, float)) and not isinstance(value, bool):
        # A number is a count, as in {"requests": 100, "errors": 2}.
        return False
    return says_something(value) and value != 200


def _has_error(names: dict[str, Json], among: Collection[str]) -> bool:
    return any(name in names and _is_error(name, names[name]) for name in among)


def _flag_is(names: dict[str, Json], wanted: bool) -> bool:
    texts = {
        str(names[name]).lower() for name in _FLAGS if isinstance(names.get(name), (bool, str))
    }
    return str(wanted).lower() in texts


def _state_in(names: dict[str, Json], words: Collection[str]) -> bool:
    found = (names.get(name) for name in _STATES)
    return any(isinstance(value, str) and value.strip().lower() in words for value in found)


def _status_code(names: dict[str, Json]) -> bool:
    """Whether `{"status": {"error_code": …}}` names an error, the form that CoinGecko uses."""
    return _has_error(_names(names.get("status")), _ERROR_DETAILS)


def _says_failure(names: dict[str, Json]) -> bool:
    if _has_error(names, _ERRORS | _ERROR_DETAILS) or _flag_is(names, False):
        return True
    status = names.get("status", names.get("statuscode"))
    refused = isinstance(status, int) and 400 <= status <= 599
    return refused or _state_in(names, _FAILED) or _status_code(names)


def _only_says(names: dict[str, Json]) -> bool:
    fine = _flag_is(names, True) or _state_in(names, _FINE) or names.get("status") in (True, 1, 200)
    # A field for records, even an empty one, makes the body an answer and not a mere message.
    if fine or names.keys() & {"data", "items", "results", "records", "result"}:
        return False
    return any(isinstance(names.get(name), (str, list)) and names[name] for name in _SAYINGS)


def _is_marked_twice(names: dict[str, Json]) -> bool:
    """Whether a body that also has other fields marks itself clearly as an error."""
    error = names.get("error")
    if _flag_is(names, False):
        return _has_error(names, _ERRORS | _ERROR_DETAILS)
    has_text = any(isinstance(names.get(name), str) for name in _SAYINGS | _EXPLANATIONS)
    return error is True and has_text


def _first_words(document: Json) -> str:
    fields = as_object((as_array(document) or [document])[0]) or {}
    by_name = {_plain(name): value for name, value in fields.items()}
    for name in (*sorted(_ERROR_DETAILS), *sorted(_SAYINGS | _EXPLANATIONS), *sorted(_ERRORS)):
        value = by_name.get(name)
        found = value if isinstance(value, str) else _first_words(value) if value else ""
        if found:
            return found
    return ""
