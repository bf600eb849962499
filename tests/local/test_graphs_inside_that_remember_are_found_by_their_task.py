"""A graph compiled with checkpointer=True has one place in its thread; the tasks that run it lead there."""

from __future__ import annotations

from typing import Any, TypedDict

from temporal_pregel import StateGraph, interrupt


class State(TypedDict, total=False):
    value: int


def asks(state: State) -> State:
    return {"value": interrupt("?")}


def app_with(saver: Any, **options: Any) -> Any:
    inner = StateGraph(State).add_node("asks", asks).add_edge("__start__", "asks").compile(checkpointer=True)
    outer = StateGraph(State).add_node("inside", inner).add_edge("__start__", "inside")
    return outer.compile(checkpointer=saver, **options)


def test_a_task_s_config_leads_to_the_one_place(saver: Any, thread: Any) -> None:
    app = app_with(saver)
    app.invoke({"value": 1}, thread)
    (task,) = app.get_state(thread).tasks
    assert task.state == {"configurable": {"thread_id": "t", "checkpoint_ns": f"inside:{task.id}"}}
    found = app.get_state(task.state)
    assert (found.values, found.next) == ({"value": 1}, ("asks",))
    assert found.config["configurable"]["checkpoint_ns"] == "inside"
    assert next(iter(app.get_state_history(task.state))) == found


def test_what_is_changed_there_is_changed_in_the_one_place(saver: Any, thread: Any) -> None:
    app = app_with(saver)
    app.invoke({"value": 1}, thread)
    made = app.update_state(app.get_state(thread).tasks[0].state, {"value": 2})
    assert made["configurable"]["checkpoint_ns"] == "inside"
    assert app.get_state(thread, subgraphs=True).tasks[0].state.values == {"value": 2}


def test_streamed_checkpoints_name_the_task(saver: Any, thread: Any) -> None:
    *_, last = app_with(saver).stream({"value": 1}, thread, stream_mode="checkpoints")
    (task,) = last["tasks"]
    assert task["state"]["configurable"]["checkpoint_ns"] == f"inside:{task['id']}"


def test_before_it_begins_the_place_is_empty(saver: Any, thread: Any) -> None:
    app = app_with(saver, interrupt_before=["inside"])
    app.invoke({"value": 1}, thread)
    nothing = app.get_state(app.get_state(thread).tasks[0].state)
    assert nothing.values == {}
    assert nothing.config == {"configurable": {"thread_id": "t", "checkpoint_ns": "inside"}}
