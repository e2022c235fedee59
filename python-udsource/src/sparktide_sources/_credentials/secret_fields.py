"""The JSON object of an option whose texts may be credentials, or references to credentials.

`loginBody` and `oauthParameters` are such options. A text in an inner object or in an array may be
a reference, too.
"""

from __future__ import annotations

from typing import Any

from .._exact_json import Exact, parse
from .._json_types import as_array, as_object
from .redact import is_sensitive_name
from .secrets import Secret


class SecretFields:
    """An object whose references are resolved where the request is made."""

    def __init__(self, option: str, text: str) -> None:
        self._option, self._text = option, text

    def __repr__(self) -> str:
        return "SecretFields(***)"

    def __bool__(self) -> bool:
        return bool(self._text.strip())

    @property
    def is_flat(self) -> bool:
        """Whether no value is an object or an array, as in a form."""
        values = self._document().values()
        return all(as_object(value) is None and as_array(value) is None for value in values)

    def resolve(self) -> dict[str, Any]:
        """The object with the values of all references."""
        return as_object(self._resolved(self._document())) or {}

    def credentials(self) -> list[Secret]:
        """The references, and the texts with a sensitive name."""
        leaves = self._leaves("", self._document())
        return [leaf for name, leaf in leaves if leaf.is_reference or is_sensitive_name(name)]

    def texts(self) -> list[Secret]:
        """All texts."""
        return [leaf for _, leaf in self._leaves("", self._document())]

    def _document(self) -> dict[str, Any]:
        return as_object(parse(self._text).value if self else None) or {}

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, str):
            # A number that keeps its digits is a text, too.
            return value if isinstance(value, Exact) else Secret(self._option, value).resolve()
        fields, items = as_object(value), as_array(value)
        if fields is not None:
            return {name: self._resolved(inner) for name, inner in fields.items()}
        return value if items is None else [self._resolved(inner) for inner in items]

    def _leaves(self, name: str, value: Any) -> list[tuple[str, Secret]]:
        if isinstance(value, str):
            return [(name, Secret(self._option, value))]
        found: list[tuple[str, Secret]] = []
        for key, inner in (as_object(value) or {}).items():
            found += self._leaves(key, inner)
        for inner in as_array(value) or []:
            found += self._leaves(name, inner)
        return found
