"""Decompression in pieces: it stops at the limit and never holds a decompression bomb in memory."""

from __future__ import annotations

import zlib

from .._errors import HttpError

# zlib: 32 + window bits means "gzip or zlib, look at the header".
_ANY_HEADER = 32 + zlib.MAX_WBITS
# Largest output of one call, so that an exceeded limit is found soon.
_STEP = 1024 * 1024

GZIP_MAGIC = b"\x1f\x8b"
CODINGS = ("gzip", "x-gzip", "deflate")


class Inflater:
    """Decompresses a body piece by piece."""

    def __init__(self, coding: str, limit: int, too_long: str) -> None:
        self._coding, self._left, self._too_long = coding, limit, too_long
        self._decoder = None
        self._begun = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The decompressed content of this piece."""
        out: list[bytes] = []
        full = False
        while piece or full:
            if self._decoder is None:
                # Zero bytes between or after gzip members are padding.
                piece = piece.lstrip(b"\0") if self._begun else piece
                if not piece:
                    break
                self._decoder = zlib.decompressobj(self._window(piece))
                self._begun = True
            room = min(_STEP, self._left + 1)
            try:
                plain = self._decoder.decompress(piece, room)
            except zlib.error:
                raise HttpError("the compressed body is damaged", transient=True) from None
            self._left -= len(plain)
            if self._left < 0:
                raise HttpError(self._too_long)
            if plain:
                out.append(plain)
            # zlib may have consumed all input and still hold output.
            full, piece = len(plain) == room, self._decoder.unconsumed_tail
            if self._decoder.eof:
                # gzip allows several members, one after another.
                full, piece = False, self._decoder.unused_data
                self._decoder = None
        return out

    def finish(self) -> None:
        """Raises if the body ended inside a gzip member."""
        if self._decoder is not None:
            raise HttpError("the compressed body is cut off", transient=True)

    def _window(self, piece: bytes) -> int:
        # Some servers send "deflate" without the zlib header that HTTP requires.
        bare = self._coding == "deflate" and not self._begun and piece[0] & 0x0F != 8
        return -zlib.MAX_WBITS if bare else _ANY_HEADER


def inflate(body: bytes, coding: str, limit: int, too_long: str) -> bytes:
    """Decompresses a whole body."""
    inflater = Inflater(coding, limit, too_long)
    pieces = inflater.feed(body)
    inflater.finish()
    return b"".join(pieces)
