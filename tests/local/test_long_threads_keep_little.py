"""A log grows by what its runs wrote, and reading any part of it stays quick."""

from __future__ import annotations

import operator
import pickle
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph

CONFIG = {"configurable": {"thread_id": "t"}}


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def talk(saver: InMemorySaver, turns: int, schema: Any = Log) -> Any:
    app = (
        StateGraph(schema)
        .add_node("a", lambda _: {"log": ["x" * 1000]})
        .add_edge(START, "a")
        .compile(checkpointer=saver)
    )
    for turn in range(turns):
        app.invoke({"log": [f"{turn}"]}, CONFIG)
    return app


def size(saver: InMemorySaver) -> int:
    log = saver._logs["t", ""]
    return len(pickle.dumps((log.entries, log.snapshots)))


def test_ten_times_the_turns_keep_little_more_than_ten_times_as_much() -> None:
    few, many = InMemorySaver(), InMemorySaver()
    talk(few, 40)
    talk(many, 400)
    assert size(many) < 15 * size(few)


def test_every_state_of_a_long_thread_is_still_there() -> None:
    app = talk(InMemorySaver(), 150)
    lengths = [len(state.values.get("log", ())) for state in app.get_state_history(CONFIG)]
    # Of each turn, the newest first: its end, after its input was taken, and before.
    assert lengths == [2 * turn + part for turn in reversed(range(150)) for part in (2, 1, 0)]


@pytest.mark.parametrize("turns", [100, 400])
def test_a_history_folds_few_records_for_each_state(turns: int) -> None:
    count = 0

    def joined(old: list[str], new: list[str]) -> list[str]:
        nonlocal count
        count += 1
        return old + new

    app = talk(InMemorySaver(), turns, TypedDict("Counted", {"log": Annotated[list[str], joined]}))
    count = 0
    states = sum(1 for _ in app.get_state_history(CONFIG))
    assert count < 25 * states
