"""What a router may answer, and what it is told when it answers something else."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from temporal_pregel import END, START, StateGraph
from temporal_pregel.errors import InvalidUpdateError


class State(TypedDict):
    value: int


def routed(choice: Any, path_map: Any = None) -> Any:
    builder = StateGraph(State)
    builder.add_node("only", lambda state: {"value": state["value"] + 1})
    builder.add_edge(START, "only")
    builder.add_conditional_edges("only", lambda state: choice, path_map)
    return builder.compile(name="routed")


def test_the_end_is_a_choice() -> None:
    assert routed(END).invoke({"value": 1}) == {"value": 2}


@pytest.mark.parametrize("choice", ["nobody", 7, "only ", {"only": 1}, ["only", ["only"]]])
def test_a_choice_that_is_no_node_is_an_error_that_names_the_nodes(choice: Any) -> None:
    with pytest.raises(InvalidUpdateError, match=r"no node of graph 'routed'. It may choose END or one of: only"):
        routed(choice).invoke({"value": 1})


@pytest.mark.parametrize("path_map", [None, {"on": "only"}])
def test_a_set_is_no_list_of_choices(path_map: Any) -> None:
    app = routed({"on"}, path_map)
    with pytest.raises(InvalidUpdateError, match=r"chose {'on'}, which is no node .* Several are chosen by a list."):
        app.invoke({"value": 1})


@pytest.mark.parametrize("path_map", [{}, []])
def test_an_empty_map_says_nothing_of_choices(path_map: Any) -> None:
    assert routed(END, path_map).invoke({"value": 1}) == {"value": 2}


@pytest.mark.parametrize("choice", [None, START])
def test_no_choice_is_an_error(choice: Any) -> None:
    with pytest.raises(ValueError, match="did not return a valid destination"):
        routed(choice).invoke({"value": 1})
