"""Handlers of graphs are told when one stops with questions or at a breakpoint, and when it goes on."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from langchain_core.callbacks import BaseCallbackHandler, CallbackManager

from temporal_pregel import InMemorySaver, interrupt
from temporal_pregel.callbacks import GraphCallbackHandler
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command


class State(TypedDict, total=False):
    answer: str


class Told(GraphCallbackHandler):
    def __init__(self) -> None:
        self.events: list[Any] = []

    def on_interrupt(self, event: Any) -> None:
        self.events.append(("stop", event.status, [item.value for item in event.interrupts], len(event.checkpoint_ns)))

    def on_resume(self, event: Any) -> None:
        self.events.append(("go", event.status, len(event.checkpoint_ns)))


class Fails(GraphCallbackHandler):
    def __init__(self, *, raise_error: bool) -> None:
        self.raise_error = raise_error

    def on_interrupt(self, event: Any) -> None:
        raise ValueError("told badly")


class FailsAsync(Fails):
    async def on_interrupt(self, event: Any) -> None:
        raise ValueError("told badly")


def graph(**options: Any) -> Any:
    builder = StateGraph(State).add_node("ask", lambda state: {"answer": interrupt("ok?")}).add_edge(START, "ask")
    return builder.compile(**options)


def outer(**options: Any) -> Any:
    return (
        StateGraph(State).add_node("in", graph()).add_edge(START, "in").compile(checkpointer=InMemorySaver(), **options)
    )


def config(*handlers: Any) -> dict[str, Any]:
    return {"configurable": {"thread_id": "t"}, "callbacks": list(handlers)}


EVENTS = [("stop", "pending", ["ok?"], 0), ("go", "pending", 0), ("go", "pending", 1)]


def test_the_outermost_graph_stops_and_all_go_on() -> None:
    told, app = Told(), outer()
    app.invoke({}, config(BaseCallbackHandler(), told))
    app.invoke(Command(resume="yes"), config(told))
    assert told.events == EVENTS


def test_in_async_runs_too() -> None:
    told, app = Told(), outer()

    async def main() -> None:
        await app.ainvoke({}, config(told))
        await app.ainvoke(Command(resume="yes"), config(told))

    asyncio.run(main())
    assert told.events == EVENTS


def test_a_breakpoint_is_a_stop_without_questions() -> None:
    told = Told()
    manager = CallbackManager.configure(inheritable_callbacks=[told])
    outer(interrupt_before=["in"]).invoke({}, {**config(), "callbacks": manager})
    assert told.events == [("stop", "interrupt_before", [], 0)]


def test_what_a_handler_raises_is_logged_or_raised() -> None:
    told = Told()
    assert "__interrupt__" in outer().invoke({}, config(Fails(raise_error=False), told))
    assert told.events == EVENTS[:1]
    with pytest.raises(ValueError, match="told badly"):
        outer().invoke({}, config(Fails(raise_error=True)))
    with pytest.raises(ValueError, match="told badly"):
        asyncio.run(outer().ainvoke({}, config(FailsAsync(raise_error=True))))
