"""Session logins: a request with credentials brings a token, which the later requests carry.

The token is a field of the answer, one of its headers, or the cookies that it sets. It is used for
the seconds that the options or the answer say, else until the API answers 401.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .._clock import Clock
from .._credentials.path_secrets import discreet_url
from .._credentials.redact import header_secrets
from .._errors import HttpError
from .._exact_json import parse, scalar_text
from .._keyword_only import KeywordOnly
from .client import Outgoing, normal_url
from .egress import same_origin
from .oauth2 import encoded
from .tokens import LONGEST_LIFE, Fetched, FetchedTokenAuth, TokenPlace, TokenStore, life_of
from .wire import Reply

# Headers of the API's request that describe its body or its answer, which the login does not have.
_NOT_FOR_LOGIN = frozenset({"accept", "content-type", "if-none-match", "range"})
_MAX_AGE = re.compile(r";\s*max-age\s*=\s*(-?\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Login(KeywordOnly):
    """The request, and where its answer has the token.

    Without `field` and `header`, the cookies are the token. `life` is in seconds; None stands for
    the field `life_field`, or for a token without an end.
    """

    url: str
    fields: dict[str, Any] = field(repr=False)
    as_json: bool
    authorization: str = field(default="", repr=False)
    token_field: str = ""
    token_header: str = ""
    life: float | None = None
    life_field: str = ""


class SessionAuth(FetchedTokenAuth):
    """Adds the token of a session, and logs in if necessary.

    `find` returns the value at a selector of a parsed body, or None.
    """

    def __init__(
        self,
        login: Login,
        place: TokenPlace,
        store: TokenStore,
        clock: Clock,
        find: Callable[[Any, str], Any],
    ) -> None:
        super().__init__(place, store, clock)
        self._login, self._find = login, find
        self._at = f"the login {discreet_url(login.url)}"

    def hidden(self) -> list[str]:
        used = super().hidden()
        if self._place.name:
            return used
        return [text for cookies in used for text in header_secrets("cookie", cookies)]

    def _fetch(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Fetched:
        reply = self._ask(self._at, self._request(request), send)
        document = self._document(reply) if self._reads_body else None
        token = self._token(reply, document)
        return Fetched(token, self._life(document))

    @property
    def _reads_body(self) -> bool:
        return bool(self._login.token_field or self._login.life_field)

    def _request(self, request: Outgoing) -> Outgoing:
        login = self._login
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if same_origin(request.url, login.url):
            # APIs often need a header for each of their requests, such as a version.
            headers.update(
                (name, value)
                for name, value in request.headers.items()
                if name.lower() not in _NOT_FOR_LOGIN
            )
            headers["Accept-Encoding"] = "identity"
        if login.fields:
            headers["Content-Type"] = (
                "application/json" if login.as_json else "application/x-www-form-urlencoded"
            )
        if login.authorization:
            headers["Authorization"] = login.authorization
        body = encoded(login.fields, login.as_json) if login.fields else b""
        return Outgoing("POST", normal_url(login.url), headers, body)

    def _document(self, reply: Reply) -> Any:
        try:
            return parse(reply.body.decode("utf-8-sig")).value
        except (ValueError, RecursionError):
            raise self._without(reply, "the answer is not valid JSON") from None

    def _token(self, reply: Reply, document: Any) -> str:
        login = self._login
        if login.token_field:
            token = scalar_text(self._find(document, login.token_field))
            if not token:
                names = ", ".join(sorted(map(str, document))[:20]) if document else ""
                has = names if isinstance(document, dict) and names else "no fields"
                raise self._without(
                    reply, f"nothing is at {login.token_field!r} (loginTokenField); it has: {has}"
                )
            return token
        if login.token_header:
            token = reply.headers.get(login.token_header.lower(), "").strip()
            if not token:
                raise self._without(
                    reply, f"the header {login.token_header!r} (loginTokenHeader) is missing"
                )
            return token
        cookies = cookies_of(reply.headers.get("set-cookie", ""))
        if not cookies:
            raise self._without(
                reply,
                "it sets no cookies; set loginTokenField or loginTokenHeader if the token is "
                "elsewhere",
            )
        return cookies

    def _life(self, document: Any) -> float:
        login = self._login
        if login.life is not None:
            return login.life
        if not login.life_field:
            return LONGEST_LIFE
        seconds = self._find(document, login.life_field)
        if scalar_text(seconds) is None:
            raise HttpError(
                f"{self._at} answered without seconds at {login.life_field!r} (loginLife)",
                sent=False,
            )
        return life_of(seconds)

    def _without(self, reply: Reply, problem: str) -> HttpError:
        return HttpError(
            f"{self._at} answered {reply.status} without a token: {problem}",
            reply.status,
            sent=False,
        )


def cookies_of(lines: str) -> str:
    """The cookies that the lines of Set-Cookie set, as a Cookie header."""
    found: dict[str, str] = {}
    for line in lines.split("\n"):
        pair = line.partition(";")[0].strip()
        name, sep, value = pair.partition("=")
        age = _MAX_AGE.search(line)
        if sep and value and (age is None or int(age[1]) > 0):
            found[name.strip()] = value.strip()
    return "; ".join(f"{name}={value}" for name, value in found.items())
