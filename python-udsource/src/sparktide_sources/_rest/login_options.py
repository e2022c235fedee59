"""The options of `rest` for session logins, requests of tokens, and the place of a token."""

from __future__ import annotations

import re
from typing import Any

from .._credentials.secret_fields import SecretFields
from .._errors import EgressError
from .._http.egress import split_url
from .._http.session_login import Login
from .._http.tokens import TokenPlace
from .._options import OptionReader
from .selector import MISSING, lookup, parse_selector
from .stray_braces import require_no_braces

KEY_PLACES = ("header", "query", "cookie")
# Characters of a header's or cookie's name. Separators could inject another one.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_GRANT = re.compile(r"[A-Za-z0-9_\-:./]+")
_SECONDS = re.compile(r"\d+(?:\.\d+)?")
# Fields of a token request that an option of their own sets.
_OWN_OPTIONS = {
    "grant_type": "oauthGrantType",
    "client_id": "oauthClientId",
    "client_secret": "oauthClientSecret",
    "refresh_token": "oauthRefreshToken",
    "scope": "oauthScope",
    "audience": "oauthAudience",
    "username": "userId",
    "password": "userPassword",
}
# Names of grants in RFC 6749, and the options that each of them needs.
_GRANT_NEEDS = {
    "refresh_token": ("oauthRefreshToken",),
    "password": ("userId", "userPassword"),
}


def read_url(reader: OptionReader, option: str) -> str:
    """The address of a token endpoint or of a login."""
    url = reader.text(option).strip()
    try:
        parts = split_url(url)
    except EgressError as error:
        raise reader.fail(option, str(error)) from None
    if parts.fragment:
        raise reader.fail(option, "may not have a fragment.")
    require_no_braces(reader, option, url)
    return url


def read_fields(reader: OptionReader, option: str, as_json: bool) -> SecretFields:
    """A JSON object whose texts may be references."""
    text = reader.text(option)
    fields = SecretFields(option, text)
    if not fields:
        return fields
    given = reader.json_value(option, dict, "a JSON object")
    for name in given:
        if option == "oauthParameters" and name in _OWN_OPTIONS:
            raise reader.fail(option, f"has {name!r}; set {_OWN_OPTIONS[name]} instead.")
    if not as_json and not fields.is_flat:
        raise reader.fail(option, "has an object or an array as a value, which a form cannot hold.")
    return fields


def read_key_place(reader: OptionReader, names: dict[str, str]) -> dict[str, str]:
    """`apiKeyIn` and `apiKeyName`; `names` are the defaults of the name."""
    place = reader.choice("apiKeyIn", "header", KEY_PLACES)
    name = reader.text("apiKeyName", names[place]).strip()
    if not name or (place != "query" and not _TOKEN.fullmatch(name)):
        raise reader.fail("apiKeyName", f"is not the name of a {place}.")
    if place == "header" and name.lower() in ("host", "content-length", "cookie", "connection"):
        raise reader.fail("apiKeyName", f"{name!r} can't carry a key; see apiKeyIn.")
    return {"apiKeyIn": place, "apiKeyName": name}


def read_prefix(reader: OptionReader, default: str = "") -> dict[str, str]:
    """`tokenPrefix`: the word before a token, such as `Bearer`; `none` for a token alone."""
    prefix = reader.text("tokenPrefix", default).strip()
    if prefix and not _TOKEN.fullmatch(prefix):
        raise reader.fail("tokenPrefix", "must be one word, such as Bearer, or none.")
    return {"tokenPrefix": prefix}


def read_token_place(reader: OptionReader) -> dict[str, str]:
    """Where a fetched token goes. By default it is a Bearer token."""
    names = {"header": "Authorization", "query": "access_token", "cookie": "session"}
    place = read_key_place(reader, names)
    usual = place["apiKeyIn"] == "header" and place["apiKeyName"].lower() == "authorization"
    return {**place, **read_prefix(reader, "Bearer" if usual else "none")}


def token_place(plain: dict[str, str]) -> TokenPlace:
    """The place that `read_token_place` read."""
    return TokenPlace(plain["apiKeyIn"], plain["apiKeyName"], prefix_of(plain) or "")


def prefix_of(plain: dict[str, str]) -> str | None:
    """The word before the token; an empty text for `none`, and None if the option is not set."""
    prefix = plain.get("tokenPrefix", "")
    return "" if prefix.lower() == "none" else prefix or None


