"""Which records of a page were emitted already: short hashes, kept in the offset.

A hash for each finds them wherever the page has them by then. Where those don't fit, a count and
one hash say that the first so many were emitted: then the page may grow at its end, but not change.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections import Counter
from collections.abc import Iterable

from ..._errors import ReplayError
from .offset_types import Mode

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


def pack_head(head: list[str]) -> str:
    """All of these records, which begin a page, as one hash."""
    return f"{len(head)}:{digest(head)}"


def seen_of_page(text: str, page: list[str]) -> Counter[bytes]:
    """The marks of the records of this page that were emitted."""
    count, colon, wanted = text.partition(":")
    if not colon:
        return unpack_marks(text)
    if not page:
        return Counter()
    head = page[: int(count)] if count.isdigit() else []
    if digest(head) != wanted:
        raise ReplayError(
            f"a page changed while its records went out in several batches, and its first {count} "
            "are no more those that were emitted: which ones are left can't be told. Use a new "
            "checkpoint, and a batchSize or maxOffsetBytes that is large enough for a page."
        )
    return Counter(map(mark, head))


def digest_of(mode: Mode, texts: list[str]) -> str:
    """The digest of a batch. The order between records of one key is nothing to rely on."""
    return digest(sorted(texts) if mode == "keys" else texts)


def digest(texts: Iterable[str]) -> str:
    """One hash over the records of a batch, in order."""
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(mark(text))
    return whole.hexdigest()
