"""One compiled graph, called by many at once: each gets what it would have got alone."""

from __future__ import annotations

import asyncio
import dataclasses
import operator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.types import Command, Send, interrupt

THREADS = 64
COROUTINES = 1_000


class Work(TypedDict, total=False):
    seed: int
    left: int
    log: Annotated[list[str], operator.add]


def step(state: Work) -> dict[str, Any]:
    return {"left": state["left"] - 1, "log": [f"{state['seed']}:{state['left']}"]}


def fan(state: Work) -> Any:
    return "step" if state["left"] else [Send("part", {"seed": state["seed"] + place}) for place in range(3)]


def part(given: Any) -> dict[str, Any]:
    return {"log": [f"part {given['seed']}"]}


def graph(saver: Any, asks: bool) -> Any:
    def last(state: Work) -> dict[str, Any]:
        return {"log": [f"{interrupt(state['seed'])}" if asks else "last"]}

    builder = StateGraph(Work).add_node("step", step).add_node("part", part).add_node("last", last)
    builder.add_edge(START, "step").add_conditional_edges("step", fan, ["step", "part"])
    return builder.add_edge("part", "last").add_edge("last", END).compile(checkpointer=saver)


def given(number: int) -> tuple[Any, Any]:
    return {"seed": number * 10, "left": number % 7, "log": []}, {"configurable": {"thread_id": f"t{number}"}}


def work(app: Any, number: int, asks: bool) -> Any:
    start, config = given(number)
    start["left"] += 1
    first = app.invoke(start, config)
    if not asks:
        return first
    (question,) = first.pop("__interrupt__")
    return first, question.value, app.invoke(Command(resume=f"answer {number}"), config)


async def awork(app: Any, number: int, asks: bool) -> Any:
    start, config = given(number)
    start["left"] += 1
    first = await app.ainvoke(start, config)
    if not asks:
        return first
    (question,) = first.pop("__interrupt__")
    return first, question.value, await app.ainvoke(Command(resume=f"answer {number}"), config)


WAYS = pytest.mark.parametrize(("kept", "asks"), [(False, False), (True, False), (True, True)])


def histories(app: Any, many: int) -> list[Any]:
    return [[state.values for state in app.get_state_history(given(number)[1])] for number in range(many)]


@WAYS
def test_threads_get_what_they_get_alone(kept: bool, asks: bool) -> None:
    alone, app = (graph(InMemorySaver() if kept else None, asks) for _ in range(2))
    ready = Barrier(THREADS)

    def together(number: int) -> Any:
        ready.wait()
        return work(app, number, asks)

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(together, range(THREADS)))
    assert results == [work(alone, number, asks) for number in range(THREADS)]
    if kept:
        assert histories(app, THREADS) == histories(alone, THREADS)


@WAYS
def test_coroutines_get_what_they_get_alone(kept: bool, asks: bool) -> None:
    alone, app = (graph(InMemorySaver() if kept else None, asks) for _ in range(2))

    async def together() -> list[Any]:
        return await asyncio.gather(*(awork(app, number, asks) for number in range(COROUTINES)))

    results = asyncio.run(together())
    assert results == [work(alone, number, asks) for number in range(COROUTINES)]
    if kept:
        assert histories(app, COROUTINES // 20) == histories(alone, COROUTINES // 20)


def test_threads_that_share_a_thread_of_the_graph_lose_no_checkpoint() -> None:
    app = graph(InMemorySaver(), False)
    config = {"configurable": {"thread_id": "one"}}
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: app.invoke({"seed": number, "left": 1, "log": []}, config), range(THREADS)))
    ids = [state.config["configurable"]["checkpoint_id"] for state in app.get_state_history(config)]
    assert len(ids) == len(set(ids)) == THREADS * 5


def test_a_run_leaves_a_compiled_graph_as_it_was() -> None:
    app = graph(InMemorySaver(), True)

    def seen() -> Any:
        plan = app.plan
        return (
            plan.hash,
            {name: id(node) for name, node in plan.nodes.items()},
            {key: (id(channel), channel.cell) for key, channel in plan.channels.items()},
            dict(app.__dict__, _log=None),
        )

    before = seen()
    work(app, 3, True)
    assert seen() == before


def test_a_plan_and_its_nodes_are_frozen() -> None:
    app = graph(None, False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        app.plan.name = "another"
    with pytest.raises(dataclasses.FrozenInstanceError):
        app.plan.nodes["step"].name = "another"


def test_what_the_builder_gets_later_is_not_in_what_was_compiled() -> None:
    builder = StateGraph(Work).add_node("step", step).add_edge(START, "step")
    app = builder.compile()
    shown = app.plan.hash
    builder.add_node("more", step).add_edge("step", "more")
    assert app.plan.hash == shown
    assert app.invoke({"seed": 1, "left": 1, "log": []})["log"] == ["1:1"]
