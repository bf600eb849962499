from __future__ import annotations

import pytest

from temporal_pregel.channels import AnyValue, EphemeralValue
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import InvalidUpdateError


@pytest.mark.parametrize("rule", [AnyValue(int), EphemeralValue(int), EphemeralValue(int, guard=False)])
def test_a_superstep_without_values_empties_it(rule: AnyValue | EphemeralValue) -> None:
    assert rule.transient
    assert rule.fold(1, []) is MISSING
    assert rule.fold(MISSING, []) is UNCHANGED


@pytest.mark.parametrize("rule", [AnyValue(int), EphemeralValue(int, guard=False)])
def test_the_last_of_several_wins(rule: AnyValue | EphemeralValue) -> None:
    assert rule.fold(MISSING, [1, 2, 3]) == 3


def test_a_guarded_one_refuses_two() -> None:
    with pytest.raises(InvalidUpdateError, match=r"At key 'k': .*guard"):
        EphemeralValue(int).named("k").update([1, 2])


def test_emptying_an_object_says_whether_it_held_something() -> None:
    channel = EphemeralValue(int)
    assert not channel.update([])
    assert channel.update([1])
    assert channel.update([])
    assert not channel.is_available()
