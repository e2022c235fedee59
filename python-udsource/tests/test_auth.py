"""Authentication of `rest`: where credentials go, and where they never go."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import EgressError, HttpError, OptionError
from sparktide_sources._http.client import HttpClient, Outgoing, Request, http_settings
from sparktide_sources._http.json_replies import json_reply
from sparktide_sources._http.oauth1 import OAuth1, OAuth1Keys, signature_base
from sparktide_sources._http.oauth2 import OAuth2, OAuth2Client
from sparktide_sources._http.tokens import TokenStore
from sparktide_sources._http.urls import with_parameter, without_parameter
from sparktide_sources._http.wire import Reply
from sparktide_sources._options import OptionReader
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, Recorder, rest_reader, second_server, take

TOKEN_PATH = "/oauth/token"
CLIENT = {"oauthClientId": "replay-client", "oauthClientSecret": "replay-secret"}


def read(server: ReplayServer, clock: Clock, path: str = "/items", **options: str) -> list[Any]:
    reader = RestBatchReader(read_config({"url": server.url + path, **OPEN, **options}), clock)
    return [json.loads(row[0]) for part in reader.partitions() for row in reader.read(part)]


def oauth2(server: ReplayServer, **options: str) -> dict[str, str]:
    return {"authType": "OAuth2", "oauthTokenUrl": server.url + TOKEN_PATH, **CLIENT, **options}


def keys(token: str = "", token_secret: str = "", method: str = "HMAC-SHA1") -> OAuth1Keys:
    return OAuth1Keys("dpf43f3p2l4k3l03", "kd94hf93k423kf44", token, token_secret, method)


def oauth_fields(nonce: str, timestamp: str, **more: str) -> list[tuple[str, str]]:
    return [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", timestamp),
        ("oauth_nonce", nonce),
        *((f"oauth_{name}", value) for name, value in more.items()),
    ]


def test_oauth1_signs_the_rfc_5849_request_for_temporary_credentials_as_published() -> None:
    """RFC 5849, section 1.2, first request."""
    fields = oauth_fields("wIjqoS", "137131200", callback="http://printer.example.com/ready")
    base = signature_base("POST", "https://photos.example.net/initiate", fields)
    assert OAuth1(keys(), FakeClock()).sign(base) == "74KNZJeDHnMBp0EMJ9ZHt/XKycU="


def test_oauth1_signs_the_rfc_5849_request_for_token_credentials_as_published() -> None:
    """RFC 5849, section 1.2, second request."""
    fields = oauth_fields(
        "walatlh", "137131201", token="hh5s93j4hdidpola", verifier="hfdp7dh39dks9884"
    )
    base = signature_base("POST", "https://photos.example.net/token", fields)
    signer = OAuth1(keys("hh5s93j4hdidpola", "hdhd0244k9j7ao03"), FakeClock())
    assert signer.sign(base) == "gKgrFCywp7rO0OXSjdot/IHF7IU="


def test_oauth1_signs_the_rfc_5849_request_for_a_resource_as_published() -> None:
    """RFC 5849, section 1.2, third request."""
    fields = oauth_fields("chapoH", "137131202", token="nnch734d00sl2jdk")
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    signer = OAuth1(keys("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"), FakeClock())
    assert signer.sign(signature_base("GET", url, fields)) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def test_oauth1_signs_the_rfc_5849_request_with_a_form_body_as_corrected() -> None:
    """RFC 5849, section 3.4.1.1. Erratum 2550 corrects the printed signature."""
    fields: list[Any] = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        *parse_qsl(b"c2&a3=2+q", keep_blank_values=True),
    ]
    url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
    base = signature_base("post", url, fields)
    assert base == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D"
        "7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26"
        "oauth_token%3Dkkk9d7dh3k39sjv7"
    )
    known = OAuth1Keys("9djdj82h48djs9d2", "j49sk3j29djd", "kkk9d7dh3k39sjv7", "dh893hdasih9")
    assert OAuth1(known, FakeClock()).sign(base) == "r6/TJjbCOr97/+UU0NsvSne7s5g="


def test_oauth1_hmac_sha256_signs_the_same_base_string_with_a_longer_digest() -> None:
    """The value comes from `openssl dgst -sha256 -hmac` over the same base string."""
    signer = OAuth1(keys(method="HMAC-SHA256"), FakeClock())
    assert signer.sign("GET&a&b") == "EWvKbOUaScRSOczqFp5vDASu7lJYDEqHHxV2XKGxT4w="
    header = signer.authorization("GET", "https://a.example/")
    assert 'oauth_signature_method="HMAC-SHA256"' in header


def test_oauth1_signs_a_form_body_and_sends_the_realm_unsigned() -> None:
    clock = FakeClock(137131201.0)
    known = OAuth1Keys("k", "s", "t", "ts", realm="Photo album")
    signer = OAuth1(known, clock, lambda: "n")
    form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    sent = Outgoing("POST", "https://a.example/p?x=%E9", form, b"c2&a3=2+q")
    header = signer.apply(sent, lambda _: Reply(200, "OK", {}, b"", "")).headers["Authorization"]
    assert header.startswith('OAuth realm="Photo%20album", oauth_consumer_key="k"')
    fields: list[Any] = [
        ("oauth_consumer_key", "k"),
        ("oauth_token", "t"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "n"),
        ("oauth_version", "1.0"),
        ("c2", ""),
        ("a3", "2 q"),
    ]
    base = signature_base("POST", sent.url, fields)
    # A byte that is not UTF-8 is signed as it is sent.
    assert "x%3D%25E9" in base
    assert f'oauth_signature="{quoted(signer.sign(base))}"' in header


def quoted(text: str) -> str:
    return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


@pytest.mark.parametrize("method", ["RSA-SHA1", "rsa-sha256", "PLAINTEXT"])
def test_oauth1_refuses_an_unsupported_signature_method_by_name(method: str) -> None:
    options = {"authType": "OAuth1", "oauthConsumerKey": "k", "oauthConsumerSecret": "s"}
    with pytest.raises(OptionError, match=f"{method.upper()} is not supported"):
        RestDataSource({"url": "https://a.example/", **options, "oauthSignatureMethod": method})


def test_oauth2_fetches_one_client_credentials_token_for_all_requests(
    server: ReplayServer, clock: FakeClock
) -> None:
    data = json.dumps([{"id": n} for n in range(1, 6)])
    options = oauth2(server, inputData=data, partitions="1", oauthScope="read write")
    assert len(read(server, clock, "/items?id={id}", **options)) == 5
    (asked,) = server.journal(TOKEN_PATH)
    pair = base64.b64encode(b"replay-client:replay-secret").decode("ascii")
    assert asked["headers"]["authorization"] == f"Basic {pair}"
    assert dict(parse_qsl(asked["body"])) == {
        "grant_type": "client_credentials",
        "scope": "read write",
    }
    assert {call["headers"]["authorization"] for call in server.journal("/items")} == {
        "Bearer replay-access-1"
    }


def test_a_stream_keeps_its_oauth2_token_until_shortly_before_it_expires(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"token_life": 100, "grow": 1}})
    reader = rest_reader(
        server, "/tweets?since={timestamp}", clock, **oauth2(server, streamingInterval="10")
    )
    start = reader.initialOffset()
    for _ in range(8):
        _, start = take(reader, start)
        clock.advance(11)
    assert len(server.journal("/tweets")) == 8
    # The lifetime is 100 s minus a tenth: the first token serves until second 90.
    assert len(server.journal(TOKEN_PATH)) == 1
    clock.advance(5)
    take(reader, start)
    assert len(server.journal(TOKEN_PATH)) == 2


def test_oauth2_fetches_one_new_token_after_a_401_and_then_fails(
    server: ReplayServer, clock: FakeClock
) -> None:
    config = read_config({"url": server.url + "/items", **OPEN, **oauth2(server)})
    reader = RestBatchReader(config, clock)
    (part,) = reader.partitions()
    list(reader.read(part))
    server.state.tokens.clear()
    assert len(list(reader.read(part))) == 10
    assert len(server.journal(TOKEN_PATH)) == 2
    server.clear_journal()
    server.fault("/items", status=401, body={"message": "never"}, times=99)
    with pytest.raises(HttpError, match="401 Unauthorized: never"):
        list(reader.read(part))
    assert [call["path"] for call in server.journal()] == ["/items", TOKEN_PATH, "/items"]


def test_other_auth_types_do_not_retry_after_a_401(server: ReplayServer, clock: FakeClock) -> None:
    with pytest.raises(HttpError, match="401"):
        read(server, clock, authType="Bearer", oauthToken="wrong")
    assert len(server.journal()) == 1


def test_a_pickle_does_not_contain_the_oauth2_token() -> None:
    import pickle

    store = TokenStore()
    assert store.get(FakeClock(), lambda: ("SENTINEL", 60.0)) == "SENTINEL"
    travelled = pickle.dumps(store)
    assert b"SENTINEL" not in travelled
    assert pickle.loads(travelled).get(FakeClock(), lambda: ("other", 60.0)) == "other"


def test_threads_of_one_reader_share_one_token_request() -> None:
    store, fetched, begun = TokenStore(), [], threading.Barrier(4)

    def fetch() -> tuple[str, float]:
        fetched.append(1)
        threading.Event().wait(0.05)
        return "t", 60.0

    def work() -> None:
        begun.wait(10)
        store.get(Clock(), fetch)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(fetched) == 1


def test_oauth2_fetches_access_tokens_with_a_refresh_token(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = oauth2(server, oauthRefreshToken="replay-refresh", oauthClientAuth="body")
    assert len(read(server, clock, **options)) == 10
    (asked,) = server.journal(TOKEN_PATH)
    assert "authorization" not in asked["headers"]
    assert dict(parse_qsl(asked["body"])) == {
        "grant_type": "refresh_token",
        "refresh_token": "replay-refresh",
        "client_id": "replay-client",
        "client_secret": "replay-secret",
    }


def test_oauth2_refuses_a_rotating_refresh_token_by_name(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.state.apply({"config": {"rotate_refresh_token": True}})
    with pytest.raises(HttpError, match="OAUTH2_ROTATING_REFRESH_TOKEN") as caught:
        read(server, clock, **oauth2(server, oauthRefreshToken="replay-refresh"))
    assert "replay-refresh" not in str(caught.value)
    assert server.journal("/items") == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"status": 400, "body": {"error": "invalid_scope"}}, "400 Bad Request: invalid_scope"),
        (
            {"status": 401, "body": {"error": "invalid_client", "error_description": "who?"}},
            "invalid_client: who",
        ),
        ({"body": {"token_type": "bearer"}}, "without an access_token; it has: token_type"),
        ({"body": "<html>"}, "without an access_token; it has: no fields"),
        ({"body": {"access_token": "t", "token_type": "mac"}}, "of type 'mac'"),
        ({"status": 302, "headers": {"Location": "/items"}}, "redirects of a token endpoint"),
    ],
)
def test_a_failed_token_request_says_what_is_wrong_with_the_token_endpoint(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any], problem: str
) -> None:
    server.fault(TOKEN_PATH, **fault)
    with pytest.raises(HttpError, match=f"the token endpoint http.*{problem}") as caught:
        read(server, clock, **oauth2(server))
    assert "replay-secret" not in str(caught.value)
    assert len(server.journal()) == 1


def test_a_failed_token_request_is_retried_even_before_a_post(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(TOKEN_PATH, status=503, headers={"Retry-After": "2"})
    rows = read(server, clock, method="POST", body='{"a":1}', **oauth2(server))
    assert rows == [{"echo": {"a": 1}}]
    assert 2 <= sum(clock.slept) <= 2.5


def test_the_token_endpoint_obeys_the_egress_rules(server: ReplayServer, clock: FakeClock) -> None:
    options = oauth2(server, allowedHosts="127.0.0.1")
    options["oauthTokenUrl"] = "http://metadata.example/token"
    with pytest.raises(EgressError, match=r"token endpoint .*not in allowedHosts"):
        read(server, clock, **options)
    with pytest.raises(OptionError, match="'oauthTokenUrl': a URL must read"):
        read(server, clock, **{**options, "oauthTokenUrl": "/oauth/token"})


@pytest.mark.parametrize(
    ("life", "kept"), [(None, 10**6), ("120", 90), (0, -1), (-5, -1), ("soon", 10**6), (7, 6)]
)
def test_an_oauth2_token_lives_as_long_as_the_answer_says(life: Any, kept: int) -> None:
    clock, sent = FakeClock(), Recorder({"access_token": "t", "expires_in": life})
    reader = OptionReader("test", {}, [])
    client = HttpClient(http_settings(reader), (), clock, sent)
    auth = OAuth2(OAuth2Client("https://t.example/", "c", "s"), TokenStore(), clock)
    request = Request("https://a.example/", auth=auth)
    client.send(request, json_reply)
    assert len(sent.requests) == 2
    if kept > 0:
        clock.advance(kept)
        client.send(request, json_reply)
        assert len(sent.requests) == 3
    clock.advance(0.0 if kept < 0 else 10**9)
    client.send(request, json_reply)
    assert len(sent.requests) == (5 if kept > 0 else 4)


@pytest.mark.parametrize(
    ("options", "where", "value"),
    [
        ({}, "x-api-key", "replay-key"),
        ({"apiKeyName": "x-key"}, "x-key", "replay-key"),
        ({"apiKeyIn": "cookie"}, "cookie", "api_key=replay-key"),
        (
            {"apiKeyIn": "cookie", "cookie": "a=b; c=d"},
            "cookie",
            "a=b; c=d; api_key=replay-key",
        ),
    ],
)
def test_an_api_key_goes_where_the_options_say(
    server: ReplayServer, clock: FakeClock, options: dict[str, str], where: str, value: str
) -> None:
    read(server, clock, "/tweets", authType="ApiKey", apiKey="replay-key", **options)
    assert server.journal()[0]["headers"][where] == value


def test_an_api_key_in_the_query_is_on_every_page_once_and_in_no_offset(
    server: ReplayServer, clock: FakeClock
) -> None:
    """This API, like many, repeats the key in its next links."""
    options = {"authType": "ApiKey", "apiKey": "replay-key", "apiKeyIn": "query"}
    assert len(read(server, clock, pagination="json", **options)) == 25
    assert [call["query"]["api_key"] for call in server.journal()] == ["replay-key"] * 3
    server.clear_journal()
    cursor = {"offsetField": "next", "offsetType": "cursor", **options}
    reader = rest_reader(server, "/items", clock, **cursor)
    start, seen = reader.initialOffset(), []
    for _ in range(3):
        rows, start = take(reader, start)
        seen += rows
        assert "replay-key" not in json.dumps(start)
    assert len(seen) == 25
    assert {call["query"]["api_key"] for call in server.journal()} == {"replay-key"}


def test_a_next_link_that_carries_the_api_key_to_another_origin_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"authType": "ApiKey", "apiKey": "replay-key", "pagination": "json"}
    with second_server() as other:
        there = f"{other.url}/tweets?key=replay-key"
        server.fault("/items", body={"data": [{"id": 1}], "next": there})
        with pytest.raises(HttpError, match="another origin with a credential") as caught:
            read(server, clock, **options)
        assert "replay-key" not in str(caught.value)
        assert other.journal() == []


def test_an_oauth2_token_is_not_sent_to_another_origin(
    server: ReplayServer, clock: FakeClock
) -> None:
    with second_server() as other:
        server.fault("/items", status=302, headers={"Location": other.url + "/tweets"})
        assert len(read(server, clock, **oauth2(server))) == 3
        (call,) = other.journal()
        assert "authorization" not in call["headers"]
        # A 401 from the other origin does not cause a new token request.
        server.fault("/items", status=302, headers={"Location": other.url + "/items"})
        with pytest.raises(HttpError, match="401"):
            read(server, clock, **oauth2(server))
        assert len(server.journal(TOKEN_PATH)) == 2


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"apiKey": "k"}, "authType=None does not use it; set authType=ApiKey"),
        ({"authType": "ApiKey"}, "needs 'apiKey'"),
        ({"authType": "ApiKey", "apiKey": "k", "apiKeyIn": "body"}, "header, query, cookie"),
        ({"authType": "ApiKey", "apiKey": "k", "apiKeyName": "a b"}, "not the name of a header"),
        ({"authType": "ApiKey", "apiKey": "k", "apiKeyName": "Host"}, "can't carry a key"),
        ({"authType": "OAuth2", "oauthClientId": "c"}, "needs 'oauthTokenUrl'"),
        (
            {"authType": "OAuth2", "oauthClientId": "c", "oauthTokenUrl": "https://t.example/"},
            "needs oauthClientSecret, oauthRefreshToken or clientCertFile",
        ),
        (
            {"authType": "Bearer", "oauthToken": "t", "oauthScope": "s"},
            "authType=Bearer does not use it; set authType=OAuth2",
        ),
        ({"cookie": "SENTINEL"}, "must be name=value"),
        ({"cookie": "a=b\r\nX: SENTINEL"}, "must be name=value"),
        ({"cookie": "a=b", "headers": '{"cookie": "c=d"}'}, "headers have a Cookie"),
    ],
)
def test_credentials_that_do_not_fit_the_auth_type_are_refused(
    options: dict[str, str], problem: str
) -> None:
    with pytest.raises(OptionError, match=problem) as caught:
        RestDataSource({"url": "https://api.example.com/x", **options})
    assert "SENTINEL" not in str(caught.value)


def test_several_cookies_are_sent_in_one_header(server: ReplayServer, clock: FakeClock) -> None:
    read(server, clock, "/tweets", cookie="session=abc; theme=dark")
    assert server.journal()[0]["headers"]["cookie"] == "session=abc; theme=dark"


def test_a_password_may_contain_colons_and_accents(server: ReplayServer, clock: FakeClock) -> None:
    read(server, clock, authType="Basic", userId="replay", userPassword="replay:pass")
    read(server, clock, "/tweets", authType="Basic", userId="ü", userPassword="p:ä:€")
    sent = server.journal()[-1]["headers"]["authorization"].partition(" ")[2]
    assert base64.b64decode(sent).decode() == "ü:p:ä:€"


def test_a_bearer_token_is_sent_in_the_authorization_header(
    server: ReplayServer, clock: FakeClock
) -> None:
    read(server, clock, "/tweets", authType="Bearer", oauthToken="replay-token")
    assert server.journal()[0]["headers"]["authorization"] == "Bearer replay-token"


def test_setting_or_removing_a_parameter_keeps_the_rest_of_the_url_as_written() -> None:
    url = "https://a.example/p?q=%7E+x&k%65y=1&&z"
    assert with_parameter(url, "key", "a&b") == "https://a.example/p?q=%7E+x&z&key=a%26b"
    assert without_parameter(url, "key") == "https://a.example/p?q=%7E+x&z"
    assert without_parameter(url, "other") == url
