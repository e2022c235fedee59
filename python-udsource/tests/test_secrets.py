"""Credentials by reference, and checks that no credential shows anywhere."""

from __future__ import annotations

import json
import logging
import os
import re
import traceback
from pathlib import Path
from typing import Any

import pytest
from pyspark import cloudpickle

from sparktide_replay import ReplayServer
from sparktide_sources import register_all
from sparktide_sources._credentials.plan_redaction import REDACTION_CONF
from sparktide_sources._credentials.redact import Redactor, sensitive_values
from sparktide_sources._credentials.secrets import ALLOWED_SECRETS, REQUIRE_REFERENCES, Secret
from sparktide_sources._errors import HttpError, OptionError, SourceError
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.stream.identity import identity
from sparktide_sources.coingecko import CoinGeckoDataSource
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, coins_reader, rest_reader, second_server, take, weather_reader

SENTINEL = "SENTINEL-0123"


def read(server: ReplayServer, clock: FakeClock, path: str, **options: str) -> list[Any]:
    reader = RestBatchReader(read_config({"url": server.url + path, **OPEN, **options}), clock)
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


def test_references_are_resolved_with_the_request_and_not_before(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"authType": "Bearer", "oauthToken": "env:SPARKTIDE_SECRET_T", **OPEN}
    config = read_config({"url": server.url + "/tweets", **options})
    reader = RestBatchReader(config, clock)
    monkeypatch.setenv("SPARKTIDE_SECRET_T", SENTINEL)
    assert SENTINEL.encode() not in cloudpickle.dumps(reader)
    list(reader.read(reader.partitions()[0]))
    assert server.journal()[0]["headers"]["authorization"] == f"Bearer {SENTINEL}"
    assert SENTINEL.encode() not in cloudpickle.dumps(reader)


