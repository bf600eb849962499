"""What no checkpoint keeps is in a run's result, and not in the state of its thread; as in process."""

from __future__ import annotations

from typing import Annotated, Any

from typing_extensions import TypedDict

from temporal_pregel import START, StateGraph, interrupt
from temporal_pregel.channels import UntrackedValue
from temporal_pregel.checkpoint.memory import InMemorySaver
from tests.temporal.conftest import Serve
from tests.temporal.graphs import chain


class Held(TypedDict, total=False):
    kept: int
    passing: Annotated[int, UntrackedValue]


def both(state: Held) -> Held:
    return {"kept": state.get("kept", 0) + 1, "passing": state.get("passing", 0) + 1}


def ask(state: Held) -> Held:
    interrupt("go on?")
    return {}


def beside() -> Any:
    builder = StateGraph(Held)
    for node in (both, ask):
        builder.add_node(node)
        builder.add_edge(START, node.__name__)
    return builder.compile(name="beside", checkpointer=InMemorySaver())


def seen(state: Any) -> Any:
    inner = [task.state and seen(task.state) for task in state.tasks]
    return state.values, state.next, [(task.name, task.result) for task in state.tasks], inner


async def as_in_process(app: Any, durable: Any, thread: Any) -> Any:
    shown = []
    for each in (durable, app):
        result = await each.ainvoke({"passing": 3}, thread)
        result.pop("__interrupt__", None)
        shown.append((result, seen(await each.aget_state(thread, subgraphs=True))))
    assert shown[0] == shown[1]
    return shown[0]


async def test_a_run_that_is_over_gives_it_and_its_thread_does_not_show_it(serve: Serve, on, thread):
    app = chain("over", Held, {"both": both}, checkpointer=InMemorySaver())
    async with serve(app) as client:
        result, state = await as_in_process(app, on(app, client), thread)
    assert result == {"kept": 1, "passing": 4}
    assert state[0] == {"kept": 1}


async def test_a_run_that_waits_shows_neither_it_nor_that_a_finished_task_wrote_it(serve: Serve, on, thread):
    app = beside()
    async with serve(app) as client:
        result, state = await as_in_process(app, on(app, client), thread)
    assert result == {"kept": 1, "passing": 4}
    assert state[2] == [("both", {"kept": 1}), ("ask", None)]


async def test_a_graph_inside_that_waits_does_not_show_it(serve: Serve, on, thread):
    inner = chain("inner", Held, {"both": both, "ask": ask})
    app = chain("outer", Held, {"inner": inner}, checkpointer=InMemorySaver())
    async with serve(app) as client:
        _, state = await as_in_process(app, on(app, client), thread)
    assert state[3] == [({"kept": 1}, ("ask",), [("ask", None)], [None])]
