"""Authentication for `/items`, and the endpoint that issues its access tokens."""

from __future__ import annotations

import base64
from urllib.parse import unquote_plus

from .answers import Answer, Call, read_query
from .state import ReplayState

# Made-up credentials that only this server accepts.
TOKEN = "replay-token"  # noqa: S105
USER, PASSWORD = "replay", "replay:pass"
API_KEY = "replay-key"
CLIENT, CLIENT_SECRET = "replay-client", "replay-secret"
REFRESH_TOKEN = "replay-refresh"  # noqa: S105


def token(state: ReplayState, call: Call) -> Answer:
    """`POST /oauth/token`, by RFC 6749: client credentials and refresh token."""
    number = state.count("token")
    fields = read_query(call.body.decode("latin-1"))
    if call.method != "POST" or not _is_client(call, fields):
        problem = {"error": "invalid_client", "error_description": "unknown client"}
        return Answer(401, problem, {"WWW-Authenticate": 'Basic realm="replay"'})
    grant = fields.get("grant_type", "")
    if grant == "refresh_token" and fields.get("refresh_token") != REFRESH_TOKEN:
        return Answer(400, {"error": "invalid_grant", "error_description": "refresh token expired"})
    if grant not in ("client_credentials", "refresh_token"):
        return Answer(400, {"error": "unsupported_grant_type"})
    value = f"replay-access-{number}"
    state.tokens.add(value)
    body = {"access_token": value, "token_type": "Bearer", "expires_in": state.config["token_life"]}
    if state.config["rotate_refresh_token"]:
        body["refresh_token"] = f"{REFRESH_TOKEN}-{number}"
    return Answer(body=body, headers={"Cache-Control": "no-store"})


def authorised(state: ReplayState, call: Call) -> bool:
    """Whether the request has a known credential in the right header, parameter or cookie."""
    given = call.headers.get("authorization", "")
    scheme, _, value = given.partition(" ")
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode("ascii")
    if scheme == "OAuth" or given == f"Basic {pair}":
        return True
    if scheme == "Bearer" and (value == TOKEN or value in state.tokens):
        return True
    cookies = [part.strip() for part in call.headers.get("cookie", "").split(";")]
    keys = (call.headers.get("x-api-key"), call.query.get("api_key"))
    return API_KEY in keys or f"api_key={API_KEY}" in cookies


def _is_client(call: Call, fields: dict[str, str]) -> bool:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            name, _, secret = base64.b64decode(value).decode("ascii").partition(":")
        except ValueError:
            return False
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, CLIENT_SECRET)
    return (fields.get("client_id"), fields.get("client_secret")) == (CLIENT, CLIENT_SECRET)