def test_every_credential_of_every_source_may_be_a_reference(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_K", SENTINEL)
    reference = "env:SPARKTIDE_SECRET_K"
    headers = json.dumps({"X-Token": reference})
    read(server, clock, "/tweets", headers=headers)
    read(server, clock, "/tweets", cookie=reference)
    read(server, clock, "/tweets", authType="ApiKey", apiKey=reference, apiKeyIn="query")
    sent = server.journal()
    assert sent[0]["headers"]["x-token"] == SENTINEL
    assert sent[1]["headers"]["cookie"] == SENTINEL
    assert sent[2]["query"]["api_key"] == SENTINEL
    server.clear_journal()
    for reader in (
        coins_reader(server, clock, apiKey=reference),
        weather_reader(server, clock, apiKey=reference),
    ):
        reader.read(reader.initialOffset())
    coins, weather = server.journal()
    assert coins["headers"]["x-cg-demo-api-key"] == SENTINEL
    assert weather["query"]["apikey"] == SENTINEL


def test_neither_input_data_nor_an_answer_is_ever_resolved(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_T", SENTINEL)
    reference = "env:SPARKTIDE_SECRET_T"
    read(server, clock, "/tweets", inputData=json.dumps([{"token": reference}]))
    read(server, clock, "/tweets?since={n}", inputData=json.dumps([{"n": reference}]))
    body = json.dumps({"key": reference})
    read(server, clock, "/tweets", method="POST", body=body)
    server.fault("/tweets", body={"data": [{"id": 1}], "next": f"/tweets?token={reference}"})
    read(server, clock, "/tweets", pagination="json")
    assert SENTINEL not in json.dumps(server.journal())
    assert server.journal()[0]["query"]["token"] == reference
    assert server.journal()[-1]["query"]["token"] == reference


@pytest.mark.parametrize(
    ("allowed", "reference", "granted"),
    [
        (None, "env:SPARKTIDE_SECRET_A", True),
        (None, "env:PLAIN_A", False),
        ("env:PLAIN_A", "env:PLAIN_A", True),
        ("env:PLAIN_*", "env:PLAIN_A", True),
        ("env:PLAIN_*", "env:SPARKTIDE_SECRET_A", False),
        ("env:PLAIN", "env:PLAIN_A", False),
        ("", "env:SPARKTIDE_SECRET_A", False),
        ("file:{folder}/", "file:{folder}/key", True),
        ("file:{folder}/key", "file:{folder}/key", True),
        ("file:{folder}/k*", "file:{folder}/key", True),
        ("file:{folder}/inner/", "file:{folder}/inner/../key", False),
        ("file:{folder}/inner/", "file:{folder}/inner/link", False),
        ("file:{folder}/inn", "file:{folder}/inner/own", False),
        (None, "file:{folder}/key", False),
        ("file:{folder}/", "file:key", False),
    ],
)
def test_only_references_that_the_server_lists_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    allowed: str | None,
    reference: str,
    granted: bool,
) -> None:
    for name in ("SPARKTIDE_SECRET_A", "PLAIN_A"):
        monkeypatch.setenv(name, "value")
    (tmp_path / "inner").mkdir()
    for name in ("key", "inner/own"):
        (tmp_path / name).write_text("value\n")
    (tmp_path / "inner" / "link").symlink_to(tmp_path / "key")
    monkeypatch.delenv(ALLOWED_SECRETS, raising=False)
    if allowed is not None:
        monkeypatch.setenv(ALLOWED_SECRETS, allowed.format(folder=tmp_path))
    secret = Secret("apiKey", reference.format(folder=tmp_path))
    if granted:
        assert secret.resolve() == "value"
        return
    with pytest.raises(
        OptionError, match=f"'apiKey' .*not in the server's list.*{ALLOWED_SECRETS}"
    ):
        secret.resolve()


def test_a_server_may_refuse_credentials_that_are_not_references(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(REQUIRE_REFERENCES, "true")
    base = {"url": "https://a.example/"}
    for options in (
        {**base, "authType": "Bearer", "oauthToken": SENTINEL},
        {**base, "headers": json.dumps({"X-Key": SENTINEL})},
        {**base, "cookie": f"a={SENTINEL}"},
    ):
        with pytest.raises(OptionError, match="holds a credential itself") as caught:
            RestDataSource(options)
        assert SENTINEL not in str(caught.value)
    with pytest.raises(OptionError, match="holds a credential itself"):
        CoinGeckoDataSource({"apiKey": SENTINEL})
    RestDataSource({**base, "authType": "Bearer", "oauthToken": "env:SPARKTIDE_SECRET_T"})


@pytest.mark.parametrize(
    ("row", "granted"),
    [
        ({"api_key": SENTINEL}, False),
        ({"id": 1, "auth": {"token": SENTINEL}}, False),
        ({"author": "all", "keyword": "x", "id": "a"}, True),
        ({"key": 7, "issue": "A-1"}, True),
    ],
)
def test_required_references_forbid_input_rows_with_the_field_name_of_a_credential(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, Any], granted: bool
) -> None:
    """References in input rows are never resolved, so plans would show the credential."""
    monkeypatch.setenv(REQUIRE_REFERENCES, "true")
    options = {"url": "https://a.example/", "method": "POST", "inputData": json.dumps([row])}
    if granted:
        RestDataSource(options)
        return
    with pytest.raises(OptionError, match="'inputData' has a field with the name of a") as caught:
        RestDataSource(options)
    assert SENTINEL not in str(caught.value)


def test_required_references_allow_ordinary_names_and_placeholders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(REQUIRE_REFERENCES, "true")
    rows = json.dumps([{"issue": "A-1"}])
    RestDataSource({"url": "https://a.example/?author=12&keyword=x&since={timestamp}"})
    RestDataSource({"url": "https://a.example/?key={issue}", "inputData": rows})
    post = {"url": "https://a.example/", "method": "POST", "inputData": rows}
    RestDataSource({**post, "body": '{"key":"{issue}","author":"x"}'})


def test_an_ordinary_url_parameter_is_part_of_the_identity_of_a_checkpoint() -> None:
    url = "https://a.example/?since={timestamp}&"
    found = [identity(read_config({"url": url + more})) for more in ("keyword=a", "keyword=b")]
    assert found[0] != found[1]
    same = [identity(read_config({"url": url + more})) for more in ("api_key=a", "api_key=b")]
    assert same[0] == same[1]


def test_a_next_link_to_another_origin_may_repeat_an_ordinary_parameter(
    server: ReplayServer, clock: FakeClock
) -> None:
    with second_server() as other:
        page = {"data": [{"id": 1}], "next": other.url + "/tweets?author=all"}
        server.fault("/tweets", body=page)
        assert read(server, clock, "/tweets?author=all", pagination="json")[0] == {"id": 1}


OAUTH1 = {
    "authType": "OAuth1",
    "oauthConsumerKey": SENTINEL,
    "oauthConsumerSecret": SENTINEL,
    "oauthToken": SENTINEL,
    "oauthTokenSecret": SENTINEL,
}
LITERALS: list[dict[str, str]] = [
    {"authType": "Basic", "userId": SENTINEL, "userPassword": SENTINEL},
    {"authType": "Bearer", "oauthToken": SENTINEL},
    {"authType": "ApiKey", "apiKey": SENTINEL},
    {"authType": "ApiKey", "apiKey": SENTINEL, "apiKeyIn": "query", "apiKeyName": "q"},
    {"authType": "ApiKey", "apiKey": SENTINEL, "apiKeyIn": "cookie"},
    OAUTH1,
    {"headers": json.dumps({"X-Key": SENTINEL})},
    {"headers": json.dumps({"Authorization": f"Token {SENTINEL}"})},
    {"cookie": f"a={SENTINEL}"},
    {"url": "/tweets?since={timestamp}&access_token=" + SENTINEL},
    {"method": "POST", "body": json.dumps({"since": "{timestamp}", "password": SENTINEL})},
]


@pytest.mark.parametrize("options", LITERALS)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "body": {"message": f"bad {SENTINEL}"}},
        {"status": 503, "body": {"message": f"bad {SENTINEL}"}, "headers": {"Retry-After": "60"}},
        {"body": f"not json {SENTINEL}"},
        {"status": 302, "headers": {"Location": f"http://other.example/{SENTINEL}"}},
        {"status": 302, "headers": {"Location": f"http://169.254.169.254/{SENTINEL}"}},
        {"close": True},
    ],
)
def test_no_error_log_offset_or_repr_shows_a_credential(
    server: ReplayServer,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    options: dict[str, str],
    fault: dict[str, Any],
) -> None:
    given = dict(options)
    path = given.pop("url", "/tweets?since={timestamp}")
    if given.get("method") == "POST":
        given["retryPost"] = "true"
    reader = rest_reader(server, path, clock, maxRetries="1", **given)
    start = reader.initialOffset()
    texts: list[str] = []
    with caplog.at_level(logging.DEBUG):
        _, end = take(reader, start)
        texts += [json.dumps(end), repr(read_config({"url": "https://a.example/", **given}).auth)]
        server.fault("/tweets", times=9, **fault)
        clock.advance(100)
        for _ in range(3):
            try:
                take(reader, end)
            except SourceError as error:
                # Format the error as Spark does, with its whole chain of causes.
                kind, trace = type(error), error.__traceback__
                texts += [*traceback.format_exception(kind, error, trace), repr(error)]
            clock.advance(1)
    texts += [record.getMessage() for record in caplog.records]
    assert len(texts) > 2
    assert SENTINEL not in "\n".join(texts)


