"""A config may lend a checkpointer to a graph that has none of its own."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.constants import CONFIG_KEY_CHECKPOINTER
from temporal_pregel.graph import START, StateGraph


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def graph(**compiled: Any) -> Any:
    return StateGraph(Log).add_node("a", lambda _: {"log": ["a"]}).add_edge(START, "a").compile(**compiled)


def lending(saver: Any, **more: Any) -> Any:
    return {"configurable": {"thread_id": "t", CONFIG_KEY_CHECKPOINTER: saver, **more}}


def test_it_keeps_the_thread() -> None:
    app, config = graph(), lending(InMemorySaver())
    app.invoke({"log": ["in"]}, config)
    app.update_state(config, {"log": ["more"]}, as_node="a")
    assert app.get_state(config).values == {"log": ["in", "a", "more"]}
    assert len(list(app.get_state_history(config))) == 4


def test_a_graph_that_wants_none_takes_none() -> None:
    saver = InMemorySaver()
    app, config = graph(checkpointer=False), lending(saver, checkpoint_ns="inner:1")
    assert app.invoke({"log": []}, config) == {"log": ["a"]}
    with pytest.raises(ValueError, match="No checkpointer set"):
        app.update_state(config, {"log": ["x"]}, as_node="a")
    assert saver.namespaces("t") == []


def test_a_graph_that_uses_the_one_around_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="checkpointer=True cannot be used for root graphs"):
        graph(checkpointer=True).get_state({"configurable": {"thread_id": "t"}})


def test_each_call_of_a_graph_that_keeps_its_state_has_a_thread_of_its_own() -> None:
    inner, saver = graph(checkpointer=True), InMemorySaver()

    def twice(state: Log) -> dict[str, Any]:
        return {"log": [*inner.invoke({"log": ["1"]})["log"], *inner.invoke({"log": ["2"]})["log"]]}

    outer = StateGraph(Log).add_node("twice", twice).add_edge(START, "twice").compile(checkpointer=saver)
    outer.invoke({"log": []}, {"configurable": {"thread_id": "t"}})
    read = [inner.get_state(lending(saver, checkpoint_ns=ns)).values["log"] for ns in ("twice", "twice|1")]
    assert read == [["1", "a"], ["2", "a"]]
