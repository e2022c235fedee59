"""The HTTP client: limits, retries, redirects, secrets in messages."""

from __future__ import annotations

import email.utils
import gzip
import socket
import threading
import tracemalloc
import zlib
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._credentials.redact import Redactor, is_sensitive_name, redact_url
from sparktide_sources._errors import EgressError, HttpError, Postponed
from sparktide_sources._http.client import (
    HTTP_OPTIONS,
    HttpClient,
    Request,
    api_message,
    http_settings,
)
from sparktide_sources._http.json_replies import json_reply
from sparktide_sources._http.wire import Reply
from sparktide_sources._options import OptionReader
from sparktide_sources._rest.auth import HeaderAuth
from support import OPEN, FakeClock, second_server

ROUTE = "/tweets"


def client(clock: Clock | None = None, secrets: tuple[str, ...] = (), **options: str) -> HttpClient:
    reader = OptionReader("test", {**OPEN, **options}, HTTP_OPTIONS)
    return HttpClient(http_settings(reader), secrets, clock, rng=lambda: 1.0)


def get(server: ReplayServer, clock: Clock, **options: str) -> Any:
    return client(clock, **options).send(Request(server.url + ROUTE), json_reply)


def test_retry_after_in_seconds_is_obeyed(server: ReplayServer, clock: FakeClock) -> None:
    server.fault(ROUTE, status=429, headers={"Retry-After": "3"})
    get(server, clock)
    assert sum(clock.slept) == pytest.approx(3 + 0.5)
    assert max(clock.slept) <= 0.25


def test_retry_after_as_a_date_is_obeyed(server: ReplayServer, clock: FakeClock) -> None:
    date = email.utils.formatdate(clock.now + 7, usegmt=True)
    server.fault(ROUTE, status=503, headers={"Retry-After": date})
    get(server, clock)
    assert sum(clock.slept) == pytest.approx(7 + 0.5)


def test_a_403_with_a_used_up_quota_is_retried_after_its_reset(
    server: ReplayServer, clock: FakeClock
) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(clock.now) + 20)}
    server.fault(ROUTE, status=403, headers=headers)
    get(server, clock)
    assert sum(clock.slept) == pytest.approx(20 + 0.5)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1749999999"},
    ],
)
def test_a_requested_wait_in_the_past_is_replaced_by_the_usual_backoff(
    server: ReplayServer, clock: FakeClock, headers: dict[str, str]
) -> None:
    """Otherwise all tries would fail within moments."""
    server.fault(ROUTE, status=429, headers=headers, times=3)
    before = clock.now
    get(server, clock)
    assert clock.now - before == pytest.approx(0.5 + 1 + 2)


@pytest.mark.parametrize(
    ("draw", "most", "wait"),
    [(0.0, "300", 10), (1.0, "300", 10.5), (1.0, "10", 10), (1.0, "11", 10.5)],
)
def test_a_requested_wait_gets_jitter_but_is_never_shorter_or_above_the_cap(
    server: ReplayServer, clock: FakeClock, draw: float, most: str, wait: float
) -> None:
    server.fault(ROUTE, status=429, headers={"Retry-After": "10"})
    reader = OptionReader("test", {**OPEN, "maxRetryWait": most}, HTTP_OPTIONS)
    before = clock.now
    sender = HttpClient(http_settings(reader), (), clock, rng=lambda: draw)
    sender.send(Request(server.url + ROUTE), json_reply)
    assert clock.now - before == pytest.approx(wait)


def test_waits_without_retry_after_double_up_to_a_cap(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=500, times=9)
    before = clock.now
    get(server, clock, maxRetries="9")
    assert clock.now - before == pytest.approx(0.5 + 1 + 2 + 4 + 8 + 16 + 30 + 30 + 30)


def test_a_requested_wait_above_the_cap_is_an_error_that_names_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=429, headers={"Retry-After": "3600"})
    with pytest.raises(HttpError, match=r"asks to wait 3600 s, more than maxRetryWait \(300 s\)"):
        get(server, clock)
    assert clock.slept == []