def read_login(reader: OptionReader) -> dict[str, str]:
    """The options of `authType=Session` that are not credentials."""
    for name in ("loginTokenField", "loginTokenHeader"):
        if reader.has(name) and not reader.text(name).strip():
            raise reader.fail(name, "is empty.")
    field, header = reader.text("loginTokenField").strip(), reader.text("loginTokenHeader").strip()
    if field and header:
        raise reader.fail("loginTokenHeader", "is set, and loginTokenField, too; use one of them.")
    if not (reader.text("loginBody").strip() or reader.text("userId")):
        raise reader.fail("authType", "Session needs loginBody or userId for the login.")
    if reader.has("loginFormat") and not reader.text("loginBody").strip():
        raise reader.fail("loginFormat", "is not used without loginBody; remove it.")
    plain = {
        "loginUrl": read_url(reader, "loginUrl"),
        "loginFormat": reader.choice("loginFormat", "json", ("json", "form")),
        "loginTokenField": field,
        "loginTokenHeader": header,
        "loginLife": reader.text("loginLife").strip(),
    }
    _check_selector(reader, "loginTokenField", field)
    life = plain["loginLife"]
    if _SECONDS.fullmatch(life):
        reader.number("loginLife", 0, 1, 31_536_000)
    else:
        _check_selector(reader, "loginLife", life)
    if field or header:
        return {**plain, **read_token_place(reader)}
    for name in ("apiKeyIn", "apiKeyName", "tokenPrefix"):
        if reader.has(name):
            raise reader.fail(
                name,
                "is not used: without loginTokenField and loginTokenHeader, the cookies of the "
                "login are the session.",
            )
    return {**plain, "apiKeyIn": "cookie", "apiKeyName": ""}


def _check_selector(reader: OptionReader, option: str, text: str) -> None:
    try:
        steps = parse_selector(text)
    except ValueError as error:
        raise reader.fail(option, f"is not a selector: {error}.") from None
    if None in steps:
        raise reader.fail(option, "may not have [*]: it names one value.")


def login_of(plain: dict[str, str], fields: dict[str, Any], authorization: str) -> Login:
    life = plain["loginLife"]
    fixed = float(life) if _SECONDS.fullmatch(life) else None
    return Login(
        url=plain["loginUrl"],
        fields=fields,
        as_json=plain["loginFormat"] == "json",
        authorization=authorization,
        token_field=plain["loginTokenField"],
        token_header=plain["loginTokenHeader"],
        life=fixed,
        life_field="" if fixed is not None else life,
    )


def find_value(document: Any, path: str) -> Any:
    """The value at a selector, or None."""
    found = lookup(document, path)
    return None if found is MISSING else found


def read_grant(reader: OptionReader) -> dict[str, str]:
    """The options of `authType=OAuth2` that are not credentials."""
    url = read_url(reader, "oauthTokenUrl")
    usual = "refresh_token" if reader.text("oauthRefreshToken") else "client_credentials"
    grant = reader.text("oauthGrantType", usual).strip()
    if not _GRANT.fullmatch(grant):
        raise reader.fail("oauthGrantType", "is not the name of a grant.")
    for name in _GRANT_NEEDS.get(grant, ()):
        if not reader.text(name):
            raise reader.fail("oauthGrantType", f"{grant} needs {name!r}.")
    for other, names in _GRANT_NEEDS.items():
        for name in names:
            if other != grant and reader.text(name):
                raise reader.fail(
                    name, f"is given, but oauthGrantType={grant} does not use it; set {other}."
                )
    if reader.boolean("oauthRefreshRotates", False):
        raise reader.fail(
            "oauthRefreshRotates",
            "this provider replaces a refresh token at each use, and a reader has no place to keep "
            "the new one. The token was not sent. Give it to a CredentialBroker, and set "
            "authType=Broker.",
        )
    proofs = ("oauthClientSecret", "oauthRefreshToken", "clientCertFile")
    others = ("userPassword", "oauthParameters")
    if not any(reader.text(name) for name in (*proofs, *others)):
        raise reader.fail("authType", f"OAuth2 needs {', '.join(proofs[:2])} or {proofs[2]}.")
    form = reader.choice("oauthRequestFormat", "form", ("form", "json"))
    usual_place = "body" if form == "json" else "basic"
    return {
        "oauthTokenUrl": url,
        "oauthScope": reader.text("oauthScope").strip(),
        "oauthAudience": reader.text("oauthAudience").strip(),
        "oauthClientAuth": reader.choice("oauthClientAuth", usual_place, ("basic", "body")),
        "oauthGrantType": grant,
        "oauthRequestFormat": form,
        **read_prefix(reader),
    }
