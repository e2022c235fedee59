"""Option names of all sources, and options of `rest` that have no effect together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sparktide_sources import coingecko, weather
from sparktide_sources._errors import OptionError
from sparktide_sources._options import OptionReader
from sparktide_sources._rest.config import OPTIONS
from sparktide_sources._rest.ineffective_options import IDLE_OPTIONS
from sparktide_sources.coingecko import CoinGeckoDataSource
from sparktide_sources.rest import RestDataSource
from sparktide_sources.weather import WeatherDataSource
from support import NYC

URL = "https://api.example.com/x"
SINCE = {"url": f"{URL}?since={{timestamp}}"}
IDS = {"url": f"{URL}?id={{id}}", "offsetField": "id", "offsetType": "incremental"}
CURSOR = {"offsetType": "cursor"}
POST = {"method": "POST"}
PAYLOAD, SPOOL = {"replay": "payload"}, {"replay": "spool", "spoolDir": "/spool"}

# Options that have no effect together, the option that the error names, and its advice.
IDLE: list[tuple[dict[str, str], str, str]] = [
    ({"offsetScope": "response", "offsetType": "max_field"}, "offsetScope", "remove it"),
    ({"offsetScope": "response", **IDS}, "offsetScope", "not used by offsetType=incremental"),
    (
        {"offsetScope": "response", **CURSOR, "responseFormat": "csv"},
        "offsetScope",
        "responseFormat is csv. Set offsetScope=record, or cursorHeader for a cursor in a header",
    ),
    (
        {"offsetScope": "response", "responseFormat": "jsonl"},
        "offsetScope",
        "needs a JSON body to look in",
    ),
    ({"inclusiveOffset": "true", **CURSOR}, "inclusiveOffset", "set offsetType=max_field"),
    ({"inclusiveOffset": "true", **IDS}, "inclusiveOffset", "by offsetType=incremental"),
    ({"onReplayMismatch": "warn", **PAYLOAD}, "onReplayMismatch", "not used by replay=payload"),
    ({"onReplayMismatch": "warn", **SPOOL}, "onReplayMismatch", "remove one of them"),
    (
        {"cursorHeader": "X-Next", **CURSOR, "offsetScope": "record"},
        "cursorHeader",
        "remove one of them",
    ),
    ({"dataFieldMissing": "empty"}, "dataFieldMissing", "needs dataField"),
    (
        {"nextFieldMissing": "end", **CURSOR, "offsetScope": "record"},
        "nextFieldMissing",
        "remove one of them",
    ),
    ({"retryPost": "true"}, "retryPost", "remove it, or set method=POST"),
    ({"retryPost": "true", "method": "get"}, "retryPost", "not used by method=GET"),
    (
        {"partialErrors": "keep", "errorField": "none"},
        "partialErrors",
        "not used by errorField=none",
    ),
    ({"partitions": "8"}, "partitions", "needs inputData"),
    ({"pageSizeParam": "n"}, "pageSizeParam", "is not sent without pageSize; set pageSize"),
    ({"pageSizeParam": "n", "pagination": "link"}, "pageSizeParam", "without pageSize"),
    ({"pageIn": "body", **POST}, "pageIn", "by pagination=none without pageSize"),
    ({"pageIn": "body", **POST, "pagination": "link"}, "pageIn", "by pagination=link"),
    ({"maxConsecutiveFailures": "3"}, "maxConsecutiveFailures", "set onTransient=skipPoll"),
    (
        {**CURSOR, "url": URL, "nextLink": "query", "offsetScope": "record"},
        "nextLink",
        "not used by offsetScope=record",
    ),
    ({"positionFormat": "epoch"}, "positionFormat", "do not have {timestamp}"),
    ({"positionFormat": "epoch", **IDS}, "positionFormat", "offsetType=incremental are not"),
    ({"positionFormat": "iso", **CURSOR}, "positionFormat", "offsetType=cursor are not"),
    ({"initialOffset": "2025-01-01"}, "initialOffset", "is only sent, never compared"),
    ({**IDS, "url": URL, "initialOffset": "7"}, "initialOffset", "do not have {id}"),
    ({**IDS, "initialOffset": "abc"}, "initialOffset", "must be a whole number.*got 'abc'"),
    ({**IDS, "initialOffset": "1.5"}, "initialOffset", "offsetType=cursor sends any text"),
    ({**IDS, "inputData": '[{"id": 1}, {"id": "x"}]'}, "inputData", "item 1: 'id' must be a whole"),
]

# Options that look like those above, but have an effect or equal the default.
USEFUL: list[dict[str, str]] = [
    {"offsetScope": "response"},
    {"offsetScope": "record", **IDS},
    {"offsetScope": "response", **CURSOR, "responseFormat": "csv", "cursorHeader": "X-Next"},
    {"offsetScope": "record", "responseFormat": "csv"},
    {"inclusiveOffset": "true"},
    {"inclusiveOffset": "true", "offsetType": "max_field"},
    {"inclusiveOffset": "false", **CURSOR},
    {"onReplayMismatch": "fail", **PAYLOAD},
    {"onReplayMismatch": "warn", **CURSOR},
    {"onReplayMismatch": "warn", "replay": "refetch"},
    {"cursorHeader": "X-Next", **CURSOR},
    {"cursorHeader": "X-Next", "pagination": "cursor", "offsetScope": "record"},
    {"dataFieldMissing": "empty", "dataField": "items"},
    {"dataFieldMissing": "fail"},
    {"nextFieldMissing": "end", **CURSOR},
    {"nextFieldMissing": "end", "pagination": "json"},
    {"retryPost": "true", **POST},
    {"retryPost": "false", "method": "GET"},
    {"partitions": "8", "inputData": "[{}]"},
    {"partitions": "2"},
    {"partialErrors": "fail", "errorField": "none"},
    {"partialErrors": "keep", "errorField": "meta.problem"},
    {"pageSizeParam": "n", "pageSize": "5"},
    {"pageIn": "query"},
    {"pageIn": "body", **POST, "pageSize": "5"},
    {"pageIn": "body", **POST, "pagination": "cursor"},
    {"maxConsecutiveFailures": "3", "onTransient": "skipPoll"},
    {"maxConsecutiveFailures": "10"},
    # maxPages also limits the polls of Trigger.AvailableNow.
    {"maxPages": "3"},
    {**SINCE, "initialOffset": "2025-01-01"},
    {**SINCE, "positionFormat": "epochMillis"},
    {**POST, "body": '{"since": "{timestamp}"}', "positionFormat": "date"},
    {"initialOffset": "0"},
    {**POST, "body": '{"since": "{timestamp}"}', "initialOffset": "2025-01-01"},
    {**CURSOR, "initialOffset": "/x?page=2"},
    {**IDS, "initialOffset": "-7"},
    {**IDS, "initialOffset": ""},
    {**IDS, "inputData": '[{"id": 1}, {"id": "2"}]'},
]


@pytest.mark.parametrize(("options", "named", "advice"), IDLE)
def test_an_option_without_effect_beside_others_is_refused_with_advice(
    options: dict[str, str], named: str, advice: str
) -> None:
    with pytest.raises(OptionError, match=f"rest option '{named}': .*{advice}"):
        RestDataSource({"url": URL, **options})


@pytest.mark.parametrize("options", USEFUL)
def test_an_option_that_has_an_effect_or_equals_its_default_is_accepted(
    options: dict[str, str],
) -> None:
    RestDataSource({"url": URL, **options})


def test_every_rule_about_options_without_effect_has_a_test_case() -> None:
    named = [option for _, option, _ in IDLE]
    for option in {idle.option for idle in IDLE_OPTIONS}:
        rules = [idle for idle in IDLE_OPTIONS if idle.option == option]
        assert option in OPTIONS
        assert named.count(option) >= len(rules)
        for idle in rules:
            assert set(idle.values) <= set(OPTIONS)


@pytest.mark.parametrize("source", [CoinGeckoDataSource, WeatherDataSource])
def test_weather_and_coingecko_refuse_max_consecutive_failures_without_skip_poll(
    source: Any,
) -> None:
    options = {"stations": NYC} if source is WeatherDataSource else {}
    with pytest.raises(OptionError, match=r"'maxConsecutiveFailures': .*onTransient=skipPoll"):
        source({**options, "maxConsecutiveFailures": "3"}).plan()


def typos(name: str) -> Iterator[str]:
    """The name with each letter dropped, doubled, and swapped with the next."""
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at] * 2 + name[at + 1 :]
        yield name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (source, name)
        for source, known in (
            ("rest", OPTIONS),
            ("weather", weather.OPTIONS),
            ("coingecko", coingecko.OPTIONS),
        )
        for name in known
    ],
)
def test_every_typo_in_every_option_is_an_error_that_names_the_correct_option(
    source: str, name: str
) -> None:
    known = {"rest": OPTIONS, "weather": weather.OPTIONS, "coingecko": coingecko.OPTIONS}[source]
    lower = {option.lower() for option in known}
    wrong = [typo for typo in typos(name) if typo.lower() not in lower]
    assert len(wrong) > len(name)
    for typo in wrong:
        with pytest.raises(OptionError, match=f"^{source} has no option '{typo.lower()}'") as found:
            OptionReader(source, {typo: "1"}, known)
        assert f"'{name}'" in str(found.value), typo
