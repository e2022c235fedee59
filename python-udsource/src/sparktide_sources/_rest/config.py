"""Reads all options of `rest` and checks them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._credentials.secrets import Secret
from .._errors import HttpError, OptionError
from .._http.broker_place import BROKER_OPTIONS
from .._http.client import HTTP_OPTIONS, HttpSettings, http_settings
from .._json_types import Json
from .._keyword_only import KeywordOnly
from .._options import OptionReader, shown
from .._placeholders import fill_body, fill_url, path_placeholders, placeholders
from .._polling.payload import max_offset_bytes
from .._polling.transient import TRANSIENT_OPTIONS
from .answer_checks import ANSWER_OPTIONS, Answers, read_answers
from .auth import AUTH_OPTIONS, AuthPlan, read_auth, with_broker
from .decode import FORMAT_OPTIONS, Format, read_format
from .error_policy import POLICY_OPTIONS, ErrorPolicy, read_policy
from .ineffective_options import require_effect, require_usable_start
from .output import OUTPUT_OPTIONS, OutputPlan, read_output
from .page_options import PAGE_OPTIONS, read_pages
from .pages import Pages
from .parent import (
    PREFIX,
    ParentOptions,
    is_of_parent,
    list_options,
    parent_fields,
    read_parent_options,
    require_own_list,
)
from .position_place import (
    FirstPosition,
    placeholder_of,
    position_names,
    read_first_position,
    require_own_name,
    sent_alone,
)
from .request_options import (
    REQUEST_OPTIONS,
    Method,
    check_url,
    read_body,
    read_cookie,
    read_headers,
)
from .stray_braces import (
    require_body_placeholders,
    require_no_placeholder,
    require_placeholders,
)
from .stream.guarantee import GUARANTEE_OPTIONS, Safety, read_safety
from .stream.offset_fields import read_offset_fields
from .stream.offset_types import OffsetScope, OffsetType
from .stream.position_format import PositionFormat, read_position_format
from .stream.windows import (
    BOUNDS,
    WINDOW_OPTIONS,
    Window,
    Windows,
    read_windows,
    uses_windows,
)

OPTIONS = (
    *REQUEST_OPTIONS,
    *AUTH_OPTIONS,
    *BROKER_OPTIONS,
    "dataField",
    *FORMAT_OPTIONS,
    *OUTPUT_OPTIONS,
    *POLICY_OPTIONS,
    *ANSWER_OPTIONS,
    *PAGE_OPTIONS,
    "maxRowsPerBatch",
    "maxBatchBytes",
    "inputData",
    "parent",
    "partitions",
    "streaming",
    "streamingInterval",
    "offsetField",
    "offsetType",
    "offsetScope",
    "initialOffset",
    "firstPosition",
    "positionFormat",
    *WINDOW_OPTIONS,
    "inclusiveOffset",
    "batchSize",
    "maxOffsetBytes",
    *GUARANTEE_OPTIONS,
    "allowConfigChange",
    "retryPost",
    *TRANSIENT_OPTIONS,
    *HTTP_OPTIONS,
)

# For modules of this package, which import from `stream` through this one only.
__all__ = ["OPTIONS", "RestConfig", "Window", "Windows", "read_config", "read_reader"]

OFFSET_TYPES: tuple[OffsetType, ...] = ("timestamp", "cursor", "incremental", "max_field")


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
    windows: Windows | None = None
    # The placeholders that stand for the position; others are fields of `inputData`.
    position_names: tuple[str, ...] = ()
    # The headers that have a placeholder of the position.
    position_headers: dict[str, str] = field(default_factory=dict[str, str])
    first_position: FirstPosition = "send"
    parent: Parent | None = None

    @property
    def has_placeholder(self) -> bool:
        """Whether the request sends the position."""
        return _sends(self.position_names, self.url, self.body, *self.position_headers.values())

    @property
    def sends_json(self) -> bool:
        """Whether the body has the position as a JSON value of its own."""
        return sent_alone(self.body, self.position_names)


@dataclass(frozen=True)
class Parent(KeywordOnly):
    """The list's request, the selector of the key, and the fields that the child's request uses."""

    request: RestConfig
    key: str
    fields: tuple[str, ...]

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the placeholders for a parent's row."""
        return {PREFIX + name: row[name] for name in self.fields}


