"""Session logins, other requests for OAuth2 tokens, and tokens and budgets of a broker."""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pyspark import cloudpickle

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._credentials.secrets import REQUIRE_REFERENCES
from sparktide_sources._errors import EgressError, HttpError, OptionError
from sparktide_sources._http.session_login import cookies_of
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestByReference, RestDataSource
from support import OPEN, FakeClock, rest_reader, second_server, take

USER = {"username": "replay", "password": "replay-pass"}
FIELD = {"loginTokenField": "data.token"}
STREAM = {"offsetField": "id", "offsetType": "max_field", "initialOffset": "0"}


def read(server: ReplayServer, clock: Clock, path: str = "/guarded", **options: str) -> list[Any]:
    reader = RestBatchReader(read_config({"url": server.url + path, **OPEN, **options}), clock)
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


def session(server: ReplayServer, **options: str) -> dict[str, str]:
    return {
        "authType": "Session",
        "loginUrl": server.url + "/login",
        "loginBody": json.dumps(USER),
        **options,
    }


def identity(server: ReplayServer, **options: str) -> dict[str, str]:
    return {
        "authType": "OAuth2",
        "oauthTokenUrl": server.url + "/identity/token",
        "oauthClientId": "replay-client",
        "oauthClientSecret": "replay-secret",
        "oauthClientAuth": "body",
        "tokenPrefix": "Bearer",
        **options,
    }


def brokered(server: ReplayServer, **options: str) -> dict[str, str]:
    return {
        "authType": "Broker",
        "brokerUrl": server.url,
        "brokerKey": "replay-broker-key",
        "brokerCredential": "items",
        **options,
    }


def shown(server: ReplayServer, name: str) -> set[str | None]:
    return {call["headers"].get(name) for call in server.journal("/guarded")}


@pytest.mark.parametrize(
    ("options", "header", "value"),
    [
        (FIELD, "authorization", "Bearer replay-session-1"),
        ({**FIELD, "tokenPrefix": "Session"}, "authorization", "Session replay-session-1"),
        ({**FIELD, "tokenPrefix": "none"}, "authorization", "replay-session-1"),
        ({**FIELD, "apiKeyName": "X-Session"}, "x-session", "replay-session-1"),
        ({"loginTokenHeader": "X-Session"}, "authorization", "Bearer replay-session-1"),
        ({}, "cookie", "SESSION=replay-session-1"),
        ({"cookie": "theme=dark"}, "cookie", "theme=dark; SESSION=replay-session-1"),
        ({**FIELD, "apiKeyIn": "cookie", "apiKeyName": "S"}, "cookie", "S=replay-session-1"),
    ],
)
def test_a_session_token_comes_from_the_login_and_goes_where_the_options_say(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], header: str, value: str
) -> None:
    assert len(read(server, clock, **session(server, **options))) == 25
    assert shown(server, header) == {value}
    (asked,) = server.journal("/login")
    assert json.loads(asked["body"]) == USER


