"""Which hosts and addresses a source may call, and how it reads options."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sparktide_sources._credentials.secrets import ALLOWED_SECRETS, Secret
from sparktide_sources._errors import EgressError, HttpError, OptionError
from sparktide_sources._http import egress
from sparktide_sources._http.egress import EgressPolicy, Target, same_origin
from sparktide_sources._options import OptionReader


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
        "::127.0.0.1",
        "::169.254.169.254",
        "fec0::1",
        "64:ff9b:1::a00:1",
        "255.255.255.255",
        # Teredo around 127.0.0.1, and the metadata addresses that are not link-local.
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
    ],
)
def test_addresses_that_are_not_public_are_refused_by_default(address: str) -> None:
    with pytest.raises(EgressError, match="is refused"):
        EgressPolicy().addresses(Target("https", address, 443), 5)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "fd00:ec2::254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "2001:0:4136:e378:8000:63bf:5601:5601",
    ],
)
def test_metadata_addresses_are_refused_even_when_private_addresses_are_allowed(
    address: str,
) -> None:
    with pytest.raises(EgressError, match="is refused"):
        EgressPolicy(allow_private=True).addresses(Target("https", address, 443), 5)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "fd00::1"])
def test_private_addresses_are_called_when_allowed(address: str) -> None:
    target = Target("https", address, 443)
    assert EgressPolicy(allow_private=True).addresses(target, 5) == [address]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111"])
def test_public_addresses_are_called(address: str) -> None:
    assert EgressPolicy().addresses(Target("https", address, 443), 5) == [address]


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolve(*_: object, **__: object) -> list[object]:
        return [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(EgressError, match=r"10\.0\.0\.1 is not public"):
        EgressPolicy().addresses(Target("https", "rebind.example", 443), 5)


def test_a_name_is_resolved_once_and_the_checked_address_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sparktide_sources._clock import Clock
    from sparktide_sources._http.wire import Limits, exchange

    answers = [[(2, 1, 6, "", ("93.184.215.14", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]]
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))

    def connect(address: object, timeout: float) -> socket.socket:
        asked.append(address)
        raise OSError(111, "refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(HttpError, match=r"no connection to rebind\.example:443"):
        exchange(
            "GET", "https://rebind.example/", {}, b"", EgressPolicy(), Limits(1, 1, 1, 1), Clock()
        )
    assert asked == [("93.184.215.14", 443)]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"])
def test_other_spellings_of_a_private_address_are_refused(host: str) -> None:
    """The resolver accepts all of them; the policy checks the address that it returns."""
    policy = EgressPolicy()
    with pytest.raises((EgressError, HttpError), match=r"is refused|does not resolve"):
        policy.addresses(policy.target(f"https://{host}/"), 5)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "\u2460\u2461\u2466.0.0.1"])
def test_names_of_this_machine_are_refused(host: str) -> None:
    policy = EgressPolicy()
    with pytest.raises((EgressError, HttpError), match=r"is refused|does not resolve"):
        policy.addresses(policy.target(f"https://{host}/"), 5)


def test_a_name_that_is_not_resolved_in_time_is_a_transient_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    release = threading.Event()

    def stuck(*_: object, **__: object) -> list[object]:
        release.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    with pytest.raises(HttpError, match="was not resolved within") as caught:
        egress._resolve("slow.example", 443, 0.05)
    release.set()
    assert caught.value.transient


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://a.example/", "only https"),
        ("ftp://a.example/", "must read https"),
        ("https:///x", "must read https"),
        ("https://a.example:0/", "must read https"),
        ("https://a.example:99999/", "must read https"),
        ("https://u:p@a.example/", "user or password"),
        ("https://a.example/\r\nx", "line breaks"),
        ("https://other.example/", "not in allowedHosts"),
        ("https://a.example.evil.test/", "not in allowedHosts"),
        ("https://pinned.example/", "not in allowedHosts"),
    ],
)
def test_a_url_that_breaks_the_rules_is_refused_without_a_name_lookup(
    url: str, problem: str
) -> None:
    policy = EgressPolicy(allowed_hosts=("a.example", "*.b.example", "pinned.example:8443"))
    with pytest.raises(EgressError, match=problem):
        policy.target(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/", "https://x.b.example/", "https://pinned.example:8443/"]
)
def test_hosts_in_allowed_hosts_are_allowed(url: str) -> None:
    hosts = ("a.example", "*.b.example", "pinned.example:8443")
    assert EgressPolicy(allowed_hosts=hosts).target(url).scheme == "https"


def test_options_cannot_extend_the_host_list_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(egress.SERVER_ALLOW_LIST, "only.example")
    with pytest.raises(EgressError, match="SPARKTIDE_ALLOWED_HOSTS"):
        EgressPolicy(allowed_hosts=("a.example",)).target("https://a.example/")
    assert EgressPolicy().target("https://only.example/").host == "only.example"


def test_origins_differ_by_scheme_host_and_port() -> None:
    assert same_origin("https://A.example/x", "https://a.example:443/y")
    for other in ("http://a.example/", "https://a.example:8443/", "https://b.example/"):
        assert not same_origin("https://a.example/", other)


def test_option_keys_ignore_case() -> None:
    assert OptionReader("s", {"BATCHsize": "7"}, ["batchSize"]).integer("batchSize", 1, 1, 9) == 7


def test_an_unknown_option_is_refused_with_similar_names_or_all_names() -> None:
    with pytest.raises(OptionError, match=r"no option 'batchsiz'\. Did you mean 'batchSize'\?"):
        OptionReader("s", {"batchsiz": "7"}, ["batchSize", "url"])
    with pytest.raises(OptionError, match=r"It has: batchSize, url\."):
        OptionReader("s", {"zzz": "7"}, ["batchSize", "url"])


def test_references_to_secrets_are_resolved_when_they_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MY_KEY", "from-env")
    monkeypatch.setenv(ALLOWED_SECRETS, f"env:MY_KEY, file:{tmp_path}/")
    path = tmp_path / "key"
    path.write_text("from-file\n")
    assert Secret("k", "env:MY_KEY").resolve() == "from-env"
    assert Secret("k", f"file:{path}").resolve() == "from-file"
    assert Secret("k", "plain:text").resolve() == "plain:text"
    assert repr(Secret("k", "hidden")) == "Secret(***)"


@pytest.mark.parametrize("reference", ["env:SURELY_NOT_SET_9", "file:/no/such/file"])
def test_a_reference_to_a_missing_secret_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, reference: str
) -> None:
    monkeypatch.setenv(ALLOWED_SECRETS, "env:*,file:/*")
    with pytest.raises(OptionError, match=reference.partition(":")[2]):
        Secret("apiKey", reference).resolve()
