"""What of a run's config its nodes are given."""

from __future__ import annotations

import uuid
from typing import Any, TypedDict

import pytest

from temporal_pregel.config import RunnableConfig, get_config
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import get_runtime

from .running import BOTH, Run


class State(TypedDict, total=False):
    value: int


def graph(seen: list[Any], **compiled: Any) -> Any:
    def inside(_: State) -> None:
        seen.append((get_config(), get_runtime().execution_info))

    inner = StateGraph(State).add_node("inside", inside).add_edge(START, "inside").compile()

    def node(_: State, config: RunnableConfig) -> None:
        seen.append((config, get_runtime().execution_info))
        inner.invoke({})

    return StateGraph(State).add_node("node", node).add_edge(START, "node").compile(**compiled)


@pytest.mark.parametrize("run", BOTH)
def test_the_thread_stands_in_the_metadata(run: Run, async_saver: Any) -> None:
    seen: list[Any] = []
    config = {"configurable": {"thread_id": 7, "user": "u"}, "metadata": {"mine": 1}}
    run(graph(seen, checkpointer=async_saver), {"value": 1}, config)
    outer, inner = (each[0]["metadata"] for each in seen)
    assert (outer["thread_id"], outer["mine"], outer["langgraph_node"]) == (7, 1, "node")
    assert "checkpoint_ns" not in outer
    assert (inner["thread_id"], inner["mine"], inner["langgraph_node"]) == (7, 1, "inside")
    assert inner["checkpoint_ns"] == outer["langgraph_checkpoint_ns"]
    assert "user" not in outer


@pytest.mark.parametrize("run", BOTH)
def test_the_name_and_the_id_of_a_run_are_its_own(run: Run) -> None:
    seen: list[Any] = []
    own = uuid.uuid4()
    run(graph(seen), {"value": 1}, {"run_name": "named", "run_id": own, "max_concurrency": 3})
    for config, _ in seen:
        assert "run_name" not in config
        assert "run_id" not in config
        assert config["max_concurrency"] == 3
    assert [info.run_id for _, info in seen] == [str(own), None]


def test_what_the_caller_says_of_it_comes_first_and_checkpoints_keep_none_of_it(saver: Any, thread: Any) -> None:
    seen: list[Any] = []
    app = graph(seen, checkpointer=saver)
    app.invoke({"value": 1}, {**thread, "metadata": {"thread_id": "mine", "other": 2}})
    assert seen[0][0]["metadata"]["thread_id"] == "mine"
    for snapshot in app.get_state_history(thread):
        assert snapshot.metadata.keys() == {"source", "step", "parents", "other"}
