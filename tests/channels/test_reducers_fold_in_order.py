from __future__ import annotations

import operator
from collections.abc import Mapping, MutableMapping, MutableSequence, MutableSet, Sequence, Set
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.channels import BinaryOperatorAggregate
from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.types import Overwrite

CONCAT = BinaryOperatorAggregate(list, operator.add).named("k")
SPELLINGS = [Overwrite, lambda v: {"__overwrite__": v}, lambda v: {"type": "__overwrite__", "value": v}]
ABSTRACT = [
    (Sequence, []),
    (MutableSequence, []),
    (Set, set()),
    (MutableSet, set()),
    (Mapping, {}),
    (MutableMapping, {}),
]


class NeedsArguments:
    def __init__(self, needed: int) -> None:
        self.needed = needed


@given(st.lists(st.integers()), st.lists(st.lists(st.integers()), min_size=1))
def test_values_are_folded_from_left_to_right(cell: list[int], values: list[list[int]]) -> None:
    assert CONCAT.fold(cell, values) == reduce(operator.add, values, cell)


def test_no_values_change_nothing() -> None:
    assert CONCAT.fold([1], []) is UNCHANGED


@pytest.mark.parametrize(("typ", "start"), [(int, 0), (str, ""), (list[int], []), *ABSTRACT])
def test_it_starts_at_the_empty_value_of_its_type(typ: Any, start: Any) -> None:
    assert BinaryOperatorAggregate(typ, operator.add).seed() == start


def test_a_type_that_needs_arguments_takes_its_first_value_as_it_is() -> None:
    rule = BinaryOperatorAggregate(NeedsArguments, lambda left, right: pytest.fail("nothing to fold into"))
    assert rule.seed() is MISSING
    value = NeedsArguments(1)
    assert rule.fold(MISSING, [value]) is value


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_overwrite_beats_all_other_values_of_its_superstep(spell: Any, place: int) -> None:
    values: list[Any] = [["a"], ["b"]]
    values.insert(place, spell(["new"]))
    assert CONCAT.fold(["old"], values) == ["new"]


def test_two_overwrites_are_an_error() -> None:
    with pytest.raises(InvalidUpdateError, match=r"At key 'k': .*one Overwrite"):
        CONCAT.fold([], [Overwrite([1]), ["x"], {"__overwrite__": [2]}])


@pytest.mark.parametrize(
    "value", [{"__overwrite__": 1, "more": 2}, {"type": "__overwrite__"}, {"type": "other", "value": 1}]
)
def test_a_dict_that_only_looks_like_an_overwrite_is_folded(value: dict[str, Any]) -> None:
    assert BinaryOperatorAggregate(dict, operator.or_).fold({"a": 0}, [value]) == {"a": 0, **value}
