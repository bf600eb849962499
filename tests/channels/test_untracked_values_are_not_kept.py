from __future__ import annotations

import pytest

from temporal_pregel.channels import UntrackedValue
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import InvalidUpdateError


def test_it_holds_the_last_value_until_the_next() -> None:
    rule = UntrackedValue(int)
    assert rule.fold(1, [2]) == 2
    assert rule.fold(1, []) is UNCHANGED


def test_a_checkpoint_keeps_nothing_of_it() -> None:
    channel = UntrackedValue(int)
    channel.update([1])
    assert channel.checkpoint() is MISSING
    assert not channel.from_checkpoint(channel.checkpoint()).is_available()


def test_two_values_are_refused_with_the_guard_only() -> None:
    assert UntrackedValue(int, guard=False).fold(MISSING, [1, 2]) == 2
    with pytest.raises(InvalidUpdateError, match="guard"):
        UntrackedValue(int).fold(MISSING, [1, 2])
