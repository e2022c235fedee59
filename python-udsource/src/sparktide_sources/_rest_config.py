"""The options of `rest`, read and checked as a whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ._egress import split_url
from ._errors import EgressError
from ._http import HTTP_OPTIONS, HttpSettings, http_settings
from ._options import OptionReader, Secret, shown
from ._payload import max_offset_bytes
from ._redact import is_benign_header, redact_url
from ._rest_auth import AUTH_OPTIONS, AuthPlan, read_auth
from ._transient import TRANSIENT_OPTIONS

OPTIONS = (
    "url",
    "method",
    "body",
    "headers",
    *AUTH_OPTIONS,
    "dataField",
    "outputType",
    "pagination",
    "nextField",
    "pageParam",
    "pageStart",
    "pageSize",
    "pageSizeParam",
    "maxPages",
    "inputData",
    "partitions",
    "streaming",
    "streamingInterval",
    "offsetField",
    "offsetType",
    "offsetScope",
    "initialOffset",
    "inclusiveOffset",
    "batchSize",
    "maxOffsetBytes",
    "onReplayMismatch",
    "allowConfigChange",
    "retryPost",
    *TRANSIENT_OPTIONS,
    *HTTP_OPTIONS,
)

OFFSET_TYPES = ("timestamp", "cursor", "incremental", "max_field")
PAGINATIONS = ("none", "link", "json", "cursor", "page", "offset")

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.\-]*)\}")
_PLANNED_OUTPUTS = ("struct", "columns", "variant")


@dataclass(frozen=True)
class Pages:
    """How one poll or call goes on to further pages."""

    kind: str
    next_field: str
    param: str
    start: int
    size: int
    size_param: str
    max_pages: int


@dataclass(frozen=True)
class RestConfig:
    """All options of `rest`, typed."""

    url: str
    method: str
    body: str
    headers: dict[str, str]
    private_headers: dict[str, Secret]
    auth: AuthPlan
    data_field: str
    data_field_given: bool
    pages: Pages
    input_data: list[dict[str, Any]] | None
    partitions: int
    interval: float
    offset_field: str
    offset_type: str
    offset_scope: str
    initial: str
    inclusive: bool
    batch_size: int
    max_offset_bytes: int
    replay_mismatch_fails: bool
    allow_config_change: bool
    settings: HttpSettings

    @property
    def has_placeholder(self) -> bool:
        return bool(placeholders(self.url) or placeholders(self.body))

    def fingerprint(self) -> str:
        """Changes with whatever gives an offset its meaning; holds no secret."""
        parts = [
            redact_url(self.url),
            self.method,
            self.body,
            self.data_field,
            self.offset_field,
            self.offset_type,
        ]
        return hashlib.sha256(json.dumps(parts).encode("utf-8")).hexdigest()[:16]


def placeholders(text: str) -> list[str]:
    """The names in braces, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def read_config(options: Mapping[str, str]) -> RestConfig:
    """Checks every option; raises `OptionError` before any I/O."""
    reader = OptionReader("rest", options, OPTIONS)
    url = reader.required("url", "https://api.example.com/data?since={timestamp}")
    _check_url(reader, url)
    reader.boolean("streaming", False)
    _check_output(reader)
    method = reader.choice("method", "GET", ("GET", "POST"))
    body = _read_body(reader, method)
    offset_type = reader.choice("offsetType", "timestamp", OFFSET_TYPES)
    offset_field = reader.text("offsetField", "timestamp").strip()
    if not offset_field:
        raise reader.fail("offsetField", "may not be empty.")
    pages = _read_pages(reader)
    if offset_type == "cursor" and pages.kind != "none":
        raise reader.fail("pagination", "offsetType=cursor follows the pages already.")
    input_data = _read_input(reader)
    _check_placeholders(reader, url, body, offset_field, input_data)
    open_headers, private_headers = _read_headers(reader)
    retry_post = reader.boolean("retryPost", False)
    return RestConfig(
        url,
        method,
        body,
        open_headers,
        private_headers,
        read_auth(reader),
        reader.text("dataField", "data").strip(),
        reader.has("dataField"),
        pages,
        input_data,
        reader.integer("partitions", 2, 1, 10_000),
        reader.number("streamingInterval", 10, 0, 31_536_000),
        offset_field,
        offset_type,
        reader.choice("offsetScope", "auto", ("auto", "response", "record")),
        reader.text("initialOffset", "" if offset_type in ("cursor", "max_field") else "0"),
        reader.boolean("inclusiveOffset", False),
        reader.integer("batchSize", 1000, 1, 1_000_000),
        max_offset_bytes(reader),
        reader.choice("onReplayMismatch", "fail", ("fail", "warn")) == "fail",
        reader.boolean("allowConfigChange", False),
        http_settings(reader, connect_ms=1000, read_ms=5000, retry_post=retry_post),
    )


