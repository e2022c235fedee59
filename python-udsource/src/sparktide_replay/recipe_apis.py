"""One API for each recipe of docs/sources/rest-recipes.md, under `/recipes/` and the recipe's name.

All of them list the collection `orders`, two records to a page, each in its own way. Without
parameters they answer with the first page, which the page of recipes shows. They refuse what a
strict API would refuse, such as an empty cursor.

The recipes of writes have an API that takes rows, in the way that the recipe says.

To add a recipe: add a function here and its name to `RECIPES`, and a section to the page.
"""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from typing import Any, Callable

from .answers import Answer, Call
from .auth_apis import API_KEY
from .sink_apis import bulk
from .sink_apis import orders as one_order
from .state import ReplayState

_SIZE = 2
_SESSION = "s1"
_INTERNAL = "http://orders.internal:8080"


def _orders(state: ReplayState) -> list[Any]:
    return state.records["orders"]


def _page(state: ReplayState, start: int) -> list[Any]:
    return _orders(state)[start : start + _SIZE]


def _base(call: Call) -> str:
    return f"http://{call.headers.get('host', '')}{call.path}"


def _start(call: Call) -> int:
    """The index of the first record of a page with a number."""
    return (max(call.number("page", 1), 1) - 1) * _SIZE


def link_header(state: ReplayState, call: Call) -> Answer:
    """The next page is in a Link header."""
    start, page = _start(call), max(call.number("page", 1), 1)
    headers: dict[str, str] = {}
    if start + _SIZE < len(_orders(state)):
        headers["Link"] = f'<{_base(call)}?page={page + 1}>; rel="next"'
    return Answer(body=_page(state, start), headers=headers)


def next_address(state: ReplayState, call: Call, base: str = "") -> Answer:
    """The address of the next page is in the body."""
    start, page = _start(call), max(call.number("page", 1), 1)
    more = start + _SIZE < len(_orders(state))
    following = f"{base or _base(call)}?page={page + 1}" if more else None
    return Answer(body={"data": _page(state, start), "next": following})


def internal_host(state: ReplayState, call: Call) -> Answer:
    """The address of the next page has a host that only the API itself knows."""
    return next_address(state, call, f"{_INTERNAL}/orders")


def token(state: ReplayState, call: Call) -> Answer:
    """A token for the next page."""
    start = int(call.query.get("next_token", "t0")[1:])
    more = start + _SIZE < len(_orders(state))
    body = {"orders": _page(state, start), "next_token": f"t{start + _SIZE}" if more else None}
    return Answer(body=body)


def numbered_pages(state: ReplayState, call: Call) -> Answer:
    """Pages by number; the page after the last one is empty."""
    return Answer(body=_page(state, _start(call)))


