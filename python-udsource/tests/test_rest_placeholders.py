"""`rest`: braces that are not a placeholder are refused, with a list of the valid placeholders."""

from __future__ import annotations

import json

import pytest

from sparktide_sources._errors import OptionError
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.coingecko import CoinGeckoDataSource
from sparktide_sources.rest import RestDataSource
from support import FakeClock, Recorder

URL = "https://api.example.com/x"
POST = {"method": "POST"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{URL}?from={{[0]}}&to={{@now}}", "{[0]}"),
        (f"{URL}?to={{@now}}", "{@now}"),
        (f"{URL}?since={{timestamp%20}}", "{timestamp%20}"),
        (f"{URL}?since=${{timestamp}}&x={{$y}}", "{$y}"),
        (f"{URL}?since={{timestamp}}}}", "}"),
        (f"{URL}?since={{timestamp", "{"),
        (f"{URL}?page={{0}}", "{0}"),
        (f"{URL}?at={{timestamp+1}}", "{timestamp+1}"),
        (f"{URL}/{{}}/y", "{}"),
        (f'{URL}?q={{"a":1}}', "a"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"inputData": '[{"id": 1}]'}])
def test_a_brace_in_the_url_that_is_not_part_of_a_placeholder_is_refused(
    url: str, shown: str, more: dict[str, str]
) -> None:
    may_be = r"\{timestamp\}" + (r" or \{id\}" if more else "")
    with pytest.raises(
        OptionError, match=f"'url': has .*which is not a placeholder.*{may_be}"
    ) as got:
        RestDataSource({"url": url, **more})
    assert shown in str(got.value)
    assert "%7B and %7D" in str(got.value)


def test_a_selector_as_a_placeholder_is_refused_with_the_name_that_always_works() -> None:
    options = {"url": f"{URL}?since={{items[0].at}}", "offsetField": "items[0].at"}
    with pytest.raises(OptionError, match=r"in braces: \{position\}\."):
        RestDataSource(options)


@pytest.mark.parametrize(
    "url",
    [
        f"{URL}?since={{timestamp}}",
        f"{URL}?since={{timestamp}}&text={{{{timestamp}}}}",
        f"{URL}?q=%7B%22a%22:1%7D",
        URL,
    ],
)
def test_placeholders_and_doubled_or_encoded_braces_are_accepted(url: str) -> None:
    RestDataSource({"url": url})


@pytest.mark.parametrize(
    "text", ["{[0]}", "{@now}", "{0}", "{$since}", "{%d}", "{timestamp+1}", "x {{@now}} y"]
)
def test_a_placeholder_in_the_syntax_of_another_tool_is_refused(text: str) -> None:
    body = json.dumps({"filter": {"since": text}})
    with pytest.raises(OptionError, match=r"'body': has '\{.*which is not a placeholder"):
        RestDataSource({"url": URL, **POST, "body": body})


def test_a_body_may_contain_braces_that_are_not_placeholders() -> None:
    transport = Recorder([])
    query = "{ user(id: 1) { ...Card } } {a: {b}} fragment Card on User { name }"
    body = json.dumps({"query": query.replace("{b}", "{{b}}"), "empty": {}, "list": [{}]})
    config = read_config({"url": URL, **POST, "body": body})
    reader = RestBatchReader(config, FakeClock(), transport)
    list(reader.read(reader.partitions()[0]))
    assert json.loads(transport.requests[0]["body"])["query"] == query
    RestDataSource({"url": URL, **POST, "body": r'{"text": "\u007b0}"}'})


@pytest.mark.parametrize("value", ["{timestamp}{id}", "{@now}", "{[0]}", "{id}"])
@pytest.mark.parametrize("option", ["headers", "cookie"])
def test_a_placeholder_in_a_header_or_cookie_is_refused_without_showing_the_value(
    option: str, value: str
) -> None:
    text = json.dumps({"X-Since": f"SENTINEL{value}"}) if option == "headers" else f"a={value}"
    with pytest.raises(OptionError, match=f"'{option}': .*only url and body may have one") as got:
        RestDataSource({"url": URL, option: text, "inputData": '[{"id": 1}]'})
    assert "SENTINEL" not in str(got.value)


@pytest.mark.parametrize("value", ["{@now}", "{timestamp}", "{[0]}"])
def test_a_placeholder_in_initial_offset_is_refused(value: str) -> None:
    options = {"url": f"{URL}?since={{timestamp}}", "initialOffset": value}
    with pytest.raises(OptionError, match="'initialOffset': it has a placeholder in braces"):
        RestDataSource(options)


def test_headers_may_contain_braces_that_do_not_name_a_field() -> None:
    RestDataSource({"url": URL, "headers": json.dumps({"X-Filter": '{"a": [1]}', "X-T": "{name}"})})


def test_braces_in_oauth_token_url_and_base_url_are_refused() -> None:
    auth = {"authType": "OAuth2", "oauthClientId": "i", "oauthClientSecret": "s"}
    with pytest.raises(OptionError, match="'oauthTokenUrl': may not contain braces"):
        RestDataSource({"url": URL, **auth, "oauthTokenUrl": "https://a.example/{tenant}/token"})
    with pytest.raises(OptionError, match="'baseUrl': may not contain braces"):
        CoinGeckoDataSource({"baseUrl": "https://a.example/{tenant}"})
