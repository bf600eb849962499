"""A compiled graph does not follow its builder; whoever changes the builder is told."""

from __future__ import annotations

from typing import TypedDict

import pytest

from temporal_pregel import START, StateGraph


class State(TypedDict):
    value: int


def more(state: State) -> dict[str, int]:
    return {"value": state["value"] + 1}


def test_later_changes_are_warned_of_and_have_no_effect(caplog: pytest.LogCaptureFixture) -> None:
    graph = StateGraph(State).add_node(more).add_edge(START, "more")
    app = graph.compile()
    assert not caplog.messages
    graph.add_node("again", more)
    graph.add_edge("more", "again")
    graph.add_conditional_edges("again", lambda state: "more")
    assert [message.partition(" to a graph")[0] for message in caplog.messages] == [
        "Adding a node",
        "Adding an edge",
        "Adding an edge",
    ]
    assert app.invoke({"value": 0}) == {"value": 1}
    assert list(app.plan.nodes) == [START, "more"]


def test_one_builder_gives_several_graphs() -> None:
    graph = StateGraph(State).add_node(more).add_edge(START, "more")
    first = graph.compile(name="first")
    second = graph.add_node("again", more).add_edge("more", "again").compile(name="second")
    assert (first.name, first.invoke({"value": 0})) == ("first", {"value": 1})
    assert (second.name, second.invoke({"value": 0})) == ("second", {"value": 2})


def test_a_node_of_a_compiled_graph_can_be_looked_at() -> None:
    app = StateGraph(State).add_node(more).add_edge(START, "more").compile()
    node = app.nodes["more"]
    assert (node.bound, node.triggers, node.channels) == (more, ("branch:to:more",), ("value",))
    assert node.copy({"name": "renamed"}).name == "renamed"
    assert app.builder.nodes["more"].runnable.func is more
