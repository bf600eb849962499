"""A control that was drained before the call lets nothing run, not even what takes the input in: the same on both
engines."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, Command, Send, StateGraph
from temporal_pregel.errors import GraphDrained
from temporal_pregel.runtime import RunControl
from tests.temporal.conftest import Serve
from tests.temporal.test_runs_are_drained import State, asks, both, chain, says


def drained() -> dict[str, Any]:
    control = RunControl()
    control.request_drain("closed")
    return {"control": control}


async def seen(app: Any, given: Any, thread: Any, options: dict[str, Any]) -> Any:
    try:
        result = await app.ainvoke(given, thread, **options)
        result.pop("__interrupt__", None)
    except GraphDrained as error:
        result = error.reason
    state = await app.aget_state(thread)
    about = state.metadata["step"], state.metadata["source"]
    return result, state.values, state.next, about, [(task.name, task.result) for task in state.tasks]


def line(*more: Any, **compiled: Any) -> Any:
    return chain(says("a"), *more, says("z"), **compiled)


FIRST, MORE = {"said": ["in"]}, {"said": ["more"]}
THREADS: dict[str, tuple[Any, list[tuple[Any, Any]]]] = {
    "a new one": (line(), [(FIRST, drained), (None, drained), (None, drained), (None, dict)]),
    "one that is done": (line(), [(FIRST, dict), (None, drained), (MORE, drained), (MORE, drained), (None, dict)]),
    "one that waits": (line(asks), [(FIRST, dict), (None, drained), (None, dict), (Command(resume="me"), dict)]),
    "one that waits, with an input": (line(asks), [(FIRST, dict), (MORE, drained), (None, dict)]),
    "at a breakpoint": (line(interrupt_before="*"), [(FIRST, dict), (None, drained), (None, dict)]),
    "before a breakpoint": (line(interrupt_before="*"), [(FIRST, drained), (None, drained), (None, dict)]),
    "with a graph inside": (line(chain(says("x"), asks)), [(FIRST, drained), (None, dict)]),
}


@pytest.mark.parametrize("name", THREADS)
async def test_nothing_runs(serve: Serve, on, thread, name):
    app, calls = THREADS[name]
    local = both(app)
    async with serve(app) as client:
        durable = on(app, client)
        for given, options in calls:
            assert await seen(durable, given, thread, options()) == await seen(local, given, thread, options())


@pytest.mark.parametrize("inside", [False, True])
async def test_an_answer_is_kept_for_when_it_goes_on(serve: Serve, on, thread, inside):
    app = line(chain(asks) if inside else asks)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke(FIRST, thread)
        with pytest.raises(GraphDrained, match="closed"):
            await durable.ainvoke(Command(resume="me"), thread, **drained())
        assert (await durable.aget_state(thread)).values["said"] == ["in", "a"]
        assert (await durable.ainvoke(None, thread))["said"][-2:] == ["me", "z"]


async def test_a_router_from_the_start_has_not_run(serve: Serve, on, thread):
    ran = []

    def route(state: Any) -> Any:
        ran.append(1)
        return Send("a", state)

    app = StateGraph(State).add_node("a", says("a")).add_conditional_edges(START, route).compile(name="routed")
    async with serve(app) as client:
        durable = on(app, client)
        with pytest.raises(GraphDrained, match="closed"):
            await durable.ainvoke(FIRST, thread, **drained())
        assert not ran
        assert await durable.ainvoke(None, thread) == {"said": ["in", "a"]}
