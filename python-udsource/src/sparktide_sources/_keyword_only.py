"""Dataclasses whose fields are given by name only: `kw_only` needs Python 3.10."""

from __future__ import annotations

from typing import Any


class KeywordOnly:
    """A base of dataclasses; a positional argument is a `TypeError`."""

    def __new__(cls, **fields: Any):
        return super().__new__(cls)
