"""Reads all options of `rest` and checks them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from .._credentials.redact import is_benign_header
from .._credentials.secrets import Secret
from .._errors import EgressError, HttpError
from .._http.client import HTTP_OPTIONS, HttpSettings, http_settings
from .._http.egress import split_url
from .._json_types import Json
from .._keyword_only import KeywordOnly
from .._options import OptionReader, shown
from .._placeholders import fill_body, fill_url, path_placeholders, placeholders
from .._polling.payload import max_offset_bytes
from .._polling.transient import TRANSIENT_OPTIONS
from .answer_checks import ANSWER_OPTIONS, Answers, read_answers
from .auth import AUTH_OPTIONS, AuthPlan, read_auth
from .decode import FORMAT_OPTIONS, Format, read_format, require_selector
from .error_policy import POLICY_OPTIONS, ErrorPolicy, read_policy
from .ineffective_options import require_effect, require_usable_start
from .output import OUTPUT_OPTIONS, OutputPlan, read_output
from .page_flags import FLAG_OPTIONS, read_flags
from .page_options import Pages, Pagination
from .stray_braces import (
    require_body_placeholders,
    require_no_placeholder,
    require_placeholders,
)
from .stream.guarantee import GUARANTEE_OPTIONS, Safety, read_safety
from .stream.offset_types import OffsetScope, OffsetType
from .stream.position_format import PositionFormat, read_position_format

OPTIONS = (
    "url",
    "method",
    "body",
    "headers",
    "cookie",
    *AUTH_OPTIONS,
    "dataField",
    *FORMAT_OPTIONS,
    *OUTPUT_OPTIONS,
    *POLICY_OPTIONS,
    *ANSWER_OPTIONS,
    "pagination",
    "nextField",
    "cursorHeader",
    "nextFieldMissing",
    *FLAG_OPTIONS,
    "pageParam",
    "pageIn",
    "pageStart",
    "pageSize",
    "pageSizeParam",
    "maxPages",
    "maxRowsPerBatch",
    "maxBatchBytes",
    "inputData",
    "partitions",
    "streaming",
    "streamingInterval",
    "offsetField",
    "offsetType",
    "offsetScope",
    "initialOffset",
    "positionFormat",
    "inclusiveOffset",
    "batchSize",
    "maxOffsetBytes",
    *GUARANTEE_OPTIONS,
    "allowConfigChange",
    "retryPost",
    *TRANSIENT_OPTIONS,
    *HTTP_OPTIONS,
)

OFFSET_TYPES: tuple[OffsetType, ...] = ("timestamp", "cursor", "incremental", "max_field")
PAGINATIONS: tuple[Pagination, ...] = ("none", "link", "json", "cursor", "page", "offset", "lastId")

# Default of pageParam by pagination.
_PAGE_PARAMS = {"page": "page", "offset": "offset", "cursor": "cursor", "lastId": "after"}

_COOKIE = re.compile(r"[^\s=;,]+=[ !-:<-~]*")


Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class RestConfig(KeywordOnly):
    """All options of `rest`, typed."""

    url: str
    method: Method
    body: str
    headers: dict[str, str]
    private_headers: dict[str, Secret]
    auth: AuthPlan
    form: Format
    output: OutputPlan
    policy: ErrorPolicy
    pages: Pages
    input_data: list[dict[str, Any]] | None
    partitions: int
    interval: float
    offset_field: str
    offset_type: OffsetType
    offset_scope: OffsetScope
    initial: str
    inclusive: bool
    batch_size: int
    max_rows: int
    max_batch_bytes: int
    max_offset_bytes: int
    safety: Safety
    allow_config_change: bool
    settings: HttpSettings
    answers: Answers
    position_format: PositionFormat
    # The fields to look for a cursor in, in this order. The first is `offset_field`.
    offset_fields: tuple[str, ...] = ()

    @property
    def has_placeholder(self) -> bool:
        """Whether the request sends the position (other placeholders are fields of `inputData`)."""
        return self.offset_field in [*placeholders(self.url), *placeholders(self.body)]


def read_config(options: Mapping[str, str]) -> RestConfig:
    """Checks every option; raises `OptionError` before any I/O."""
    reader = OptionReader("rest", options, OPTIONS)
    url = reader.required("url", "https://api.example.com/data?since={timestamp}")
    _check_url(reader, url)
    reader.boolean("streaming", False)
    form, policy = read_format(reader), read_policy(reader)
    method: Method = reader.choice("method", "GET", ("GET", "POST"))
    body = _read_body(reader, method)
    offset_type: OffsetType = reader.choice("offsetType", "timestamp", OFFSET_TYPES)
    offset_fields = _read_offset_fields(reader, offset_type)
    offset_field = offset_fields[0]
    pages = _read_pages(reader, offset_type)
    if offset_type == "cursor" and pages.kind != "none":
        raise reader.fail("pagination", "must be none: offsetType=cursor follows the pages itself.")
    input_data = _read_input(reader)
    fields = {offset_field: None, **dict.fromkeys(name for row in input_data or [] for name in row)}
    require_placeholders(reader, "url", url, fields)
    require_body_placeholders(reader, body, fields)
    _check_placeholders(reader, url, body, offset_field, input_data)
    initial = reader.text("initialOffset", "" if offset_type in ("cursor", "max_field") else "0")
    require_no_placeholder(reader, "initialOffset", "it", initial, fields)
    _check_values(reader, url, body, {offset_field: initial}, input_data)
    offset_scope: OffsetScope = reader.choice("offsetScope", "auto", ("auto", "response", "record"))
    inclusive = reader.boolean("inclusiveOffset", False)
    ranged = offset_field in [*placeholders(url), *placeholders(body)]
    open_headers, private_headers = _read_headers(reader, fields)
    _read_cookie(reader, private_headers, fields)
    require_usable_start(reader, offset_type, offset_field, ranged, input_data)
    config = RestConfig(
        url=url,
        method=method,
        body=body,
        headers=open_headers,
        private_headers=private_headers,
        auth=read_auth(reader),
        form=form,
        output=read_output(reader, policy, blank_is_null=form.kind == "csv"),
        policy=policy,
        pages=pages,
        input_data=input_data,
        partitions=reader.integer("partitions", 2, 1, 10_000),
        interval=reader.number("streamingInterval", 10, 0, 31_536_000),
        offset_field=offset_field,
        offset_type=offset_type,
        offset_scope=offset_scope,
        initial=initial,
        inclusive=inclusive,
        batch_size=reader.integer("batchSize", 1000, 1, 1_000_000),
        max_rows=reader.integer("maxRowsPerBatch", 1_000_000, 1, 1_000_000_000),
        max_batch_bytes=reader.integer(
            "maxBatchBytes", 256 * 1024 * 1024, 1, 64 * 1024 * 1024 * 1024
        ),
        max_offset_bytes=max_offset_bytes(reader),
        safety=read_safety(reader, offset_type, offset_scope, inclusive, ranged),
        allow_config_change=reader.boolean("allowConfigChange", False),
        settings=_settings(reader, policy),
        answers=read_answers(reader, form.kind),
        position_format=read_position_format(reader, offset_type, offset_field, ranged),
        offset_fields=offset_fields,
    )
    require_effect(reader)
    return config


def _read_offset_fields(reader: OptionReader, offset_type: OffsetType) -> tuple[str, ...]:
    """The field of the position. A cursor may have two fields, see `offsetField`."""
    text = reader.text("offsetField", "timestamp").strip()
    if not text:
        raise reader.fail("offsetField", "may not be empty.")
    # A comma in brackets belongs to a name.
    fields = tuple(field.strip() for field in re.split(r",(?![^\[]*\])", text))
    if len(fields) > 1:
        if len(fields) > 2 or not all(fields) or fields[0] == fields[1]:
            raise reader.fail(
                "offsetField",
                f"must name one field, or two separated by a comma, got {shown(text)}.",
            )
        scope = reader.text("offsetScope", "auto").strip().lower()
        if offset_type != "cursor" or scope == "record" or reader.has("cursorHeader"):
            raise reader.fail(
                "offsetField",
                "may name two fields only with offsetType=cursor and the cursor in the response, "
                "without cursorHeader and offsetScope=record.",
            )
    for field in fields:
        require_selector(reader, "offsetField", field)
    return fields


def _settings(reader: OptionReader, policy: ErrorPolicy) -> HttpSettings:
    retry_post = reader.boolean("retryPost", False)
    settings = http_settings(reader, connect_ms=1000, read_ms=5000, retry_post=retry_post)
    return replace(settings, retry=replace(settings.retry, named=policy.retried))


def read_reader(options: Mapping[str, str]) -> OptionReader:
    """The option reader, for groups of options that other modules read."""
    return OptionReader("rest", options, OPTIONS)


def _check_url(reader: OptionReader, url: str) -> None:
    try:
        parts = split_url(fill_url(url, {}, missing="x"))
    except EgressError as error:
        raise reader.fail("url", str(error)) from None
    if "{" in url.partition("//")[2].partition("/")[0]:
        raise reader.fail("url", "the host may not be a placeholder.")
    if parts.fragment:
        raise reader.fail("url", "may not have a fragment.")


def _read_body(reader: OptionReader, method: Method) -> str:
    body = reader.text("body").strip()
    if not body:
        return ""
    if method != "POST":
        raise reader.fail("body", "needs method=POST.")
    reader.json_value("body", object, "JSON text")
    return body


def _read_headers(
    reader: OptionReader, fields: Collection[str]
) -> tuple[dict[str, str], dict[str, Secret]]:
    if not reader.text("headers").strip():
        return {}, {}
    what = "a JSON object of header names and text values"
    given = reader.json_value("headers", dict, what)
    open_headers: dict[str, str] = {}
    private: dict[str, Secret] = {}
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise reader.fail("headers", f"must be {what}; {name!r} has another value.")
        if name.lower() in ("host", "content-length", "transfer-encoding", "connection"):
            raise reader.fail("headers", f"{name!r} is set by the client itself.")
        if any(ord(char) < 32 for char in f"{name}{value}"):
            raise reader.fail("headers", f"{name!r} contains a line break or control character.")
        require_no_placeholder(reader, "headers", repr(name), str(value), fields)
        if name.lower() == "authorization" and reader.text("authType", "None").lower() != "none":
            raise reader.fail("headers", "has Authorization, and authType is set; use one of them.")
        if is_benign_header(name):
            open_headers[name] = str(value)
        else:
            private[name] = Secret("headers", str(value))
    return open_headers, private


def _read_cookie(reader: OptionReader, private: dict[str, Secret], fields: Collection[str]) -> None:
    """The `cookie` option: one or more pairs, or a reference to them."""
    text = reader.text("cookie").strip()
    if not text:
        return
    if any(name.lower() == "cookie" for name in private):
        raise reader.fail("cookie", "is set, and headers have a Cookie; use one of them.")
    require_no_placeholder(reader, "cookie", "it", text, fields)
    cookie = reader.secret("cookie")
    pairs = [pair.strip() for pair in text.split(";") if pair.strip()]
    if not cookie.is_reference and not all(_COOKIE.fullmatch(pair) for pair in pairs):
        raise reader.fail("cookie", "must be name=value; name2=value2, in printable ASCII.")
    private["Cookie"] = cookie


def _read_pages(reader: OptionReader, offset_type: OffsetType) -> Pages:
    kind: Pagination = reader.choice("pagination", "none", PAGINATIONS)
    next_default = {"json": "next", "cursor": "next_cursor", "lastId": "id"}.get(kind, "")
    param_default = _PAGE_PARAMS.get(kind, "")
    header = reader.text("cursorHeader").strip().lower()
    _check_page_options(reader, kind, offset_type, header)
    next_field = reader.text("nextField", next_default).strip()
    more_field, end_field, end_values = read_flags(reader)
    flags = (("moreField", more_field), ("endField", end_field))
    for name, field in (("nextField", next_field), *flags):
        if field:
            require_selector(reader, name, field)
    form = reader.text("responseFormat", "json").strip().lower()
    if form != "json" and (
        (next_field and kind != "lastId" and not header) or more_field or end_field
    ):
        raise reader.fail("pagination", f"{kind} needs a JSON body; responseFormat is {form}.")
    size_default = "limit" if kind == "offset" else "per_page"
    return Pages(
        kind=kind,
        next_field=next_field,
        param=reader.text("pageParam", param_default).strip(),
        start=reader.integer("pageStart", 0 if kind == "offset" else 1, 0, 1_000_000_000),
        size=reader.integer("pageSize", 0, 0, 1_000_000),
        size_param=reader.text("pageSizeParam", size_default).strip(),
        max_pages=reader.integer("maxPages", 100, 1, 1_000_000),
        header=header,
        in_body=reader.choice("pageIn", "query", ("query", "body")) == "body",
        more_field=more_field,
        end_field=end_field,
        end_values=end_values,
        missing_ends=reader.choice("nextFieldMissing", "fail", ("fail", "end")) == "end",
    )


def _check_page_options(
    reader: OptionReader, kind: Pagination, offset_type: OffsetType, header: str
) -> None:
    for name, used in (
        ("nextField", kind in ("json", "cursor", "lastId")),
        ("pageParam", kind in _PAGE_PARAMS),
        ("pageStart", kind in ("page", "offset")),
        ("moreField", kind != "none" or offset_type == "cursor"),
        ("endField", kind != "none" or offset_type == "cursor"),
        ("nextFieldMissing", kind in ("json", "cursor") or offset_type == "cursor"),
    ):
        if reader.has(name) and not used:
            raise reader.fail(name, f"is not used by pagination={kind}.")
    if header and kind != "cursor" and offset_type != "cursor":
        raise reader.fail("cursorHeader", "needs pagination=cursor or offsetType=cursor.")
    if header and reader.has("nextField"):
        raise reader.fail("cursorHeader", "can't be combined with nextField; use one of them.")
    if reader.text("pageIn").strip().lower() == "body" and (
        reader.text("method", "GET").strip().upper() != "POST"
    ):
        raise reader.fail("pageIn", "body needs method=POST.")


def _read_input(reader: OptionReader) -> list[dict[str, Any]] | None:
    if not reader.has("inputData"):
        return None
    items: list[Json] = reader.json_value("inputData", list, "a JSON array of objects")
    rows: list[dict[str, Any]] = []
    for index, row in enumerate(items):
        if not isinstance(row, dict):
            raise reader.fail("inputData", f"item {index} is not an object.")
        for name, value in row.items():
            if reader.text("method", "GET").strip().upper() == "GET" and not isinstance(
                value, (str, int, float, bool, type(None))
            ):
                raise reader.fail("inputData", f"item {index}: {name!r} is not a simple value.")
        rows.append(row)
    return rows


def _check_placeholders(
    reader: OptionReader,
    url: str,
    body: str,
    offset_field: str,
    input_data: list[dict[str, Any]] | None,
) -> None:
    for option, text in (("url", url), ("body", body)):
        for name in placeholders(text):
            if name == offset_field:
                continue
            braces = f" For literal braces write {{{{{name}}}}}." if option == "body" else ""
            if input_data is None:
                raise reader.fail(
                    option,
                    f"has the placeholder {{{name}}}, but offsetField is {offset_field!r}: write "
                    f"{{{offset_field}}} or set offsetField={name}.{braces}",
                )
            for index, row in enumerate(input_data):
                if name not in row:
                    raise reader.fail(
                        option,
                        f"has the placeholder {{{name}}}; inputData item {index} has no such field "
                        f"({shown(', '.join(row))}).{braces}",
                    )


def _check_values(
    reader: OptionReader,
    url: str,
    body: str,
    first: dict[str, str],
    input_data: list[dict[str, Any]] | None,
) -> None:
    """Refuses rows of inputData without a value for a placeholder; `first` is the position."""
    ((offset_field, initial),) = first.items()
    begins = [initial] if input_data is None else []
    begins += [initial for row in input_data or [] if offset_field not in row][:1]
    if offset_field in path_placeholders(url) and "" in begins:
        raise reader.fail(
            "initialOffset",
            f"is empty, and {{{offset_field}}} is in the path of the url: set it, or move the "
            "placeholder to the query.",
        )
    names = [*placeholders(url), *placeholders(body)]
    for index, row in enumerate(input_data or []):
        # Only missing values, null, empty texts and dots can be wrong.
        if all(str(row.get(name) or "").strip(".") for name in names):
            continue
        values = {**first, **row}
        try:
            fill_url(url, values)
            fill_body(body, values)
        except HttpError as error:
            raise reader.fail("inputData", f"item {index}: {error}.") from None
