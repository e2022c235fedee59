"""Connectors: which options of `rest` a read of a table has."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from sparktide_sources._errors import OptionError
from sparktide_sources.connector import Definition, connector_class, rest_options
from sparktide_sources.rest import RestDataSource

ISSUES = {
    "url": "/repos/{owner}/issues?since={updated_at}",
    "schema": "id bigint, updated_at timestamp",
    "outputType": "columns",
    "offsetField": "updated_at",
    "offsetType": "max_field",
}


def make(by_reference: bool = False, **tables: dict[str, str]) -> Any:
    definition = {
        "name": "github",
        "baseUrl": "https://api.example.com/v3/",
        "parameters": ["owner"],
        "tables": tables or {"issues": ISSUES},
    }
    return connector_class(json.dumps(definition), by_reference, {})


def options_of(source: Any) -> dict[str, str]:
    inner = source._source  # pyright: ignore[reportPrivateUsage]
    assert isinstance(inner, RestDataSource)
    return dict(inner.options)


def test_the_url_has_the_base_and_percent_encoded_parameters() -> None:
    source = make()({"TABLE": "issues", "Owner": "a/b {x}", "batchSize": "5"})
    options = options_of(source)
    url = "https://api.example.com/v3/repos/a%2Fb%20%7Bx%7D/issues?since={updated_at}"
    assert options == {**ISSUES, "url": url, "batchSize": "5"}
    assert source.name() == "github"
    assert source.schema() == "id bigint, updated_at timestamp"


def test_a_read_replaces_options_of_the_table_whatever_their_case() -> None:
    read = {"table": "issues", "owner": "a", "offsettype": "timestamp", "baseUrl": "https://b.org"}
    options = options_of(make()(read))
    assert options["offsetType"] == "timestamp"
    assert "offsettype" not in options
    assert options["url"] == "https://b.org/repos/a/issues?since={updated_at}"


@pytest.mark.parametrize(
    ("read", "message"),
    [
        ({}, "'table' is required. The tables are: issues"),
        ({"table": "pulls"}, "names 'pulls', which is not a table of it. The tables are: issues"),
        ({"table": "issues"}, "option 'owner' is required for the table issues"),
        ({"table": "issues", "owner": ".."}, "must not be '..'"),
        ({"table": "issues", "owner": "a", "url": "https://x.org"}, "the connector defines it"),
        ({"table": "issues", "owner": "a", "batchsiz": "5"}, "Did you mean 'batchSize'"),
    ],
)
def test_a_wrong_read_is_refused(read: dict[str, str], message: str) -> None:
    with pytest.raises(OptionError, match=re.escape(message)):
        make()(read)


def test_the_class_is_refused_if_the_options_of_a_table_contradict_each_other() -> None:
    with pytest.raises(OptionError, match=r"connector github, table users: .*'moreField'"):
        make(issues=ISSUES, users={"url": "/users", "moreField": "more"})


def test_the_url_of_a_parent_is_completed_too() -> None:
    parent = {"url": "/orgs/{owner}/repos", "key": "id"}
    definition = Definition(
        name="github",
        base_url="https://api.example.com",
        parameters=("owner",),
        tables={"issues": {"url": "/repos/{parent.id}", "parent": json.dumps(parent)}},
        classes={},
    )
    options = rest_options(definition, {"table": "issues", "owner": "a b"})
    assert json.loads(options["parent"])["url"] == "https://api.example.com/orgs/a%20b/repos"
    assert options["url"] == "https://api.example.com/repos/{parent.id}"


def test_credentials_of_a_read_must_be_references_where_the_server_shows_options() -> None:
    read = {"table": "issues", "owner": "a", "authType": "Bearer", "oauthToken": "secret"}
    with pytest.raises(OptionError, match="holds a credential itself"):
        make(True)(read)
    assert make(False)(read).name() == "github"
