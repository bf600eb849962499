"""Reducers with the wrong shape, and schemas of one graph that disagree about a key."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import StateGraph
from temporal_pregel.channels import BinaryOperatorAggregate
from temporal_pregel.managed import RemainingSteps


class Plain(TypedDict):
    items: list[int]


class Added(TypedDict):
    items: Annotated[list[int], operator.add]


class Joined(TypedDict):
    items: Annotated[list[int], operator.or_]


class Counted(TypedDict):
    items: list[int]
    left: RemainingSteps


@pytest.mark.parametrize("reducer", [lambda a: a, lambda a, b, c: a, lambda a, b, c=1: a, lambda *a: a])
def test_a_reducer_takes_exactly_two_values(reducer: Any) -> None:
    with pytest.raises(ValueError, match="Invalid reducer signature"):
        StateGraph(Annotated[int, reducer])


def test_a_reducer_may_have_options_by_name() -> None:
    def pick(held: int, new: int, *, weight: int = 2) -> int:
        return held + weight * new

    assert isinstance(StateGraph(Annotated[int, pick]).channels["__root__"], BinaryOperatorAggregate)


@pytest.mark.parametrize(("first", "second"), [(Plain, Added), (Added, Joined)])
def test_two_reducers_of_one_key_are_a_contradiction(first: Any, second: Any) -> None:
    with pytest.raises(ValueError, match="'items' already exists with a different type"):
        StateGraph(first, input_schema=second)


@pytest.mark.parametrize("later", [Plain, Added])
def test_a_plain_annotation_leaves_the_reducer_of_another_schema(later: Any) -> None:
    graph = StateGraph(Added, input_schema=later, output_schema=Plain)
    assert isinstance(graph.channels["items"], BinaryOperatorAggregate)


@pytest.mark.parametrize("border", ["input_schema", "output_schema"])
def test_what_is_computed_cannot_cross_the_border(border: str) -> None:
    with pytest.raises(ValueError, match="not permitted in Input/Output schema"):
        StateGraph(Plain, **{border: Counted})
