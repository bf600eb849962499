"""Where a node's and a conditional edge's name come from, and which names are refused."""

from __future__ import annotations

from functools import partial
from typing import Any, TypedDict

import pytest

from temporal_pregel import END, START, StateGraph


class State(TypedDict):
    value: int


def step(state: State) -> dict[str, int]:
    return {"value": state["value"] + 1}


class Stepper:
    def __call__(self, state: State) -> dict[str, int]:
        return step(state)

    def method(self, state: State) -> dict[str, int]:
        return step(state)


def inner() -> Any:
    return StateGraph(State).add_node(step).add_edge(START, "step").compile(name="inner")


@pytest.mark.parametrize(
    ("action", "name"),
    [
        (step, "step"),
        (lambda state: state, "<lambda>"),
        (partial(step), "partial"),
        (Stepper(), "Stepper"),
        (Stepper().method, "method"),
        (inner(), "inner"),
    ],
    ids=["function", "lambda", "partial", "object", "method", "graph"],
)
def test_a_node_without_a_name_gets_its_codes(action: Any, name: str) -> None:
    graph = StateGraph(State).add_node(action).add_edge(START, name)
    assert list(graph.nodes) == [name]
    assert graph.compile().plan.nodes.keys() == {START, name}


@pytest.mark.parametrize("action", [step, partial(step), Stepper(), Stepper().method, inner()])
def test_every_form_of_a_node_runs(action: Any) -> None:
    assert StateGraph(State).add_node("n", action).add_edge(START, "n").compile().invoke({"value": 1}) == {"value": 2}


@pytest.mark.parametrize(
    ("name", "why"), [(START, "reserved"), (END, "reserved"), ("a:b", "reserved"), ("a|b", "reserved")]
)
def test_reserved_names_are_refused(name: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        StateGraph(State).add_node(name, step)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="`step` already present"):
        StateGraph(State).add_node(step).add_node(step)
    with pytest.raises(ValueError, match="Node names must be unique"):
        StateGraph(State).add_sequence([step, step])


def test_a_conditional_edge_is_named_after_its_router() -> None:
    graph = StateGraph(State).add_node(step)
    graph.add_conditional_edges("step", lambda state: END)
    graph.add_conditional_edges("step", Stepper().method)
    assert list(graph.branches["step"]) == ["condition", "method"]
    with pytest.raises(ValueError, match="Branch with name `condition` already exists for node `step`"):
        graph.add_conditional_edges("step", lambda state: END)


def test_what_cannot_run_is_refused() -> None:
    with pytest.raises(TypeError, match="Expected a Runnable, callable or dict"):
        StateGraph(State).add_node("n", 3)
    with pytest.raises(RuntimeError, match="no action"):
        StateGraph(State).add_node("n")