def test_a_session_token_in_the_query_is_in_no_row_and_no_offset(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = session(server, **FIELD, apiKeyIn="query", apiKeyName="session", **STREAM)
    reader = rest_reader(server, "/guarded?after={id}", clock, **options)
    rows, end = take(reader, reader.initialOffset())
    assert len(rows) == 25
    assert "replay-session" not in json.dumps([rows, end])
    assert [call["query"]["session"] for call in server.journal("/guarded")] == ["replay-session-1"]


def test_a_login_may_send_a_form_or_a_user_and_password(
    server: ReplayServer, clock: FakeClock
) -> None:
    read(server, clock, **session(server, **FIELD, loginFormat="form"))
    assert dict(parse_qsl(server.journal("/login")[0]["body"])) == USER
    basic = session(server, **FIELD, userId="replay", userPassword="replay-pass")
    del basic["loginBody"]
    assert len(read(server, clock, **basic)) == 25
    assert server.journal("/login")[1]["body"] == ""


def test_a_login_at_the_api_carries_its_headers_and_one_elsewhere_does_not(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = session(server, **FIELD, headers='{"X-Version": "2", "Content-Type": "text/x"}')
    read(server, clock, **options)
    asked = server.journal("/login")[0]["headers"]
    assert (asked["x-version"], asked["content-type"]) == ("2", "application/json")
    with second_server() as other:
        read(server, clock, **{**options, "loginUrl": other.url + "/login"})
        assert "x-version" not in other.journal("/login")[0]["headers"]


@pytest.mark.parametrize("life", ["100", "seconds"])
def test_a_session_lives_as_long_as_the_options_or_the_answer_say(
    server: ReplayServer, clock: FakeClock, life: str
) -> None:
    server.state.apply({"config": {"token_life": 100}})
    options = session(server, **FIELD, **STREAM, loginLife=life)
    reader = rest_reader(server, "/guarded?after={id}", clock, **options)
    _, start = take(reader, reader.initialOffset())
    clock.advance(89)
    take(reader, start)
    assert len(server.journal("/login")) == 1
    clock.advance(2)
    take(reader, start)
    assert len(server.journal("/login")) == 2


def test_a_session_is_renewed_once_after_a_401_and_then_the_read_fails(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = session(server, **FIELD, **STREAM)
    reader = rest_reader(server, "/guarded?after={id}", clock, **options)
    _, start = take(reader, reader.initialOffset())
    server.state.tokens.clear()
    server.state.grow("items", 1)
    rows, start = take(reader, start)
    assert [row["id"] for row in rows] == [26]
    assert len(server.journal("/login")) == 2
    server.clear_journal()
    server.fault("/guarded", status=401, body={"message": "never"}, times=99)
    with pytest.raises(HttpError, match="401 Unauthorized: never"):
        take(reader, start)
    assert [call["path"] for call in server.journal()] == ["/guarded", "/login", "/guarded"]


def test_concurrent_requests_of_one_reader_share_one_login(
    server: ReplayServer, clock: FakeClock
) -> None:
    config = read_config({"url": server.url + "/guarded", **OPEN, **session(server, **FIELD)})
    reader, begun = RestBatchReader(config, clock), threading.Barrier(4)
    (part,) = reader.partitions()
    server.fault("/login", delay_s=0.1)

    def work() -> None:
        begun.wait(10)
        list(reader.read(part))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(server.journal("/guarded")) == 4
    assert len(server.journal("/login")) == 1


@pytest.mark.parametrize(
    ("options", "fault", "problem"),
    [
        (FIELD, {"status": 403, "body": {"message": "no"}}, "answered 403 Forbidden: no"),
        ({}, {"body": {}}, "it sets no cookies; set loginTokenField"),
        (FIELD, {"body": {"a": 1}}, r"nothing is at 'data.token' \(loginTokenField\); it has: a"),
        (FIELD, {"body": "<html>"}, "the answer is not valid JSON"),
        ({"loginTokenHeader": "X-T"}, {"body": {}}, "the header 'X-T'"),
        ({**FIELD, "loginLife": "exp"}, {}, r"without seconds at 'exp' \(loginLife\)"),
        (FIELD, {"status": 302, "headers": {"Location": "/"}}, "redirects of this address"),
    ],
)
def test_a_failed_login_says_what_is_missing_and_shows_no_credential(
    server: ReplayServer,
    clock: FakeClock,
    options: dict[str, str],
    fault: dict[str, Any],
    problem: str,
) -> None:
    if fault:
        server.fault("/login", **fault)
    with pytest.raises(HttpError, match=f"the login http.*{problem}") as caught:
        read(server, clock, **session(server, **options))
    assert "replay-pass" not in str(caught.value)
    assert server.journal("/guarded") == []


def test_an_api_that_repeats_the_credentials_of_a_login_does_not_put_them_into_messages(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_P", "SENTINEL-0123")
    body = json.dumps({"username": "replay", "password": "env:SPARKTIDE_SECRET_P"})
    with pytest.raises(HttpError, match=r"wrong password \*\*\*"):
        read(server, clock, **session(server, **FIELD, loginBody=body))
    assert json.loads(server.journal("/login")[0]["body"])["password"] == "SENTINEL-0123"
    server.fault("/guarded", status=400, body={"message": "token replay-session-2 of replay"})
    with pytest.raises(HttpError, match=r"400 Bad Request: token \*\*\* of \*\*\*"):
        read(server, clock, **session(server, **FIELD))


def test_a_pickled_reader_contains_no_token_and_no_resolved_credential(
    server: ReplayServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARKTIDE_SECRET_P", "replay-pass")
    body = json.dumps({**USER, "password": "env:SPARKTIDE_SECRET_P"})
    options = session(server, **FIELD, loginBody=body)
    reader = RestBatchReader(read_config({"url": server.url + "/guarded", **OPEN, **options}))
    list(reader.read(reader.partitions()[0]))
    pickled = cloudpickle.dumps(reader)
    assert b"replay-session" not in pickled
    assert b"replay-pass" not in pickled


def test_cookies_that_an_answer_removes_are_not_sent() -> None:
    lines = "a=1; Path=/\nb=; Max-Age=0\nc=3; Max-Age=0\nd=x=y; max-age=60\na=2"
    assert cookies_of(lines) == "a=2; d=x=y"


def test_oauth2_asks_with_json_and_other_grants(server: ReplayServer, clock: FakeClock) -> None:
    as_json = identity(server, oauthRequestFormat="json")
    del as_json["oauthClientAuth"]
    assert len(read(server, clock, **as_json)) == 25
    assert json.loads(server.journal("/identity/token")[0]["body"]) == {
        "grant_type": "client_credentials",
        "client_id": "replay-client",
        "client_secret": "replay-secret",
    }
    user = {"userId": "replay", "userPassword": "replay-pass", "oauthGrantType": "password"}
    assert len(read(server, clock, **identity(server, **user))) == 25
    account = {
        "oauthGrantType": "account_credentials",
        "oauthParameters": '{"account_id": "replay-account"}',
    }
    assert len(read(server, clock, **identity(server, **account))) == 25
    assert shown(server, "authorization") == {f"Bearer replay-identity-{n}" for n in (1, 2, 3)}


def test_oauth2_refuses_a_token_type_that_it_does_not_know_and_names_the_option(
    server: ReplayServer, clock: FakeClock
) -> None:
    with pytest.raises(HttpError, match=r"of type 'JWT'.*set tokenPrefix"):
        read(server, clock, **{**identity(server), "tokenPrefix": ""})
    read(server, clock, **identity(server, tokenPrefix="JWT"))
    assert shown(server, "authorization") == {"JWT replay-identity-2"}


def test_a_rotating_refresh_token_is_refused_before_it_is_sent_if_the_option_says_so(
    server: ReplayServer,
) -> None:
    options = identity(server, oauthRefreshToken="r", oauthRefreshRotates="true")
    with pytest.raises(OptionError, match=r"was not sent.*CredentialBroker.*authType=Broker"):
        read_config({"url": server.url + "/guarded", **OPEN, **options})
    assert server.journal() == []


def test_a_refresh_token_that_the_provider_refuses_or_replaces_leads_to_the_broker(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = identity(server, oauthRefreshToken="r")
    with pytest.raises(HttpError, match=r"invalid_grant.*used up\. Give .* CredentialBroker"):
        read(server, clock, **options)
    server.fault("/identity/token", body={"access_token": "t", "refresh_token": "new"})
    with pytest.raises(HttpError, match=r"OAUTH2_ROTATING_REFRESH_TOKEN.*authType=Broker"):
        read(server, clock, **options)


def test_a_broker_gives_the_token_and_another_one_after_a_401(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = brokered(server, **STREAM)
    reader = rest_reader(server, "/guarded?after={id}", clock, **options)
    rows, start = take(reader, reader.initialOffset())
    assert len(rows) == 25
    server.state.tokens.clear()
    server.state.grow("items", 1)
    rows, start = take(reader, start)
    assert [row["id"] for row in rows] == [26]
    assert shown(server, "authorization") == {
        "Bearer replay-brokered-1",
        "Bearer replay-brokered-2",
    }
    asked = server.journal("/v1/tokens/items")
    assert [call["headers"]["authorization"] for call in asked] == ["Bearer replay-broker-key"] * 2
    assert list(json.loads(asked[1]["body"])) == ["refused"]
    assert "replay-brokered" not in json.dumps([asked, start])


def test_a_broker_that_does_not_answer_is_asked_again_and_nothing_is_sent_without_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/v1/tokens/items", status=503, body={"error": {"message": "standby"}}, times=2)
    assert len(read(server, clock, **brokered(server))) == 25
    server.clear_journal()
    with second_server() as gone:
        options = {**brokered(server), "brokerUrl": gone.url}
    with pytest.raises(HttpError, match=r"the broker http.*no connection") as caught:
        read(server, clock, maxRetries="1", **options)
    assert caught.value.transient
    budget = {"rateBudget": "items", "brokerUrl": gone.url, "brokerKey": "k"}
    with pytest.raises(HttpError, match=r"gave no permission for a request of 'items'"):
        read(server, clock, "/tweets", maxRetries="1", **budget)
    assert server.journal() == []


def test_the_key_of_the_broker_is_in_no_message(server: ReplayServer, clock: FakeClock) -> None:
    options = brokered(server, brokerKey="SENTINEL-0123")
    with pytest.raises(
        HttpError, match=r"the broker http.* answered 401 .*: KEY_WRONG: The key"
    ) as caught:
        read(server, clock, **options)
    assert "SENTINEL" not in str(caught.value)
    assert not caught.value.transient


def test_each_request_of_a_shared_budget_waits_as_long_as_the_broker_says(
    server: ReplayServer, clock: FakeClock
) -> None:
    budget = {"rateBudget": "items", "brokerUrl": server.url, "brokerKey": "replay-broker-key"}
    rows = read(server, clock, "/items", authType="ApiKey", apiKey="replay-key", **budget)
    assert len(rows) == 10
    assert sum(clock.slept) == pytest.approx(1.0)
    server.clear_journal()
    options = {"authType": "ApiKey", "apiKey": "replay-key", "pagination": "json"}
    assert len(read(server, clock, "/items", **options, **budget)) == 25
    assert sum(clock.slept) == pytest.approx(4.0)
    assert len(server.journal("/v1/budgets/items")) == 3


def test_a_stream_keeps_its_place_in_the_budget_while_it_waits_between_polls(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"budget_wait": 60_000}})
    budget = {"rateBudget": "items", "brokerUrl": server.url, "brokerKey": "replay-broker-key"}
    reader = rest_reader(server, "/tweets?since={timestamp}", clock, **budget)
    start = reader.initialOffset()
    for _ in range(3):
        rows, start = take(reader, start)
        assert rows == []
        clock.advance(25)
    assert len(take(reader, start)[0]) == 3
    assert len(server.journal("/v1/budgets/items")) == 1


def test_a_wait_beyond_max_retry_wait_reserves_nothing_and_fails(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"budget_wait": 60_000}})
    budget = {"rateBudget": "items", "brokerUrl": server.url, "brokerKey": "replay-broker-key"}
    with pytest.raises(HttpError, match=r"must wait 60 s .*rateBudget.*maxRetryWait \(10 s\)"):
        read(server, clock, "/tweets", maxRetryWait="10", **budget)
    assert server.journal("/tweets") == []


def test_an_api_cannot_redirect_a_request_to_the_address_of_the_broker(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {**brokered(server), "allowedHosts": "localhost", "allowPrivateHosts": "true"}
    there = server.url.replace("127.0.0.1", "localhost")
    server.fault("/guarded", status=302, headers={"Location": server.url + "/guarded"})
    with pytest.raises(EgressError, match="not in allowedHosts"):
        reader = RestBatchReader(
            read_config({"url": there + "/guarded", "allowHttp": "true", **options}), clock
        )
        list(reader.read(reader.partitions()[0]))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"authType": "Session", "loginBody": "{}"}, "needs 'loginUrl'"),
        ({"authType": "Session", "loginUrl": "https://a.example/"}, "loginBody or userId"),
        ({"loginUrl": "https://a.example/"}, "authType=None does not use it; set authType=Session"),
        ({"loginLife": "a[*]"}, r"may not have \[\*\]"),
        ({"loginTokenField": "a..b"}, "is not a selector"),
        ({"loginTokenField": "a", "loginTokenHeader": "b"}, "use one of them"),
        ({"apiKeyIn": "query"}, "the cookies of the login are the session"),
        ({"loginTokenField": "a", "tokenPrefix": "a b"}, "must be one word"),
        ({"loginBody": "SENTINEL"}, "not valid JSON"),
        ({"loginBody": '["SENTINEL"]'}, "must be a JSON object"),
        ({"loginFormat": "form", "loginBody": '{"a": {"b": "SENTINEL"}}'}, "a form cannot hold"),
        ({"loginBody": "", "userId": "u", "loginFormat": "form"}, "is not used without loginBody"),
        (
            {
                "authType": "OAuth2",
                "oauthClientSecret": "s",
                "oauthParameters": '{"scope": "SENTINEL"}',
            },
            "has 'scope'; set oauthScope instead",
        ),
        ({"brokerUrl": "https://b.example"}, "is not used; set authType=Broker or rateBudget"),
        ({"rateBudget": "x"}, "'brokerUrl': is missing: rateBudget needs the address"),
        ({"rateBudget": "x", "brokerUrl": "https://b.example"}, "'brokerKey': is missing"),
        ({"rateBudget": "x", "brokerUrl": "http://b.example", "brokerKey": "k"}, "in the clear"),
        ({"authType": "OAuth2", "oauthGrantType": "password"}, "password needs 'userId'"),
        (
            {"authType": "OAuth2", "userId": "u", "oauthClientSecret": "s"},
            "oauthGrantType=client_credentials does not use it; set password",
        ),
    ],
)
def test_login_options_that_do_not_fit_together_are_refused_by_name(
    options: dict[str, str], problem: str
) -> None:
    given = {"authType": "Session", "loginUrl": "https://l.example/", "loginBody": '{"a": "b"}'}
    if "authType" in options or "loginUrl" in options or "rateBudget" in options:
        given = {}
    if options.get("authType") == "OAuth2":
        given = {"oauthTokenUrl": "https://t.example/", "oauthClientId": "c"}
    with pytest.raises(OptionError, match=problem) as caught:
        RestDataSource({"url": "https://api.example.com/x", **given, **options})
    assert "SENTINEL" not in str(caught.value)


def test_a_session_without_redaction_takes_references_only_for_logins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = {"url": "https://api.example.com/x", "authType": "Session", **FIELD}
    base["loginUrl"] = "https://api.example.com/login"
    reference = {"loginBody": '{"u": "env:SPARKTIDE_SECRET_U"}'}
    RestByReference({**base, **reference})
    monkeypatch.setenv(REQUIRE_REFERENCES, "true")
    RestDataSource({**base, **reference})
    with pytest.raises(OptionError, match="'loginBody' holds a credential itself"):
        RestDataSource({**base, "loginBody": '{"u": "x"}'})
