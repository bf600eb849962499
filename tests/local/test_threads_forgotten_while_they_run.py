"""A thread that is deleted while it runs is kept anew from there, with the whole state."""

from __future__ import annotations

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, Run

CONFIG = {"configurable": {"thread_id": "t"}}


class Pair(TypedDict, total=False):
    early: int
    late: int


@pytest.mark.parametrize("run", BOTH)
def test_what_was_written_before_is_still_in_the_state(run: Run) -> None:
    saver = InMemorySaver()

    def forget(_: Pair) -> dict[str, int]:
        saver.delete_thread("t")
        return {}

    builder = StateGraph(Pair)
    builder.add_sequence([("one", lambda _: {"early": 1}), ("forget", forget), ("two", lambda _: {"late": 2})])
    app = builder.add_edge(START, "one").compile(checkpointer=saver)
    run(app, {}, CONFIG)
    assert app.get_state(CONFIG).values == {"early": 1, "late": 2}
    assert [each.metadata["step"] for each in app.get_state_history(CONFIG)] == [3, 2]