def read_config(options: Mapping[str, str]) -> RestConfig:
    """Checks every option; raises `OptionError` before any I/O."""
    reader = OptionReader("rest", options, OPTIONS)
    url = reader.required("url", "https://api.example.com/data?since={timestamp}")
    check_url(reader, url)
    reader.boolean("streaming", False)
    windowed = uses_windows(reader)
    form, policy = read_format(reader), read_policy(reader)
    method: Method = reader.choice("method", "GET", ("GET", "POST"))
    body = read_body(reader, method)
    offset_type: OffsetType = reader.choice("offsetType", "timestamp", OFFSET_TYPES)
    offset_fields = read_offset_fields(reader, offset_type)
    offset_field = offset_fields[0]
    pages = read_pages(reader, in_cursor_stream=offset_type == "cursor")
    if offset_type == "cursor" and pages.kind != "none":
        raise reader.fail("pagination", "must be none: offsetType=cursor follows the pages itself.")
    input_data = _read_input(reader)
    of_parent = read_parent_options(reader)
    names = BOUNDS if windowed else position_names(reader, offset_field)
    require_own_name(reader, names, input_data or [])
    of_rows = (name for row in input_data or [] for name in row)
    fields = dict.fromkeys([*names, *of_rows])
    if of_parent is not None:
        fields |= {f"parent.{of_parent.key}": None}
    require_placeholders(reader, "url", url, fields)
    require_body_placeholders(reader, body, fields)
    _check_placeholders(reader, url, body, names, input_data, of_parent is not None)
    headers = read_headers(reader, fields, () if windowed else names)
    read_cookie(reader, headers.private, fields)
    first_position = read_first_position(
        reader, url=url, body=body, headers=headers.positions, names=names
    )
    ranged = windowed or _sends(names, url, body, *headers.positions.values())
    position_format = read_position_format(reader, offset_type, offset_field, ranged)
    sent = [*placeholders(url), *placeholders(body)]
    windows = read_windows(reader, sent, position_format, input_data) if windowed else None
    begins_empty = offset_type in ("cursor", "max_field") or first_position != "send"
    initial = reader.text("initialOffset", "" if begins_empty else "0")
    require_no_placeholder(reader, "initialOffset", "it", initial, fields)
    if windows is None:
        _check_start(reader, url, names, initial, input_data)
        require_usable_start(reader, offset_type, offset_field, ranged, input_data)
    first = windows.example() if windows else dict.fromkeys(names, initial)
    _check_values(reader, url, body, first, input_data)
    offset_scope: OffsetScope = reader.choice("offsetScope", "auto", ("auto", "response", "record"))
    inclusive = reader.boolean("inclusiveOffset", False)
    if pages.next_query and offset_type == "cursor" and ranged:
        raise reader.fail(
            "nextLink",
            "query is for cursors that are links, but the request sends the cursor in a "
            "placeholder; remove one of them.",
        )
    settings = _settings(reader, policy)
    config = RestConfig(
        url=url,
        method=method,
        body=body,
        headers=headers.plain,
        private_headers=headers.private,
        auth=read_auth(reader, settings.broker),
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
        safety=read_safety(reader, offset_type, offset_scope, inclusive, ranged, windowed),
        allow_config_change=reader.boolean("allowConfigChange", False),
        settings=settings,
        answers=read_answers(reader, form.kind),
        position_format=position_format,
        offset_fields=offset_fields,
        windows=windows,
        position_names=names,
        position_headers=headers.positions,
        first_position=first_position,
    )
    require_effect(reader)
    if of_parent is None:
        return config
    return replace(config, parent=_read_parent(reader, of_parent, config))


