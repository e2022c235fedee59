"""Certificates, client certificates, and tunnels through a proxy.

The `openssl` command makes the certificates, once for this file.
"""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._credentials.secrets import ALLOWED_SECRETS, Secret
from sparktide_sources._errors import EgressError, HttpError, OptionError
from sparktide_sources._http.client import HTTP_OPTIONS, HttpClient, Request, http_settings
from sparktide_sources._http.egress import EgressPolicy, Target
from sparktide_sources._http.json_replies import json_reply
from sparktide_sources._http.proxy import proxy_for
from sparktide_sources._http.wire import Limits, exchange
from sparktide_sources._options import OptionReader
from sparktide_sources._rest.batch_reader import RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources.rest import RestDataSource
from support import OPEN

OPENSSL = shutil.which("openssl")
PASSWORD = "SENTINEL-key-password"

needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="needs the openssl command")


def openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [str(OPENSSL), *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new authority, a server certificate for localhost and 127.0.0.1, and a client one."""
    folder = tmp_path_factory.mktemp("pki")
    new = ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        folder, *new, "-x509", "-days", "2", "-subj", "/CN=Replay CA", "-keyout", "ca.key",
        "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip
    for name, extensions in (
        ("server", "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"),
        ("client", "subjectAltName=DNS:client\nextendedKeyUsage=clientAuth\n"),
    ):
        (folder / f"{name}.ext").write_text(extensions)
        openssl(
            folder, *new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr"
        )
        openssl(
            folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem",
        )  # fmt: skip
    openssl(
        folder, "pkcs8", "-topk8", "-in", "client.key", "-out", "locked.key",
        "-passout", f"pass:{PASSWORD}",
    )  # fmt: skip
    return folder


@pytest.fixture()
def secure(pki: Path) -> Iterator[ReplayServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "server.pem", pki / "server.key")
    with ReplayServer(tls=context) as running:
        yield running


@pytest.fixture()
def mutual(pki: Path) -> Iterator[ReplayServer]:
    """A server that requires a client certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "server.pem", pki / "server.key")
    context.load_verify_locations(pki / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    with ReplayServer(tls=context) as running:
        yield running


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def client(**options: str) -> HttpClient:
    given = {"allowPrivateHosts": "true", "maxRetries": "0", **options}
    return HttpClient(http_settings(OptionReader("test", given, HTTP_OPTIONS)), (), Clock())


def get(url: str, **options: str) -> Any:
    return client(**options).send(Request(url + "/tweets"), json_reply)


def mine(pki: Path, **options: str) -> dict[str, str]:
    return {
        "caFile": str(pki / "ca.pem"),
        "clientCertFile": str(pki / "client.pem"),
        "clientKeyFile": str(pki / "client.key"),
        **options,
    }


@needs_openssl
def test_a_private_authority_is_trusted_only_with_ca_file(secure: ReplayServer, pki: Path) -> None:
    assert get(secure.url, caFile=str(pki / "ca.pem"))["timestamp"]
    assert get(f"https://localhost:{secure.port}", caFile=f"file:{pki / 'ca.pem'}")["timestamp"]
    with pytest.raises(HttpError, match=r"certificate of 127\.0\.0\.1 was refused") as caught:
        get(secure.url)
    assert not caught.value.transient


@needs_openssl
def test_a_certificate_for_another_name_is_refused(
    secure: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", ("127.0.0.1", secure.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(HttpError, match=r"certificate of other\.example was refused.*mismatch"):
        get(f"https://other.example:{secure.port}", caFile=str(pki / "ca.pem"))


@needs_openssl
def test_a_client_certificate_is_sent_if_the_server_requires_one(
    mutual: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED_SECRETS, f"file:{pki}/,env:KEY_PASSWORD")
    monkeypatch.setenv("KEY_PASSWORD", PASSWORD)
    assert get(mutual.url, **mine(pki))["timestamp"]
    locked = mine(pki, clientKeyFile=f"file:{pki / 'locked.key'}")
    assert get(mutual.url, **locked, clientKeyPassword="env:KEY_PASSWORD")["timestamp"]
    with pytest.raises(HttpError):
        get(mutual.url, caFile=str(pki / "ca.pem"))


@needs_openssl
def test_a_client_key_that_cannot_be_read_is_an_error_and_never_a_password_prompt(
    mutual: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED_SECRETS, f"file:{pki}/")
    for wrong in (
        mine(pki, clientKeyFile=str(pki / "locked.key")),
        mine(pki, clientKeyFile=str(pki / "locked.key"), clientKeyPassword="SENTINEL"),
        mine(pki, clientKeyFile=str(pki / "server.key")),
    ):
        with pytest.raises(OptionError, match="'clientCertFile' and 'clientKeyFile'") as caught:
            get(mutual.url, **wrong)
        assert "SENTINEL" not in str(caught.value)
    with pytest.raises(OptionError, match="'caFile': '/no/such' can't be read"):
        get(mutual.url, caFile="/no/such")


@needs_openssl
def test_a_client_certificate_must_be_in_the_list_of_the_server(
    mutual: ReplayServer, pki: Path
) -> None:
    with pytest.raises(OptionError, match=r"'clientCertFile' refers to .*not in the server's list"):
        get(mutual.url, **mine(pki))


@needs_openssl
def test_a_client_certificate_does_not_follow_a_redirect_to_another_origin(
    mutual: ReplayServer, secure: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED_SECRETS, f"file:{pki}/")
    secure.fault("/tweets", status=302, headers={"Location": mutual.url + "/tweets"})
    with pytest.raises(HttpError):
        get(secure.url, **mine(pki))
    assert mutual.journal() == []


@needs_openssl
def test_a_client_certificate_does_not_follow_a_next_link_to_another_origin(
    mutual: ReplayServer, secure: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ALLOWED_SECRETS, f"file:{pki}/")
    page = {"data": [{"id": 1}], "next": mutual.url + "/tweets"}
    secure.fault("/tweets", body=page)
    options = {"url": secure.url + "/tweets", "pagination": "json", "maxRetries": "0"}
    reader = RestBatchReader(read_config({**options, **OPEN, **mine(pki)}))
    with pytest.raises(HttpError):
        list(reader.read(reader.partitions()[0]))
    assert mutual.journal() == []


@needs_openssl
def test_the_connection_uses_the_checked_address_and_the_original_name(
    secure: ReplayServer, pki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second lookup would give another address. SNI, certificate and Host use the name."""
    real, looked_up = socket.getaddrinfo, []

    def resolve(host: str, *given: Any, **named: Any) -> Any:
        if host == "localhost":
            looked_up.append(host)
            first = [(2, 1, 6, "", ("127.0.0.1", secure.port))]
            return first if len(looked_up) == 1 else [(2, 1, 6, "", ("169.254.169.254", 80))]
        return real(host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert get(f"https://localhost:{secure.port}", caFile=str(pki / "ca.pem"))["timestamp"]
    assert looked_up == ["localhost"]
    assert secure.journal()[0]["headers"]["host"] == f"localhost:{secure.port}"


@needs_openssl
def test_https_through_a_proxy_uses_a_tunnel_that_the_proxy_cannot_read(
    secure: ReplayServer, pki: Path
) -> None:
    with ReplayServer() as proxy:
        given = f"http://me:p%40ss@127.0.0.1:{proxy.port}"
        assert get(secure.url, caFile=str(pki / "ca.pem"), proxy=given)["timestamp"]
        (tunnel,) = proxy.journal()
        assert (tunnel["method"], tunnel["path"]) == ("CONNECT", f"127.0.0.1:{secure.port}")
        # me:p@ss
        assert tunnel["headers"]["proxy-authorization"] == "Basic bWU6cEBzcw=="
    assert "proxy-authorization" not in secure.journal()[0]["headers"]


def test_the_proxy_of_the_environment_is_used_except_for_hosts_in_no_proxy(
    server: ReplayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://u:p@proxy.example:8080")
    monkeypatch.setenv("NO_PROXY", "inside.example, .corp.example,10.0.0.0/8,odd.example:8443")
    unset = Secret("proxy", "")
    found = proxy_for(Target("https", "api.example", 443), unset)
    assert found is not None
    assert (found.name, found.trusted) == ("proxy.example:8080", True)
    assert "Basic" not in repr(found)
    for host in ("inside.example", "a.corp.example", "10.9.8.7", "localhost", "127.0.0.1", "::1"):
        assert proxy_for(Target("https", host, 443), unset) is None
    assert proxy_for(Target("http", "api.example", 80), unset) is None
    assert proxy_for(Target("https", "odd.example", 8443), unset) is None
    for host in ("odd.example", "notinside.example", "11.0.0.1"):
        assert proxy_for(Target("https", host, 443), unset) is not None
    assert proxy_for(Target("https", "api.example", 443), Secret("proxy", "none")) is None
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example:1080")
    with pytest.raises(EgressError, match="scheme 'socks5' is not supported"):
        proxy_for(Target("https", "api.example", 443), unset)


def test_the_error_for_a_refused_tunnel_does_not_show_the_proxy_password(
    server: ReplayServer,
) -> None:
    with ReplayServer() as proxy:
        given = f"http://me:SENTINEL@127.0.0.1:{proxy.port}"
        for status, transient in ((407, False), (403, False), (502, True)):
            proxy.fault("CONNECT", status=status)
            with pytest.raises(
                HttpError, match=rf"proxy 127.*refused the tunnel.*\({status}\)"
            ) as e:
                get(server.url, proxy=given, allowHttp="true")
            assert "SENTINEL" not in str(e.value)
            assert e.value.transient is transient
    assert server.journal() == []


def test_a_proxy_from_the_options_cannot_reach_private_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits, policy = Limits(1, 1, 1, 1000), EgressPolicy()
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, **_: [(2, 1, 6, "", (addresses[host], port))]
    )
    addresses = {"api.example": "93.184.215.14", "proxy.example": "10.0.0.1"}
    opened: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda place, **_: opened.append(place))
    from sparktide_sources._http.wire import Route

    route = Route(proxy=Secret("proxy", "http://proxy.example:3128"))
    with pytest.raises(EgressError, match=r"10\.0\.0\.1 is not public"):
        exchange("GET", "https://api.example/", {}, b"", policy, limits, Clock(), route)
    listed = EgressPolicy(allowed_hosts=("api.example",))
    with pytest.raises(EgressError, match=r"'proxy\.example' is not in allowedHosts"):
        exchange("GET", "https://api.example/", {}, b"", listed, limits, Clock(), route)
    addresses["api.example"] = "10.0.0.2"
    with pytest.raises(EgressError, match=r"10\.0\.0\.2 is not public"):
        exchange("GET", "https://api.example/", {}, b"", policy, limits, Clock(), route)
    assert opened == []


class Script:
    """A proxy that accepts one connection, sends a fixed answer, and records the request."""

    def __init__(self, answer: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = b""
        self._thread = threading.Thread(target=self._serve, args=(answer,), daemon=True)
        self._thread.start()

    def _serve(self, answer: bytes) -> None:
        peer, _ = self._listener.accept()
        with peer, self._listener:
            while b"\r\n\r\n" not in self.heard:
                self.heard += peer.recv(1024)
            peer.sendall(answer)

    def join(self) -> None:
        self._thread.join(10)


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"x" * 70_000])
def test_a_proxy_that_does_not_speak_http_is_an_error(answer: bytes) -> None:
    proxy = Script(answer)
    given = f"http://127.0.0.1:{proxy.port}"
    with pytest.raises(HttpError, match=r"proxy|connection"):
        get("http://127.0.0.1:9", proxy=given, allowHttp="true")
    proxy.join()


def test_the_proxy_of_the_server_resolves_a_name_in_the_host_list_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In many internal networks only the proxy can resolve external names."""
    proxy = Script(b"HTTP/1.1 403 no\r\n\r\n")
    monkeypatch.setenv("SPARKTIDE_ALLOWED_HOSTS", "only-outside.invalid")
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(HttpError, match="refused the tunnel"):
        get("https://only-outside.invalid")
    proxy.join()
    assert proxy.heard.startswith(b"CONNECT only-outside.invalid:443 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"proxy": "socks5://a.example:1"}, "must read http://"),
        ({"proxy": "SENTINEL"}, "must read http://"),
        ({"proxy": "http://u:SENTINEL@a.example:99999"}, "must read http://"),
        ({"clientKeyFile": "/k"}, "needs clientCertFile"),
        ({"clientKeyPassword": "SENTINEL"}, "needs clientCertFile"),
    ],
)
def test_wrong_connection_options_are_refused(options: dict[str, str], problem: str) -> None:
    with pytest.raises(OptionError, match=problem) as caught:
        RestDataSource({"url": "https://a.example/", **options})
    assert "SENTINEL" not in str(caught.value)


@needs_openssl
def test_coingecko_also_accepts_the_connection_options(secure: ReplayServer, pki: Path) -> None:
    from support import FakeClock, coins_batch

    rows = coins_batch(secure, FakeClock(), caFile=str(pki / "ca.pem"))
    assert rows[0][0] == "bitcoin"
    assert json.dumps(secure.journal()).count("simple/price") == 1
