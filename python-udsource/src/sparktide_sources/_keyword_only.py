"""Dataclasses with keyword-only fields; `kw_only` itself needs Python 3.10."""

from __future__ import annotations

from typing import Any


class KeywordOnly:
    """Base class of dataclasses. A positional argument raises `TypeError`."""

    def __new__(cls, **fields: Any):
        return super().__new__(cls)