def _read_parent(reader: OptionReader, options: ParentOptions, child: RestConfig) -> Parent:
    texts = (child.url, child.body)
    fields = parent_fields(reader, options.key, texts, child.offset_field)
    try:
        request = read_config(list_options(reader, options.given))
    except OptionError as error:
        raise OptionError(f"rest option 'parent': {str(error).removeprefix('rest ')}") from None
    require_own_list(reader, child.url, request.url, request.body)
    # One rate limit and one token for both. Headers with the position are for the child alone.
    request = replace(
        request,
        auth=child.auth,
        settings=child.settings,
        headers=child.headers,
        private_headers=child.private_headers,
    )
    return Parent(request=request, key=options.key, fields=fields)


def _sends(names: Collection[str], *texts: str) -> bool:
    return any(set(placeholders(text)) & set(names) for text in texts)


def _settings(reader: OptionReader, policy: ErrorPolicy) -> HttpSettings:
    retry_post = reader.boolean("retryPost", False)
    settings = http_settings(reader, connect_ms=1000, read_ms=5000, retry_post=retry_post)
    settings = replace(settings, retry=replace(settings.retry, named=policy.retried))
    return with_broker(reader, settings)


def read_reader(options: Mapping[str, str]) -> OptionReader:
    """The option reader, for groups of options that other modules read."""
    return OptionReader("rest", options, OPTIONS)


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
    names: tuple[str, ...],
    input_data: list[dict[str, Any]] | None,
    has_parent: bool,
) -> None:
    for option, text in (("url", url), ("body", body)):
        for name in placeholders(text):
            if name in names or (has_parent and is_of_parent(name)):
                continue
            braces = f" For literal braces write {{{{{name}}}}}." if option == "body" else ""
            if input_data is None:
                raise reader.fail(option, _not_sent(name, names) + braces)
            for index, row in enumerate(input_data):
                if name not in row:
                    raise reader.fail(
                        option,
                        f"has the placeholder {{{name}}}; inputData item {index} has no such field "
                        f"({shown(', '.join(row))}).{braces}",
                    )


def _not_sent(name: str, positions: tuple[str, ...]) -> str:
    if positions == BOUNDS:
        return (
            f"has the placeholder {{{name}}}, but windowStep sends only {{start}} and {{end}}: "
            "write one of them."
        )
    offset_field, *_ = positions
    text = (
        f"has the placeholder {{{name}}}, but offsetField is {offset_field!r}: write "
        f"{placeholder_of(offset_field)} or set offsetField={name}."
    )
    return text + (" For windows of time set windowStep." if name in BOUNDS else "")


def _check_start(
    reader: OptionReader,
    url: str,
    names: tuple[str, ...],
    initial: str,
    input_data: list[dict[str, Any]] | None,
) -> None:
    offset_field = names[0]
    begins = [initial] if input_data is None else []
    begins += [initial for row in input_data or [] if offset_field not in row][:1]
    in_path = [name for name in names if name in path_placeholders(url)]
    if in_path and "" in begins:
        raise reader.fail(
            "initialOffset",
            f"is empty, and {{{in_path[0]}}} is in the path of the url: set it, or move the "
            "placeholder to the query.",
        )


def _check_values(
    reader: OptionReader,
    url: str,
    body: str,
    first: dict[str, Any],
    input_data: list[dict[str, Any]] | None,
) -> None:
    """Refuses rows of inputData without a value for a placeholder. `first` has the positions."""
    used = [*placeholders(url), *placeholders(body)]
    offset_field = next(iter(first))
    for index, row in enumerate(input_data or []):
        # Only missing values, null, empty texts and dots can be wrong.
        if all(str(row.get(name) or "").strip(".") for name in used):
            continue
        values = {**first, **row}
        if first.keys() != set(BOUNDS):
            values.update(dict.fromkeys(first, values[offset_field]))
        try:
            fill_url(url, values)
            fill_body(body, values)
        except HttpError as error:
            raise reader.fail("inputData", f"item {index}: {error}.") from None