def test_no_error_shows_an_oauth2_token_or_its_client_secret(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {
        "authType": "OAuth2",
        "oauthTokenUrl": server.url + "/oauth/token",
        "oauthClientId": SENTINEL,
        "oauthClientSecret": SENTINEL,
    }
    answer = {"access_token": "TOKEN-SENTINEL", "token_type": "bearer"}
    server.fault("/oauth/token", body=answer)
    message = f"no TOKEN-SENTINEL, no {SENTINEL}"
    server.fault("/items", status=403, body={"message": message})
    with pytest.raises(HttpError, match=r"403 Forbidden: no \*\*\*, no \*\*\*") as caught:
        read(server, clock, "/items", **options)
    assert "SENTINEL" not in str(caught.value)
    server.fault("/oauth/token", status=400, body={"error": "x", "error_description": message})
    with pytest.raises(HttpError) as caught:
        read(server, clock, "/items", **options)
    assert SENTINEL not in str(caught.value)


def test_input_data_in_fields_named_like_credentials_is_masked(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/tweets", status=400, body={"message": f"bad {SENTINEL}"}, times=2)
    rows = json.dumps([{"apiKey": SENTINEL}])
    for method in ("GET", "POST"):
        with pytest.raises(HttpError, match="400") as caught:
            read(server, clock, "/tweets", method=method, inputData=rows)
        assert SENTINEL not in str(caught.value)


def test_a_redirect_that_carries_the_key_to_another_origin_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The free host of Open-Meteo redirects requests with a key, and the URL keeps the key."""
    with second_server() as other:
        there = f"{other.url}/v1/forecast?apikey={SENTINEL}"
        server.fault("/v1/forecast", status=302, headers={"Location": there})
        reader = weather_reader(server, clock, apiKey=SENTINEL)
        with pytest.raises(HttpError, match="redirected to another origin") as caught:
            reader.read(reader.initialOffset())
        assert SENTINEL not in str(caught.value)
        assert f"127.0.0.1:{other.port}" in str(caught.value)
        assert other.journal() == []


@pytest.mark.parametrize(
    "secret", ['q"uo\\te', "ümläut €", "a b+c/d=", "line\nbreak", "<&>'", "x%y"]
)
def test_secrets_with_special_characters_are_masked_in_every_encoding(secret: str) -> None:
    import base64
    import html
    from urllib.parse import quote, quote_plus

    forms = [
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        base64.b64encode(secret.encode()).decode(),
    ]
    redactor = Redactor([secret])
    for form in forms:
        assert redactor.text(f"<<{form}>>") == "<<***>>"
        assert redactor.holds(f"https://a.example/{form}")


def test_texts_in_fields_with_sensitive_names_are_found_at_any_depth() -> None:
    document = {"a": [{"Password": "p1", "n": 1}], "auth": {"user": "u", "token": "p2"}, "key": 7}
    assert sorted(sensitive_values(document)) == ["p1", "p2"]


def test_no_test_depends_on_the_list_of_allowed_secrets_of_this_machine() -> None:
    assert ALLOWED_SECRETS not in os.environ


class Session:
    """The part of a session that `register_all` uses."""

    def __init__(self, pattern: str | None, forbids: bool = False) -> None:
        self.values = {} if pattern is None else {REDACTION_CONF: pattern}
        self.forbids = forbids
        self.registered: list[Any] = []
        self.conf = self.dataSource = self

    def get(self, name: str) -> str:
        return self.values.get(name, "(?i)url")

    def set(self, name: str, value: str) -> None:
        if self.forbids:
            raise RuntimeError("[CANNOT_MODIFY_CONFIG]")
        self.values[name] = value

    def register(self, source: Any) -> None:
        self.registered.append(source)


@pytest.mark.parametrize("pattern", [None, "", "(?i)url", "(?i)url|mine$"])
def test_register_all_extends_the_redaction_pattern_of_the_session(pattern: str | None) -> None:
    session = Session(pattern)
    register_all(session)  # type: ignore[arg-type]
    register_all(session)  # type: ignore[arg-type]
    # With its flags in front, the pattern means the same in Java and in Python.
    found = re.compile(session.values[REDACTION_CONF].replace("(?:(?i)", "(?i:"))
    for name in ("oauthToken", "OAUTHTOKEN", "headers", "cookie", "url", "userid", "apikey"):
        assert found.search(name), name
    for name in ("oauthScope", "batchSize", "method", "streamingInterval"):
        assert not found.search(name), name
    assert session.values[REDACTION_CONF].count("oauthRefresh[T]oken") == 1
    assert [source.name() for source in session.registered] == ["coingecko", "rest", "weather"] * 2
    assert not any(source.references_only for source in session.registered)


def test_a_session_that_cannot_redact_accepts_only_references() -> None:
    session = Session(None, forbids=True)
    register_all(session)  # type: ignore[arg-type]
    coingecko, rest, weather = session.registered
    base = {"url": "https://a.example/"}
    for source, options in (
        (coingecko, {"apiKey": SENTINEL}),
        (weather, {"stations": "[{'id':'a','lat':1,'lon':1}]", "apikey": SENTINEL}),
        *((rest, {**base, **given}) for given in LITERALS if "body" not in given),
        (rest, {"url": f"https://a.example/?token={SENTINEL}"}),
        (rest, {**base, "method": "POST", "body": json.dumps({"password": SENTINEL})}),
        (rest, {**base, "proxy": f"http://u:{SENTINEL}@p.example:1"}),
    ):
        with pytest.raises(OptionError, match="holds a credential itself") as caught:
            source(options)
        assert SENTINEL not in str(caught.value)
    reference = "env:SPARKTIDE_SECRET_T"
    rest({**base, "authType": "Bearer", "oauthToken": reference, "proxy": "http://p.example:1"})
    rest({**base, "headers": json.dumps({"X-Key": reference, "Accept": "text/csv"})})
    coingecko({"apiKey": "file:/run/secrets/key"})


LINKS = {"offsetField": "paging.next", "offsetType": "cursor"}


@pytest.mark.parametrize(
    ("options", "path", "link"),
    [
        (LITERALS[1], "/tweets", "/tweets?after=1&access_token={0}"),
        (LITERALS[1], "/tweets", "?access_token={0}&after=1"),
        (LITERALS[0], "/tweets", "/tweets?after=1&sid={0}"),
        (LITERALS[2], "/tweets", "/tweets?api_key={0}&after=1"),
        (LITERALS[3], "/tweets", "/tweets?q={0}&after=1"),
        ({"cookie": f"a={SENTINEL}"}, "/tweets", "/tweets?after=1&a={0}"),
        ({"headers": json.dumps({"X-Key": SENTINEL})}, "/tweets", "/tweets?k={0}&after=1"),
        ({}, f"/tweets?access_token={SENTINEL}", "/tweets?access_token={0}&after=1"),
    ],
)
def test_no_offset_contains_a_credential_that_a_next_link_repeats(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], path: str, link: str
) -> None:
    """The checkpoint shows the position; the next request still has the credential."""
    page = {"data": [{"id": 1}], "paging": {"next": link.format(SENTINEL)}}
    server.fault("/tweets", body=page)
    server.fault("/tweets", body={"data": [{"id": 2}]})
    reader = rest_reader(server, path, clock, **LINKS, **options)
    _, end = take(reader, reader.initialOffset())
    assert SENTINEL not in json.dumps(end)
    rows, _ = take(reader, end)
    assert rows == [{"id": 2}]
    first, second = server.journal()
    assert second["query"]["after"] == "1"
    assert second["query"].get("access_token") == first["query"].get("access_token")
    own = ("authorization", "x-api-key", "cookie", "x-key")
    assert [second["headers"].get(n) for n in own] == [first["headers"].get(n) for n in own]


@pytest.mark.parametrize("link", ["/tweets/{0}?after=1", "/tweets?after=1.{0}"])
def test_a_next_link_with_a_credential_outside_its_parameter_is_an_error(
    server: ReplayServer, clock: FakeClock, link: str
) -> None:
    page = {"data": [{"id": 1}], "paging": {"next": link.format(SENTINEL)}}
    server.fault("/tweets", body=page)
    reader = rest_reader(server, "/tweets", clock, **LINKS, **LITERALS[1])
    with pytest.raises(HttpError, match=r"'paging\.next' holds a credential") as caught:
        take(reader, reader.initialOffset())
    assert SENTINEL not in str(caught.value)


@pytest.mark.parametrize(
    "link",
    ["/users/replay-user/tweets?after=1", "/tweets?limit=100&after=1", "/tweets?v=2022-11-28"],
)
def test_a_next_link_that_contains_the_value_of_an_ordinary_option_is_kept(
    server: ReplayServer, clock: FakeClock, link: str
) -> None:
    """A user id and a version are not secret, and a short password is an ordinary word."""
    server.fault("/tweets", body={"data": [{"id": 1}], "paging": {"next": link}})
    basic = {"authType": "Basic", "userId": "replay-user", "userPassword": "100"}
    headers = json.dumps({"X-GitHub-Api-Version": "2022-11-28"})
    reader = rest_reader(server, "/tweets", clock, headers=headers, **LINKS, **basic)
    _, end = take(reader, reader.initialOffset())
    assert end["pos"] == link


def test_a_cursor_link_that_carries_a_credential_to_another_origin_is_refused_before_it_is_stored(
    server: ReplayServer, clock: FakeClock
) -> None:
    with second_server() as other:
        link = f"{other.url}/tweets?access_token={SENTINEL}"
        server.fault("/tweets", body={"data": [{"id": 1}], "paging": {"next": link}})
        reader = rest_reader(server, "/tweets", clock, **LINKS, **LITERALS[1])
        with pytest.raises(HttpError, match="leads to another origin with a credential") as caught:
            take(reader, reader.initialOffset())
        assert SENTINEL not in str(caught.value)
        assert other.journal() == []


@pytest.mark.parametrize("cursor", ["abc", "after:17", "2025-01-01T00:00:00Z"])
def test_a_cursor_that_is_not_a_link_is_an_error_that_asks_for_a_placeholder(
    server: ReplayServer, clock: FakeClock, cursor: str
) -> None:
    server.fault("/tweets", body={"data": [{"id": 1}], "paging": {"next": cursor}})
    reader = rest_reader(server, "/tweets", clock, **LINKS, **LITERALS[1])
    with pytest.raises(HttpError, match=r"is not a link; add the placeholder \{paging\.next\} to"):
        _, end = take(reader, reader.initialOffset())
        take(reader, end)