def test_a_wait_longer_than_the_patience_is_returned_to_the_caller(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=429, headers={"Retry-After": "30"})
    with pytest.raises(Postponed) as caught:
        client(clock).send(Request(server.url + ROUTE), json_reply, patience=1.0)
    assert (caught.value.delay, caught.value.attempts, clock.slept) == (30.5, 1, [])


def test_a_post_is_repeated_only_if_the_server_did_not_process_it(
    server: ReplayServer, clock: FakeClock
) -> None:
    request = Request(server.url + ROUTE, "POST", body=b"{}")
    server.fault(ROUTE, status=429)
    client(clock).send(request, json_reply)
    server.fault(ROUTE, status=500)
    with pytest.raises(HttpError, match="500"):
        client(clock).send(request, json_reply)
    assert len(server.journal()) == 3


@pytest.mark.parametrize(
    "fault",
    [
        {"close": True},
        {"truncate": 10},
        {"body": "{not json"},
        {"body": "<html>gateway</html>", "headers": {"Content-Type": "text/html"}},
        {"body": '{"data": NaN}'},
        {"body": b"\xff\xfe".decode("latin-1"), "status": 200},
        {"status": 408},
        {"status": 502, "body": "bad gateway"},
    ],
)
def test_a_transient_failure_is_retried(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any]
) -> None:
    server.fault(ROUTE, **fault)
    assert get(server, clock)["timestamp"]
    assert len(server.journal()) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_client_error_is_not_retried(server: ReplayServer, clock: FakeClock, status: int) -> None:
    server.fault(ROUTE, status=status, body={"detail": "wrong"})
    with pytest.raises(HttpError, match=f"GET http://.*{ROUTE}: answered {status} .*: wrong"):
        get(server, clock)
    assert len(server.journal()) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"error":true,"reason":"bad place"}', "bad place"),
        (b'{"message":"Not Found"}', "Not Found"),
        (b'{"error":"nope"}', "nope"),
        (b'{"error":{"code":1,"message":"deep"}}', "deep"),
        (b'{"status":{"error_code":429,"error_message":"slow down"}}', "slow down"),
        (b'{"errors":[{"title":"first"}]}', "first"),
        (b"plain words", "plain words"),
        (b"<html>x</html>", ""),
        (b"", ""),
        (b'{"message":"' + b"x" * 9000 + b'"}', "x" * 2048),
    ],
)
def test_an_error_message_of_the_api_is_found_and_shortened(body: bytes, message: str) -> None:
    assert api_message(body) == message


def test_a_slow_answer_fails_at_the_read_timeout(server: ReplayServer) -> None:
    server.fault(ROUTE, delay_s=30, times=1)
    with pytest.raises(HttpError, match=r"no data came for 0\.1 s"):
        get(server, Clock(), readTimeout="100", maxRetries="0")


def test_a_body_that_arrives_byte_by_byte_fails_at_the_total_timeout(server: ReplayServer) -> None:
    server.fault(ROUTE, body={"a": "x" * 1000}, drip_s=0.02)
    with pytest.raises(HttpError, match=r"not complete within 0\.3 s"):
        get(server, Clock(), totalTimeout="300", maxRetries="0")


def test_a_body_larger_than_max_response_bytes_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, body_bytes=300 * 1024 * 1024)
    with pytest.raises(HttpError, match=r"larger than maxResponseBytes \(1000\)"):
        get(server, clock, maxResponseBytes="1000")


def test_a_gzip_bomb_is_refused_before_it_is_decompressed(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, body_bytes=50_000_000, gzip_bomb=True)
    with pytest.raises(HttpError, match="larger than maxResponseBytes"):
        get(server, clock, maxResponseBytes="1000000")


