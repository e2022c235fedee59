"""Which records of a page were emitted already: short hashes, kept in the offset."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Iterable

from ._errors import ReplayError

_BYTES = 8


def mark(text: str) -> bytes:
    """A 64-bit hash of a record's text."""
    return hashlib.blake2b(text.encode("utf-8"), digest_size=_BYTES).digest()


def pack_marks(marks: Iterable[bytes]) -> str:
    return base64.b64encode(b"".join(marks)).decode("ascii")


def unpack_marks(text: str) -> Counter[bytes]:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise ReplayError("the offset's list of seen records is damaged.") from None
    return Counter(raw[i : i + _BYTES] for i in range(0, len(raw), _BYTES))


def digest(texts: Iterable[str]) -> str:
    """One hash over the records of a batch, in order."""
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(mark(text))
    return whole.hexdigest()
