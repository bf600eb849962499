"""What ends a run ends its stream: after the parts that came before it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from typing_extensions import TypedDict

from temporal_pregel import START, StateGraph
from temporal_pregel.errors import GraphRecursionError
from temporal_pregel.temporal.failures import ImpureReducerError
from temporal_pregel.temporal.raised import NodeFailedError, ThreadError
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, adder, around, chain


def fail(state: Number) -> Number:
    raise ValueError("no")


def endless() -> Any:
    builder = StateGraph(Number)
    builder.add_node("again", add)
    builder.add_edge(START, "again")
    builder.add_edge("again", "again")
    return builder.compile(name="endless")


def halves(state: Number) -> Number:
    return {"value": state["value"] // 0}


async def parts_and_error(parts: Any) -> tuple[list[Any], Exception]:
    found = []
    try:
        async for part in parts:
            found.append(part)
    except Exception as error:
        return found, error
    raise AssertionError("the stream ended without an error")


async def test_a_node_that_raises_is_shown_and_raised(serve: Serve, on, thread):
    app = chain("fails", Number, {"add": add, "fail": fail})
    async with serve(app) as client:
        parts, error = await parts_and_error(
            on(app, client).astream({"value": 1}, thread, stream_mode=["values", "tasks"])
        )
    assert isinstance(error, NodeFailedError)
    assert error.node == "fail"
    *before, (mode, last) = parts
    assert [part for part in before if part[0] == "values"] == [("values", {"value": 1}), ("values", {"value": 2})]
    assert (mode, last["name"], last["result"], str(last["error"])) == ("tasks", "fail", {}, str(error))


async def test_a_graph_inside_that_fails_is_shown_with_the_nodes_around_it(serve: Serve, on, thread):
    app = around("holds", chain("breaks", Number, {"halves": halves}))
    async with serve(app) as client:
        parts, error = await parts_and_error(
            on(app, client).astream({"value": 1}, thread, stream_mode="tasks", subgraphs=True)
        )
    assert isinstance(error, NodeFailedError)
    assert [part["name"] for _, part in parts if "error" in part] == ["halves", "inner"]


async def test_the_recursion_limit_ends_a_stream(serve: Serve, on, thread):
    app = endless()
    async with serve(app) as client:
        parts, error = await parts_and_error(
            on(app, client).astream({"value": 0}, {**thread, "recursion_limit": 3}, stream_mode="values")
        )
    assert isinstance(error, GraphRecursionError)
    assert parts == [{"value": value} for value in range(4)]


async def test_a_run_that_is_terminated_while_it_waits_ends_a_late_readers_stream(serve: Serve, on, thread):
    app = one_asker()
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        await client.get_workflow_handle(thread["configurable"]["thread_id"]).terminate("enough")
        parts, error = await parts_and_error(durable.afollow(thread, stream_mode="updates"))
    assert "terminated" in str(error).lower()
    assert parts


async def test_a_thread_that_nobody_has_started_is_not_streamed(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        for parts in (on(app, client).astream(None, thread), on(app, client).afollow(thread)):
            assert isinstance((await parts_and_error(parts))[1], ThreadError)


async def test_a_reader_that_leaves_does_not_stop_the_run(serve: Serve, on, thread):
    app = adder()
    async with serve(app) as client:
        async for part in on(app, client).astream({"value": 5}, thread, stream_mode="values"):
            assert part == {"value": 5}
            break
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        assert await asyncio.wait_for(handle.result(), 20) == {"value": 12}


def folding(rule: Any) -> Any:
    schema = TypedDict("Total", {"total": Annotated[int, rule]})  # noqa: UP013
    return chain("folds", schema, {name: lambda state: {"total": 1} for name in "abc"})


async def test_a_reader_whose_graph_folds_in_another_way_is_told_so(serve: Serve, on, thread):
    mine, theirs = folding(lambda held, new: held + new), folding(lambda held, new: held + 2 * new)
    async with serve(mine) as client:
        assert await on(mine, client).ainvoke({"total": 0}, thread) == {"total": 3}
        _, error = await parts_and_error(on(theirs, client).afollow(thread, stream_mode="values"))
    assert isinstance(error, ImpureReducerError)
    assert "channel total" in str(error)
