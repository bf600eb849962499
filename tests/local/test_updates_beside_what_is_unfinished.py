"""What finished beside a task that failed or asked waits for its superstep. An update makes another superstep instead,
whose tasks all run anew; only counting all as done takes what was written."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.types import Command, interrupt

from .asking import Log


def stuck(saver: Any, thread: Any, how: str) -> Any:
    """first -> (open, done), done -> last; ``open`` fails the first time, or asks."""
    failures = [RuntimeError("broken")]

    def open_(_: Log) -> dict[str, Any]:
        if how == "failed" and failures:
            raise failures.pop()
        return {"log": [interrupt("who?") if how == "asked" else "open"]}

    builder = StateGraph(Log)
    builder.add_node("first", lambda _: {"log": ["first"]})
    builder.add_node("open", open_)
    builder.add_node("done", lambda _: {"log": ["done"]})
    builder.add_node("last", lambda _: {"log": ["last"]})
    builder.add_edge(START, "first").add_edge("first", "open").add_edge("first", "done").add_edge("done", "last")
    app = builder.compile(checkpointer=saver)
    try:
        app.invoke({"log": []}, thread)
    except RuntimeError:
        assert how == "failed"
    assert app.get_state(thread).next == ("open",)
    return app


def finish(app: Any, thread: Any, how: str) -> list[str]:
    """Go on to the end; the log."""
    shown = app.invoke(None, thread)
    if how == "asked":
        shown = app.invoke(Command(resume="open"), thread)
    log: list[str] = shown["log"]
    return log


@pytest.mark.parametrize("how", ["failed", "asked"])
@pytest.mark.parametrize("name", [None, "first"])
def test_an_update_lets_the_whole_superstep_run_again(saver: Any, thread: Any, how: str, name: str | None) -> None:
    app = stuck(saver, thread, how)
    app.update_state(thread, {"log": ["edit"]}, as_node=name)
    state = app.get_state(thread)
    assert (state.next, state.values) == (("open", "done"), {"log": ["first", "edit"]})
    assert finish(app, thread, how) == ["first", "edit", "done", "open", "last"]


@pytest.mark.parametrize("how", ["failed", "asked"])
def test_an_update_that_says_nothing_keeps_what_is_due(saver: Any, thread: Any, how: str) -> None:
    app = stuck(saver, thread, how)
    app.update_state(thread, None)
    assert finish(app, thread, how) == ["first", "done", "open", "last"]


@pytest.mark.parametrize("how", ["failed", "asked"])
def test_counting_all_as_done_keeps_what_was_written_and_where_it_leads(saver: Any, thread: Any, how: str) -> None:
    app = stuck(saver, thread, how)
    app.update_state(thread, None, as_node=END)
    state = app.get_state(thread)
    assert (state.next, state.values) == (("last",), {"log": ["first", "done"]})


def test_counting_all_as_done_keeps_what_a_command_has_written(saver: Any, thread: Any) -> None:
    app = stuck(saver, thread, "asked")
    app.invoke(Command(update={"log": ["told"]}), thread)
    app.update_state(thread, None, as_node=END)
    assert app.get_state(thread).values == {"log": ["first", "told", "done"]}


def test_what_finished_is_still_seen_in_the_history(saver: Any, thread: Any) -> None:
    app = stuck(saver, thread, "failed")
    app.update_state(thread, {"log": ["edit"]}, as_node="open")
    before = list(app.get_state_history(thread))[1]
    assert {task.name: task.result for task in before.tasks} == {"open": {"log": ["edit"]}, "done": {"log": ["done"]}}
