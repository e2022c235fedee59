"""Access tokens from the CredentialBroker, see `broker_place`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from .._clock import Clock
from .._errors import HttpError
from .broker_place import BrokerPlace, broker_document, broker_message
from .client import Outgoing
from .tokens import (
    LONGEST_LIFE,
    Fetched,
    FetchedTokenAuth,
    TokenPlace,
    TokenStore,
    life_of,
    token_failure,
)
from .wire import Reply


class BrokerAuth(FetchedTokenAuth):
    """Adds the broker's token, and asks for another one after a 401."""

    def __init__(
        self,
        broker: BrokerPlace,
        credential: str,
        place: TokenPlace,
        store: TokenStore,
        clock: Clock,
    ) -> None:
        super().__init__(place, store, clock)
        self._broker, self._credential = broker, credential
        self._refused = ""

    def renew(self, refused: Outgoing) -> bool:
        carried = self._place.carried(refused)
        token = next((used for used in self._used if carried.endswith(used)), "")
        # The broker compares it with its own token: another reader may have renewed it already.
        self._refused = hashlib.sha256(token.encode("utf-8")).hexdigest() if token else ""
        return super().renew(refused)

    def _refusal(self, place: str, reply: Reply) -> HttpError:
        return token_failure(place, reply, broker_message(reply.body), self._clock)

    def _fetch(self, request: Outgoing, send: Callable[[Outgoing], Reply]) -> Fetched:
        title = self._broker.title
        asked: dict[str, Any] = {"refused": self._refused} if self._refused else {}
        reply = self._ask(
            title, Outgoing(*self._broker.call("tokens", self._credential, asked)), send
        )
        answer = broker_document(title, reply.body)
        token, life = answer.get("token"), answer.get("expiresInSeconds")
        if not isinstance(token, str) or not token:
            raise HttpError(f"{title} gave an answer without a token; check brokerUrl", sent=False)
        self._refused = ""
        return Fetched(token, LONGEST_LIFE if life is None else life_of(life))
