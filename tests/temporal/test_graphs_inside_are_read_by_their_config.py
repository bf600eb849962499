"""The config that a snapshot gives for a graph inside names it for `get_state`, on Temporal as in process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from temporal_pregel import InMemorySaver, StateGraph
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.types import StateSnapshot
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, chain
from tests.temporal.test_states_of_graphs_that_functions_call import asking, calling, say, timeless


def keeping() -> Any:
    inner = asking()
    inner.checkpointer = True
    return around("outer", inner, Log)


GRAPHS = {
    "a graph": around("outer", asking(), Log),
    "a graph in a graph": around("outermost", around("middle", asking(), Log), Log),
    "a graph that keeps its state": keeping(),
    "a function that calls a graph": calling(around("holds", asking(), Log)),
    "a function in a graph": around("outer", calling(asking()), Log),
}


def configs(snapshot: StateSnapshot) -> Iterator[Any]:
    """Those of the graphs inside, as far as they are shown."""
    for task in snapshot.tasks:
        if isinstance(task.state, StateSnapshot):
            yield task.state.config
            yield from configs(task.state)
        elif task.state is not None:
            yield task.state


@pytest.mark.parametrize("name", GRAPHS)
async def test_each_is_read_as_in_process(serve: Serve, on, thread, name):
    app = GRAPHS[name]
    kept = app.copy({"checkpointer": InMemorySaver()})
    await kept.ainvoke({"log": []}, thread)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"log": []}, thread)
        named = [*configs(await durable.aget_state(thread)), *configs(await durable.aget_state(thread, subgraphs=True))]
        for config in named:
            for subgraphs in (False, True):
                here = timeless(await kept.aget_state(config, subgraphs=subgraphs))
                assert timeless(await durable.aget_state(config, subgraphs=subgraphs)) == here
    assert len(named) >= 2


async def test_one_that_has_not_begun_has_nothing_in_it(serve: Serve, on, thread):
    builder = StateGraph(Log).add_node("inner", asking()).add_edge("__start__", "inner")
    app = builder.compile(name="later", interrupt_before=["inner"])
    kept = app.copy({"checkpointer": InMemorySaver()})
    await kept.ainvoke({"log": []}, thread)
    async with serve(app) as client:
        await on(app, client).ainvoke({"log": []}, thread)
        there = await on(app, client).aget_state(thread, subgraphs=True)
    here = await kept.aget_state(thread, subgraphs=True)
    assert there.tasks[0].state == here.tasks[0].state


async def test_what_is_not_there_or_not_due_is_refused(serve: Serve, on, thread):
    app = around("outer", chain("inside", Log, {"say": say("said")}), Log, say("after"))
    place = thread["configurable"]
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"log": []}, thread)
        with pytest.raises(ValueError, match="Subgraph nothing not found"):
            await durable.aget_state({"configurable": {**place, "checkpoint_ns": "nothing:1"}})
        with pytest.raises(NotDurableError, match=r"a graph inside that is not due \(inner:1\)"):
            await durable.aget_state({"configurable": {**place, "checkpoint_ns": "inner:1"}})


async def test_an_earlier_checkpoint_of_it_is_refused(serve: Serve, on, thread):
    app = around("outer", asking(), Log)
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"log": []}, thread)
        (config,) = configs(await durable.aget_state(thread, subgraphs=True))
        earlier = {**config["configurable"], "checkpoint_id": "00000000-0000-6000-8000-000000000000"}
        with pytest.raises(NotDurableError, match="checkpoint_id"):
            await durable.aget_state({"configurable": earlier})
