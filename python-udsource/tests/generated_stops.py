"""Generated APIs whose pages end by a stop rule, and whose records may have another form."""

from __future__ import annotations

import random
from dataclasses import replace

from generated_api import Shape, make_shape
from generated_options import Case, Options, right_options, spoiled

STREAMS = ("list id", "list key", "range id", "range key")
RULES = ("totalField", "totalPagesField", "repeatedPage")
FORMS = ("records", "columns", "keyed")
_SIGNS = {"totalField": "total", "totalPagesField": "pages"}
_FIELDS = {"totalField": "total", "totalPagesField": "total_pages"}


def make_stop_case(seed: int, streaming: bool) -> Case:
    rng = random.Random(f"stops {seed} {streaming}")
    stream = rng.choice(STREAMS) if streaming else ""
    rule = rng.choice(RULES)
    shape = _shape(rng, stream, rule)
    options = right_options(shape, stream, rng)
    if rule in _SIGNS:
        options[rule] = shape.field(_FIELDS[rule])
        # The rule ends the pages before the page that does not exist.
        options.pop("onStatus", None)
    else:
        options[rule] = "end"
    wrong = ""
    if rng.random() < 0.5:
        options, wrong = spoiled(shape, options, rng)
    options |= _form(shape, options)
    drive = rng.choice(("triggers", "available now", "before 4.2")) if stream else ""
    return Case(seed, stream, shape, options, wrong, drive)


def _shape(rng: random.Random, stream: str, rule: str) -> Shape:
    shape = make_shape(rng, stream)
    by_page = rule != "totalField" or rng.random() < 0.5
    form = rng.choice(FORMS)
    shown = rng.random() < 0.7
    return replace(
        shape,
        style="page" if by_page else "offset",
        param=rng.choice(("page", "p") if by_page else ("offset", "startAt")),
        first=rng.choice((1, 1, 0)) if by_page else 1,
        place=rng.choice(("data", "items", "result.items")),
        signs=(_SIGNS[rule],) if rule in _SIGNS else (),
        past_end="last" if rule == "repeatedPage" else rng.choice(("empty", "404")),
        next_by="",
        hidden=0 if shown else shape.hidden,
        hidden_run=shape.hidden_run and not shown,
        # Faults cut or change lists of records.
        faults=shape.faults if form == "records" else (),
        id_text=shape.id_text or form == "keyed",
        form=form,
    )


def _form(shape: Shape, options: Options) -> Options:
    if shape.form == "records":
        return {}
    given: Options = {"dataShape": shape.form}
    if shape.form == "keyed":
        given["keyField"] = "id"
    return given if "dataField" in options else {**given, "dataField": shape.place}
