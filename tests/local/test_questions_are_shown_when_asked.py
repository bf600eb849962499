"""A stream shows a question when its task asks, before the task's end and without waiting for those beside it."""

from __future__ import annotations

import operator
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.func import entrypoint, task
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import interrupt
from tests.local.running import BOTH_STREAMS, Run

CONFIG = {"configurable": {"thread_id": "t"}}
ASKED, ENDED = "__interrupt__", "result"


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def ask(_: Log) -> dict[str, list[str]]:
    return {"log": [interrupt("?")]}


def late(_: Log) -> dict[str, list[str]]:
    time.sleep(0.05)
    return {"log": ["late"]}


def graph(**nodes: Any) -> Any:
    builder = StateGraph(Log)
    for name, node in nodes.items():
        builder.add_node(name, node).add_edge(START, name)
    return builder


def brief(part: tuple[Any, ...]) -> tuple[Any, ...]:
    """(level, mode, keys), of tasks their names and whether they have ended."""
    ns, mode, payload = part if len(part) == 3 else ((), *part)
    return (len(ns), mode, (payload["name"], ENDED in payload) if mode == "tasks" else tuple(payload))


def shown(run: Run, app: Any, **options: Any) -> list[tuple[Any, ...]]:
    parts = run(app, {"log": []}, CONFIG, stream_mode=["updates", "tasks", "values"], **options)
    return [brief(part) for part in parts][1:]


def asking(level: int, name: str) -> list[tuple[Any, ...]]:
    return [
        (level, "updates", (ASKED,)),
        (level, "values", ("log", ASKED)),
        (level, "tasks", (name, True)),
    ]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_beside_the_state_that_its_task_saw(run: Run) -> None:
    app = graph(ask=ask).compile(checkpointer=InMemorySaver())
    assert shown(run, app) == [(0, "tasks", ("ask", False)), *asking(0, "ask")]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_before_those_that_take_longer(run: Run) -> None:
    app = graph(ask=ask, late=late).compile(checkpointer=InMemorySaver())
    assert shown(run, app) == [
        (0, "tasks", ("ask", False)),
        (0, "tasks", ("late", False)),
        *asking(0, "ask"),
        (0, "updates", ("late",)),
        (0, "tasks", ("late", True)),
        (0, "values", ("log",)),
    ]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_of_a_graph_inside_first_there(run: Run) -> None:
    app = graph(inner=graph(ask=ask).compile()).compile(checkpointer=InMemorySaver())
    assert shown(run, app, subgraphs=True) == [
        (0, "tasks", ("inner", False)),
        (1, "values", ("log",)),
        (1, "tasks", ("ask", False)),
        *asking(1, "ask"),
        *asking(0, "inner"),
    ]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_what_a_task_shows_at_its_end_stands_together(run: Run) -> None:
    names = "abcdefgh"
    app = graph(**{name: lambda _: {"log": ["done"]} for name in names}).compile()
    for _ in range(20):
        parts = run(app, {"log": []}, stream_mode=["updates", "tasks"])
        ends = [brief(part)[1:] for part in parts if "triggers" not in part[1]]
        pairs = list(zip(ends[::2], ends[1::2], strict=True))
        assert sorted(pairs) == [(("updates", (name,)), ("tasks", (name, True))) for name in names]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_once_where_a_task_of_an_entrypoint_asks(run: Run) -> None:
    @task
    def called() -> str:
        return interrupt("?")

    @entrypoint(checkpointer=InMemorySaver())
    def app(_: Any) -> str:
        return called().result()

    parts = run(app, {}, CONFIG, stream_mode="updates")
    assert [tuple(part) for part in parts] == [(ASKED,)]
