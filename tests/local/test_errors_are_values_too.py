"""An error in the state is kept with the thread, whatever its class wants to be made of."""

from __future__ import annotations

from typing import Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt
from tests.local.running import BOTH, Run

CONFIG = {"configurable": {"thread_id": "t"}}


class TwoWordsError(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")
        self.second = second


class Outcome(TypedDict, total=False):
    error: Any
    answer: str


@pytest.mark.parametrize("run", BOTH)
def test_an_error_with_arguments_of_its_own_is_read_again(run: Run) -> None:
    builder = StateGraph(Outcome)
    builder.add_sequence(
        [("fail", lambda _: {"error": TwoWordsError("not", "there")}), ("ask", lambda _: {"answer": interrupt("?")})]
    )
    app = builder.add_edge(START, "fail").compile(checkpointer=InMemorySaver())
    run(app, {}, CONFIG)
    kept = app.get_state(CONFIG).values["error"]
    assert (type(kept), str(kept), kept.second) == (TwoWordsError, "not there", "there")
    assert run(app, Command(resume="yes"), CONFIG)["answer"] == "yes"
