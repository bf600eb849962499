"""IsLastStep and RemainingSteps: how near a run is to its limit."""

from __future__ import annotations

import operator
from typing import Annotated, TypedDict

import pytest

from temporal_pregel import END, START, StateGraph
from temporal_pregel.errors import GraphRecursionError
from temporal_pregel.managed import IsLastStep, RemainingSteps


class State(TypedDict):
    seen: Annotated[list[tuple[int, bool]], operator.add]
    left: RemainingSteps
    last: IsLastStep


def look(state: State) -> dict[str, list[tuple[int, bool]]]:
    return {"seen": [(state["left"], state["last"])]}


def test_they_say_what_is_left_and_when_it_is_the_last() -> None:
    graph = StateGraph(State).add_node(look).add_edge(START, "look")
    graph.add_conditional_edges("look", lambda state: END if state["seen"][-1][1] else "look")
    assert graph.compile().invoke({}, {"recursion_limit": 4}) == {"seen": [(3, False), (2, False), (1, True)]}


def test_without_them_the_limit_ends_the_run() -> None:
    graph = StateGraph(State).add_node(look).add_edge(START, "look").add_edge("look", "look").compile()
    with pytest.raises(GraphRecursionError):
        graph.invoke({}, {"recursion_limit": 4})


def test_a_write_to_them_is_dropped() -> None:
    def push(state: State) -> dict[str, int]:
        return {"left": 99}

    graph = StateGraph(State).add_node(push).add_node(look).add_edge(START, "push").add_edge("push", "look")
    assert graph.compile().invoke({}, {"recursion_limit": 4}) == {"seen": [(2, False)]}
