"""The rows of `rest`: from records to the columns of the schema.

| `outputType` | columns |
|---|---|
| `json` | `output string`: the record's JSON text, with all digits and the order of its keys |
| `struct` | `output struct<…>`: the fields of the schema |
| `columns` | one column for each field of the schema |
| `variant` | `output variant` |

`struct` and `columns` need a schema: the option `schema` with the fields of a record
(`id bigint, type string`), or `.schema(…)` with the columns of the source. Options add `_input` (the
row of `inputData` or of the parent as JSON text) and `_meta` (the origin of a record). Policies with dead letters add
`_error`. It is null for good rows; in dead letters the other columns are null.
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from .._errors import ContentError, HttpError, OptionError, RecordError
from .._exact_json import Reject, parse, rejected, write
from .._options import OptionReader, shown
from .error_policy import DEAD_LETTER, FAIL, NULL, SKIP, ErrorPolicy
from .types import Misfit, Nulled, converter, struct_converter
from .variant import require_variant, to_variant

OUTPUT_OPTIONS = ("outputType", "schema", "includeInput", "includeMetadata")
OutputType = Literal["json", "struct", "columns", "variant"]
OUTPUTS: tuple[OutputType, ...] = ("json", "struct", "columns", "variant")

INPUT, META, ERROR = "_input", "_meta", "_error"
_EXTRAS = {
    INPUT: "string",
    META: "struct<url: string, status: int, page: int, index: int>",
    ERROR: "struct<kind: string, message: string, status: int, raw: string>",
}
_LONGEST_SCHEMA = 1024 * 1024
_WHOLE_SCHEMA = re.compile(r"output\s*:?\s*struct\s*<", re.IGNORECASE)

Row = tuple[Any, ...]


@dataclass(frozen=True)
class OutputPlan:
    """The options about columns."""

    kind: OutputType
    schema: str
    extras: tuple[str, ...]
    blank_is_null: bool

    def ddl(self) -> str:
        """The schema of the source, unless the user gives one with `.schema(…)`."""
        if self.kind in ("struct", "columns") and not self.schema:
            example = (
                ".schema('output struct<id: bigint, type: string>')"
                if self.kind == "struct"
                else ".schema('id bigint, type string')"
            )
            raise OptionError(
                f"rest option 'outputType': {self.kind} needs a schema: {example} or the option "
                "schema='id bigint, type string'."
            )
        main = {
            "json": "output string",
            "struct": f"output struct<{self.schema}>",
            "columns": self.schema,
            "variant": "output variant",
        }[self.kind]
        return ", ".join([main, *(f"{name} {_EXTRAS[name]}" for name in self.extras)])


def read_output(reader: OptionReader, policy: ErrorPolicy, blank_is_null: bool) -> OutputPlan:
    """Reads `OUTPUT_OPTIONS`."""
    kind: OutputType = reader.choice("outputType", "json", OUTPUTS)
    schema = reader.text("schema").strip()
    if schema and kind not in ("struct", "columns"):
        raise reader.fail("schema", f"is not used by outputType={kind}; set struct or columns.")
    if kind == "struct" and _WHOLE_SCHEMA.match(schema):
        raise reader.fail(
            "schema", "must be the fields of a record, without 'output struct<…>' around them."
        )
    if len(schema) > _LONGEST_SCHEMA:
        raise reader.fail("schema", "is longer than 1 MiB.")
    if reader.has("schemaDrift") and kind == "json":
        raise reader.fail("schemaDrift", "is not used by outputType=json, where every record fits.")
    extras = [INPUT] if reader.boolean("includeInput", False) else []
    if extras and not (reader.has("inputData") or reader.has("parent")):
        raise reader.fail("includeInput", "needs inputData or parent.")
    extras += [META] if reader.boolean("includeMetadata", False) else []
    extras += [ERROR] if policy.dead_letters else []
    return OutputPlan(kind, schema, tuple(extras), blank_is_null)


def require_streamable(plan: OutputPlan, policy: ErrorPolicy) -> None:
    """Refuses columns and actions that a stream can't repeat after a restart."""
    if META in plan.extras:
        raise OptionError(
            "rest option 'includeMetadata': is for batch reads; in a stream a repeated batch could "
            "not give the same values."
        )
    if DEAD_LETTER in [action for _, action in policy.statuses]:
        raise OptionError(
            "rest option 'onStatus': deadLetter is for batch reads; in a stream use skip or fail."
        )


class Origin(NamedTuple):
    """The origin of a record, for `_input`, `_meta` and messages."""

    input: str | None
    url: str
    status: int
    page: int


NOWHERE = Origin(None, "", 0, 0)


