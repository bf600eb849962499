from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command

from .asking import Log
from .running import BOTH_STREAMS, Run


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_a_task_that_commands_the_parent_is_not_shown_as_failed(run: Run) -> None:
    def leave(_: Log) -> Any:
        return Command(graph=Command.PARENT, update={"log": ["left"]}, goto="last")

    inner = StateGraph(Log).add_node("leave", leave).add_edge(START, "leave").compile()
    builder = StateGraph(Log).add_node("inner", inner).add_node("last", lambda _: {"log": ["last"]})
    app = builder.add_edge(START, "inner").compile()
    parts = [part for _, part in run(app, {"log": []}, stream_mode="tasks", subgraphs=True)]
    ended = [(part["name"], part["error"], part["result"]) for part in parts if "result" in part]
    assert ended == [("inner", None, {"log": ["left"]}), ("last", None, {"log": ["last"]})]
    assert [part["name"] for part in parts if "input" in part] == ["inner", "leave", "last"]
