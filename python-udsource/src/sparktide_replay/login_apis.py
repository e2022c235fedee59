"""APIs with logins: sessions, other forms of token requests, and a stand-in for a broker.

| endpoint | meaning |
|---|---|
| `POST /login` | `username` and `password` as JSON, as a form or as Basic; the token is in the body, a header and a cookie |
| `POST /identity/token` | tokens for JSON requests, the grant `password`, and `account_credentials` with an `account_id` |
| `/guarded?after=ID` | the records of `items`, for a token of one of these in any usual place |
| `POST /v1/tokens/items`, `POST /v1/budgets/items` | what `CredentialBroker` answers |
"""  # noqa: E501 - a table row can't be wrapped

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from .answers import Answer, Call, read_query
from .state import ReplayState

# Made-up credentials that only this server accepts.
USER, PASSWORD = "replay", "replay-pass"
CLIENT, CLIENT_SECRET, ACCOUNT = "replay-client", "replay-secret", "replay-account"
BROKER_KEY = "replay-broker-key"


def login(state: ReplayState, call: Call) -> Answer:
    """Gives a token of `token_life` seconds."""
    number = state.count("login")
    fields = _fields(call)
    if call.headers.get("authorization", "").startswith("Basic "):
        pair = base64.b64decode(call.headers["authorization"][6:]).decode("utf-8")
        fields = dict(zip(("username", "password"), pair.split(":", 1)))
    if (fields.get("username"), fields.get("password")) != (USER, PASSWORD):
        return Answer(403, {"message": f"wrong password {fields.get('password')}"})
    value = f"replay-session-{number}"
    state.tokens.add(value)
    body = {"data": {"token": value}, "seconds": state.config["token_life"]}
    # The date of a cookie holds a comma.
    cookies = f"SESSION={value}; Path=/; HttpOnly; Expires=Wed, 21 Oct 2037 07:28:00 GMT"
    return Answer(body=body, headers={"X-Session": value, "Set-Cookie": cookies})


def identity_token(state: ReplayState, call: Call) -> Answer:
    """Takes the client's credentials from the body only."""
    number, fields = state.count("identity"), _fields(call)
    if (fields.get("client_id"), fields.get("client_secret")) != (CLIENT, CLIENT_SECRET):
        return Answer(401, {"error": "invalid_client"})
    grant = fields.get("grant_type")
    allowed = {
        "client_credentials": True,
        "password": (fields.get("username"), fields.get("password")) == (USER, PASSWORD),
        "account_credentials": fields.get("account_id") == ACCOUNT,
    }
    if not allowed.get(str(grant), False):
        return Answer(400, {"error": "invalid_grant"})
    value = f"replay-identity-{number}"
    state.tokens.add(value)
    return Answer(body={"access_token": value, "token_type": "JWT", "expires_in": 3600})


def guarded(state: ReplayState, call: Call) -> Answer:
    """The records after an id, for a valid token."""
    cookies = [part.strip() for part in call.headers.get("cookie", "").split(";")]
    places = [
        call.headers.get("authorization", "").rpartition(" ")[2],
        call.headers.get("x-session", ""),
        call.query.get("session", ""),
        *(part.partition("=")[2] for part in cookies),
    ]
    if not state.tokens.intersection(places):
        return Answer(401, {"message": "no session"})
    after = call.number("after", 0)
    return Answer(body=[item for item in state.records["items"] if item["id"] > after])


def broker_token(state: ReplayState, call: Call) -> Answer:
    """Gives the same token until a reader says that the API refused it."""
    problem = _refused(call)
    if problem:
        return problem
    number = state.calls.get("broker", 0) or state.count("broker")
    digest = hashlib.sha256(f"replay-brokered-{number}".encode()).hexdigest()
    if _fields(call).get("refused") == digest:
        number = state.count("broker")
    value = f"replay-brokered-{number}"
    state.tokens.add(value)
    return Answer(body={"token": value, "expiresInSeconds": state.config["token_life"]})


def broker_budget(state: ReplayState, call: Call) -> Answer:
    """One request a second. `budget_wait` sets another wait in milliseconds."""
    problem = _refused(call)
    if problem:
        return problem
    wait = int(state.config["budget_wait"])
    return Answer(body={"granted": wait <= _fields(call)["maxWaitMs"], "waitMs": wait})


def _refused(call: Call) -> Answer | None:
    if call.headers.get("authorization") == f"Bearer {BROKER_KEY}":
        return None
    return Answer(401, {"error": {"code": "KEY_WRONG", "message": "The key is wrong."}})


def _fields(call: Call) -> dict[str, Any]:
    text = call.body.decode("utf-8")
    if call.headers.get("content-type", "").startswith("application/json"):
        return dict(json.loads(text or "{}"))
    return dict(read_query(text))


LOGIN_ROUTES = {
    "/login": login,
    "/identity/token": identity_token,
    "/guarded": guarded,
    "/v1/tokens/items": broker_token,
    "/v1/budgets/items": broker_budget,
}