def number_of_pages(state: ReplayState, call: Call) -> Answer:
    """Pages by number. A page after the last one is an error."""
    pages = -(-len(_orders(state)) // _SIZE)
    if call.number("page", 1) > pages:
        return Answer(404, {"error": "no such page"})
    return Answer(body={"orders": _page(state, _start(call)), "paging": {"of": pages}})


def number_of_records(state: ReplayState, call: Call) -> Answer:
    """Pages by offset. An offset after the last record is an error."""
    start = call.number("offset", 0)
    if start >= len(_orders(state)):
        return Answer(400, {"error": "offset out of range"})
    return Answer(body={"orders": _page(state, start), "hits": len(_orders(state))})


def last_page_again(state: ReplayState, call: Call) -> Answer:
    """Pages by number. After the last page it comes again."""
    last = (len(_orders(state)) - 1) // _SIZE * _SIZE
    return Answer(body={"orders": _page(state, min(_start(call), last))})


def flag(state: ReplayState, call: Call) -> Answer:
    """Pages by number, with a flag for more."""
    start = _start(call)
    more = start + _SIZE < len(_orders(state))
    return Answer(body={"orders": _page(state, start), "rest_available": more})


def last_id(state: ReplayState, call: Call) -> Answer:
    """The records after an id."""
    after = call.number("after", 0)
    found = [order for order in _orders(state) if order["id"] > after]
    return Answer(body=found[:_SIZE])


def time_parameter(state: ReplayState, call: Call) -> Answer:
    """The records that changed after a time."""
    since = call.query.get("since", "")
    return Answer(body=[order for order in _orders(state) if order["updated_at"] > since])


def time_header(state: ReplayState, call: Call) -> Answer:
    """The records that changed after the time in a header; 304 without any."""
    since = call.headers.get("if-modified-since", "")
    after = "" if not since else f"{parsedate_to_datetime(since):%Y-%m-%dT%H:%M:%SZ}"
    found = [order for order in _orders(state) if order["updated_at"] > after]
    return Answer(body=found) if found else Answer(304)


def first_absent(state: ReplayState, call: Call) -> Answer:
    """A cursor in the answer. An empty cursor is an error."""
    after = call.query.get("after", "c0")
    if not after[1:].isdigit():
        return Answer(400, {"error": f"invalid cursor {after!r}"})
    found = _page(state, int(after[1:]))
    return Answer(body={"orders": found, "cursor": f"c{int(after[1:]) + len(found)}"})


def first_null(state: ReplayState, call: Call) -> Answer:
    """GraphQL: the cursor is null at first. Other values that are not a cursor are an error."""
    sent = json.loads(call.body or b"{}").get("variables", {}).get("after")
    if sent is not None and not str(sent)[1:].isdigit():
        return Answer(body={"errors": [{"message": f"invalid cursor {sent!r}"}]})
    start = 0 if sent is None else int(sent[1:])
    found = _page(state, start)
    info = {
        "endCursor": f"c{start + len(found)}" if found else None,
        "hasNextPage": start + _SIZE < len(_orders(state)),
    }
    return Answer(body={"data": {"orders": {"nodes": found, "pageInfo": info}}})


def array_cursor(state: ReplayState, call: Call) -> Answer:
    """The search of Elasticsearch: the position is the array `sort` of the last hit."""
    sent: Any = json.loads(call.body or b"{}").get("search_after", ["", 0])
    if not isinstance(sent, list):
        return Answer(400, {"error": {"reason": "search_after must be an array"}})
    hits = [
        {"id": order["id"], "sort": [order["updated_at"], order["id"]]}
        for order in _orders(state)
        if [order["updated_at"], order["id"]] > sent
    ]
    return Answer(body={"hits": {"hits": hits[:_SIZE]}})


def odd_name(state: ReplayState, call: Call) -> Answer:
    """The field of the position has a name with a sign."""
    since = call.query.get("since", "")
    found = [{"id": order["id"], "@timestamp": order["updated_at"]} for order in _orders(state)]
    return Answer(body=[order for order in found if order["@timestamp"] > since])


def delta_links(state: ReplayState, call: Call) -> Answer:
    """OData: links to the next page, and at the end a link to later changes."""
    start = call.number("skip", 0)
    found = _page(state, start)
    more = start + _SIZE < len(_orders(state))
    name = "@odata.nextLink" if more else "@odata.deltaLink"
    return Answer(body={"value": found, name: f"{_base(call)}?skip={start + len(found)}"})


def in_range(state: ReplayState, call: Call) -> Answer:
    """The records of from <= time < to. Each order has a day of its own."""
    first, last = call.query.get("from", ""), call.query.get("to", "~")
    found = [
        {"id": order["id"], "placed_at": f"2025-01-{order['id']:02}T12:00:00Z"}
        for order in _orders(state)
    ]
    return Answer(body=[order for order in found if first <= order["placed_at"] < last])


def columns(state: ReplayState, call: Call) -> Answer:
    """Arrays side by side."""
    names = ("id", "updated_at")
    found = {name: [order[name] for order in _orders(state)] for name in names}
    return Answer(body={"hourly": found})


def keyed(state: ReplayState, call: Call) -> Answer:
    """An object of records by their ids."""
    found = {str(order["id"]): {"updated_at": order["updated_at"]} for order in _orders(state)}
    return Answer(body={"orders": found})


def groups(state: ReplayState, call: Call) -> Answer:
    """Lists in lists."""
    found = [{"orders": _page(state, start)} for start in range(0, len(_orders(state)), _SIZE)]
    return Answer(body={"days": found})


def json_lines(state: ReplayState, call: Call) -> Answer:
    """One record on each line."""
    text = "".join(f"{json.dumps(order)}\n" for order in _orders(state))
    return Answer(body=text, headers={"Content-Type": "application/x-ndjson"})


def csv(state: ReplayState, call: Call) -> Answer:
    """CSV with a header."""
    lines = "".join(f"{order['id']};{order['updated_at']}\n" for order in _orders(state))
    return Answer(body=f"id;updated_at\n{lines}", headers={"Content-Type": "text/csv"})


def key_in_header(state: ReplayState, call: Call) -> Answer:
    """A key in a header of the API's own."""
    if call.headers.get("x-orders-key") != API_KEY:
        return Answer(401, {"error": "unknown key"})
    return Answer(body=_orders(state))


def login(state: ReplayState, call: Call) -> Answer:
    """Gives a token for a user name and a password."""
    sent = json.loads(call.body or b"{}")
    if sent != {"user": "orders", "password": API_KEY}:
        return Answer(403, {"error": "unknown user"})
    return Answer(body={"data": {"token": _SESSION, "expires_in": 3600}})


def after_login(state: ReplayState, call: Call) -> Answer:
    """Needs the token of the login."""
    if call.headers.get("authorization") != f"Bearer {_SESSION}":
        return Answer(401, {"error": "log in"})
    return Answer(body=_orders(state))


def shops(state: ReplayState, call: Call) -> Answer:
    """The list that has orders below each of its records."""
    return Answer(body=[{"id": 1, "name": "Oslo"}, {"id": 2, "name": "Turku"}])


def shop_orders(state: ReplayState, call: Call) -> Answer:
    """The orders of a shop after an id. Odd orders belong to the first shop."""
    shop, after = int(call.path.rpartition("/")[2]), call.number("after", 0)
    found = [order for order in _orders(state) if order["id"] % 2 == shop % 2]
    return Answer(body=[order for order in found if order["id"] > after])


def request_each(state: ReplayState, call: Call) -> Answer:
    """One record for each request."""
    wanted = call.number("id", 1)
    found = [order for order in _orders(state) if order["id"] == wanted]
    return Answer(body=found[0]) if found else Answer(404, {"error": "no such order"})


RECIPES: dict[str, Callable[[ReplayState, Call], Answer]] = {
    "/recipes/link-header": link_header,
    "/recipes/next-address": next_address,
    "/recipes/internal-host": internal_host,
    "/recipes/token": token,
    "/recipes/numbered-pages": numbered_pages,
    "/recipes/number-of-pages": number_of_pages,
    "/recipes/number-of-records": number_of_records,
    "/recipes/last-page-again": last_page_again,
    "/recipes/flag": flag,
    "/recipes/last-id": last_id,
    "/recipes/time-parameter": time_parameter,
    "/recipes/time-header": time_header,
    "/recipes/first-absent": first_absent,
    "/recipes/first-null": first_null,
    "/recipes/array-cursor": array_cursor,
    "/recipes/odd-name": odd_name,
    "/recipes/delta-links": delta_links,
    "/recipes/range": in_range,
    "/recipes/columns": columns,
    "/recipes/keyed": keyed,
    "/recipes/groups": groups,
    "/recipes/json-lines": json_lines,
    "/recipes/csv": csv,
    "/recipes/key-in-header": key_in_header,
    "/recipes/login": login,
    "/recipes/after-login": after_login,
    "/recipes/request-each": request_each,
    "/recipes/shops": shops,
    "/recipes/shop-orders/*": shop_orders,
    "/recipes/write-one/*": one_order,
    "/recipes/write-many": bulk,
}
