"""The requests of one task: which rows each has, its URL, its body and its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..._errors import ContentError, HttpError, OptionError
from ..._exact_json import parse, write_ascii
from ..._json_types import Json
from ..._placeholders import fill_body, fill_url, is_placeholder, placeholders
from .json_values import Converted, RowConverter
from .keys import KeyMaker, request_key
from .sink_options import ROWS, SinkConfig


class RowsOut(NamedTuple):
    """A request with its rows. `problem` says why it can't be sent, or is empty."""

    rows: list[dict[str, Any]]
    url: str
    body: bytes
    key: str
    problem: str = ""


class RequestMaker:
    """Makes the requests of one task from its rows."""

    def __init__(self, config: SinkConfig, converter: RowConverter, keys: KeyMaker) -> None:
        self._config, self._converter, self._keys = config, converter, keys
        self._in_url = frozenset(placeholders(config.url))

    def of_rows(self, rows: Iterable[Converted]) -> Iterator[RowsOut]:
        """The requests, in the order of the rows. A row that can't be sent has one of its own."""
        kept: list[tuple[dict[str, Any], bytes]] = []
        for row, problem in rows:
            try:
                if problem:
                    raise ContentError(problem)
                key = self._keys.of_row(row)
                if self._config.form == "object":
                    yield RowsOut([row], *self._parts(row), request_key([key]))
                    continue
            except HttpError as error:
                yield RowsOut([row], "", b"", "", str(error))
                continue
            kept.append((row, key))
            if len(kept) == self._config.rows_per_request:
                yield self._of_many(kept)
                kept = []
        if kept:
            yield self._of_many(kept)

    def _parts(self, row: dict[str, Any]) -> tuple[str, bytes]:
        config = self._config
        url = fill_url(config.url, row)
        if config.body:
            return url, fill_body(config.body, row)
        if config.method == "DELETE":
            return url, b""
        # A column in the URL does not go to the body, too.
        others = {name: value for name, value in row.items() if name not in self._in_url}
        return url, write_ascii(self._converter.body(others))

    def _of_many(self, kept: list[tuple[dict[str, Any], bytes]]) -> RowsOut:
        rows, keys = [row for row, _ in kept], [key for _, key in kept]
        return RowsOut(rows, self._config.url, self._body_of(rows), request_key(keys))

    def _body_of(self, rows: list[dict[str, Any]]) -> bytes:
        sent = [self._converter.body(row) for row in rows]
        if self._config.form == "jsonl":
            return b"".join(write_ascii(row) + b"\n" for row in sent)
        if not self._config.body:
            return write_ascii(sent)
        return write_ascii(_with_rows(parse(self._config.body).value, sent))


def require_plain_texts(config: SinkConfig, schema: Any) -> None:
    """Refuses an array, a struct or a map in the URL or in a longer text of the template."""
    kinds = {field.name: field.dataType for field in schema.fields}
    template = parse(config.body).value if config.body and config.form == "object" else None
    for option, texts in (("url", [config.url]), ("body", _longer_texts(template))):
        for name in (name for text in texts for name in placeholders(text)):
            if kinds[name].typeName() in ("array", "struct", "map"):
                raise OptionError(
                    f"rest option {option!r}: the column {name!r} of type "
                    f"{kinds[name].simpleString().upper()} has no form as text. "
                    "Name one of its fields in a column of its own."
                )


def _longer_texts(node: Json) -> list[str]:
    """The texts of a template that are more than one placeholder."""
    if isinstance(node, str):
        return [] if is_placeholder(node) else [node]
    if isinstance(node, (dict, list)):
        inner = node.values() if isinstance(node, dict) else node
        return [text for item in inner for text in _longer_texts(item)]
    return []


def _with_rows(node: Json, rows: list[dict[str, Any]]) -> Json:
    """The template with the array of the rows in the place of its placeholder."""
    if isinstance(node, dict):
        return {name: _with_rows(value, rows) for name, value in node.items()}
    if isinstance(node, list):
        return [_with_rows(item, rows) for item in node]
    return rows if node == f"{{{ROWS}}}" else node
