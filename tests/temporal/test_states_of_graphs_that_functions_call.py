"""`get_state` shows the graphs that nodes' functions call as in process while they wait. What they have done is else in
no history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from temporal_pregel import START, Command, InMemorySaver, Send, StateGraph, interrupt
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.types import StateSnapshot
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, chain


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def ask(state: Log) -> Any:
    return {"log": [interrupt("one?"), interrupt("two?")]}


def calling(inner: Any, **compiled: Any) -> Any:
    return chain("calls", Log, {"call": lambda state: {"log": inner.invoke({"log": []})["log"]}}, **compiled)


def asking() -> Any:
    return chain("asks", Log, {"say": say("said"), "ask": ask})


def stopping() -> Any:
    return chain("stops", Log, {"a": say("a"), "b": say("b")}, interrupt_before=["b"])


def asks_first(state: Log) -> Any:
    interrupt("may I?")
    return {"log": INNER.invoke({"log": []})["log"]}


INNER = asking()


def beside(other: Callable[..., Any]) -> Any:
    """A node whose function calls a graph that asks, beside another one."""
    inner = asking()
    builder = StateGraph(Log)
    builder.add_node("call", lambda state: {"log": inner.invoke({"log": []})["log"]}).add_edge(START, "call")
    return builder.add_node("other", other).add_edge(START, "other").compile(name="beside")


def sending() -> Any:
    inner = asking()
    builder = StateGraph(Log).add_node("call", lambda word: {"log": inner.invoke({"log": [word]})["log"]})
    return builder.add_conditional_edges(START, lambda _: [Send("call", word) for word in "ab"]).compile(name="sends")


def timeless(snapshot: Any) -> Any:
    """A snapshot, and those inside, without the times."""
    if not isinstance(snapshot, StateSnapshot):
        return snapshot
    tasks = tuple(task._replace(state=timeless(task.state)) for task in snapshot.tasks)
    return snapshot._replace(created_at="", tasks=tasks)


TURNS = [{"log": []}, Command(resume="1"), Command(resume="2")]
THREADS: dict[str, tuple[Any, list[Any]]] = {
    "a question": (calling(asking()), TURNS),
    "a graph in a graph": (calling(around("holds", asking(), Log)), TURNS),
    "a function in a graph": (around("outer", calling(asking()), Log), TURNS),
    "a function in a function": (calling(calling(asking())), TURNS),
    "a question before it begins": (chain("first", Log, {"call": asks_first}), [{"log": []}]),
    "a breakpoint before it": (calling(asking(), interrupt_before=["call"]), [{"log": []}, None]),
    "a breakpoint in it": (
        calling(chain("stops", Log, {"a": say("a"), "b": say("b")}, interrupt_before=["b"])),
        [{"log": []}],
    ),
    "beside a graph as a node": (beside(chain("other", Log, {"say": say("other")})), [{"log": []}]),
    "sent": (sending(), [{"log": []}]),
}


@pytest.mark.parametrize("name", THREADS)
async def test_after_each_turn(serve: Serve, on, thread, name):
    app, turns = THREADS[name]
    kept = app.copy({"checkpointer": InMemorySaver()})
    async with serve(app) as client:
        durable = on(app, client)
        for given in turns:
            await kept.ainvoke(given, thread)
            await durable.ainvoke(given, thread)
            here = timeless(await kept.aget_state(thread, subgraphs=True))
            assert timeless(await durable.aget_state(thread, subgraphs=True)) == here


async def test_nobody_knows_when_its_checkpoints_were_made(serve: Serve, on, thread):
    app = calling(asking())
    async with serve(app) as client:
        await on(app, client).ainvoke({"log": []}, thread)
        snapshot = await on(app, client).aget_state(thread, subgraphs=True)
    assert snapshot.created_at is not None
    assert snapshot.tasks[0].state.created_at is None


async def test_what_has_ended_is_refused_by_name(serve: Serve, on, thread):
    inner = chain("inside", Log, {"say": say("said")})
    app = beside(lambda state: {"log": inner.invoke({"log": []})["log"]})
    async with serve(app) as client:
        await on(app, client).ainvoke({"log": []}, thread)
        with pytest.raises(NotDurableError, match="its node 'other' calls a graph in a function and does not wait"):
            await on(app, client).aget_state(thread, subgraphs=True)
        assert (await on(app, client).aget_state(thread)).next == ("call",)
