"""Nodes find the thread in their config's metadata, as in process, and not the name of the run."""

from __future__ import annotations

from typing import Any, TypedDict

from temporal_pregel.config import RunnableConfig
from temporal_pregel.graph import START, StateGraph
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    seen: Any


def node(_: State, config: RunnableConfig) -> State:
    metadata = config["metadata"]
    return {"seen": [metadata["thread_id"], metadata["mine"], metadata["langgraph_node"], "run_name" in config]}


async def test_the_thread_stands_in_the_metadata(serve: Serve, on, thread):
    app = StateGraph(State).add_node("node", node).add_edge(START, "node").compile(name="knowing")
    config = {**thread, "metadata": {"mine": 1}, "run_name": "named"}
    async with serve(app) as client:
        found = await on(app, client).ainvoke({}, config)
    assert found == await app.ainvoke({}, config)
    assert found == {"seen": [thread["configurable"]["thread_id"], 1, "node", False]}
