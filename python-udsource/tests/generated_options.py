"""Right and wrong options for a generated API, and the records that a run must read with them.

A run must return exactly the records of the API, or fail. `due` lists the exceptions: losses that
the answers do not reveal, and losses that the documentation of an option allows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from generated_api import GeneratedApi, Shape, make_shape
from sparktide_sources._rest.config import OPTIONS, RestConfig

STREAMS = (
    "list id",
    "list key",
    "range id",
    "range key",
    "range time",
    "cursor",
    "last",
    "links",
    "stamp",
)
Options = dict[str, str]


@dataclass(frozen=True)
class Case:
    """An API with options for it. `wrong` describes the mistake in the options, if any."""

    seed: int
    stream: str
    shape: Shape
    options: Options
    wrong: str
    drive: str

    @property
    def must_read(self) -> bool:
        """Whether the run must not fail: the options are right and the API is well-behaved."""
        shape, options = self.shape, self.options
        changes = [change.kind for _, change in (*shape.between_polls, *shape.between_pages)]
        passing = ("busy 429", "busy 503", "500", "cut", "html", "empty")
        named_next = shape.style in ("cursor", "link", "json")
        plain = (
            not self.wrong
            and all(fault.kind in passing and fault.times < 3 for fault in shape.faults)
            and (not shape.hidden or (named_next and not self.stream))
            and "drop" not in changes
            and not shape.between_pages
            and (shape.past_end != "last" or "repeatedPage" in options)
            and not (shape.style == "cursor" and shape.next_end in ("zero", "minus"))
            and shape.no_list != "absent"
            and shape.param_form == shape.key
            and not (shape.stamped and shape.style == "none")
            and not {"requireGuarantee", "maxOffsetBytes", "method"} & set(options)
        )
        if not self.stream:
            return plain
        # An empty list does not show whether the position is in the records or beside them.
        by_key = options.get("offsetType") in ("incremental", "max_field")
        return plain and shape.records > 0 and (by_key or "offsetScope" in options)

    def __str__(self) -> str:
        lines = [f"seed {self.seed}: {self.stream or 'batch'} {self.drive}", f"  {self.shape}"]
        lines += [f"  options: {self.options}", f"  wrong: {self.wrong or 'nothing'}"]
        return "\n".join(lines)


class Due(NamedTuple):
    """Ids of records that may be missing, ids of records that may come twice, and the reasons."""

    may_lose: set[int]
    may_repeat: set[int]
    reasons: list[str]
    # Whether a row may be a whole body.
    bodies: bool = False


def make_case(seed: int, streaming: bool) -> Case:
    rng = random.Random(f"{seed} {streaming}")
    stream = rng.choice(STREAMS) if streaming else ""
    shape = make_shape(rng, stream)
    options = right_options(shape, stream, rng)
    wrong = ""
    if rng.random() < 0.5:
        options, wrong = spoiled(shape, options, rng)
    drive = rng.choice(("triggers", "triggers", "available now", "before 4.2")) if stream else ""
    return Case(seed, stream, shape, options, wrong, drive)


# Right options


def right_options(shape: Shape, stream: str, rng: random.Random) -> Options:
    options: Options = {"url": "/list", "maxPages": "30"}
    named = shape.place not in ("", "data") or (shape.stamped and shape.no_list == "absent")
    if named or (shape.place and rng.random() < 0.5):
        options["dataField"] = shape.place
    if shape.no_list == "absent" and "dataFieldMissing" in OPTIONS and "dataField" in options:
        options["dataFieldMissing"] = "empty"
    walk = _walk(shape, rng)
    if stream in ("cursor", "last", "links"):
        walk = {name: value for name, value in walk.items() if name.startswith("pageSize")}
    options.update(walk)
    if stream:
        options.update(_position(shape, stream, rng))
        options["streamingInterval"] = rng.choice(("0", "10"))
        options["batchSize"] = rng.choice(("1", "2", "3", "5", "1000"))
        if rng.random() < 0.4:
            options["requireGuarantee"] = rng.choice(("at-least-once", "exactly-once"))
        if rng.random() < 0.3:
            options["replay"] = rng.choice(("payload", "payload", "refetch", "spool"))
        elif rng.random() < 0.1:
            options["onReplayMismatch"] = "warn"
        if rng.random() < 0.2:
            options["maxOffsetBytes"] = rng.choice(("700", "900"))
        if rng.random() < 0.2:
            options["onTransient"] = "skipPoll"
    named = {"nextField", "offsetScope"} & set(options) and shape.style in ("cursor", "json")
    left_out = shape.next_end == "absent" or (not shape.place and shape.next_end == "null")
    if (named or "cursorHeader" in options) and left_out and "nextFieldMissing" in OPTIONS:
        options["nextFieldMissing"] = "end"
    if shape.past_end == "404":
        options["onStatus"] = "404=skip"
    if rng.random() < 0.15:
        _as_post(options, rng)
    return options


def _as_post(options: Options, rng: random.Random) -> None:
    """The same requests as POST, with some parameters in the body."""
    path, _, text = options["url"].partition("?")
    options["method"] = "POST"
    if text and rng.random() < 0.5:
        name, _, value = text.partition("=")
        options["url"] = path
        options["body"] = f'{{"{name}":"{value}"}}'
    if options.get("pagination") in ("page", "offset", "cursor", "lastId"):
        options["pageIn"] = "body"
    if rng.random() < 0.5:
        options["retryPost"] = "true"


def _walk(shape: Shape, rng: random.Random) -> Options:
    walk: Options = {}
    if shape.style != "none":
        walk["pagination"] = shape.style
    defaults = {"page": "page", "offset": "offset", "cursor": "cursor", "lastId": "after"}
    if shape.style in defaults and shape.param != defaults[shape.style]:
        walk["pageParam"] = shape.param
    if shape.style == "page" and shape.first == 0:
        walk["pageStart"] = "0"
    if shape.style == "cursor" and shape.place == "":
        walk["cursorHeader"] = "X-Next-Cursor"
    elif shape.style in ("cursor", "json"):
        walk["nextField"] = shape.field(shape.next_name)
    if rng.random() < 0.5:
        walk["pageSize"] = rng.choice((str(shape.size), str(shape.cap), "2", "6", "100"))
        if shape.size_param != ("limit" if shape.style == "offset" else "per_page"):
            walk["pageSizeParam"] = shape.size_param
    if shape.style != "none" and shape.place:
        if "more" in shape.signs and (shape.next_end in ("zero", "minus") or rng.random() < 0.5):
            walk["moreField"] = shape.field("has_more")
        elif "last" in shape.signs and "endField" in OPTIONS:
            walk["endField"] = shape.field("last")
    return walk


def _position(shape: Shape, stream: str, rng: random.Random) -> Options:
    if stream in ("list id", "range id"):
        since = "?since={id}" if shape.ranged else ""
        return {"url": f"/list{since}", "offsetField": "id", "offsetType": "incremental"}
    if stream == "cursor":
        name = shape.field(shape.next_name) if shape.place else "cursor"
        found = {"url": f"/list?{shape.param}={{{name}}}"}
        found |= {"offsetField": name, "offsetType": "cursor"}
        if not shape.place:
            found["cursorHeader"] = "X-Next-Cursor"
        elif rng.random() < 0.5:
            found["offsetScope"] = "response"
        if "more" in shape.signs and rng.random() < 0.5:
            found["moreField"] = shape.field("has_more")
        return found
    if stream == "last":
        return {"url": "/list?after={id}", "offsetField": "id", "offsetType": "cursor"} | (
            {"offsetScope": "record"} if rng.random() < 0.5 else {}
        )
    if stream == "links":
        name = shape.field(shape.next_name)
        return {"offsetField": name, "offsetType": "cursor", "offsetScope": "response"}
    if stream == "stamp":
        found = {"url": "/list?since={now}", "offsetField": "now", "offsetScope": "response"}
        return found | ({"inclusiveOffset": "true"} if shape.inclusive else {})
    found = {"offsetField": "at", "url": "/list?since={at}" if shape.ranged else "/list"}
    if stream == "range time":
        found["offsetScope"] = "record"
    else:
        found["offsetType"] = "max_field"
    if shape.inclusive or (not shape.ranged and rng.random() < 0.5):
        found["inclusiveOffset"] = "true"
    if rng.random() < 0.3:
        found["lagSeconds"] = rng.choice(("10", "60"))
    if shape.param_form != shape.key and "positionFormat" in OPTIONS and shape.ranged:
        forms = {"iso": "iso", "epoch": "epoch", "ms": "epochMillis"}
        found["positionFormat"] = forms[shape.param_form]
    return found


# Wrong options


def spoiled(shape: Shape, options: Options, rng: random.Random) -> tuple[Options, str]:
    """The options with one mistake, and the description of the mistake."""
    ways: list[Callable[[Options, Shape, random.Random], str]] = [
        _typo,
        _typo,
        _drop,
        _kind,
        _flag,
        _size,
        _start,
        _inclusive,
        _offset_type,
    ]
    rng.shuffle(ways)
    for way in ways:
        changed = dict(options)
        wrong = way(changed, shape, rng)
        if wrong:
            return changed, wrong
    return options, ""


def _typo(options: Options, shape: Shape, rng: random.Random) -> str:
    names = ("dataField", "nextField", "moreField", "endField", "offsetField", "pageParam")
    names += ("totalField", "totalPagesField")
    found = [name for name in names if name in options]
    if not found:
        return ""
    name = rng.choice(found)
    right = options[name]
    wrong = right[:-1] if len(right) > 2 else right + "x"
    options[name] = wrong
    for text in ("url", "body"):
        if text in options:
            options[text] = options[text].replace(f"{{{right}}}", f"{{{wrong}}}")
    return f"typo in {name}"


def _drop(options: Options, shape: Shape, rng: random.Random) -> str:
    kept = ["url", "maxPages", "streamingInterval", "batchSize", "requireGuarantee", "replay"]
    if shape.stamped:
        # Without dataField every answer would be a new record, and the run would never end.
        kept += ["dataField", "body"]
    found = [name for name in options if name not in kept]
    if not found:
        return ""
    name = rng.choice(found)
    del options[name]
    if name == "pageSize":
        options.pop("pageSizeParam", None)
    return f"without {name}"


def _kind(options: Options, shape: Shape, rng: random.Random) -> str:
    if "pagination" not in options and options.get("offsetType") == "cursor":
        return ""
    kinds = ("page", "offset", "cursor", "link", "json", "lastId")
    before = options.get("pagination", "none")
    options["pagination"] = rng.choice([kind for kind in kinds if kind != before])
    stops = ("totalField", "totalPagesField", "repeatedPage")
    for name in ("nextField", "cursorHeader", "pageParam", "pageStart", *stops):
        options.pop(name, None)
    return f"pagination={options['pagination']}"


def _flag(options: Options, shape: Shape, rng: random.Random) -> str:
    if shape.place == "" or not ({"pagination"} & set(options) or "moreField" in options):
        return ""
    swapped = {"more": ("endField", "has_more"), "last": ("moreField", "last")}
    for sign in shape.signs:
        if sign in swapped and swapped[sign][0] in OPTIONS:
            options.pop("moreField", None)
            options.pop("endField", None)
            options[swapped[sign][0]] = shape.field(swapped[sign][1])
            return "inverted flag"
    return ""


def _size(options: Options, shape: Shape, rng: random.Random) -> str:
    if rng.random() < 0.5:
        options["pageSize"] = rng.choice(("1", "2", "3", "7", "1000"))
        options["pageSizeParam"] = rng.choice((shape.size_param, "page_sise"))
    elif "pageSizeParam" in options:
        options["pageSizeParam"] = "page_sise"
    else:
        return ""
    return "page size"


def _start(options: Options, shape: Shape, rng: random.Random) -> str:
    if options.get("pagination") not in ("page", "offset"):
        return ""
    options["pageStart"] = rng.choice(("0", "1", "2"))
    if options["pageStart"] == ("0" if options["pagination"] == "offset" else str(shape.first)):
        return ""
    return "pageStart"


def _inclusive(options: Options, shape: Shape, rng: random.Random) -> str:
    if "offsetField" not in options or options.get("offsetType") in ("cursor", "incremental"):
        return ""
    if options.pop("inclusiveOffset", None) is None:
        options["inclusiveOffset"] = "true"
    return "inclusiveOffset"


def _offset_type(options: Options, shape: Shape, rng: random.Random) -> str:
    if "offsetField" not in options:
        return ""
    before = options.get("offsetType", "timestamp")
    kinds = [kind for kind in ("timestamp", "cursor", "incremental", "max_field") if kind != before]
    options["offsetType"] = rng.choice(kinds)
    if options["offsetType"] in ("cursor", "incremental"):
        options.pop("inclusiveOffset", None)
        options.pop("lagSeconds", None)
    return f"offsetType={options['offsetType']}"


# Expected records


class Seen(NamedTuple):
    """What a run reported: its mode, its gaps, whether skipPoll skipped polls, its warnings."""

    mode: str = ""
    gaps: int = 0
    skipped: bool = False
    warnings: tuple[str, ...] = ()


def due(case: Case, config: RestConfig, api: GeneratedApi, seen: Seen) -> Due:
    found = Due(set(api.dropped), set(), [])
    everything = set(api.facts)

    def give_up(lost: set[int], repeated: set[int], reason: str) -> None:
        found.may_lose.update(lost)
        found.may_repeat.update(repeated)
        found.reasons.append(reason)

    shape, kind = case.shape, config.pages.kind
    by_number = shape.style in ("page", "offset") or bool(shape.next_by)
    if kind != "none":
        _walking_due(case, config, give_up, everything)
    elif not case.stream and not shape.tells:
        give_up(everything, set(), "the API truncates its answer without a sign")
    moves = shape.between_pages
    if shape.faults:
        # After the wait for a retry, the walk continues on a list that may have changed.
        moves += shape.between_polls
    if by_number and moves:
        kinds = {change.kind for _, change in moves}
        if "drop" in kinds:
            give_up(everything, everything, "the list shrank between numbered pages")
        if kinds & {"grow", "late"}:
            give_up(set(), everything, "the list grew at its front between numbered pages")
    if case.stream:
        _stream_due(case, config, api, seen, give_up)
    elsewhere = shape.place not in ("", "data")
    if (
        kind == "none"
        and not config.form.data_field_given
        and (elsewhere or shape.no_list == "absent")
    ):
        # Documented: without dataField, an object without an array in `data` is one record.
        give_up(everything if elsewhere else set(), set(), "the whole body is the record")
        found = found._replace(bodies=True)
    if "onStatus" in case.options and any(fault.kind == "404" for fault in shape.faults):
        give_up(everything, set(), "onStatus=404=skip reads a missing page as empty")
    about_next = any(word in case.wrong for word in ("Field", "Header", "pagination"))
    if "nextFieldMissing" in case.options and about_next:
        give_up(everything, set(), "the options say that the field may be missing")
    if any("repeatedPage=end reads" in text for text in seen.warnings):
        give_up(everything, set(), "the second page is the first, and the log warns of it")
    if any("count the records of one page" in text for text in seen.warnings):
        give_up(everything, set(), "the total is that of the first page, and the log warns of it")
    if kind == "none" and any("pagination" in text for text in seen.warnings):
        give_up(everything, set(), "one page is requested, and the log warns of more")
    return found


GiveUp = Callable[[set[int], set[int], str], None]


def _walking_due(case: Case, config: RestConfig, give_up: GiveUp, everything: set[int]) -> None:
    shape, pages = case.shape, config.pages
    counted = pages.kind in ("page", "offset", "lastId")
    first = shape.first if pages.kind == "page" else 0
    if pages.kind in ("page", "offset") and pages.start > first:
        give_up(everything, set(), "pageStart asks to begin after the first page")
    # A total may count records that a filter hides, so it does not show the end.
    flagged = _flagged(shape)
    # A header that these options do not read does not show it either.
    silent = not flagged or (not shape.place and pages.kind != shape.style)
    if shape.hidden and silent and (counted or pages.kind != shape.style):
        give_up(everything, set(), "an empty page looks like the end of the list")
    if pages.kind == "offset" and pages.size and shape.hidden:
        give_up(set(), everything, "hidden records may make a page overlap the next")
    unseen = not shape.tells or shape.hidden or not shape.place
    if pages.kind == "link" and shape.style != "link" and unseen:
        give_up(everything, set(), "no Link header, so the page looks like the only one")
    if not shape.tells and shape.style == "none":
        give_up(everything, set(), "the API truncates its answer without a sign")


def _flagged(shape: Shape) -> bool:
    """Whether an empty page shows that more follow; a total may count records before it."""
    return bool({"more", "last"} & set(shape.signs)) or shape.style in ("cursor", "link", "json")


def _stream_due(
    case: Case,
    config: RestConfig,
    api: GeneratedApi,
    seen: Seen,
    give_up: GiveUp,
) -> None:
    shape, safety, everything = case.shape, config.safety, set(api.facts)
    mode, gaps = seen.mode, seen.gaps
    if seen.skipped:
        give_up(everything, set(), "skipPoll reads failed polls as empty ones")
    if case.stream == "stamp" and mode == "cursor":
        give_up(everything, everything, "the options send a time back as a cursor")
    if safety.guarantee(mode) == "refetch":
        give_up(set(), everything, "at-least-once: a repeated batch may differ")
    if gaps and safety.required == "none":
        give_up(everything, set(), "the offset counts a gap")
    single = config.pages.kind == "none" and mode != "cursor"
    walks_on = shape.order == "asc" and config.has_placeholder and mode != "stamp"
    if single and not shape.tells and not walks_on:
        give_up(everything, set(), "the API truncates its answer without a sign")
    if single and not _flagged(shape) and shape.hidden:
        give_up(everything, set(), "an empty page looks like the end of the list")
    if mode == "last" and shape.order == "desc":
        give_up(everything, everything, "a record as the cursor, and newer records before it")
    units = {shape.key, shape.param_form}
    if shape.ranged and units == {"epoch", "ms"} and "positionFormat" not in case.options:
        give_up(everything, set(), "the API reads the position in another time unit")
    if mode == "stamp":
        at_once = {n for n, fact in api.facts.items() if int(fact.arrived) in api.moments}
        if not config.inclusive or not shape.inclusive:
            give_up(at_once, at_once, "arrived in the second that a response names")
        if not config.has_placeholder:
            give_up(set(), everything, "without a placeholder every poll lists all records")
        return
    if mode != "keys":
        return
    by_id = config.offset_field == "id"
    lost: set[int] = set()
    moments = [fact.moment for fact in api.facts.values()]
    for number, fact in api.facts.items():
        in_time = safety.lag > fact.arrived - fact.moment + max(shape.ahead, 0)
        shared = moments.count(fact.moment) > 1
        kept_back = in_time and config.pages.kind != "none" and not config.inclusive
        told_apart = config.inclusive and (shape.inclusive or not config.has_placeholder)
        if by_id:
            continue
        if fact.late and not in_time:
            lost.add(number)
        elif shared and not told_apart and not kept_back:
            lost.add(number)
    if lost:
        give_up(lost, set(), "arrived late, or with the position of another record")
    if config.has_placeholder and config.offset_type == "incremental" and not shape.inclusive:
        give_up(everything, set(), "incremental, with a range that excludes the position")
    largest = max((moments.count(moment) for moment in moments), default=0)
    window = min(shape.number_of_window, config.pages.size or shape.cap)
    if single and not shape.tells and not by_id and largest >= window:
        give_up(everything, set(), "records of one position fill a page without a sign of more")
