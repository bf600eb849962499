"""A thread whose run has failed goes on from its last superstep: the same on both engines."""

from __future__ import annotations

import operator
import time
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, Command, InMemorySaver, StateGraph, interrupt
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.temporal.raised import ThreadNotWaitingError
from temporal_pregel.temporal.state_cache import CACHE
from tests.temporal.conftest import Serve


class State(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]


class Moody:
    """A node that fails as often as it is told to, and a log of all that ran."""

    def __init__(self) -> None:
        self.fails = 1
        self.ran: list[str] = []

    def node(self, name: str, *questions: str) -> Any:
        def node(state: State) -> State:
            self.ran.append(name)
            return {"said": [name, *(interrupt(question) for question in questions)]}

        return node

    def fail(self, *questions: str, after: float = 0) -> Any:
        def node(state: State) -> State:
            time.sleep(after)
            answers = [interrupt(question) for question in questions]
            self.ran.append("moody")
            self.fails -= 1
            if self.fails >= 0:
                raise ValueError("in a mood")
            return {"said": ["moody", *answers]}

        return node


def plain(mood: Moody) -> Any:
    builder = StateGraph(State).add_node("first", mood.node("first")).add_node("moody", mood.fail())
    return builder.add_edge(START, "first").add_edge("first", "moody")


def wide(mood: Moody) -> Any:
    # The other one's end has to be recorded first: what is not when a run fails runs again.
    builder = StateGraph(State).add_node("good", mood.node("good")).add_node("moody", mood.fail(after=0.3))
    return builder.add_edge(START, "good").add_edge(START, "moody")


def inside(mood: Moody) -> Any:
    builder = StateGraph(State).add_node("inner", plain(mood).compile()).add_node("after", mood.node("after"))
    return builder.add_edge(START, "inner").add_edge("inner", "after")


def answered(mood: Moody) -> Any:
    return StateGraph(State).add_node("moody", mood.fail("who?")).add_edge(START, "moody")


GRAPHS = {"plain": plain, "wide": wide, "inside": inside, "answered": answered}


async def outcome(app: Any, given: Any, thread: dict[str, Any]) -> Any:
    try:
        result = await app.ainvoke(given, thread)
    except Exception as error:
        result = {"error": "in a mood" in str(error)}
    asked = (result or {}).pop("__interrupt__", ())
    return result, [question.value for question in asked], (await app.aget_state(thread)).values


@pytest.mark.parametrize("then", [None, {"said": ["again"]}, Command(update={"said": ["told"]})], ids=str)
@pytest.mark.parametrize("kind", GRAPHS)
async def test_it_goes_on_as_in_process(serve: Serve, on, thread, kind, then):
    here, there = Moody(), Moody()
    here.fails = there.fails = 2
    local = GRAPHS[kind](here).compile(name=kind, checkpointer=InMemorySaver())
    app = GRAPHS[kind](there).compile(name=kind)
    calls = [{"said": ["x"]}, *([Command(resume="me")] if kind == "answered" else []), None, then]
    if kind == "answered" and isinstance(then, dict):
        calls.append(Command(resume="you"))
    async with serve(app) as client:
        for given in calls:
            expected = await outcome(local, given, thread)
            CACHE.clear()
            assert await outcome(on(app, client), given, thread) == expected
    assert there.ran == here.ran


@pytest.mark.parametrize("command", [None, Command(goto="first"), Command(update={"said": ["told"]})], ids=str)
async def test_a_thread_that_is_done_takes_what_it_takes_in_process(serve: Serve, on, thread, command):
    here, there = Moody(), Moody()
    here.fails = there.fails = 0
    local, app = plain(here).compile(name="done", checkpointer=InMemorySaver()), plain(there).compile(name="done")
    async with serve(app) as client:
        for given in ({"said": ["x"]}, command, {"said": ["y"]}):
            expected = await outcome(local, given, thread)
            assert await outcome(on(app, client), given, thread) == expected
    assert there.ran == here.ran


async def test_what_nobody_asked_is_not_answered_and_a_wrong_command_starts_nothing(serve: Serve, on, thread):
    mood = Moody()
    app = plain(mood).compile(name="over")
    async with serve(app) as client:
        durable = on(app, client)
        await outcome(durable, {"said": ["x"]}, thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        run = (await handle.describe()).run_id
        with pytest.raises(ThreadNotWaitingError, match=r"is over \(failed\)"):
            await durable.ainvoke(Command(resume=1), thread)
        with pytest.raises(InvalidUpdateError, match="no node of graph"):
            await durable.ainvoke(Command(goto="nowhere"), thread)
        assert (await handle.describe()).run_id == run
