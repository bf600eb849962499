"""The rule of cells, and the object with a value of its own, are one thing: whatever is done to them."""

from __future__ import annotations

import operator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.channels import (
    AnyValue,
    BinaryOperatorAggregate,
    EphemeralValue,
    LastValue,
    LastValueAfterFinish,
    NamedBarrierValue,
    NamedBarrierValueAfterFinish,
    Topic,
    UntrackedValue,
)
from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel
from temporal_pregel.errors import EmptyChannelError, InvalidUpdateError

Rule = BaseChannel[Any, Any, Any]
NAMES = st.sampled_from(["a", "b", "?"])
INTS = st.integers(0, 3)

KINDS: list[tuple[Rule, st.SearchStrategy[Any]]] = [
    (LastValue(int), INTS),
    (AnyValue(int), INTS),
    (EphemeralValue(int), INTS),
    (EphemeralValue(int, guard=False), INTS),
    (UntrackedValue(int), INTS),
    (UntrackedValue(int, guard=False), INTS),
    (BinaryOperatorAggregate(int, operator.add), INTS | st.just({"__overwrite__": 7})),
    (BinaryOperatorAggregate(list, operator.add), st.lists(INTS)),
    (Topic(int), INTS | st.lists(INTS)),
    (Topic(int, accumulate=True), INTS | st.lists(INTS)),
    (NamedBarrierValue(str, {"a", "b"}), NAMES),
    (LastValueAfterFinish(int), INTS),
    (NamedBarrierValueAfterFinish(str, {"a", "b"}), NAMES),
]


@st.composite
def lives(draw: Any) -> tuple[Rule, list[tuple[str, list[Any]]]]:
    """A kind of channel, and what happens to it."""
    rule, values = draw(st.sampled_from(KINDS))
    happening = st.tuples(st.sampled_from(["update", "consume", "finish", "keep"]), st.lists(values, max_size=3))
    return rule, draw(st.lists(happening, max_size=8))


def by_rule(rule: Rule, cell: Any, what: str, values: list[Any]) -> Any:
    if what == "update":
        return rule.fold(cell, values)
    return rule.consumed(cell) if what == "consume" else rule.finished(cell)


@given(lives())
def test_an_object_holds_the_cell_that_the_rule_gives(life: tuple[Rule, list[tuple[str, list[Any]]]]) -> None:
    rule, happenings = life
    channel, cell = rule.named("k"), rule.seed()
    for what, values in happenings:
        if what == "keep":
            channel = channel.from_checkpoint(channel.checkpoint()) if rule.tracked else channel.copy()
            continue
        try:
            expected = by_rule(rule, cell, what, values)
        except InvalidUpdateError:
            with pytest.raises(InvalidUpdateError):
                channel.update(values)
            continue
        changed = getattr(channel, what)(*([values] if what == "update" else []))
        assert changed == (expected is not UNCHANGED)
        cell = cell if expected is UNCHANGED else expected
        seen = rule.read(cell)
        assert channel.is_available() == (seen is not MISSING)
        try:
            assert channel.get() == seen
        except EmptyChannelError:
            assert seen is MISSING


@given(lives())
def test_rules_change_neither_cells_nor_values(life: tuple[Rule, list[tuple[str, list[Any]]]]) -> None:
    rule, happenings = life
    cell = rule.seed()
    for what, values in happenings:
        if what == "keep":
            continue
        before = deepcopy((cell, values))
        try:
            after = by_rule(rule, cell, what, values)
        except InvalidUpdateError:
            after = UNCHANGED
        assert (cell, values) == before
        rule.read(cell)
        assert (cell, values) == before
        cell = cell if after is UNCHANGED else after


@given(lives())
def test_the_plan_may_trust_what_a_rule_says_of_itself(life: tuple[Rule, list[tuple[str, list[Any]]]]) -> None:
    """``plain``, ``transient``, ``replaces`` and ``settles`` are shortcuts: each must be what the functions do."""
    rule, happenings = life
    cell = rule.seed()
    for what, values in happenings:
        if rule.plain:
            assert rule.read(cell) is cell
            assert rule.consumed(cell) is UNCHANGED
        if not rule.settles:
            assert rule.finished(cell) is UNCHANGED
        if cell is not MISSING:
            assert (rule.fold(cell, []) is MISSING) == rule.transient
        if rule.replaces and len(values) == 1:
            assert rule.fold(cell, values) is values[0]
        try:
            after = UNCHANGED if what == "keep" else by_rule(rule, cell, what, values)
        except InvalidUpdateError:
            continue
        cell = cell if after is UNCHANGED else after
