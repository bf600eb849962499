from __future__ import annotations

import pytest

from temporal_pregel.channels import LastValue
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import EmptyChannelError, InvalidUpdateError

RULE = LastValue(int, "k")


def test_it_starts_empty() -> None:
    assert RULE.seed() is MISSING
    with pytest.raises(EmptyChannelError):
        RULE.named("k").get()


def test_the_last_value_is_held() -> None:
    assert RULE.fold(1, [2]) == 2


def test_no_value_changes_nothing() -> None:
    assert RULE.fold(1, []) is UNCHANGED


def test_two_values_in_a_superstep_are_an_error_that_names_the_key() -> None:
    with pytest.raises(
        InvalidUpdateError, match=r"(?s)At key 'k'.*one value per step.*INVALID_CONCURRENT_GRAPH_UPDATE"
    ):
        RULE.fold(1, [2, 3])


def test_none_is_a_value() -> None:
    channel = RULE.named("k")
    assert channel.update([None])
    assert channel.is_available()
    assert channel.get() is None
