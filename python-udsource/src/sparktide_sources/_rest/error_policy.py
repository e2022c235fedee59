"""How `rest` handles failures: fail, skip or dead letter. Everything that is skipped is counted.

`onError` applies to answers that can't be used: a status of 400 and more, no answer after all
retries, and bodies, lines or rows that can't be decoded. `schemaDrift` applies to values that do
not fit their column; its default is `onError`. `onStatus` applies to single statuses:
`404=skip, 409=deadLetter, 5xx=fail, 423=retry`. It may also list 200 to 299; `202=data` reads an
answer that otherwise counts as not ready. If an error body names a status, that status counts.

Errors of options, egress and limits always fail. So do 401, 403 and 407, unless `onStatus` lists
them, since a wrong credential makes every answer useless. In a stream, `onError` applies only to
lines and rows. An answer that can't be used fails its poll (see `onTransient`), unless `onStatus`
says `skip`: then the answer counts as empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .._errors import ContentError, HttpError, SkippedAnswer
from .._options import OptionReader, shown

POLICY_OPTIONS = ("onError", "schemaDrift", "onStatus")

FAIL: Final = "fail"
SKIP: Final = "skip"
DEAD_LETTER: Final = "deadLetter"
NULL: Final = "null"
RETRY: Final = "retry"
DATA: Final = "data"

OnError = Literal["fail", "skip", "deadLetter"]
SchemaDrift = Literal["fail", "null", "skip", "deadLetter"]
OnStatus = Literal["fail", "retry", "skip", "deadLetter", "data"]

_CREDENTIALS = (401, 403, 407)


@dataclass(frozen=True)
class ErrorPolicy:
    """The values of the three options."""

    on_error: OnError
    drift: SchemaDrift
    statuses: tuple[tuple[str, OnStatus], ...]

    @property
    def dead_letters(self) -> bool:
        """Whether rows may be dead letters, which need the column `_error`."""
        return DEAD_LETTER in (self.on_error, self.drift, *(action for _, action in self.statuses))

    @property
    def retried(self) -> tuple[tuple[str, bool], ...]:
        """The statuses for which `onStatus` says whether to try again."""
        return tuple((s, action == RETRY) for s, action in self.statuses if action in (RETRY, FAIL))

    def for_status(self, status: int) -> OnStatus | Literal[""]:
        """The action of `onStatus` for a status, or an empty text."""
        actions = dict(self.statuses)
        return actions.get(str(status)) or actions.get(f"{status // 100}xx", "")

    def skips(self, error: HttpError) -> bool:
        """Whether a stream's poll skips this answer."""
        return isinstance(error, SkippedAnswer) or self.for_status(error.status) == SKIP

    def for_failure(self, error: HttpError) -> OnError:
        """The action for a final error: fail, skip or deadLetter."""
        if isinstance(error, SkippedAnswer):
            return SKIP
        named = self.for_status(error.status)
        if named not in ("", RETRY, DATA):
            return named
        if error.status in _CREDENTIALS:
            return FAIL
        usual = error.status >= 400 or error.transient or isinstance(error, ContentError)
        return self.on_error if usual else FAIL


def read_policy(reader: OptionReader) -> ErrorPolicy:
    """Reads `POLICY_OPTIONS`."""
    on_error: OnError = reader.choice("onError", FAIL, (FAIL, SKIP, DEAD_LETTER))
    drift: SchemaDrift = reader.choice("schemaDrift", on_error, (FAIL, NULL, SKIP, DEAD_LETTER))
    return ErrorPolicy(on_error, drift, tuple(_statuses(reader).items()))


def _statuses(reader: OptionReader) -> dict[str, OnStatus]:
    known: tuple[OnStatus, ...] = (FAIL, RETRY, SKIP, DEAD_LETTER, DATA)
    actions: dict[str, OnStatus] = {action.lower(): action for action in known}
    found: dict[str, OnStatus] = {}
    for part in reader.names("onStatus"):
        status, _, action = (piece.strip().lower() for piece in part.partition("="))
        if not _is_status(status) or action not in actions:
            raise reader.fail(
                "onStatus",
                "must be a list such as 404=skip, 5xx=retry, with the actions fail, retry, skip "
                f"and deadLetter, and data for 200 to 299, got {shown(part)}.",
            )
        if action == DATA and not status.startswith("2"):
            raise reader.fail(
                "onStatus", f"data is for the statuses 200 to 299, and {status} is an error."
            )
        if found.setdefault(status, actions[action]) != actions[action]:
            raise reader.fail("onStatus", f"has two actions for {status}.")
    return found


def _is_status(text: str) -> bool:
    if text in ("4xx", "5xx"):
        return True
    return text.isascii() and text.isdigit() and len(text) == 3 and text[0] in "245"
