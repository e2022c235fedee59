"""Records with many fields are constructed by name: places in a long list are easily swapped."""

from __future__ import annotations

import pickle

import pytest

from sparktide_sources._rest.config import RestConfig, read_config
from sparktide_sources._rest.pages import Pages
from sparktide_sources._rest.stream.poll import Poll


@pytest.mark.parametrize("record", [RestConfig, Pages, Poll])
def test_a_record_with_many_fields_refuses_positional_arguments(record: type) -> None:
    with pytest.raises(TypeError, match="positional"):
        record("none")


def test_a_record_with_many_fields_names_the_fields_that_are_missing() -> None:
    with pytest.raises(TypeError, match="'next_field'"):
        Pages(kind="none")  # type: ignore[call-arg]


def test_a_record_with_many_fields_travels_in_a_pickle() -> None:
    pages = read_config({"url": "https://api.example.com/", "pagination": "link"}).pages
    assert pickle.loads(pickle.dumps(pages)) == pages