class RowMaker:
    """Makes rows of records. Counts skipped records and values that were made null."""

    def __init__(self, plan: OutputPlan, policy: ErrorPolicy, schema: Any = None) -> None:
        self._plan, self._policy = plan, policy
        names = ["output", *plan.extras] if schema is None else _columns(plan, schema)
        self._names = names
        self._main = [name for name in names if name not in plan.extras]
        self._convert = _converter(plan, self._main, schema)
        self.skipped = self.nulled = 0

    @property
    def may_skip(self) -> bool:
        """Whether records may be skipped, or values made null, without an `_error` row."""
        return bool({SKIP, NULL} & {self._policy.on_error, self._policy.drift})

    def of_record(
        self, value: Any, exact: bool, origin: Origin = NOWHERE, index: int = 0
    ) -> Row | None:
        """The row of a record, or None if it is skipped. Raises `RecordError` for action `fail`."""
        if isinstance(value, Reject):
            return self._unfit(
                self._policy.on_error, "record", value.message, value.raw, origin, index
            )
        nulled: Nulled = [] if self._policy.drift == NULL else None
        try:
            main = self._convert(value, exact, nulled)
        except Misfit as misfit:
            where = f"the field {misfit.path!r}" if misfit.path else "the record"
            message = f"{where} does not fit the schema: {misfit.problem}"
            action = FAIL if self._policy.drift == NULL else self._policy.drift
            return self._unfit(action, "drift", message, write(value, exact), origin, index)
        self.nulled += len(nulled or ())
        return main if len(main) == len(self._names) else self._row(main, origin, index, None)

    def of_text(self, text: str, origin: Origin = NOWHERE) -> Row | None:
        """The row of a record that was written as text."""
        if self._names == ["output"] and self._plan.kind == "json" and text[:1] != "\0":
            return (text,)
        found = rejected(text)
        if found is not None:
            return self.of_record(found, False, origin)
        document = parse(text)
        return self.of_record(document.value, document.exact, origin)

    def of_failure(self, error: HttpError, origin: Origin) -> Row:
        """The dead letter of an answer that could not be used."""
        kind = "status" if error.status >= 400 else "body" if error.status else "network"
        kind = "body" if isinstance(error, ContentError) else kind
        origin = origin._replace(status=error.status, page=origin.page + 1)
        return self._dead(kind, str(error), error.status or None, None, origin, None)

    def _unfit(
        self, action: str, kind: str, message: str, raw: str, origin: Origin, index: int
    ) -> Row | None:
        if action == DEAD_LETTER:
            return self._dead(kind, message, origin.status or None, raw, origin, index)
        if action == SKIP:
            self.skipped += 1
            return None
        option = "schemaDrift" if kind == "drift" else "onError"
        place = f"record {index} of page {origin.page} of {origin.url}: " if origin.url else ""
        raise RecordError(
            f"rest: {place}{message}: {shown(raw)}; {option} can skip such records or make them "
            "dead letters."
        )

    def _dead(
        self,
        kind: str,
        message: str,
        status: int | None,
        raw: str | None,
        origin: Origin,
        index: int | None,
    ) -> Row:
        text = None if raw is None else _sound(raw)
        error = {"kind": kind, "message": _sound(message), "status": status, "raw": text}
        return self._row((None,) * len(self._main), origin, index, error)

    def _row(
        self, main: Row, origin: Origin, index: int | None, error: dict[str, Any] | None
    ) -> Row:
        meta = {
            "url": origin.url,
            "status": origin.status or None,
            "page": origin.page,
            "index": index,
        }
        extras = {INPUT: origin.input, META: meta, ERROR: error}
        values = iter(main)
        return tuple(
            extras[name] if name in self._plan.extras else next(values) for name in self._names
        )


def _sound(text: str) -> str:
    """The text in a form that UTF-8, and so Spark, can hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def input_text(row: dict[str, Any] | None) -> str | None:
    """A row of `inputData` as JSON text."""
    return None if row is None else write(row, True)


def _columns(plan: OutputPlan, schema: Any) -> list[str]:
    """The names of the schema's columns, checked against the columns of the options."""
    names: list[str] = [field.name for field in schema.fields]
    for name in plan.extras:
        # Spark reads both spellings of a type, but writes it without spaces.
        wanted = _EXTRAS[name].replace(": ", ":").replace(", ", ",")
        found = [f.dataType.simpleString() for f in schema.fields if f.name == name]
        if found != [wanted]:
            raise OptionError(
                f"rest: these options make a column {name}, and the schema has "
                f"{found[0] if found else 'none'}: add {name} {_EXTRAS[name]} to it."
            )
    main = [field for field in schema.fields if field.name not in plan.extras]
    for name in plan.extras:
        field = next(f for f in schema.fields if f.name == name)
        if not field.nullable:
            raise OptionError(f"rest: the schema's column {name} may not be NOT NULL.")
    if ERROR in plan.extras and any(not field.nullable for field in main):
        raise OptionError("rest: dead letters have null columns; remove NOT NULL from the schema.")
    if plan.kind == "columns":
        if not main or len(set(names)) < len(names):
            raise OptionError("rest: outputType=columns needs columns with unique names.")
        return names
    wanted_type = {"json": "string", "struct": "struct", "variant": "variant"}[plan.kind]
    if [(field.name, field.dataType.typeName()) for field in main] != [("output", wanted_type)]:
        shape = {"json": "output string", "struct": "output struct<…>"}
        raise OptionError(
            f"rest: with outputType={plan.kind} the only column is "
            f"{shape.get(plan.kind, 'output variant')}, and the schema has "
            f"{shown(', '.join(names))}; remove .schema(…), or set outputType=columns or struct."
        )
    return names


def _converter(
    plan: OutputPlan, names: list[str], schema: Any
) -> Callable[[Any, bool, Nulled], Row]:
    if plan.kind == "json":
        return lambda value, exact, nulled: (write(value, exact),)
    if plan.kind == "variant":
        require_variant()
        return _variant_row
    if schema is None:
        raise OptionError(f"rest: outputType={plan.kind} needs a schema.")
    if plan.kind == "struct":
        (field,) = [field for field in schema.fields if field.name == "output"]
        inner = converter(field.dataType, "output", plan.blank_is_null)
        return lambda value, exact, nulled: (inner(value, nulled),)
    main = type(schema)([field for field in schema.fields if field.name in names])
    whole = struct_converter(main, "columns", plan.blank_is_null)
    return lambda value, exact, nulled: tuple(whole(value, nulled).values())


def _variant_row(value: Any, exact: bool, nulled: Nulled) -> Row:
    try:
        return (to_variant(value),)
    except ValueError as error:
        raise Misfit(str(error)) from None
