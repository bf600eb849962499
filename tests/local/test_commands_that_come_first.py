"""Where nothing has happened yet, a command is the input: the graph runs from its start."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, Send

from .asking import Log, shape
from .running import BOTH, Run


def graph(saver: Any = None) -> Any:
    """first -> last, or to last at once where there is something in the log; ``aside`` is where nobody goes."""
    builder = StateGraph(Log)
    for name in ("first", "last", "aside"):
        builder.add_node(name, lambda _, name=name: {"log": [name]})
    builder.add_conditional_edges(START, lambda state: "last" if state["log"] else "first", ["first", "last"])
    return builder.add_edge("first", "last").compile(checkpointer=saver)


COMMANDS = [
    (Command(update={"log": ["told"]}), ["told", "last"]),
    (Command(goto="aside"), ["aside", "first", "last"]),
    (Command(goto=Send("aside", {"log": []})), ["first", "aside", "last"]),
    (Command(update={"log": ["told"]}, goto="aside"), ["told", "aside", "last"]),
]


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize(("command", "log"), COMMANDS)
def test_a_command_without_a_checkpointer_runs_the_graph(run: Run, command: Any, log: list[str]) -> None:
    assert sorted(run(graph(), command)["log"]) == sorted(log)


@pytest.mark.parametrize(("command", "log"), [*COMMANDS, (Command(resume=1), ["first", "last"])])
def test_a_command_on_a_new_thread_runs_the_graph(saver: Any, thread: Any, command: Any, log: list[str]) -> None:
    assert sorted(graph(saver).invoke(command, thread)["log"]) == sorted(log)


def test_the_history_begins_as_with_an_input(saver: Any, thread: Any) -> None:
    app = graph(saver)
    app.invoke(Command(update={"log": ["told"]}), thread)
    assert shape(app, thread)[-2:] == [("loop", ("last",), ["told"]), ("input", (START,), [])]


def test_later_a_command_changes_what_is_there(saver: Any, thread: Any) -> None:
    app = graph(saver)
    app.invoke({"log": []}, thread)
    assert app.invoke(Command(update={"log": ["told"]}), thread) == {"log": ["first", "last", "told"]}
