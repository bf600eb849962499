from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.types import Command

from .asking import asking, outer, shape


@pytest.mark.parametrize("durability", ["sync", "async"])
def test_every_superstep_is_kept(saver: Any, thread: Any, durability: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread, durability=durability)
    assert [next for _, next, _ in shape(app, thread)] == [("ask",), ("first",), ("__start__",)]


def test_exit_keeps_where_a_run_stopped(saver: Any, thread: Any) -> None:
    app = asking([], checkpointer=saver)
    app.invoke({"log": []}, thread, durability="exit")
    assert shape(app, thread) == [("loop", ("ask",), ["first"])]
    assert app.invoke(Command(resume="me"), thread, durability="exit") == {"log": ["first", "ask:me", "last"]}
    assert [next for _, next, _ in shape(app, thread)] == [(), ("ask",)]


def test_exit_keeps_where_a_failed_run_stopped(saver: Any, thread: Any) -> None:
    calls: list[str] = []
    app = asking(calls, checkpointer=saver)
    app.invoke({"log": []}, thread, durability="exit", interrupt_after=["first"])
    assert shape(app, thread) == [("loop", ("ask",), ["first"])]


def test_exit_keeps_a_memory_inside_but_no_passing_state(saver: Any, thread: Any) -> None:
    app = outer(asking([], checkpointer=True), checkpointer=saver)
    app.invoke({"done": []}, thread, durability="exit")
    app.invoke(Command(resume="x"), thread, durability="exit")
    inside = {"configurable": {"thread_id": "t", "checkpoint_ns": "inner"}}
    assert app.get_state(inside).values == {"log": ["first", "ask:x", "last"]}
