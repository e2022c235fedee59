"""Keeps the options of reads and of writes apart. Both have the name `rest`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from ..._errors import OptionError
from ..._options import OptionReader
from ..config import OPTIONS
from .sink_options import OPTIONS_OF_QUERY, SINK_OPTIONS, WRITE_OPTIONS, read_sink_config

Use = Literal["reading", "writing"]

_READ = {name.lower(): name for name in OPTIONS}
_WRITE = {name.lower(): name for name in SINK_OPTIONS}
# Methods that only a write has.
_METHODS = ("put", "patch", "delete")


def require_fit(options: Mapping[str, str], check_read: Callable[[], object]) -> None:
    """Refuses options that fit neither a read nor a write."""
    # An unknown name may be meant for either, so its suggestions come from both.
    OptionReader("rest", options, (*OPTIONS, *WRITE_OPTIONS, *OPTIONS_OF_QUERY))
    given = {name.lower(): str(value) for name, value in options.items()}
    own = {name.lower() for name in (*WRITE_OPTIONS, *OPTIONS_OF_QUERY)}
    if own & set(given) or given.get("method", "").strip().lower() in _METHODS:
        require_options_of("writing", options)
        read_sink_config(options, None)
        return
    try:
        check_read()
    except OptionError:
        try:
            read_sink_config(options, None)
        except OptionError:
            pass
        else:
            return
        raise


def require_options_of(use: Use, options: Mapping[str, str]) -> None:
    """Refuses an option that only the other use has."""
    own, other = (_READ, _WRITE) if use == "reading" else (_WRITE, _READ)
    for name in options:
        if name.lower() in other and name.lower() not in own:
            others = "writing" if use == "reading" else "reading"
            raise OptionError(
                f"rest option {other[name.lower()]!r}: is for {others}, not for {use}; remove it."
            )