@pytest.mark.parametrize(
    "fault",
    [
        {"body_bytes": 300 * 1024 * 1024},
        {"body_bytes": 300 * 1024 * 1024, "chunked": True},
        {"body_bytes": 200 * 1024 * 1024, "gzip_bomb": True},
    ],
)
def test_memory_stays_bounded_when_a_body_is_too_large(
    server: ReplayServer, clock: FakeClock, fault: dict[str, Any]
) -> None:
    cap = 8 * 1024 * 1024
    if "gzip_bomb" in fault:
        # Compress before the measurement: the server runs in this process, too.
        body = gzip.compress(bytes(fault["body_bytes"]), 1)
        fault = {"body": body, "headers": {"Content-Encoding": "gzip"}}
    server.fault(ROUTE, **fault)
    tracemalloc.start()
    try:
        with pytest.raises(HttpError, match=r"larger than maxResponseBytes \(8388608\)"):
            get(server, clock, maxResponseBytes=str(cap))
        assert tracemalloc.get_traced_memory()[1] < 3 * cap
    finally:
        tracemalloc.stop()


def test_headers_that_arrive_slowly_fail_at_the_total_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(1024)
                peer.sendall(b"HTTP/1.1 200 OK\r\n")
                try:
                    while not done.wait(0.05):
                        peer.sendall(b"X: y\r\n")
                except OSError:
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(HttpError, match=r"not complete within 0\.4 s"):
            client(Clock(), maxRetries="0", totalTimeout="400").send(Request(url), json_reply)
        done.set()
        thread.join(10)


def test_compressed_bodies_are_read(server: ReplayServer, clock: FakeClock) -> None:
    server.state.apply({"config": {"gzip": True}})
    assert get(server, clock)["timestamp"]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b'{"a":') + gzip.compress(b"1}")),
        ("deflate", zlib.compress(b'{"a":1}')),
        ("deflate", zlib.compress(b'{"a":1}')[2:-4]),
    ],
)
def test_every_form_of_gzip_and_deflate_is_decompressed(coding: str, body: bytes) -> None:
    from sparktide_sources._http.inflate import inflate

    assert inflate(body, coding, 100, "too long") == b'{"a":1}'
    with pytest.raises(HttpError) as caught:
        inflate(body[:-6], coding, 100, "too long")
    assert caught.value.transient


def test_credentials_do_not_follow_a_redirect_to_another_origin(
    server: ReplayServer, clock: FakeClock
) -> None:
    request = Request(
        server.url + ROUTE,
        headers={"Accept": "application/json"},
        private_headers={"X-Api-Key": "k"},
        auth=HeaderAuth("Bearer t"),
    )
    server.fault(ROUTE, status=302, headers={"Location": ROUTE + "?since=5"})
    client(clock).send(request, json_reply)
    assert server.journal()[-1]["headers"]["authorization"] == "Bearer t"
    with second_server() as other:
        server.fault(ROUTE, status=307, headers={"Location": other.url + ROUTE})
        client(clock).send(request, json_reply)
        (call,) = other.journal()
        assert "authorization" not in call["headers"]
        assert "x-api-key" not in call["headers"]


def test_endless_redirects_fail_after_five(server: ReplayServer, clock: FakeClock) -> None:
    server.fault(ROUTE, status=302, headers={"Location": ROUTE}, times=99)
    with pytest.raises(HttpError, match="more than 5 redirects"):
        get(server, clock)
    assert len(server.journal()) == 6


def test_a_redirect_to_a_metadata_address_is_refused(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=302, headers={"Location": "http://169.254.169.254/latest/"})
    with pytest.raises(EgressError, match="link-local or a metadata address"):
        get(server, clock)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_a_header_value_with_control_characters_is_refused(
    server: ReplayServer, clock: FakeClock, value: str
) -> None:
    request = Request(server.url + ROUTE, headers={"X-Ok": value})
    with pytest.raises(HttpError, match="control character"):
        client(clock).send(request, json_reply)
    assert server.journal() == []