def read_reader(options: Mapping[str, str]) -> OptionReader:
    """The option reader itself, for the groups that are read elsewhere."""
    return OptionReader("rest", options, OPTIONS)


def _check_url(reader: OptionReader, url: str) -> None:
    try:
        parts = split_url(_PLACEHOLDER.sub("x", url))
    except EgressError as error:
        raise reader.fail("url", str(error)) from None
    if "{" in url.partition("//")[2].partition("/")[0]:
        raise reader.fail("url", "the host may not be a placeholder.")
    if parts.fragment:
        raise reader.fail("url", "may not have a fragment.")


def _check_output(reader: OptionReader) -> None:
    kind = reader.text("outputType", "json").strip().lower()
    if kind in _PLANNED_OUTPUTS:
        raise reader.fail(
            "outputType",
            f"{kind} is not offered by this version; use json and from_json(output, schema).",
        )
    reader.choice("outputType", "json", ("json",))


def _read_body(reader: OptionReader, method: str) -> str:
    body = reader.text("body").strip()
    if not body:
        return ""
    if method != "POST":
        raise reader.fail("body", "needs method=POST.")
    reader.json_value("body", object, "JSON text")
    return body


def _read_headers(reader: OptionReader) -> tuple[dict[str, str], dict[str, Secret]]:
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
        if name.lower() == "authorization" and reader.text("authType", "None").lower() != "none":
            raise reader.fail("headers", "has Authorization beside authType; use one of them.")
        if is_benign_header(name):
            open_headers[name] = str(value)
        else:
            private[name] = Secret("headers", str(value))
    return open_headers, private


def _read_pages(reader: OptionReader) -> Pages:
    kind = reader.choice("pagination", "none", PAGINATIONS)
    next_default = {"json": "next", "cursor": "next_cursor"}.get(kind, "")
    param_default = {"page": "page", "offset": "offset", "cursor": "cursor"}.get(kind, "")
    for name, used in (
        ("nextField", bool(next_default)),
        ("pageParam", bool(param_default)),
        ("pageStart", kind in ("page", "offset")),
    ):
        if reader.has(name) and not used:
            raise reader.fail(name, f"is not used by pagination={kind}.")
    size_default = "limit" if kind == "offset" else "per_page"
    return Pages(
        kind,
        reader.text("nextField", next_default).strip(),
        reader.text("pageParam", param_default).strip(),
        reader.integer("pageStart", 0 if kind == "offset" else 1, 0, 1_000_000_000),
        reader.integer("pageSize", 0, 0, 1_000_000),
        reader.text("pageSizeParam", size_default).strip(),
        reader.integer("maxPages", 100, 1, 1_000_000),
    )


def _read_input(reader: OptionReader) -> list[dict[str, Any]] | None:
    if not reader.has("inputData"):
        return None
    rows = reader.json_value("inputData", list, "a JSON array of objects")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise reader.fail("inputData", f"item {index} is not an object.")
        for name, value in row.items():
            if reader.text("method", "GET").strip().upper() == "GET" and not isinstance(
                value, (str, int, float, bool, type(None))
            ):
                raise reader.fail("inputData", f"item {index}: {name!r} is not a simple value.")
    return list(rows)


def _check_placeholders(
    reader: OptionReader,
    url: str,
    body: str,
    offset_field: str,
    input_data: list[dict[str, Any]] | None,
) -> None:
    for name in [*placeholders(url), *placeholders(body)]:
        if name == offset_field:
            continue
        if input_data is None:
            raise reader.fail(
                "url",
                f"has the placeholder {{{name}}}, but offsetField is {offset_field!r}: write "
                f"{{{offset_field}}} or set offsetField={name}.",
            )
        for index, row in enumerate(input_data):
            if name not in row:
                raise reader.fail(
                    "url",
                    f"has the placeholder {{{name}}}; inputData item {index} has no such field "
                    f"({shown(', '.join(row))}).",
                )
