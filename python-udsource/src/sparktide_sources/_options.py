"""Typed reading of data source options.

Spark's option keys are case-insensitive and all values are text. An unknown option, a missing
option and a malformed value each raise an `OptionError` that names the option, before any I/O.
Values of credential options never appear in a message.

A credential may be a reference, `env:NAME` or `file:/path`, see `_credentials.secrets`.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ._credentials.secrets import Secret
from ._errors import OptionError
from ._exact_json import Exact, parse

_SHOWN = 60

_Choice = TypeVar("_Choice", bound=str)


def shown(value: str) -> str:
    """The value for a message: quoted and shortened."""
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")


class OptionReader:
    """Reads the options of one source. `known` are its option names as documented."""

    def __init__(self, source: str, options: Mapping[str, str], known: Iterable[str]) -> None:
        self._source = source
        self._values = {key.lower(): str(value) for key, value in options.items()}
        self._names = {name.lower(): name for name in known}
        for key in self._values:
            if key not in self._names:
                raise OptionError(self._unknown(key))

    def _unknown(self, key: str) -> str:
        near = difflib.get_close_matches(key, list(self._names), n=3, cutoff=0.6)
        if near:
            names = ", ".join(repr(self._names[name]) for name in near)
            return f"{self._source} has no option {key!r}. Did you mean {names}?"
        return f"{self._source} has no option {key!r}. It has: {', '.join(self._names.values())}."

    def fail(self, name: str, problem: str) -> OptionError:
        return OptionError(f"{self._source} option {name!r}: {problem}")

    def has(self, name: str) -> bool:
        return name.lower() in self._values

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name.lower(), default)

    def required(self, name: str, example: str) -> str:
        value = self.text(name).strip()
        if not value:
            raise self.fail(name, f"is required, for example {example}.")
        return value

    def choice(self, name: str, default: _Choice, choices: Iterable[_Choice]) -> _Choice:
        value = self.text(name, default).strip().lower()
        by_lower = {choice.lower(): choice for choice in choices}
        if value not in by_lower:
            allowed = ", ".join(by_lower.values())
            raise self.fail(name, f"must be one of {allowed}, got {shown(self.text(name))}.")
        return by_lower[value]

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name, str(default)).strip().lower()
        if value not in ("true", "false"):
            raise self.fail(name, f"must be true or false, got {shown(self.text(name))}.")
        return value == "true"

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        text = self.text(name, str(default)).strip()
        try:
            value = int(text)
        except ValueError:
            raise self.fail(name, f"must be a whole number, got {shown(text)}.") from None
        if not low <= value <= high:
            raise self.fail(name, f"must be from {low} to {high}, got {value}.")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        text = self.text(name, str(default)).strip()
        try:
            value = float(text)
        except ValueError:
            raise self.fail(name, f"must be a number, got {shown(text)}.") from None
        if math.isnan(value) or not low <= value <= high:
            raise self.fail(name, f"must be from {low:g} to {high:g}, got {shown(text)}.")
        return value

    def names(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list: trimmed, in order, without empty and repeated items."""
        items = [item.strip() for item in self.text(name, default).split(",")]
        return list(dict.fromkeys(item for item in items if item))

    def secret(self, name: str) -> Secret:
        """A credential, or a reference to a credential."""
        return Secret(name, self.text(name))

    def json_value(self, name: str, kind: type, what: str) -> Any:
        """A JSON value of this type with all digits. Errors do not show it: it may be secret."""
        try:
            value = parse(self.text(name)).value
        except (ValueError, RecursionError):
            raise self.fail(name, f"must be {what}; it is not valid JSON.") from None
        if not isinstance(value, kind):
            found = "number" if isinstance(value, Exact) else type(value).__name__
            raise self.fail(name, f"must be {what}, got a JSON {found}.")
        return value
