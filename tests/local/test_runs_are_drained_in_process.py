"""Whoever has a run's control stops it between two supersteps; it goes on later."""

from __future__ import annotations

import operator
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import GraphDrained
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import RunControl, Runtime
from tests.local.running import BOTH, Run

CONFIG = {"configurable": {"thread_id": "t"}}


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def drain(state: Log, runtime: Runtime) -> dict[str, Any]:
    if len(state["log"]) < 2:
        runtime.control.request_drain("enough")
    return {"log": ["drain"]}


def line(**nodes: Any) -> Any:
    builder = StateGraph(Log).add_sequence(list(nodes.items()))
    return builder.add_edge(START, next(iter(nodes)))


def say(word: str) -> Any:
    return lambda _: {"log": [word]}


@pytest.mark.parametrize("run", BOTH)
def test_a_node_drains_a_run_that_was_given_no_control(run: Run) -> None:
    app = line(drain=drain, after=say("after")).compile(checkpointer=InMemorySaver())
    with pytest.raises(GraphDrained, match="enough"):
        run(app, {"log": ["in"]}, CONFIG)
    assert app.get_state(CONFIG).next == ("after",)
    assert run(app, None, CONFIG) == {"log": ["in", "drain", "after"]}


@pytest.mark.parametrize("run", BOTH)
def test_a_node_of_a_graph_inside_drains_all(run: Run) -> None:
    inner = line(drain=drain, last=say("last")).compile()
    app = line(first=say("first"), inner=inner).compile(checkpointer=InMemorySaver())
    with pytest.raises(GraphDrained, match="enough"):
        run(app, {"log": []}, CONFIG)
    assert app.get_state(CONFIG).next == ("inner",)


@pytest.mark.parametrize("run", BOTH)
def test_a_control_that_was_drained_before_lets_nothing_begin(run: Run) -> None:
    control = RunControl()
    control.request_drain("closed")
    app = line(one=say("one"), two=say("two")).compile(checkpointer=InMemorySaver())
    for given in ({"log": []}, None, None):
        with pytest.raises(GraphDrained, match="closed"):
            run(app, given, CONFIG, control=control)
        assert app.get_state(CONFIG).next == (START,)
    assert run(app, None, CONFIG) == {"log": ["one", "two"]}
