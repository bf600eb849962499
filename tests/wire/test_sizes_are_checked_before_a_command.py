"""Sizes are bytes of UTF-8, content has one digest, and too large is an error that names the place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.wire.errors import ValueTooLarge
from temporal_pregel.wire.limits import DEFAULT, Limits, check_size, digest, size_of


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_size_is_bytes_of_utf8(text: str) -> None:
    assert size_of(text) == len(text.encode())


def test_a_digest_depends_on_the_text_alone() -> None:
    assert digest("{}") == "2afb9b83f9314e5d029766197f539792"
    assert digest("{} ") != digest("{}")


def test_a_value_leaves_room_for_its_envelope_and_the_codec() -> None:
    assert DEFAULT.value + 64 * 1024 == DEFAULT.payload == 2 * 1024 * 1024


def test_what_fits_passes() -> None:
    assert check_size(DEFAULT.value) == DEFAULT.value


def test_too_large_names_graph_node_channel_and_size() -> None:
    with pytest.raises(ValueTooLarge) as caught:
        check_size(3_000_000, "The value", graph="g", node="n", channel="docs")
    assert str(caught.value).startswith(
        "The value of 3,000,000 bytes is above the limit of 2,031,616 bytes (graph 'g', node 'n', channel 'docs')."
    )


def test_another_limit_of_the_table_can_be_asked_for() -> None:
    with pytest.raises(ValueTooLarge):
        check_size(101, limit=lambda limits: limits.window, limits=Limits(window=100))