def test_a_refused_connection_is_transient_and_names_host_and_port(clock: FakeClock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(HttpError, match=f"no connection to 127.0.0.1:{port}") as caught:
        client(clock, maxRetries="1").send(Request(f"http://127.0.0.1:{port}/"), json_reply)
    assert caught.value.transient


def test_a_long_url_is_cut_so_that_the_message_of_the_api_fits(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=400, body=b'{"reason": "at most 1000 locations"}')
    url = f"{server.url}{ROUTE}?latitude={'1.5,' * 3000}"
    with pytest.raises(HttpError, match=r"… \(\d+ characters\): .*at most 1000 locations"):
        client(clock).send(Request(url), json_reply)


def test_cutting_a_long_url_does_not_show_part_of_a_secret(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault(ROUTE, status=400, body=b"{}")
    secret = "S" * 300
    url = f"{server.url}{ROUTE}?padding={'x' * 300}&q={secret}&more={'y' * 500}"
    with pytest.raises(HttpError) as caught:
        client(clock, secrets=(secret,)).send(Request(url), json_reply)
    assert "SS" not in str(caught.value)


def test_https_is_never_replaced_by_plain_http(clock: FakeClock) -> None:
    """If the server cannot do TLS, the client does not fall back to plain HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(1024)
                peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(HttpError, match="TLS handshake"):
            client(Clock(), maxRetries="0").send(Request(url), json_reply)
        thread.join(10)


def test_secrets_are_masked_in_every_encoding() -> None:
    secret = "s3cret/+ value"
    redactor = Redactor([secret, "ab"])
    text = "s3cret/+ value s3cret%2F%2B%20value s3cret%2F%2B+value czNjcmV0LysgdmFsdWU= cab"
    assert redactor.text(text) == "*** *** *** *** cab"


def test_urls_in_messages_hide_users_and_sensitive_parameters() -> None:
    url = "https://u:p@h.example/p?apikey=1&q=2&access_token=3&sig=4"
    assert redact_url(url) == "https://h.example/p?apikey=***&q=2&access_token=***&sig=***"


def test_no_error_contains_a_credential(server: ReplayServer, clock: FakeClock) -> None:
    """Not even when the API repeats the credential in its answer."""
    server.fault(ROUTE, status=400, body={"message": "you sent SENTINEL and U0VOVElORUw="})
    request = Request(
        server.url + ROUTE + "?token=SENTINEL", private_headers={"X-Api-Key": "SENTINEL"}
    )
    with pytest.raises(HttpError) as caught:
        client(clock, ("SENTINEL",)).send(request, json_reply)
    assert "SENTINEL" not in str(caught.value)
    assert "U0VOVElORUw" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_204_with_an_empty_body_is_not_valid_json() -> None:
    with pytest.raises(HttpError, match="not valid JSON"):
        json_reply(Reply(204, "No Content", {}, b"", "https://x/"))


@pytest.mark.parametrize(
    "name",
    """key apikey apiKey APIKEY api_key api-key api.key X-API-Key x-cg-demo-api-key Api-Key2 hapikey
    appkey wskey accessKey accesskeyid AWSAccessKeyId Ocp-Apim-Subscription-Key subscriptionkey
    consumerKey private_key KEY token Token accessToken access_token accesstoken ACCESS_TOKEN
    oauth_token OAuthToken idToken authtoken X-Auth-Token tokens secret clientSecret client_secret
    clientsecret secrets password Password userPassword userpassword passwd passwords pass pwd
    passphrase auth Auth basicauth oauth http_auth authorization Authorization Proxy-Authorization
    authorisation authentication authn authz authcode signature X-Amz-Signature hmacSignature sig
    SIG x_sig credential credentials X-Amz-Credential session sessionId session_id sessionid
    PHPSESSID JSESSIONID cookie Set-Cookie cookies jwt bearer auth[key] user:token""".split(),
)
def test_names_of_credentials_are_recognized_in_every_spelling(name: str) -> None:
    assert is_sensitive_name(name)


@pytest.mark.parametrize(
    "name",
    """keyword keywords author authors authorId author_name co-author authored authority authentic
    monkey turkey keyboard tokenize tokenizer secretary passenger passengers bypass compass
    signatures signal design sessions limit page offset cursor q since id user userId monkeys
    x-request-id language hockey obsession significant sigma""".split(),
)
def test_words_that_merely_contain_the_name_of_a_credential_are_not_sensitive(name: str) -> None:
    assert not is_sensitive_name(name)
    assert redact_url(f"https://h.example/?{name}=all") == f"https://h.example/?{name}=all"
