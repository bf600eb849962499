"""What a router may answer, and what it is told when it answers something else."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from temporal_pregel import END, START, StateGraph
from temporal_pregel.errors import InvalidUpdateError


class State(TypedDict):
    value: int


def routed(choice: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node("only", lambda state: {"value": state["value"] + 1})
    builder.add_edge(START, "only")
    builder.add_conditional_edges("only", lambda state: choice)
    return builder.compile(name="routed")


def test_the_end_is_a_choice() -> None:
    assert routed(END).invoke({"value": 1}) == {"value": 2}


@pytest.mark.parametrize("choice", ["nobody", 7, "only "])
def test_a_choice_that_is_no_node_is_an_error_that_names_the_nodes(choice: Any) -> None:
    with pytest.raises(InvalidUpdateError, match=r"no node of graph 'routed'. It may choose END or one of: only"):
        routed(choice).invoke({"value": 1})


@pytest.mark.parametrize("choice", [None, START])
def test_no_choice_is_an_error(choice: Any) -> None:
    with pytest.raises(ValueError, match="did not return a valid destination"):
        routed(choice).invoke({"value": 1})
