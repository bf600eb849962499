"""Others may look at a thread while a run writes to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import END, START, StateGraph

CONFIG = {"configurable": {"thread_id": "t"}, "recursion_limit": 100}
TURNS = 30


class Number(TypedDict):
    value: int


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns a thousand times as often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("switching")
def test_states_histories_and_lists_are_whole() -> None:
    builder = StateGraph(Number).add_node("count", lambda state: {"value": state["value"] + 1}).add_edge(START, "count")
    builder.add_conditional_edges("count", lambda state: "count" if state["value"] % 20 else END)
    saver = InMemorySaver()
    app = builder.compile(checkpointer=saver)
    app.invoke({"value": 0}, CONFIG)
    done = False

    def look() -> int:
        looks = 0
        while not done:
            assert app.get_state(CONFIG).values["value"] <= 20
            assert len(list(app.get_state_history(CONFIG, limit=30))) > 20
            assert len(list(saver.list(CONFIG, limit=30))) > 20
            looks += 1
        return looks

    with ThreadPoolExecutor(3) as pool:
        looking = [pool.submit(look) for _ in range(3)]
        for _ in range(TURNS):
            app.invoke({"value": 0}, CONFIG)
        done = True
        assert all(each.result() for each in looking)
