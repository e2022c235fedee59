"""Decoders of `rest`: from the bytes of a body to records.

| `responseFormat` | records |
|---|---|
| `json` | the records that `dataField` selects in the document |
| `jsonl` | one per line; `dataField`, if set, selects records within each line |
| `csv` | one object of texts per row, with the header's names, or `_c0`, `_c1` … without a header |
| `text` | one object `{"value": line}` per line, or for the whole body with `wholeText` |

The charset is `charset`, else that of the byte order mark, else that of Content-Type, else UTF-8.
Invalid bytes are an error and are never replaced. A body that is a gzip file is decompressed,
within `maxResponseBytes`. A line or row that can't be decoded becomes a `Reject`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from .._errors import ContentError, HttpError
from .._exact_json import Document, Reject, parse
from .._http.api_message import api_words
from .._http.inflate import GZIP_MAGIC, inflate
from .._http.wire import Reply
from .._json_types import Json, as_array, as_object
from .._keyword_only import KeywordOnly
from .._options import OptionReader, shown
from .csv_rows import LINE_END, csv_records
from .missing_records import is_absent
from .selector import (
    MISSING,
    NotFound,
    ends_in_every,
    field_names,
    is_many,
    lookup,
    parse_selector,
    select_all,
)
from .shapes import SHAPE_OPTIONS, DataShape, read_shape, reshaped

FORMAT_OPTIONS = (
    *("responseFormat", "charset", "csvHeader", "csvDelimiter", "wholeText"),
    "dataFieldMissing",
    *SHAPE_OPTIONS,
)
ResponseFormat = Literal["json", "jsonl", "csv", "text"]
FORMATS: tuple[ResponseFormat, ...] = ("json", "jsonl", "csv", "text")

# In RFC 7464, each text begins with a record separator.
_AROUND_LINES = " \t\x1e"
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, because its mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python has these text encodings, but APIs do not use them.
_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7")
_LONGEST_MESSAGE = 2048
_ALLOWED = ". If such an answer has no records, set dataFieldMissing=empty"
# The responseFormat that a content type suggests if a body is not JSON.
_HINTS = (
    ("csv", "csv"),
    ("ndjson", "jsonl"),
    ("jsonl", "jsonl"),
    ("json-seq", "jsonl"),
    ("text/plain", "text"),
)


@dataclass(frozen=True)
class Format(KeywordOnly):
    """How a body is decoded."""

    kind: ResponseFormat
    charset: str
    header: bool
    delimiter: str
    whole: bool
    data_field: str
    data_field_given: bool
    missing_is_empty: bool = False
    shape: DataShape = "records"
    key_field: str = "key"


class Decoded(NamedTuple):
    """A body: its JSON document (else {}), whether it holds an `Exact`, and its records."""

    document: Any
    exact: bool
    records: list[Any]


def read_format(reader: OptionReader) -> Format:
    """Reads `FORMAT_OPTIONS` and `dataField`."""
    kind: ResponseFormat = reader.choice("responseFormat", "json", FORMATS)
    for name, owner in (("csvHeader", "csv"), ("csvDelimiter", "csv"), ("wholeText", "text")):
        if reader.has(name) and kind != owner:
            raise reader.fail(name, f"is used by responseFormat={owner} only.")
    charset = reader.text("charset").strip()
    if charset and not _known_charset(charset):
        raise reader.fail("charset", f"must be a character encoding, got {shown(charset)}.")
    delimiter = reader.text("csvDelimiter", ",")
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter.lower(), delimiter)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise reader.fail("csvDelimiter", f"must be one character, got {shown(delimiter)}.")
    field = reader.text("dataField", "data").strip()
    if reader.has("dataField") and field and kind in ("csv", "text"):
        raise reader.fail("dataField", f"is not used by responseFormat={kind}; remove it.")
    require_selector(reader, "dataField", field, many=True)
    shape, key_field = read_shape(reader, kind)
    return Format(
        kind=kind,
        charset=charset,
        header=reader.boolean("csvHeader", True),
        delimiter=delimiter,
        whole=reader.boolean("wholeText", False),
        data_field=field,
        data_field_given=reader.has("dataField"),
        missing_is_empty=reader.choice("dataFieldMissing", "fail", ("fail", "empty")) == "empty",
        shape=shape,
        key_field=key_field,
    )


def require_selector(reader: OptionReader, option: str, text: str, many: bool = False) -> None:
    """Checks a selector; `[*]` needs `many`."""
    try:
        parse_selector(text)
    except ValueError as error:
        raise reader.fail(option, f"{shown(text)} is not a selector: {error}.") from None
    if not many and is_many(text):
        raise reader.fail(option, f"must lead to one value; {shown(text)} has '[*]'.")


def unpacked(reply: Reply, limit: int) -> Reply:
    """The reply, decompressed if its body is a gzip file."""
    if not reply.body.startswith(GZIP_MAGIC):
        return reply
    too_long = f"the body is larger than maxResponseBytes ({limit})"
    return replace(reply, body=inflate(reply.body, "gzip", limit, too_long))


def decode_body(form: Format, reply: Reply) -> Document | str:
    """The document of a JSON body, or the text of another body. A cut body is a transient error."""
    text = body_text(form, reply)
    if form.kind == "jsonl":
        _require_last_line(reply, text)
    if form.kind != "json":
        return text
    if not text.strip():
        raise HttpError(
            f"answered {reply.status} with an empty body, where JSON is expected",
            reply.status,
            transient=True,
        )
    try:
        return parse(text)
    except (ValueError, RecursionError):
        kind = reply.headers.get("content-type", "no content type")
        hint = next((name for part, name in _HINTS if part in kind.lower()), "")
        advice = f"; set responseFormat={hint} if that is its format" if hint else ""
        raise HttpError(
            f"answered {reply.status} with a body that is not valid JSON "
            f"({kind}, {len(reply.body)} bytes){advice}",
            reply.status,
            transient=True,
        ) from None


def records_of(form: Format, body: Document | str) -> Decoded:
    """The records in a body, or `ContentError`."""
    if isinstance(body, Document):
        return Decoded(body.value, body.exact, find_records(form, body.value))
    if form.kind == "csv":
        return Decoded(
            {}, False, list(csv_records(body, header=form.header, delimiter=form.delimiter))
        )
    if form.kind == "text":
        return Decoded({}, False, [{"value": line} for line in _lines(form, body)])
    return _json_lines(form, body)


def _require_last_line(reply: Reply, text: str) -> None:
    """Refuses a body that ends inside a line, since more lines may be missing."""
    last = LINE_END.split(text)[-1].strip(_AROUND_LINES)
    if not last:
        return
    try:
        parse(last)
    except (ValueError, RecursionError):
        raise HttpError(
            f"answered {reply.status} with a body that seems cut: its last line has no end and is "
            f"not valid JSON ({len(reply.body)} bytes)",
            reply.status,
            transient=True,
        ) from None


def body_text(form: Format, reply: Reply) -> str:
    """The characters of a body."""
    body = reply.body
    charset = form.charset or _charset_of(reply, body)
    try:
        text = body.decode(charset)
    except LookupError:
        raise _unknown_charset(charset) from None
    except UnicodeDecodeError as error:
        raise HttpError(
            f"answered {reply.status} with a body that is not {charset} text (byte "
            f"{error.start} of {len(body)}); set the option charset if it is another encoding",
            reply.status,
            transient=True,
        ) from None
    return text[1:] if text.startswith("\ufeff") else text


def _charset_of(reply: Reply, body: bytes) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    found = _CHARSET.search(reply.headers.get("content-type", ""))
    if found is None:
        return "utf-8"
    if not _known_charset(found[1]):
        raise _unknown_charset(found[1])
    return found[1]


def _unknown_charset(name: str) -> HttpError:
    return HttpError(f"the answer's charset {shown(name)} is not known; set the option charset")


def _known_charset(name: str) -> bool:
    try:
        found = codecs.lookup(name).name.replace("_", "-")
        "".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return found not in _NO_CHARSETS


def find_records(form: Format, document: Json) -> list[Any]:
    """The records of a JSON document, by `dataField`."""
    if not form.data_field_given:
        if isinstance(document, list):
            return document
        if isinstance(document, dict):
            inner: Json = document.get(form.data_field, document)
            if inner is None:
                return _nothing(form, document)
            return inner if isinstance(inner, list) else [document]
        raise ContentError(f"answered with {field_names(document)}, not an array or object")
    if form.missing_is_empty and is_absent(document, form.data_field, form.shape):
        return _nothing(form, document)
    if is_many(form.data_field):
        return _spread(form, document)
    found = lookup(document, form.data_field)
    if found is MISSING:
        raise ContentError(
            f"the response has no field {form.data_field!r} (dataField); it has: "
            f"{field_names(document)}{_reason(document) or _ALLOWED}"
        )
    if found is None:
        return _nothing(form, document)
    if form.shape != "records":
        return _shaped(form, document, [found])
    records = as_array(found)
    if records is None and as_object(found) is None:
        raise ContentError(f"the field {form.data_field!r} (dataField) is not an array or object")
    return [found] if records is None else records


def _nothing(form: Format, document: Any) -> list[Any]:
    """No records. Raises if the API reports an error as the reason."""
    reason = _reason(document)
    if reason:
        raise ContentError(f"the answer has nothing at {form.data_field!r} (dataField){reason}")
    return []


def _reason(document: Any) -> str:
    """The API's own error message, as the end of our message."""
    fields = as_object(document) or {}
    for name in ("errors", "error"):
        if fields.get(name):
            said = " ".join(api_words(fields[name]).split())[:_LONGEST_MESSAGE]
            return f"; it says in {name!r}: {said}" if said else f"; it has {name!r}"
    return ""


