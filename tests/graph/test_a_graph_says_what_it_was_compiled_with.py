"""Attributes of a compiled graph, and copies with others."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.channels import LastValue
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.types import RetryPolicy


class State(TypedDict):
    log: Annotated[list[str], operator.add]
    n: int


class Out(TypedDict):
    n: int


def _builder() -> StateGraph[Any]:
    builder = StateGraph(State, output_schema=Out).add_node("a", lambda _: {"log": ["a"]})
    builder.add_node("b", lambda _: {"n": 1, "log": ["b"]})
    return builder.add_edge(START, "a").add_edge("a", "b")


def test_its_channels_and_breakpoints_are_told() -> None:
    app = _builder().compile(interrupt_before=["b"], interrupt_after="*")
    assert app.input_channels == "__start__"
    assert app.output_channels == ["n"]
    assert app.stream_channels == app.stream_channels_asis == app.stream_channels_list == ["log", "n"]
    assert app.interrupt_before_nodes == ["b"]
    assert app.interrupt_after_nodes == "*"
    assert app.trigger_to_nodes == {"__start__": ["__start__"], "branch:to:a": ["a"], "branch:to:b": ["b"]}
    assert (app.retry_policy, app.cache_policy) == ((), None)


def test_a_graph_said_in_channels_tells_its_policies_too() -> None:
    node = NodeBuilder().subscribe_only("a").do(lambda x: x + 1).write_to("b")
    channels = {"a": LastValue(int), "b": LastValue(int)}
    app = Pregel(
        nodes={"x": node}, channels=channels, input_channels="a", output_channels="b", retry_policy=RetryPolicy()
    )
    assert (app.input_channels, app.output_channels, app.stream_channels_list) == ("a", "b", ["a", "b"])
    assert app.retry_policy == (RetryPolicy(),)
    assert app.copy({"output_channels": ["a", "b"]}).invoke(1) == {"a": 1, "b": 2}


def test_a_copy_has_what_it_is_given_and_leaves_the_graph_alone() -> None:
    app = _builder().compile()
    thread = {"configurable": {"thread_id": "t"}}
    new = app.copy(update={"name": "other", "checkpointer": InMemorySaver(), "interrupt_before_nodes": ["b"]})
    new.invoke({"log": []}, thread)
    assert new.get_state(thread).next == ("b",)
    assert (new.name, new.plan.name, app.name, app.plan.name) == ("other", "other", "LangGraph", "LangGraph")
    assert app.interrupt_before_nodes == []
    assert app.invoke({"log": []}) == {"n": 1}
    assert app.copy({"output_channels": "log"}).invoke({"log": []}) == ["a", "b"]
    assert app.copy().invoke({"log": []}) == {"n": 1}


@pytest.mark.parametrize(
    ("update", "error", "says"),
    [
        ({"nodes": {}}, TypeError, "can't have its own nodes.*compile"),
        ({"checkpointer": 5}, TypeError, "Invalid checkpointer"),
        ({"interrupt_after_nodes": ["c"]}, ValueError, "no node 'c'; it has '__start__', 'a', 'b'"),
        ({"output_channels": "*"}, ValueError, r"no channel '\*'; it has 'log', 'n'"),
    ],
)
def test_a_copy_that_can_not_be_is_refused(update: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        _builder().compile().copy(update)


def test_names_take_suffixes_in_their_own_style() -> None:
    app = _builder().compile()
    assert [app.get_name(), app.get_name("input"), app.get_name(suffix="Input", name="mine")] == [
        "LangGraph",
        "LangGraphInput",
        "mine_input",
    ]
