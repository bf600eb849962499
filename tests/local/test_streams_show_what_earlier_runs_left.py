"""What the streams of a run that goes on say of the tasks that an earlier one has come some way with."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import Command, StateGraph, interrupt
from temporal_pregel.checkpoint.memory import InMemorySaver

CONFIG = {"configurable": {"thread_id": "t"}}


class State(TypedDict, total=False):
    log: Annotated[list[str], operator.add]


def app_of(**nodes: Any) -> Any:
    builder = StateGraph(State)
    for name, action in nodes.items():
        builder.add_node(name, action)
        builder.add_edge("__start__", name)
    return builder.compile(checkpointer=InMemorySaver())


def asks(state: State) -> State:
    return {"log": [interrupt("sure?")]}


def writes(state: State) -> State:
    return {"log": ["written"]}


def test_a_task_that_had_finished_is_shown_as_begun_and_not_as_ended() -> None:
    app = app_of(asks=asks, writes=writes)
    app.invoke({"log": []}, CONFIG)

    shown = list(app.stream(Command(resume="yes"), CONFIG, stream_mode="tasks"))

    assert [part["name"] for part in shown if "input" in part] == ["asks", "writes"]
    assert [part["name"] for part in shown if "result" in part] == ["asks"]


def test_the_first_checkpoint_says_what_was_asked_and_what_was_written() -> None:
    app = app_of(asks=asks, writes=writes, silent=lambda state: None)
    app.invoke({"log": []}, CONFIG)

    first = next(iter(app.stream(Command(resume="yes"), CONFIG, stream_mode="checkpoints")))

    left = {task["name"]: task for task in first["tasks"]}
    assert [question["value"] for question in left["asks"]["interrupts"]] == ["sure?"]
    assert "result" not in left["asks"]
    assert left["writes"]["result"] == {"log": ["written"]}
    assert "result" not in left["silent"]


def test_the_first_checkpoint_after_an_error_says_which() -> None:
    broken = [True]

    def fails(state: State) -> State:
        if broken:
            raise ValueError("not yet")
        return {"log": ["healed"]}

    app = app_of(fails=fails)
    with pytest.raises(ValueError, match="not yet"):
        app.invoke({"log": []}, CONFIG)
    broken.clear()

    first, last = app.stream(None, CONFIG, stream_mode="checkpoints")

    assert [(task["name"], task["error"]) for task in first["tasks"]] == [("fails", "ValueError('not yet')")]
    assert last["values"] == {"log": ["healed"]}


def test_a_replay_of_the_newest_branch_shows_what_was_asked_there() -> None:
    app = app_of(asks=asks)
    app.invoke({"log": []}, CONFIG)
    app.update_state(next(app.get_state_history(CONFIG)).config, {"log": ["forked"]}, as_node="__start__")
    app.invoke(None, CONFIG)
    newest = app.get_state(CONFIG).config

    first = next(iter(app.stream(None, newest, stream_mode="checkpoints")))

    assert [question["value"] for task in first["tasks"] for question in task["interrupts"]] == ["sure?"]
