"""The options that an offset belongs to: a short hash of each option that gives it meaning.

With other options, an offset may not be a valid position, so a stream refuses it and names the
changed option. The hashes contain no secrets: credentials are not hashed, and URLs are redacted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from ..._credentials.redact import redact_url
from ..._errors import ReplayError
from ..config import RestConfig
from .guarantee import certain_mode
from .offset_types import Mode

_DIGITS = 6


def _parts(config: RestConfig) -> dict[str, str]:
    form = config.form
    shape = [form.kind, form.charset, form.delimiter, str(form.header), str(form.whole)]
    # These options have no effect on JSON.
    kind = form.kind if form.kind == "json" else "|".join(shape)
    list_of = "inputData" if config.parent is None else "parent"
    return {
        "url": redact_url(config.url),
        "method": config.method,
        "body": config.body,
        "dataField": form.data_field,
        "responseFormat": kind,
        "offsetField": ",".join(config.offset_fields or (config.offset_field,)),
        "offsetType": config.offset_type,
        "inclusiveOffset": str(config.inclusive),
        "cursorHeader": config.pages.header,
        "outputType": config.output.kind,
        # One hash for both: a longer list of hashes would refuse the checkpoints of earlier builds.
        list_of: _rows(config),
        **_later_parts(config),
    }


def _rows(config: RestConfig) -> str:
    """Where the rows come from that the requests are for."""
    parent = config.parent
    if parent is not None:
        request = parent.request
        listed = [request.method, request.body, request.form.data_field, parent.key]
        return json.dumps([redact_url(request.url), *listed])
    if config.input_data is None:
        return ""
    if config.windows is None:
        return "rows"
    # Windows have one position for all rows, so a new row would begin there.
    return "".join(sorted(json.dumps(row, sort_keys=True) for row in config.input_data))


def _later_parts(config: RestConfig) -> dict[str, str]:
    """Options that earlier builds did not have, in one part, if one is set.

    Without them the hashes are those of earlier builds.
    """
    form = config.form
    found = {
        "dataShape": "" if form.shape == "records" else f"{form.shape} {form.key_field}",
        "headers": json.dumps(config.position_headers) if config.position_headers else "",
        "nextLink": "query" if config.pages.next_query else "",
    }
    return {"dataShape, headers or nextLink": json.dumps(found)} if any(found.values()) else {}


def identity(config: RestConfig) -> str:
    """The hashes in the order of the options, for the offset's `cfg`."""
    hashes = [hashlib.sha256(text.encode("utf-8")).hexdigest() for text in _parts(config).values()]
    return "-".join(digits[:_DIGITS] for digits in hashes)


def require_own_source(offset: Mapping[str, object]) -> None:
    """Refuses an offset of another source, or of a later form of offsets."""
    if offset.get("v") != 1 or offset.get("src") != "rest":
        raise ReplayError(
            "the checkpoint holds an offset of another source or version than rest 1."
        )


def require_same(config: RestConfig, logged: str, mode: Mode) -> None:
    """Refuses an offset of other options, unless `allowConfigChange` is set."""
    wanted = config.offset_scope != "auto" and certain_mode(config.offset_type, config.offset_scope)
    moved = bool(wanted and mode and wanted != mode)
    if config.allow_config_change or (logged == identity(config) and not moved):
        return
    names, now, then = list(_parts(config)), identity(config).split("-"), logged.split("-")
    changed = [name for name, a, b in zip(names, now, then) if a != b]
    if len(now) != len(then):
        changed.append("dataShape, headers or nextLink")
    changed += ["offsetScope"] if moved and not changed else []
    what = ", ".join(changed)
    raise ReplayError(
        f"the checkpoint was written with another {what}; its position may be wrong now. Set "
        "the old value, use a new checkpoint, or set allowConfigChange=true to continue from it."
    )
