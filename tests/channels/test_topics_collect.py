from __future__ import annotations

from temporal_pregel.channels import Topic
from temporal_pregel.channels.base import MISSING, UNCHANGED


def test_lists_are_flattened_in_order() -> None:
    assert Topic(int).fold(MISSING, [1, [2, 3], 4]) == [1, 2, 3, 4]


def test_each_superstep_starts_afresh() -> None:
    rule = Topic(int)
    assert rule.transient
    assert rule.fold([1], [2]) == [2]
    assert rule.fold([1], []) is MISSING


def test_an_accumulating_one_keeps_what_it_has() -> None:
    rule = Topic(int, accumulate=True)
    assert not rule.transient
    assert rule.fold([1], [2]) == [1, 2]


def test_an_empty_one_is_not_available() -> None:
    assert not Topic(int).is_available()
    assert Topic(int).fold(MISSING, []) is UNCHANGED
    assert Topic(int).fold(MISSING, [[]]) is UNCHANGED
