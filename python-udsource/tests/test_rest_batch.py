"""`rest` as a batch: requests, pages, authentication, options."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyspark import cloudpickle

from sparktide_replay import ReplayServer
from sparktide_sources._clock import Clock
from sparktide_sources._errors import HttpError, OptionError
from sparktide_sources._exact_json import parse, write
from sparktide_sources._http.oauth1 import OAuth1, OAuth1Keys, signature_base
from sparktide_sources._rest.batch_reader import CallsPartition, RestBatchReader
from sparktide_sources._rest.config import read_config
from sparktide_sources._rest.selector import lookup
from sparktide_sources.rest import RestDataSource
from support import OPEN, FakeClock, Recorder, second_server

BEARER = {"authType": "Bearer", "oauthToken": "replay-token"}
BASIC = {"authType": "Basic", "userId": "replay", "userPassword": "replay:pass"}


def read(server: ReplayServer, path: str, clock: Clock, **options: str) -> list[Any]:
    reader = RestBatchReader(read_config({"url": server.url + path, **OPEN, **options}), clock)
    parts = reader.partitions()
    return [json.loads(row[0]) for part in parts for row in reader.read(part)]


@pytest.mark.parametrize(
    "options",
    [
        {"pagination": "link"},
        {"pagination": "json"},
        {"pagination": "cursor"},
        {"pagination": "page"},
        {"pagination": "offset", "pageSize": "10"},
        {"pagination": "page", "pageSize": "10"},
    ],
)
def test_each_kind_of_pagination_reads_the_whole_list(
    server: ReplayServer, clock: FakeClock, options: dict[str, str]
) -> None:
    rows = read(server, "/items", clock, **BEARER, **options)
    assert [row["id"] for row in rows] == list(range(1, 26))


def test_two_sets_of_options_read_the_same_records_from_one_api(
    server: ReplayServer, clock: FakeClock
) -> None:
    by_token = read(server, "/items?per_page=10", clock, pagination="link", **BEARER)
    by_user = read(server, "/items?per_page=10", clock, pagination="json", **BASIC)
    assert by_token == by_user
    assert len(by_user) == 25


def test_a_batch_without_input_data_sends_one_request(
    server: ReplayServer, clock: FakeClock
) -> None:
    assert len(read(server, "/items", clock, **BEARER)) == 10
    assert len(server.journal()) == 1


def test_more_pages_than_max_pages_are_an_error_and_not_a_partial_result(
    server: ReplayServer, clock: FakeClock
) -> None:
    with pytest.raises(HttpError, match=r"did not end within maxPages \(2\)"):
        read(server, "/items", clock, pagination="link", maxPages="2", **BEARER)


def test_next_links_that_form_a_loop_are_an_error(server: ReplayServer, clock: FakeClock) -> None:
    body = {"data": [{"id": 1}], "next": "/items"}
    server.fault("/items", body=body, times=9)
    with pytest.raises(HttpError, match="the pages lead back to"):
        read(server, "/items", clock, pagination="json", **BEARER)


def test_an_api_that_ignores_the_page_number_is_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    server.fault("/items", body=[{"id": 1}], times=9)
    with pytest.raises(HttpError, match="returns the same page for every value of 'page'"):
        read(server, "/items", clock, pagination="page", **BEARER)


def test_a_request_to_a_next_link_of_another_origin_has_no_credentials(
    server: ReplayServer, clock: FakeClock
) -> None:
    with second_server() as other:
        body = {"data": [{"id": 1}], "next": other.url + "/tweets"}
        server.fault("/items", body=body)
        headers = json.dumps({"X-API-Key": "k", "Accept-Language": "en"})
        read(server, "/items", clock, pagination="json", headers=headers, **BEARER)
        (call,) = other.journal()
        assert "authorization" not in call["headers"]
        assert "x-api-key" not in call["headers"]
        assert call["headers"]["accept-language"] == "en"


def test_a_post_and_its_body_do_not_follow_a_next_link_to_another_origin(
    server: ReplayServer, clock: FakeClock
) -> None:
    options = {"method": "POST", "body": '{"token":"SENTINEL"}', "pagination": "json"}
    with second_server() as other:
        server.fault("/tweets", body={"data": [{"id": 1}], "next": other.url + "/tweets"})
        with pytest.raises(HttpError, match=f"127.0.0.1:{other.port}.* the option url") as caught:
            read(server, "/tweets", clock, **options)
        assert "SENTINEL" not in str(caught.value)
        assert other.journal() == []


def test_each_input_row_is_requested_once_and_rows_are_spread_over_partitions(
    server: ReplayServer, clock: FakeClock
) -> None:
    """The source reads all input rows, not only the first."""
    data = json.dumps([{"id": n, "q": "ü &"} for n in range(1, 8)])
    config = read_config(
        {
            "url": server.url + "/items?id={id}",
            "inputData": data,
            "partitions": "3",
            **OPEN,
            **BEARER,
        }
    )
    reader = RestBatchReader(config, clock)
    parts = reader.partitions()
    assert [len(part.rows) for part in parts] == [3, 2, 2]
    rows = [json.loads(row[0])["id"] for part in parts for row in reader.read(part)]
    assert sorted(rows) == [1, 2, 3, 4, 5, 6, 7]
    assert sorted(int(call["query"]["id"]) for call in server.journal()) == [1, 2, 3, 4, 5, 6, 7]
    assert {call["query"]["q"] for call in server.journal()} == {"ü &"}


def test_post_sends_input_fields_as_a_json_body(server: ReplayServer, clock: FakeClock) -> None:
    """The body is valid JSON, with quotes escaped."""
    data = json.dumps([{"name": 'a "quoted"', "n": 1}])
    rows = read(server, "/items", clock, method="POST", inputData=data, **BEARER)
    assert rows == [{"echo": {"name": 'a "quoted"', "n": 1}}]
    assert server.journal()[0]["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("digits", ["12345678901234567.89", "1.10", "1e400", "-0", "9" * 50])
def test_numbers_in_input_data_are_sent_and_returned_as_written(digits: str) -> None:
    transport = Recorder([{"a": 1}])
    base = {"url": "https://a.example/{n}", "inputData": f'[{{"n":{digits},"m":{digits}}}]'}
    for more in ({}, {"method": "POST", "body": f'{{"b":["{{n}}",{digits}]}}'}):
        config = read_config({**base, **more, "includeInput": "true"})
        reader = RestBatchReader(config, FakeClock(), transport)
        (row,) = reader.read(reader.partitions()[0])
        assert row[1] == f'{{"n":{digits},"m":{digits}}}'
        assert b"Exact" not in cloudpickle.dumps(reader.partitions())
    get, post = transport.requests
    assert get["url"] == f"https://a.example/{digits}?m={digits}"
    assert post["url"] == f"https://a.example/{digits}"
    assert post["body"] == f'{{"b":[{digits},{digits}],"m":{digits}}}'


@pytest.mark.parametrize("value", ["null", '""', '"."', '".."'])
def test_an_input_row_without_a_value_for_the_path_is_an_error_that_names_both(
    value: str,
) -> None:
    """Without the id the URL would be `/users/`, which is another resource."""
    rows = f'[{{"id":1}},{{"id":{value}}}]'
    with pytest.raises(OptionError, match=r"'inputData': item 1: .*\{id\}"):
        RestDataSource({"url": "https://a.example/users/{id}?q=1", "inputData": rows})


def test_two_placeholders_that_together_form_a_dot_segment_are_refused() -> None:
    options = {"url": "https://a.example/x/{a}{b}", "inputData": '[{"a":".","b":"."}]'}
    with pytest.raises(OptionError, match=r"item 0: \{a\}, \{b\} would turn .* into '\.\.'"):
        RestDataSource(options)
    RestDataSource({**options, "inputData": '[{"a":".","b":"x"}]'})


def test_null_is_allowed_as_a_value_of_a_body_but_not_within_a_text() -> None:
    options = {"url": "https://a.example/", "method": "POST", "inputData": '[{"n":null}]'}
    with pytest.raises(OptionError, match=r"item 0: the placeholder \{n\} has no value"):
        RestDataSource({**options, "body": '{"q":"is {n}"}'})
    transport = Recorder([])
    config = read_config({**options, "body": '{"q":"{n}"}'})
    list(RestBatchReader(config, FakeClock(), transport).read(CallsPartition([{"n": None}])))
    assert transport.requests[0]["body"] == '{"q":null}'


def test_an_empty_initial_offset_is_allowed_in_the_query_but_not_in_the_path() -> None:
    options = {"offsetField": "id", "offsetType": "max_field"}
    with pytest.raises(OptionError, match=r"'initialOffset': is empty, and \{id\} is in the path"):
        RestDataSource({"url": "https://a.example/after/{id}", **options})
    RestDataSource({"url": "https://a.example/after?id={id}", **options})
    RestDataSource({"url": "https://a.example/after/{id}", "initialOffset": "a", **options})


def test_doubled_braces_in_a_body_are_sent_as_single_braces() -> None:
    """A GraphQL query is an example of such a body."""
    options = {"url": "https://a.example/", "method": "POST"}
    with pytest.raises(OptionError, match=r"'body': .*For literal braces write \{\{id\}\}"):
        RestDataSource({**options, "body": '{"query":"{user{id}}"}'}).schema()
    transport = Recorder([])
    body = '{"query":"{user{{id}}} a { b {c: {timestamp}}}"}'
    config = read_config({**options, "body": body, "initialOffset": "7"})
    list(RestBatchReader(config, FakeClock(), transport).read(CallsPartition([None])))
    assert transport.requests[0]["body"] == '{"query":"{user{id}} a { b {c: 7}}"}'


def test_a_failing_request_fails_the_read(server: ReplayServer, clock: FakeClock) -> None:
    """The result is never empty instead."""
    server.fault("/items", status=404, body={"message": "gone"}, skip=1)
    data = json.dumps([{"id": 1}, {"id": 2}])
    with pytest.raises(HttpError, match="404 Not Found: gone"):
        read(server, "/items?id={id}", clock, inputData=data, **BEARER)


def test_empty_input_data_sends_no_requests(server: ReplayServer, clock: FakeClock) -> None:
    reader = RestBatchReader(read_config({"url": server.url, "inputData": "[]", **OPEN}), clock)
    assert reader.partitions() == []
    assert list(reader.read(None)) == []


@pytest.mark.parametrize(
    ("body", "options", "rows"),
    [
        ([{"id": 1}, 2], {}, [{"id": 1}, 2]),
        ({"data": [{"id": 1}]}, {}, [{"id": 1}]),
        ({"data": {"x": 1}}, {}, [{"data": {"x": 1}}]),
        ({"data": None}, {}, []),
        ({"items": [1]}, {}, [{"items": [1]}]),
        ({"items": [1]}, {"dataField": "items"}, [1]),
        ({"a": {"b": [3]}}, {"dataField": "a.b"}, [3]),
        ({"data": {"x": 1}}, {"dataField": "data"}, [{"x": 1}]),
        ({"data": None, "errors": [], "error": False}, {}, []),
    ],
)
def test_records_are_found_by_data_field(
    server: ReplayServer, clock: FakeClock, body: Any, options: dict[str, str], rows: list[Any]
) -> None:
    server.fault("/tweets", body=body, status=200)
    assert read(server, "/tweets", clock, **options) == rows


def test_a_given_data_field_that_is_missing_is_an_error(
    server: ReplayServer, clock: FakeClock
) -> None:
    with pytest.raises(HttpError, match=r"no field 'itmes' \(dataField\); it has: data, timestamp"):
        read(server, "/tweets", clock, dataField="itmes")


def test_oauth1_builds_the_base_string_and_header_of_rfc_5849_for_a_resource() -> None:
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    clock = FakeClock(137131202.0)
    keys = OAuth1Keys(
        "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"
    )
    auth = OAuth1(keys, clock, lambda: "chapoH")
    base = signature_base(
        "get",
        url,
        [
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ],
    )
    assert base == (
        "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3D"
        "dpf43f3p2l4k3l03%26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26"
        "oauth_timestamp%3D137131202%26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal"
    )
    assert auth.sign(base) == "MdpQcU8iPSUjWoN/UDMsK2sui9I="
    assert auth.authorization("GET", url).startswith('OAuth oauth_consumer_key="dpf43')


def test_oauth1_builds_the_base_string_of_rfc_5849_with_repeated_and_empty_parameters() -> None:
    """RFC 5849, section 3.4.1.1: repeated names, empty values, form fields, encoded bytes."""
    fields = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
        ("c2", ""),
        ("a3", "2 q"),
    ]
    base = signature_base(
        "POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", fields
    )
    assert base == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D"
        "%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D"
        "7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26"
        "oauth_token%3Dkkk9d7dh3k39sjv7"
    )


def test_each_oauth1_request_has_a_new_nonce(server: ReplayServer, clock: FakeClock) -> None:
    options = {
        "authType": "oauth1",
        "oauthConsumerKey": "ck",
        "oauthConsumerSecret": "cs",
        "oauthToken": "t",
        "oauthTokenSecret": "ts",
    }
    read(server, "/items", clock, **options)
    read(server, "/items", clock, **options)
    first, second = (call["headers"]["authorization"] for call in server.journal())
    assert first.startswith("OAuth ")
    assert first != second


def test_an_authentication_error_does_not_show_the_credentials(
    server: ReplayServer, clock: FakeClock
) -> None:
    with pytest.raises(HttpError, match="401 Unauthorized: Bad credentials") as caught:
        read(server, "/items", clock, authType="Bearer", oauthToken="SENTINEL")
    assert "SENTINEL" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"oauthToken": "t"}, "authType=None does not use it; set authType=Bearer or OAuth1"),
        ({"authType": "Basic", "oauthToken": "t", "userId": "u"}, "authType=Basic does not use"),
        ({"authType": "Digest"}, "one of None, Basic, Bearer, ApiKey, OAuth1, OAuth2"),
        ({"authType": "Bearer"}, "needs 'oauthToken'"),
        ({"authType": "OAuth1", "oauthConsumerKey": "k"}, "needs 'oauthConsumerSecret'"),
        ({"headers": "{bad SENTINEL"}, "not valid JSON"),
        ({"headers": '["a"]'}, "a JSON object of header names"),
        ({"headers": '{"X": "a\\nb SENTINEL"}'}, "line break"),
        ({"headers": '{"Host": "x"}'}, "set by the client"),
        ({"headers": '{"Authorization": "x"}', **BEARER}, "and authType is set"),
        ({"method": "PUT"}, "one of GET, POST"),
        ({"body": "{}"}, "needs method=POST"),
        ({"outputType": "xml"}, "must be one of json, struct, columns, variant"),
        ({"offsetType": "cursor", "pagination": "page"}, "follows the pages itself"),
        ({"pagination": "link", "nextField": "x"}, "not used by pagination=link"),
        ({"inputData": "{}"}, "JSON array of objects"),
        ({"inputData": "[1]"}, "item 0 is not an object"),
        ({"url": ""}, "is required"),
        ({"url": "https://x.example/#a"}, "fragment"),
        ({"url": "https://x.example/{id}", "inputData": '[{"no":1}]'}, "has no such field"),
        ({"batchSize": "0"}, "from 1"),
        ({"pollInterval": "1"}, "no option 'pollinterval'"),
    ],
)
def test_a_wrong_option_is_refused_with_one_clear_error_without_secrets(
    options: dict[str, str], problem: str
) -> None:
    """The source never ignores a wrong option and never prints a secret."""
    with pytest.raises(OptionError, match=problem) as caught:
        RestDataSource({"url": "https://api.example.com/x", **options}).schema()
    assert "SENTINEL" not in str(caught.value)


def test_a_user_id_without_auth_type_means_basic() -> None:
    """authType defaults to Basic only if a user id is set."""
    transport = Recorder([])
    config = read_config({"url": "https://a.example/", "userId": "u", "userPassword": "p:q"})
    reader = RestBatchReader(config, FakeClock(), transport)
    list(reader.read(reader.partitions()[0]))
    assert transport.requests[0]["headers"]["Authorization"] == "Basic dTpwOnE="


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        "1.10",
        "1E5",
        "-0",
        "1e400",
        "0.1",
        "123456789012345678901234567890",
        '{"b":1.50,"a":[]}',
    ],
)
def test_json_keeps_every_digit(text: str) -> None:
    document = parse(text)
    assert write(document.value, document.exact) == text


def test_an_unpaired_surrogate_is_written_as_an_escape() -> None:
    document = parse('{"a":"\\ud800"}')
    assert write(document.value, document.exact) == '{"a":"\\ud800"}'


def test_a_path_selects_nested_fields_and_links_by_their_rel() -> None:
    document = {"a.b": 1, "a": {"c": 2}, "links": [{"rel": "self"}, {"rel": "next", "uri": "/n"}]}
    assert [lookup(document, p) for p in ("a.b", "a.c", "links.next")] == [1, 2, "/n"]
