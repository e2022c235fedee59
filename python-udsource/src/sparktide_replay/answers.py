"""The requests that a route receives and the answers that it gives."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Answer:
    """Status, body and extra headers. A `str` or `bytes` body is sent as it is, others as JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def payload(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode("utf-8", "surrogatepass")
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Call:
    """One request. Header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def number(self, name: str, default: int) -> int:
        text = self.query.get(name, "")
        return int(text) if text.lstrip("-").isdigit() else default


def read_query(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))
