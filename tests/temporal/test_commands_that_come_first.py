"""A Command is the input of a thread that nobody has started, on Temporal as in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, Command, InMemorySaver, Send, StateGraph, interrupt
from temporal_pregel.constants import CONFIG_KEY_STRICT_RESUME
from temporal_pregel.errors import InvalidUpdateError, UnknownInterruptError
from temporal_pregel.temporal.raised import ThreadExistsError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, chain
from tests.temporal.streamed import EVERY, in_process, streamed


def graph() -> Any:
    """first -> last, or to last at once where there is something in the log; ``aside`` is where nobody goes."""
    builder = StateGraph(Log)
    for name in ("first", "last", "aside"):
        builder.add_node(name, lambda _, name=name: {"log": [name]})
    builder.add_conditional_edges(START, lambda state: "last" if state["log"] else "first", ["first", "last"])
    return builder.add_edge("first", "last").compile(name="first")


def asks() -> Any:
    return chain("asks_first", Log, {"ask": lambda state: {"log": [interrupt("?")]}})


FIRST: dict[str, tuple[Any, list[Any]]] = {
    "an update": (graph(), [Command(update={"log": ["told"]})]),
    "a goto": (graph(), [Command(goto="aside")]),
    "a Send": (graph(), [Command(goto=Send("aside", {"log": []}))]),
    "an update and a goto": (graph(), [Command(update={"log": ["told"]}, goto="aside")]),
    "an answer": (graph(), [Command(resume=1)]),
    "an answer that nobody asked for": (asks(), [Command(resume=1), Command(resume=2)]),
    "an answer and an update": (asks(), [Command(resume=1, update={"log": ["told"]}), Command(resume=2)]),
    "and another turn": (graph(), [Command(update={"log": ["told"]}), {"log": ["more"]}]),
}


@pytest.mark.parametrize("name", FIRST)
async def test_the_graph_runs_from_its_start(serve: Serve, on, thread, name):
    app, turns = FIRST[name]
    kept = app.copy({"checkpointer": InMemorySaver()})
    async with serve(app) as client:
        for given in turns:
            here = await kept.ainvoke(given, thread)
            assert await on(app, client).ainvoke(given, thread) == here


@pytest.mark.parametrize("name", FIRST)
async def test_a_stream_shows_it(serve: Serve, on, thread, name):
    app, turns = FIRST[name]
    here = await in_process(app, turns, thread, stream_mode=EVERY)
    async with serve(app) as client:
        assert await streamed(on(app, client), turns, thread, stream_mode=EVERY) == here


REFUSED = {
    "a goto": (Command(goto="nobody"), InvalidUpdateError, "Command.goto names 'nobody'"),
    "a parent": (Command(graph=Command.PARENT, goto="first"), InvalidUpdateError, "There is no parent graph"),
    "an answer, strictly": (Command(resume={"0" * 32: 1}), UnknownInterruptError, "Unknown or already-consumed"),
}


@pytest.mark.parametrize(("command", "error", "said"), REFUSED.values(), ids=REFUSED)
async def test_what_does_not_fit_starts_nothing(client, on, thread, command, error, said):
    app = graph()
    strict = {"configurable": {**thread["configurable"], CONFIG_KEY_STRICT_RESUME: True}}
    for run in (app.copy({"checkpointer": InMemorySaver()}), on(app, client)):
        with pytest.raises(error, match=said):
            await run.ainvoke(command, strict)
    with pytest.raises(Exception, match="not found"):
        await client.get_workflow_handle(thread["configurable"]["thread_id"]).describe()


async def test_of_two_who_begin_at_once_one_is_told(client, on, thread):
    app = asks()
    durable = on(app, client)
    started = {"id": thread["configurable"]["thread_id"], "task_queue": durable.task_queue}
    await client.start_workflow(app.name, {"log": []}, **started)
    with pytest.raises(ThreadExistsError):
        await durable._opener.begin_with(Command(update={"log": ["late"]}), thread, {})
