"""Errors of the sources.

`SourceError` is the root. `OptionError`: an option is wrong; raised before any I/O. `EgressError`:
the server may not call this address. `HttpError`: an API refused or could not be reached.
`Postponed`: a try failed, and the next try is due later. `ReplayError`: Spark asks for a batch
again, and the source can't return the same rows.
"""

from __future__ import annotations


class SourceError(Exception):
    """Root of every error raised by a source."""


class OptionError(SourceError, ValueError):
    """An option is unknown, malformed or contradicts another one."""


class EgressError(SourceError):
    """The egress rules forbid this address."""


class HttpError(SourceError):
    """An API answered with an error, an unusable body, or not at all.

    `status` is 0 if no answer came. `transient` says that another try may help. `wait` is the
    number of seconds that the API asked to wait. `sent` is False if the request was certainly not
    sent. `left` limits the time of further tries, in seconds, instead of their number; with None,
    `maxRetries` limits their number.
    """

    def __init__(
        self,
        message: str,
        status: int = 0,
        transient: bool = False,
        wait: float | None = None,
        sent: bool = True,
        left: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.transient = transient
        self.wait = wait
        self.sent = sent
        self.left = left


class ContentError(HttpError):
    """An answer is complete, but its content does not match the options."""


class SkippedAnswer(ContentError):
    """An answer that `onBody` says to skip."""


class RecordError(SourceError):
    """A record can't become a row, and the options make that an error."""


class Postponed(SourceError):
    """The next try is due in `delay` seconds; `attempts` tries were made so far.

    `failed` is False if nothing failed, and the request only waits for the rate limit.
    """

    def __init__(
        self, message: str, delay: float = 0.0, attempts: int = 0, failed: bool = True
    ) -> None:
        super().__init__(message)
        self.delay = delay
        self.attempts = attempts
        self.failed = failed


class ReplayError(SourceError):
    """A logged batch can't be read again with the same rows."""
