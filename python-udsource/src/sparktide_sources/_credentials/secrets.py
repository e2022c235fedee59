"""Credentials in options: plain texts, or references that are resolved where they are used.

`env:NAME` is an environment variable and `file:/path` a text file on the machine that makes the
request (driver or executor). Neither plans nor pickles contain their values. Only values of options
can be references; fields of `inputData` and API answers cannot.

The server's environment decides which references are allowed:

| variable | meaning |
|---|---|
| `SPARKTIDE_ALLOWED_SECRETS` | comma-separated `env:NAME` and `file:/path`. A `*` at the end allows all names with this prefix, a `/` at the end a whole folder. Default: `env:SPARKTIDE_SECRET_*,file:/run/secrets/` |
| `SPARKTIDE_REQUIRE_SECRET_REFERENCES` | `true`: plain credentials are refused, since plans contain the options |
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import os
from collections.abc import Iterable

from .._errors import OptionError

ALLOWED_SECRETS = "SPARKTIDE_ALLOWED_SECRETS"
REQUIRE_REFERENCES = "SPARKTIDE_REQUIRE_SECRET_REFERENCES"
DEFAULT_ALLOWED = "env:SPARKTIDE_SECRET_*,file:/run/secrets/"

_LARGEST_FILE = 64 * 1024


class Secret:
    """A credential, or a reference to a credential. Only `resolve()` returns the value."""

    def __init__(self, option: str, text: str) -> None:
        self._option = option
        self._text = text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._text)

    @property
    def is_reference(self) -> bool:
        return self._text.startswith(("env:", "file:"))

    def resolve(self) -> str:
        """The value. References are read on each call, and their values are not kept."""
        kind, sep, rest = self._text.partition(":")
        if sep and kind == "env":
            return self._from_environment(rest.strip())
        if sep and kind == "file":
            return self._from_file(rest.strip())
        return self._text

    def file_path(self) -> str:
        """The path in an option that names a file, if the server allows the file."""
        kind, sep, rest = self._text.partition(":")
        path = rest if sep and kind == "file" else self._text
        return self._allowed_path(path.strip())

    def _from_environment(self, name: str) -> str:
        if not any(_matches(name, item) for item in _allowed("env:")):
            raise self._forbidden(f"env:{name}")
        value = os.environ.get(name, "")
        if not value:
            raise OptionError(
                f"option {self._option!r} refers to the environment variable {name!r}, "
                "which is not set on the machine that makes the request."
            )
        return value

    def _from_file(self, path: str) -> str:
        allowed = self._allowed_path(path)
        try:
            with open(allowed, encoding="utf-8") as file:
                text = file.read(_LARGEST_FILE + 1)
        except (OSError, UnicodeDecodeError, ValueError):
            raise OptionError(
                f"option {self._option!r} refers to the file {path!r}, which can't be read as text "
                "on the machine that makes the request."
            ) from None
        if len(text) > _LARGEST_FILE or not text.strip():
            raise OptionError(f"option {self._option!r}: the file {path!r} is empty or too long.")
        return text.rstrip("\r\n")

    def _allowed_path(self, path: str) -> str:
        try:
            # The allow-list applies to the real path, after links and dots are resolved.
            real = os.path.realpath(path)
        except (OSError, ValueError):
            raise OptionError(f"option {self._option!r}: {path!r} is not a path.") from None
        if not os.path.isabs(path) or not any(_inside(real, item) for item in _allowed("file:")):
            raise self._forbidden(f"file:{path}")
        return real

    def _forbidden(self, reference: str) -> OptionError:
        return OptionError(
            f"option {self._option!r} refers to {reference!r}, which is not in the server's list "
            f"of secrets: set {ALLOWED_SECRETS}={reference} in the environment of the driver and "
            f"the executors (allowed now: {', '.join(_items()) or 'none'})."
        )


def resolve_all(secrets: Iterable[Secret]) -> list[str]:
    """The values of the secrets that are set."""
    return [secret.resolve() for secret in secrets if secret]


def _items() -> list[str]:
    listed = os.environ.get(ALLOWED_SECRETS, DEFAULT_ALLOWED).split(",")
    return [item.strip() for item in listed if item.strip()]


def _allowed(kind: str) -> list[str]:
    return [item[len(kind) :].strip() for item in _items() if item.startswith(kind)]


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return name.startswith(pattern[:-1])
    return name == pattern


def _inside(real: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        folder, _, start = pattern[:-1].rpartition("/")
        return real.startswith(os.path.join(os.path.realpath(folder or "/"), start))
    if pattern.endswith("/"):
        return real.startswith(os.path.join(os.path.realpath(pattern), ""))
    return real == os.path.realpath(pattern)
