"""What the state of a thread, and its checkpoints as they are streamed, say of the graphs inside its tasks."""

from __future__ import annotations

from typing import Any, TypedDict

from temporal_pregel import StateGraph, interrupt
from temporal_pregel.checkpoint.memory import InMemorySaver

CONFIG = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    value: int


def writes(state: State) -> State:
    return {"value": 1}


def asks(state: State) -> None:
    interrupt("sure?")


INNER = StateGraph(State).add_node("leaf", writes).add_edge("__start__", "leaf").compile()


def calls(state: State) -> Any:
    return INNER.invoke(state)


def app_of(inside: Any) -> Any:
    outer = StateGraph(State).add_node("inside", inside).add_node("asks", asks)
    return outer.add_edge("__start__", "inside").add_edge("__start__", "asks").compile(checkpointer=InMemorySaver())


def test_a_graph_that_has_finished_shows_its_state_while_another_task_waits() -> None:
    app = app_of(INNER)
    app.invoke({"value": 0}, CONFIG)

    inside, waiting = app.get_state(CONFIG, subgraphs=True).tasks

    assert inside.state.values == {"value": 1}
    assert inside.state.next == ()
    assert waiting.state is None


def test_a_streamed_checkpoint_says_where_a_graph_that_a_function_calls_is_found() -> None:
    parts = list(app_of(calls).stream({"value": 0}, CONFIG, stream_mode="checkpoints"))

    due = {task["name"]: task for task in parts[-1]["tasks"]}
    assert due["inside"]["state"]["configurable"]["checkpoint_ns"].split(":")[0] == "inside"
    assert due["asks"]["state"] is None
