from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.channels import NamedBarrierValue
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import InvalidUpdateError

NAMES = {"a", "b", "c"}
RULE = NamedBarrierValue(str, NAMES).named("join")


@given(st.lists(st.lists(st.sampled_from(sorted(NAMES)))))
def test_it_opens_when_the_last_name_is_written_in_whatever_order(supersteps: list[list[str]]) -> None:
    channel = RULE.named("join")
    seen: set[str] = set()
    for names in supersteps:
        assert channel.update(names) == (not seen.issuperset(names))
        seen.update(names)
        assert channel.is_available() == (seen == NAMES)


def test_open_it_holds_none() -> None:
    assert RULE.read(("a", "b", "c")) is None


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(InvalidUpdateError, match=r"At key 'join': Value 'z' not in \['a', 'b', 'c'\]"):
        RULE.fold((), ["z"])


def test_being_consumed_closes_it_if_it_was_open() -> None:
    assert RULE.consumed(("a", "b", "c")) == ()
    assert RULE.consumed(("a",)) is UNCHANGED


def test_a_cell_is_sorted_so_that_it_is_the_same_in_every_process() -> None:
    assert RULE.fold(("c",), ["b", "a"]) == ("a", "b", "c")
    assert RULE.from_checkpoint({"c", "a"}).checkpoint() == {"a", "c"}
    assert RULE.from_checkpoint(MISSING).checkpoint() == set()