def _spread(form: Format, document: Any) -> list[Any]:
    try:
        found: list[Json] = select_all(document, form.data_field)
    except NotFound as lost:
        where = f"at {lost.at}" if lost.at else "at its top"
        what = "no array or object" if lost.step is None else f"no {lost.step!r}"
        raise ContentError(
            f"the response has {what} {where} (dataField {form.data_field!r}); it has: "
            f"{field_names(lost.value)}{_reason(document)}"
        ) from None
    if form.shape != "records":
        return _shaped(form, document, found)
    if ends_in_every(form.data_field):
        return found or _nothing(form, document)
    records: list[Any] = []
    for item in found:
        if item is not None:
            records.extend(item if isinstance(item, list) else [item])
    return records or _nothing(form, document)


def _shaped(form: Format, document: Any, found: list[Any]) -> list[Any]:
    records: list[Any] = []
    for value in found:
        if value is not None:
            records += reshaped(form.shape, form.key_field, form.data_field, value)
    return records or _nothing(form, document)


def _json_lines(form: Format, text: str) -> Decoded:
    records: list[Any] = []
    exact = False
    for number, line in enumerate(LINE_END.split(text), 1):
        line = line.strip(_AROUND_LINES)
        if not line:
            continue
        try:
            document = parse(line)
        except (ValueError, RecursionError):
            records.append(Reject(f"line {number} is not valid JSON", line))
            continue
        exact = exact or document.exact
        if not form.data_field_given:
            records.append(document.value)
            continue
        try:
            records += find_records(form, document.value)
        except ContentError as error:
            records.append(Reject(f"line {number}: {error}", line))
    return Decoded({}, exact, records)


def _lines(form: Format, text: str) -> list[str]:
    if form.whole:
        return [text] if text else []
    lines = LINE_END.split(text)
    # After the last line end, an empty text is not a line.
    return lines if lines[-1] else lines[:-1]
