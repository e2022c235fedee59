"""Connectors: the tables of one API under one format name.

A connector is a definition that a client sends as JSON:

| field | meaning |
|---|---|
| `name` | the name for `format()` |
| `baseUrl` | what a `url` that begins with a slash is appended to |
| `parameters` | options of a read whose values replace `{name}` in the urls |
| `tables` | the options of `rest` for each table, by name, all as text |

The option `table` selects the table. Other options of a read are added to those of the table. A
table can also be a data source class of its own, which gets the options of the read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from ._credentials.plan_redaction import require_references
from ._errors import OptionError
from ._json_types import as_object
from ._keyword_only import KeywordOnly
from ._spark import DataSource
from .rest import RestDataSource, checked_config

# The definition of the table says what its records are.
_FIXED = ("url", "schema", "outputType")


@dataclass(frozen=True)
class Definition(KeywordOnly):
    """A connector's definition, and the classes of the tables that `rest` does not read."""

    name: str
    base_url: str
    parameters: tuple[str, ...]
    tables: dict[str, dict[str, str]]
    classes: dict[str, type[DataSource]]


def connector_class(text: str, by_reference: bool, classes: Mapping[str, Any]) -> type[DataSource]:
    """The class of a connector.

    `by_reference` refuses credentials in the options of a read, because the server would show them.
    Raises an `OptionError` that names the table whose options contradict each other.
    """
    document = json.loads(text)
    definition = Definition(
        name=document["name"],
        base_url=document["baseUrl"],
        parameters=tuple(document["parameters"]),
        tables=document["tables"],
        classes=dict(classes),
    )
    for table in definition.tables:
        example = {"table": table, **dict.fromkeys(definition.parameters, "x")}
        try:
            checked_config(rest_options(definition, example))
        except OptionError as error:
            raise OptionError(f"connector {definition.name}, table {table}: {error}") from None
    members = {"definition": definition, "by_reference": by_reference}
    return type("ConnectorDataSource", (Connector,), members)


class Connector(DataSource):
    """Passes everything on to the source of the table that the options name."""

    definition: ClassVar[Definition]
    by_reference: ClassVar[bool]

    def __init__(self, options: MutableMapping[str, str]) -> None:
        super().__init__(options)
        require_references(options, self.by_reference)
        table = table_of(self.definition, options)
        source = self.definition.classes.get(table)
        self._source = (
            RestDataSource(rest_options(self.definition, options))
            if source is None
            else source(_without(options, ("table",)))
        )

    @classmethod
    def name(cls) -> str:
        return cls.definition.name

    def schema(self) -> Any:
        return self._source.schema()

    def reader(self, schema: Any) -> Any:
        return self._source.reader(schema)

    def streamReader(self, schema: Any) -> Any:
        return self._source.streamReader(schema)

    def simpleStreamReader(self, schema: Any) -> Any:
        return self._source.simpleStreamReader(schema)


def table_of(definition: Definition, options: Mapping[str, str]) -> str:
    """The table that the options name."""
    name = _text(options, "table")
    tables = sorted([*definition.tables, *definition.classes])
    if name in tables:
        return name
    problem = "is required" if not name else f"names {name!r}, which is not a table of it"
    raise OptionError(
        f"{definition.name} option 'table' {problem}. The tables are: {', '.join(tables)}."
    )


def rest_options(definition: Definition, options: Mapping[str, str]) -> dict[str, str]:
    """The options of `rest` for a read of a table."""
    table = table_of(definition, options)
    for name in _FIXED:
        if _text(options, name):
            raise OptionError(
                f"{definition.name} option {name!r}: the connector defines it for the table "
                f"{table}. Remove it from the read."
            )
    merged = {**definition.tables[table]}
    known = {name.lower(): name for name in merged}
    for key, value in _without(options, ("table", "baseUrl", *definition.parameters)).items():
        merged[known.get(key.lower(), key)] = value
    base = _text(options, "baseUrl") or definition.base_url
    values = {name: _text(options, name) for name in definition.parameters}
    merged["url"] = _filled(definition, table, base, merged["url"], values)
    parent = as_object(json.loads(merged["parent"])) if "parent" in merged else None
    if parent is not None and "url" in parent:
        parent["url"] = _filled(definition, table, base, str(parent["url"]), values)
        merged["parent"] = json.dumps(parent)
    return merged


def _filled(
    definition: Definition, table: str, base: str, url: str, values: Mapping[str, str]
) -> str:
    """The whole url, with the parameters of the connector replaced by their values."""
    if url.startswith("/"):
        url = base.rstrip("/") + url
    for name, value in values.items():
        placeholder = f"{{{name}}}"
        if placeholder not in url:
            continue
        if not value:
            raise OptionError(
                f"{definition.name} option {name!r} is required for the table {table}."
            )
        if value in (".", ".."):
            raise OptionError(
                f"{definition.name} option {name!r} must not be {value!r}, which has another "
                "meaning in a url."
            )
        url = url.replace(placeholder, quote(value, safe=""))
    return url


def _text(options: Mapping[str, str], name: str) -> str:
    """An option's text. The case of its name does not count."""
    found = [value for key, value in options.items() if key.lower() == name.lower()]
    return str(found[0]).strip() if found else ""


def _without(options: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    removed = {name.lower() for name in names}
    return {key: str(value) for key, value in options.items() if key.lower() not in removed}
