"""What is none of a config's own keys is taken as ``configurable``; scalars of it become metadata of checkpoints."""

from __future__ import annotations

from typing import Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, Run


class Number(TypedDict):
    value: int


def graph(node: Any) -> Any:
    return StateGraph(Number).add_node("node", node).add_edge(START, "node").compile(checkpointer=InMemorySaver())


@pytest.mark.parametrize("run", BOTH)
def test_a_thread_is_named_without_configurable(run: Run) -> None:
    seen = []

    def node(state: Number, config: dict[str, Any]) -> dict[str, int]:
        seen.append((config["configurable"]["thread_id"], config["configurable"]["user"]))
        return {"value": state["value"] + 1}

    app = graph(node)
    run(app, {"value": 0}, {"thread_id": "a", "user": "me"})
    assert seen == [("a", "me")]
    assert app.get_state({"thread_id": "a"}).values == {"value": 1}
    assert len(list(app.get_state_history({"thread_id": "a"}))) == 3


@pytest.mark.parametrize("run", BOTH)
def test_what_stands_outside_wins(run: Run) -> None:
    app = graph(lambda _: {"value": 1})
    run(app, {"value": 0}, {"thread_id": "outside", "configurable": {"thread_id": "inside"}})
    assert app.get_state({"configurable": {"thread_id": "outside"}}).values == {"value": 1}


@pytest.mark.parametrize("run", BOTH)
def test_metadata_of_checkpoints_are_scalars(run: Run) -> None:
    app = graph(lambda _: {"value": 1})
    config = {"configurable": {"thread_id": "t", "user": "me", "tools": [1]}, "metadata": {"a": 1, "b": [1], "c": None}}
    run(app, {"value": 0}, config)
    kept = app.get_state(config).metadata
    assert {key: kept[key] for key in kept if key not in ("source", "step", "parents")} == {"a": 1, "user": "me"}
