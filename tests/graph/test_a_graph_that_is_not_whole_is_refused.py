"""Edges from nowhere, to nowhere, and graphs without a beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import pytest

from temporal_pregel import END, START, Command, StateGraph


class State(TypedDict):
    value: int


Graph = StateGraph[Any]


def node(state: State) -> None:
    return None


def choose(state: State) -> Literal["a", "lost"]:
    return "a"


def leap(state: State) -> Command[Literal["lost"]]:
    return Command(goto="lost")


def builder() -> Graph:
    return StateGraph(State).add_node("a", node).add_node("b", node)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda g: g.add_edge(END, "a"), "END cannot be a start node"),
        (lambda g: g.add_edge(["a", END], "b"), "END cannot be a start node"),
        (lambda g: g.add_edge("a", START), "START cannot be an end node"),
        (lambda g: g.add_edge(["a", "lost"], "b"), "Need to add_node `lost` first"),
        (lambda g: g.add_edge(["a"], "lost"), "Need to add_node `lost` first"),
        (lambda g: g.add_sequence([]), "at least one node"),
    ],
)
def test_some_edges_are_refused_at_once(make: Callable[[Graph], Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make(builder())


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda g: g, "must have an entrypoint"),
        (lambda g: g.add_edge("a", "b"), "must have an entrypoint"),
        (lambda g: g.set_entry_point("a").add_edge("lost", "b"), "starting at unknown node 'lost'"),
        (lambda g: g.set_entry_point("a").add_edge("a", "lost"), "ending at unknown node `lost`"),
        (lambda g: g.set_entry_point("lost"), "ending at unknown node `lost`"),
        (lambda g: g.set_entry_point("a").add_conditional_edges("lost", choose), "unknown node 'lost'"),
        (lambda g: g.set_conditional_entry_point(choose), "'choose' branch found unknown target 'lost'"),
        (lambda g: g.set_entry_point("a").add_conditional_edges("a", choose, {"a": "lost"}), "unknown target 'lost'"),
        (lambda g: g.set_entry_point("a").add_node(leap), "ending at unknown node `lost`"),
        (lambda g: g.set_entry_point("a").add_node("c", node, destinations=("lost",)), "unknown node `lost`"),
    ],
)
def test_the_others_when_it_is_compiled(make: Callable[[Graph], Graph], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make(builder()).compile()


@pytest.mark.parametrize("where", ["interrupt_before", "interrupt_after"])
def test_a_breakpoint_is_a_node(where: str) -> None:
    with pytest.raises(ValueError, match="Interrupt node `lost` not found"):
        builder().set_entry_point("a").compile(**{where: ["lost"]})
    assert builder().set_entry_point("a").compile(**{where: "*"}).plan.name == "LangGraph"


def test_a_checkpointer_is_a_saver() -> None:
    with pytest.raises(TypeError, match="Invalid checkpointer provided"):
        builder().set_entry_point("a").compile(checkpointer=object())


def test_unknown_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="unknown arguments: colour"):
        StateGraph(State, colour=1)
    with pytest.raises(TypeError, match="unknown arguments: colour"):
        builder().add_node("c", node, colour=1)
