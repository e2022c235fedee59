"""Errors of the sources.

`SourceError` is the root. `OptionError`: an option is wrong, found before any I/O. `EgressError`:
an address the server may not call. `HttpError`: an API said no or could not be reached.
`Postponed`: a try failed in a way that may pass, and the next one is due later. `ReplayError`: a
batch that Spark asks for again can't be given back exactly.
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

    `status` is 0 when no answer came. `transient` says that trying again may help; `wait` is the
    number of seconds the API asked for; `sent` is False when the request certainly never left.
    `left` is how many seconds further tries may take, whatever their number; None leaves that to
    `maxRetries`.
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
    """An answer arrived whole, but what it holds is not what the options say."""


class SkippedAnswer(ContentError):
    """An answer that `onBody` says to leave out."""


class RecordError(SourceError):
    """A record can't be made a row, and the options say that this fails."""


class Postponed(SourceError):
    """The next try is due in `delay` seconds; `attempts` were made so far.

    `failed` is False when nothing went wrong and only the pace is kept.
    """

    def __init__(
        self, message: str, delay: float = 0.0, attempts: int = 0, failed: bool = True
    ) -> None:
        super().__init__(message)
        self.delay = delay
        self.attempts = attempts
        self.failed = failed


class ReplayError(SourceError):
    """A logged batch can't be read again as it was."""
