"""What works in process alone is refused by name, before anything runs: at the worker, at the client, at the call."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.store.memory import InMemoryStore

from temporal_pregel import START, PregelPlugin, StateGraph
from temporal_pregel.func import entrypoint
from temporal_pregel.temporal.durable import ABSENT, NotDurableError
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number


class OwnStore(InMemoryStore):
    """A user's, which keeps no more than what it is made of."""


@entrypoint()
def function(value: int) -> int:
    return value


def graph(**compiled: Any) -> Any:
    builder = StateGraph(Number)
    builder.add_node("node", lambda state: {})
    builder.add_edge(START, "node")
    return builder.compile(name="bad", **compiled)


def around(inner: Any) -> Any:
    builder = StateGraph(Number)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner")
    return builder.compile(name="outer")


GRAPHS = {
    "functional API": function,
    "store that lives in one process's memory (InMemoryStore)": graph(store=InMemoryStore()),
    "store that lives in one process's memory (OwnStore)": graph(store=OwnStore()),
    "cache that lives in one process's memory (InMemoryCache)": graph(cache=InMemoryCache()),
    "a store": around(graph(store=InMemoryStore())),
}


@pytest.mark.parametrize(("feature", "app"), GRAPHS.items(), ids=GRAPHS)
async def test_a_graph_is_refused_where_it_is_served_and_where_it_is_called(client, feature, app):
    with pytest.raises(NotDurableError) as refused:
        PregelPlugin(graphs=[app])
    assert feature in str(refused.value)
    with pytest.raises(NotDurableError) as refused:
        app.on(client)
    assert feature in refused.value.feature


@pytest.mark.parametrize("method", ABSENT)
async def test_a_method_is_refused_when_it_is_called(client, method):
    durable = one_asker().on(client)
    with pytest.raises(NotDurableError, match="Graph 'asker' can't be run on Temporal with"):
        getattr(durable, method)({}, {"configurable": {"thread_id": "t"}})


async def test_what_a_graph_says_of_itself_it_says_here_too(client):
    app = one_asker()
    durable = app.on(client, task_queue="own").with_config(recursion_limit=7)
    assert durable.get_graph().draw_mermaid() == app.get_graph().draw_mermaid()
    assert durable.get_input_jsonschema() == app.get_input_jsonschema()
    assert (durable.task_queue, durable.config["recursion_limit"]) == ("own", 7)
    assert (durable.checkpointer, durable.stream_mode) == (app.checkpointer, app.stream_mode)


async def test_the_graphs_inside_are_found_here_too(client):
    inner = one_asker()
    durable = around(inner).on(client)
    assert dict(durable.get_subgraphs()) == {"inner": inner}
    assert [name async for name, _ in durable.aget_subgraphs(recurse=True)] == ["inner"]


async def test_what_no_graph_has_durable_graphs_have_not(client):
    durable = one_asker().on(client)
    assert not hasattr(durable, "nonsense")
    with pytest.raises(TypeError, match="Unknown arguments: nonsense"):
        await durable.ainvoke({"draft": ""}, nonsense=1)


CALLS = {
    "stream_mode='custom'": ({}, {"stream_mode": "custom"}),
    "stream_mode='messages'": ({}, {"stream_mode": ["values", "messages"]}),
    "stream_mode='tools'": ({}, {"stream_mode": "tools"}),
    "checkpoint_id": ({"checkpoint_id": "00000000-0000-6000-8000-000000000000"}, {}),
    "checkpoint_ns": ({"checkpoint_ns": "inner:1"}, {}),
}


@pytest.mark.parametrize(("feature", "call"), CALLS.items(), ids=CALLS)
async def test_an_option_of_a_call_is_refused_by_name(client, feature, call):
    configurable, options = call
    with pytest.raises(NotDurableError, match=feature):
        await (
            one_asker()
            .on(client)
            .ainvoke({"draft": ""}, {"configurable": {"thread_id": "t", **configurable}}, **options)
        )


async def test_options_that_change_nothing_are_taken(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as own:
        durable = on(app, own)
        asked = await durable.ainvoke({"draft": ""}, thread, durability="exit", stream_mode="values", debug=False)
        assert "__interrupt__" in asked


async def test_a_snapshot_is_read_again_by_its_own_config_and_no_earlier_one(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as own:
        durable = on(app, own)
        await durable.ainvoke({"draft": ""}, thread)
        snapshot = await durable.aget_state(thread)
        assert await durable.aget_state(snapshot.config) == snapshot
        earlier = {"configurable": {**snapshot.config["configurable"], "checkpoint_id": "00000000-0000-6000-8000-0"}}
        with pytest.raises(NotDurableError, match="checkpoint_id"):
            await durable.aget_state(earlier)


async def test_an_unknown_version_is_refused_before_anything_starts(client):
    durable = one_asker().on(client)
    thread = {"configurable": {"thread_id": "never-started"}}
    with pytest.raises(ValueError, match="Unknown version 'v9'; it is 'v1' or 'v2'"):
        await durable.ainvoke({}, thread, version="v9")
    for parts in (durable.astream({}, thread, version="v9"), durable.afollow(thread, version="v9")):
        with pytest.raises(ValueError, match="Unknown version 'v9'; it is 'v1' or 'v2'"):
            await anext(parts)
