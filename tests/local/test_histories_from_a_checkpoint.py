"""The history at a checkpoint is that checkpoint, with any saver."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver as Theirs
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph

CONFIG = {"configurable": {"thread_id": "t"}}


class Number(TypedDict):
    value: int


@pytest.mark.parametrize("saver", [InMemorySaver, Theirs])
def test_no_other_checkpoint_is_shown(saver: Any) -> None:
    builder = StateGraph(Number).add_sequence([(name, lambda state: {"value": state["value"] + 1}) for name in "ab"])
    app = builder.add_edge(START, "a").compile(checkpointer=saver())
    app.invoke({"value": 0}, CONFIG)
    every = list(app.get_state_history(CONFIG))
    assert len(every) == 4
    for each in every:
        assert list(app.get_state_history(each.config)) == [each]
