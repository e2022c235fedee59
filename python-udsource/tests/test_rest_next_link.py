"""`rest`: links to next pages whose host only the API itself can use."""

from __future__ import annotations

import pytest

from rest_pages_support import URL, Answers, numbered, read
from sparktide_replay import ReplayServer
from sparktide_sources._errors import EgressError, HttpError, OptionError
from sparktide_sources._http.wire import Reply, exchange
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, drain, rest_reader, rows_between, take

QUERY = {"nextLink": "query"}
LINKS = {"offsetField": "next", "offsetType": "cursor"}


def test_only_the_query_of_a_next_link_is_used_with_the_rest_of_url() -> None:
    link = "http://10.0.0.5/internal?page=2&tag=a&tag=b&size=3"
    api = Answers({"data": numbered(1), "next": link}, {"data": numbered(2), "next": None})
    assert read(api, "v1?page=1&key=k&size=3", pagination="json", **QUERY) == [1, 2]
    assert api.asked[1] == f"{URL}v1?key=k&page=2&tag=a&tag=b&size=3"


def test_the_query_of_a_link_header_is_used_with_a_post_and_its_body() -> None:
    header = {"link": '<http://internal/x?page=2>; rel="next"'}
    api = Answers((numbered(1), header), numbered(2))
    post = {"method": "POST", "body": "{}"}
    assert read(api, pagination="link", **post, **QUERY) == [1, 2]
    assert api.asked == [URL, f"{URL}?page=2"]


@pytest.mark.parametrize(
    "link", ["http://api.example.com/?page=2", "https://127.0.0.1/x?page=2"], ids=["http", "host"]
)
def test_a_link_that_the_egress_rules_refuse_names_the_option(link: str) -> None:
    def api(method: str, url: str, *more: object) -> Reply:
        if url == URL:
            body = f'{{"data": [{{"id": 1}}], "next": "{link}"}}'
            return Reply(200, "OK", {}, body.encode(), url)
        return exchange(method, url, *more)  # type: ignore[arg-type]

    with pytest.raises(EgressError, match="set nextLink=query, which takes only their query"):
        read(api, pagination="json")


def test_a_post_to_another_origin_names_the_option() -> None:
    api = Answers({"data": numbered(1), "next": "https://internal.example.com/x?page=2"})
    with pytest.raises(HttpError, match=r"another origin .*nextLink=query"):
        read(api, pagination="json", method="POST", body="{}")


def test_a_next_link_without_query_is_an_error() -> None:
    api = Answers({"data": numbered(1), "next": "http://internal/page/2"})
    with pytest.raises(HttpError, match="no query, so nextLink=query can't"):
        read(api, pagination="json", **QUERY)


def test_a_link_with_an_internal_host_is_read_in_all_pages(server: ReplayServer) -> None:
    options = {"offsetField": "id", "offsetType": "incremental", "pagination": "json", **QUERY}
    reader = rest_reader(server, "/recipes/internal-host", FakeClock(), **options)
    rows, end = drain(reader, reader.initialOffset())
    server.state.apply({"grow": {"orders": 1}})
    again = rest_reader(server, "/recipes/internal-host", FakeClock(), **options)
    more, last = take(again, end)
    assert [row["id"] for row in rows + more] == [1, 2, 3, 4, 5, 6]
    anew = rest_reader(server, "/recipes/internal-host", FakeClock(), **options)
    assert rows_between(anew, end, last) == more
    # 3 pages in each of two polls, in one after the growth, and in the repeated batch.
    assert [call["query"].get("page") for call in server.journal()] == [None, "2", "3"] * 4


def test_a_stream_of_links_keeps_only_their_query_in_its_offset(server: ReplayServer) -> None:
    options = {**LINKS, **QUERY, "nextFieldMissing": "end"}
    path = "/recipes/internal-host?api_key=SENTINEL-KEY"
    reader = rest_reader(server, path, FakeClock(), **options)
    first, end = take(reader, reader.initialOffset())
    assert end["pos"] == "?page=2"
    again = rest_reader(server, path, FakeClock(), **options)
    second, last = take(again, end)
    assert [row["id"] for row in first + second] == [1, 2, 3, 4]
    anew = rest_reader(server, path, FakeClock(), **options)
    assert rows_between(anew, end, last) == second
    asked = [call["query"] for call in server.journal()]
    assert asked == [
        {"api_key": "SENTINEL-KEY"},
        *[{"api_key": "SENTINEL-KEY", "page": "2"}] * 2,
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (QUERY, "which pagination=none does not follow"),
        ({**QUERY, "pagination": "page"}, "which pagination=page does not follow"),
        ({**QUERY, **LINKS, "url": f"{URL}?a={{next}}"}, "sends the cursor in a placeholder"),
        ({**QUERY, **LINKS, "cursorHeader": "X-Next"}, "does not follow"),
        ({**QUERY, **LINKS, "offsetScope": "record"}, "not used by offsetScope=record"),
    ],
)
def test_next_link_query_without_links_is_refused_by_name(
    options: dict[str, str], message: str
) -> None:
    with pytest.raises(OptionError, match=f"'nextLink': .*{message}"):
        RestDataSource({"url": URL, **OPEN, **options})
