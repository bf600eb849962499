"""With a saver that outlives the process, a crash after an answer was given loses neither it nor what came with it."""

from __future__ import annotations

import operator
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint import memory, sqlite

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command, interrupt


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def ask(_: Log) -> dict[str, Any]:
    first = interrupt("q1")
    if os.environ.get("DIES"):
        os._exit(9)
    return {"log": [first, interrupt("q2")]}


def app(saver: Any, *, inside: bool = False) -> Any:
    node: Any = StateGraph(Log).add_node("ask", ask).add_edge(START, "ask").compile() if inside else ask
    return StateGraph(Log).add_node("node", node).add_edge(START, "node").compile(checkpointer=saver)


def answer_and_die(file: str, inside: str, durability: str) -> None:
    with sqlite.SqliteSaver.from_conn_string(file) as saver:
        command = Command(resume="X", update={"log": ["U"]})
        app(saver, inside=bool(inside)).invoke(
            command, {"configurable": {"thread_id": "t"}}, durability=durability or None
        )


def questions(result: Any) -> list[Any]:
    return [question.value for question in result["__interrupt__"]]


@pytest.fixture(params=["", "inside"])
def crashed(request: pytest.FixtureRequest, tmp_path: Path, thread: Any) -> Any:
    """A thread whose process died after its question was answered."""
    file = str(tmp_path / "threads.db")
    with sqlite.SqliteSaver.from_conn_string(file) as saver:
        graph = app(saver, inside=bool(request.param))
        graph.invoke({"log": []}, thread)
        code = f"from {__name__} import answer_and_die; answer_and_die({file!r}, {request.param!r}, 'sync')"
        died = subprocess.run([sys.executable, "-c", code], env={**os.environ, "DIES": "1"}, timeout=60)
        assert died.returncode == 9
        yield graph


def test_the_update_is_there_and_the_answer_is_taken(crashed: Any, thread: Any) -> None:
    assert crashed.get_state(thread).values == {"log": ["U"]}
    assert questions(crashed.invoke(None, thread)) == ["q2"]
    assert questions(crashed.invoke(None, thread)) == ["q2"]
    assert crashed.invoke(Command(resume="Y"), thread)["log"][-2:] == ["X", "Y"]


def test_an_answer_that_is_given_again_answers_the_same_question(crashed: Any, thread: Any) -> None:
    assert questions(crashed.invoke(Command(resume="Z"), thread)) == ["q2"]
    assert crashed.invoke(Command(resume="Y"), thread)["log"][-2:] == ["Z", "Y"]


def test_what_is_saved_when_is_as_callers_want_it(thread: Any) -> None:
    saved: list[Any] = []

    class Saver(memory.InMemorySaver):
        def put_writes(self, config: Any, writes: Any, *more: Any) -> None:
            saved.extend(writes)
            super().put_writes(config, writes, *more)

    for durability, given in (("sync", [("log", ["U"]), ("__resume__", "X")]), ("exit", [])):
        graph = app(Saver())
        graph.invoke({"log": []}, thread)
        saved.clear()
        stream = graph.stream(
            Command(resume="X", update={"log": ["U"]}), thread, durability=durability, stream_mode="debug"
        )
        began = [list(saved) for part in stream if part["type"] == "task"]
        assert began == [given]
