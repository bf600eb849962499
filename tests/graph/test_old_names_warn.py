"""Arguments that were renamed work for now, with a warning that says the new name."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from temporal_pregel import START, RetryPolicy, StateGraph
from temporal_pregel.graph import MessageGraph
from temporal_pregel.warnings import LangGraphDeprecatedSinceV05, LangGraphDeprecatedSinceV10


class State(TypedDict):
    value: int


def node(state: State, config: Any = None) -> None:
    return None


@pytest.mark.parametrize(("old", "new"), [("input", "input_schema"), ("output", "output_schema")])
def test_of_the_builder(old: str, new: str) -> None:
    with pytest.warns(LangGraphDeprecatedSinceV05, match=f"`{old}` is deprecated .* use `{new}`") as caught:
        graph = StateGraph(State, **{old: State})
    assert getattr(graph, new) is State
    assert caught[0].filename == __file__


def test_of_the_context() -> None:
    with pytest.warns(LangGraphDeprecatedSinceV10, match="use `context_schema`"):
        graph = StateGraph(State, config_schema=State)
    assert graph.context_schema is State
    app = graph.add_node("n", lambda state: None).add_edge(START, "n").compile()
    with pytest.warns(LangGraphDeprecatedSinceV10, match="`config_schema` is deprecated"):
        assert app.config_schema().model_fields.keys() == {"configurable"}
    with pytest.warns(LangGraphDeprecatedSinceV10, match="`get_config_jsonschema` is deprecated"):
        assert "configurable" in app.get_config_jsonschema()["properties"]


def test_of_a_node() -> None:
    policy = RetryPolicy()
    graph = StateGraph(State)
    with pytest.warns(LangGraphDeprecatedSinceV05, match="`retry` is deprecated .* use `retry_policy`"):
        graph.add_node("a", lambda state: None, retry=policy)
    with pytest.warns(LangGraphDeprecatedSinceV05, match="`input` is deprecated .* use `input_schema`"):
        graph.add_node("b", lambda state: None, input=State)
    assert graph.nodes["a"].retry_policy is policy
    assert graph.nodes["b"].input_schema is State


def test_a_graph_of_messages() -> None:
    with pytest.warns(LangGraphDeprecatedSinceV10, match="MessageGraph is deprecated"):
        graph = MessageGraph()
    app = graph.add_node("echo", lambda messages: messages[-1]).add_edge(START, "echo").compile()
    assert len(app.invoke("hi")) == 1  # the same id: replaced


def test_a_config_that_is_annotated_as_something_else() -> None:
    with pytest.warns(UserWarning, match="'config' parameter should be typed as 'RunnableConfig'"):
        StateGraph(State).add_node(node)
