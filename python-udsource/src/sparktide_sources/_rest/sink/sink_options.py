"""Reads all options of a write with `rest` and checks them together."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ..._credentials.secrets import Secret
from ..._http.broker_place import BROKER_OPTIONS
from ..._http.client import HTTP_OPTIONS, HttpSettings, http_settings
from ..._keyword_only import KeywordOnly
from ..._options import OptionReader, shown
from ..._placeholders import placeholders
from ..answer_checks import Answers, read_answers
from ..auth import AUTH_OPTIONS, AuthPlan, read_auth, with_broker
from ..error_policy import DATA, DEAD_LETTER, SKIP, ErrorPolicy, read_policy
from ..request_options import REQUEST_OPTIONS, check_url, read_cookie, read_headers
from ..stray_braces import require_body_placeholders, require_placeholders

# The options that only a write has.
WRITE_OPTIONS = (
    "requestFormat",
    "rowsPerRequest",
    "concurrentRequests",
    "nullFields",
    "idempotencyHeader",
    "keyColumns",
    "writeId",
    "deadLetterPath",
)
SINK_OPTIONS = (
    *REQUEST_OPTIONS,
    *WRITE_OPTIONS,
    "onError",
    "onStatus",
    "errorField",
    "onBody",
    *AUTH_OPTIONS,
    *BROKER_OPTIONS,
    *HTTP_OPTIONS,
)

Method = Literal["POST", "PUT", "PATCH", "DELETE"]
Format = Literal["object", "array", "jsonl"]

# Spark passes these options of a stream's query to its sink.
OPTIONS_OF_QUERY = ("checkpointLocation", "queryName")

# Stands for all rows of a request in the `body` of requestFormat=array.
ROWS = "rows"
NO_KEY = "none"
_METHODS: tuple[Method, ...] = ("POST", "PUT", "PATCH", "DELETE")
_FORMATS: tuple[Format, ...] = ("object", "array", "jsonl")
_WRITE_ID = re.compile(r"[A-Za-z0-9._\-]{1,100}")
_HEADER = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True)
class SinkConfig(KeywordOnly):
    """All options of a write, typed."""

    url: str
    method: Method
    body: str
    form: Format
    rows_per_request: int
    concurrency: int
    omit_nulls: bool
    headers: dict[str, str]
    private_headers: dict[str, Secret]
    auth: AuthPlan
    # Empty: no header.
    key_header: str
    key_columns: tuple[str, ...]
    write_id: str
    policy: ErrorPolicy
    answers: Answers
    # Empty: no rows become dead letters.
    dead_letter_path: str
    settings: HttpSettings


def read_sink_config(options: Mapping[str, str], columns: tuple[str, ...] | None) -> SinkConfig:
    """Checks every option; raises `OptionError` before any I/O. `columns` is None if unknown."""
    of_query = {name.lower() for name in OPTIONS_OF_QUERY}
    given = {name: value for name, value in options.items() if name.lower() not in of_query}
    reader = OptionReader("rest", given, SINK_OPTIONS)
    url = reader.required("url", "https://api.example.com/users/{id}")
    check_url(reader, url)
    method: Method = reader.choice("method", "POST", _METHODS)
    form: Format = reader.choice("requestFormat", "object", _FORMATS)
    body = _read_body(reader, form)
    _check_columns(reader, url, body, form, columns)
    policy = _read_policy(reader)
    headers = read_headers(reader, columns or (), ())
    read_cookie(reader, headers.private, columns or ())
    settings = _settings(reader, policy)
    config = SinkConfig(
        url=url,
        method=method,
        body=body,
        form=form,
        rows_per_request=_read_rows(reader, form),
        concurrency=reader.integer("concurrentRequests", 1, 1, 64),
        omit_nulls=reader.choice("nullFields", "keep", ("keep", "omit")) == "omit",
        headers=headers.plain,
        private_headers=headers.private,
        auth=read_auth(reader, settings.broker),
        key_header=_read_key_header(reader, {*headers.plain, *headers.private}),
        key_columns=_read_key_columns(reader, columns),
        write_id=_read_write_id(reader),
        policy=policy,
        answers=read_answers(reader, "json"),
        dead_letter_path=_read_dead_letter_path(reader, policy),
        settings=settings,
    )
    if config.omit_nulls and config.body and form == "object":
        raise reader.fail(
            "nullFields",
            "omit is not used by a body with a template, which sends what it names; remove one.",
        )
    return config


def _settings(reader: OptionReader, policy: ErrorPolicy) -> HttpSettings:
    # Spark repeats a whole task after a failure, so a write must bear repeated requests anyway.
    # The timeouts are longer than those of a read: after one, a row may arrive twice.
    settings = http_settings(reader, retry_post=True)
    settings = replace(settings, retry=replace(settings.retry, named=policy.retried))
    return with_broker(reader, settings)


def _read_rows(reader: OptionReader, form: Format) -> int:
    rows = reader.integer("rowsPerRequest", 1 if form == "object" else 100, 1, 100_000)
    if form == "object" and rows > 1:
        raise reader.fail(
            "rowsPerRequest", "needs requestFormat=array or jsonl: an object holds one row."
        )
    return rows


def _read_body(reader: OptionReader, form: Format) -> str:
    body = reader.text("body").strip()
    if not body:
        return ""
    if form == "jsonl":
        raise reader.fail(
            "body", "is not used by requestFormat=jsonl, which sends each row as a line; remove it."
        )
    reader.json_value("body", object, "JSON text")
    return body


def _check_columns(
    reader: OptionReader, url: str, body: str, form: Format, columns: tuple[str, ...] | None
) -> None:
    """Checks the placeholders of `url` and `body` against the columns."""
    if form != "object" and placeholders(url):
        name = placeholders(url)[0]
        raise reader.fail(
            "url", f"has {{{name}}}, but a request of requestFormat={form} has many rows."
        )
    if form == "array" and body:
        if placeholders(body) != [ROWS] or f'"{{{ROWS}}}"' not in body:
            raise reader.fail(
                "body",
                f'must have the text "{{{ROWS}}}" where the array of the rows goes, and no other '
                "placeholder: give the rows their form with select(…).",
            )
        return
    require_placeholders(reader, "url", url, columns or (), of="of a column")
    require_body_placeholders(reader, body, columns or (), of="of a column")
    if columns is None:
        return
    for option, text in (("url", url), ("body", body)):
        for name in placeholders(text):
            if name not in columns:
                braces = f" For literal braces write {{{{{name}}}}}." if option == "body" else ""
                raise reader.fail(
                    option,
                    f"has the placeholder {{{name}}}, and the rows have no such column; they have "
                    f"{', '.join(columns)}.{braces}",
                )


def _read_policy(reader: OptionReader) -> ErrorPolicy:
    policy = read_policy(reader)
    if policy.on_error == SKIP:
        raise reader.fail(
            "onError",
            "skip is for reading: a write may not lose rows. Set deadLetter and deadLetterPath, or "
            "onStatus=404=skip for a status that means that the API has the row already.",
        )
    if DATA in [action for _, action in policy.statuses]:
        raise reader.fail("onStatus", "data is for reading; a write accepts 200 to 299.")
    return policy


def _read_dead_letter_path(reader: OptionReader, policy: ErrorPolicy) -> str:
    path = reader.text("deadLetterPath").strip()
    wanted = DEAD_LETTER in (policy.on_error, *(action for _, action in policy.statuses))
    if wanted and not path:
        raise reader.fail("deadLetterPath", "is required for deadLetter: a folder on the driver.")
    if path and not wanted:
        raise reader.fail(
            "deadLetterPath", "is not used without onError=deadLetter or onStatus=422=deadLetter."
        )
    if path and not os.path.isabs(path):
        raise reader.fail("deadLetterPath", f"must be an absolute path, got {shown(path)}.")
    return path


def _read_key_header(reader: OptionReader, headers: set[str]) -> str:
    name = reader.text("idempotencyHeader", "Idempotency-Key").strip()
    if name.lower() == NO_KEY:
        for other in ("keyColumns", "writeId"):
            if reader.has(other):
                raise reader.fail(other, "is not used by idempotencyHeader=none; remove one.")
        return ""
    if not _HEADER.fullmatch(name):
        raise reader.fail("idempotencyHeader", f"is not the name of a header: {shown(name)}.")
    if name.lower() in {header.lower() for header in headers}:
        raise reader.fail(
            "headers", f"has {name!r}, which idempotencyHeader sets for each request."
        )
    return name


def _read_key_columns(reader: OptionReader, columns: tuple[str, ...] | None) -> tuple[str, ...]:
    names = tuple(reader.names("keyColumns"))
    if reader.has("keyColumns") and not names:
        raise reader.fail("keyColumns", "names no column.")
    for name in names:
        if columns is not None and name not in columns:
            raise reader.fail(
                "keyColumns", f"has {name!r}; the rows have the columns {', '.join(columns)}."
            )
    return names


def _read_write_id(reader: OptionReader) -> str:
    name = reader.text("writeId").strip()
    if reader.has("writeId") and not _WRITE_ID.fullmatch(name):
        raise reader.fail(
            "writeId", f"must be 1 to 100 letters, digits, '.', '_' or '-', got {shown(name)}."
        )
    return name
