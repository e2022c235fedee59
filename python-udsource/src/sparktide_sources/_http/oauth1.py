"""OAuth 1.0 (RFC 5849) with HMAC-SHA1 or HMAC-SHA256.

Implemented here because workers have no OAuth library. RSA signatures would need one, so they are
refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Union
from urllib.parse import quote, unquote_to_bytes, urlsplit

from .._clock import Clock
from .client import NoAuth, Outgoing
from .egress import ascii_host
from .wire import Reply

SIGNATURE_METHODS = ("HMAC-SHA1", "HMAC-SHA256")
UNSUPPORTED_METHODS = ("RSA-SHA1", "RSA-SHA256", "PLAINTEXT")

_DIGESTS = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}
_FORM = "application/x-www-form-urlencoded"
_Text = Union[str, bytes]


@dataclass(frozen=True)
class OAuth1Keys:
    """The consumer's credentials and, if given, the token's."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)
    method: str = "HMAC-SHA1"
    realm: str = ""


class OAuth1(NoAuth):
    """Signs each request, including each hop of a redirect."""

    def __init__(
        self, keys: OAuth1Keys, clock: Clock, nonce: Callable[[], str] = secrets.token_hex
    ) -> None:
        self._keys, self._clock, self._nonce = keys, clock, nonce

    def apply(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Outgoing:
        kinds = [value for name, value in request.headers.items() if name.lower() == "content-type"]
        form = request.body if kinds and kinds[0].lower().startswith(_FORM) else b""
        value = self.authorization(request.method, request.url, form)
        return request._replace(headers={**request.headers, "Authorization": value})

    def authorization(self, method: str, url: str, form: bytes = b"") -> str:
        """The Authorization header of one request; `form` is its body, if that is a form."""
        keys = self._keys
        fields = {
            "oauth_consumer_key": keys.consumer_key,
            "oauth_token": keys.token,
            "oauth_signature_method": keys.method,
            "oauth_timestamp": str(int(self._clock.time())),
            "oauth_nonce": self._nonce(),
            "oauth_version": "1.0",
        }
        if not keys.token:
            del fields["oauth_token"]
        signed = [*fields.items(), *form_pairs(form)]
        fields["oauth_signature"] = self.sign(signature_base(method, url, signed))
        listed = ", ".join(f'{name}="{encode(value)}"' for name, value in fields.items())
        # The realm is sent, but not part of the signature.
        return f'OAuth realm="{encode(keys.realm)}", {listed}' if keys.realm else f"OAuth {listed}"

    def sign(self, base: str) -> str:
        """RFC 5849 §3.4.2: the signature of a base string."""
        keys = self._keys
        key = f"{encode(keys.consumer_secret)}&{encode(keys.token_secret)}".encode("ascii")
        digest = hmac.new(key, base.encode("ascii"), getattr(hashlib, _DIGESTS[keys.method]))
        return base64.b64encode(digest.digest()).decode("ascii")


def signature_base(method: str, url: str, fields: Sequence[tuple[_Text, _Text]]) -> str:
    """RFC 5849 §3.4.1: the text to sign. `fields` are the OAuth fields and those of a form body."""
    parts = urlsplit(url)
    host = ascii_host(parts)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    name = f"[{host}]" if ":" in host else host
    authority = name if parts.port in (None, default) else f"{name}:{parts.port}"
    pairs = [*form_pairs(parts.query.encode("utf-8")), *fields]
    encoded = sorted((encode(key), encode(value)) for key, value in pairs)
    joined = "&".join(f"{key}={value}" for key, value in encoded)
    place = f"{parts.scheme}://{authority}{parts.path or '/'}"
    return f"{method.upper()}&{encode(place)}&{encode(joined)}"


def form_pairs(form: bytes) -> list[tuple[bytes, bytes]]:
    """The pairs of a query or form as bytes, since an API may use another encoding than UTF-8."""
    pairs: list[tuple[bytes, bytes]] = []
    for pair in form.split(b"&"):
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        if pair:
            pairs.append((unquote_to_bytes(name), unquote_to_bytes(value)))
    return pairs


def encode(text: _Text) -> str:
    """RFC 5849 §3.6: percent-encodes all but letters, digits and `-._~`."""
    return quote(text, safe="-._~")
