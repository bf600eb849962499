"""Every error of a graph ends the run with a typed error that says where and what to do; no workflow task fails."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from temporal_pregel import END, START, Send, StateGraph
from temporal_pregel.types import Command
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, chain


class Bad(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


class Fold(TypedDict, total=False):
    value: Annotated[int, lambda held, new: held // new]
    log: Annotated[list[Any], operator.add]


class Model(BaseModel):
    value: int


def raising(error: BaseException) -> Any:
    def node(state: Any) -> Any:
        raise error

    return node


def returning(value: Any) -> Any:
    return lambda state: value


def forked(name: str) -> Any:
    builder = StateGraph(Number)
    for node in ("left", "right"):
        builder.add_node(node, returning({"value": 1}))
        builder.add_edge(START, node)
    return builder.compile(name=name)


def routed(name: str, router: Any, ends: Any = None) -> Any:
    builder = StateGraph(Number)
    builder.add_node("node", returning({"value": 1}))
    builder.add_edge(START, "node")
    builder.add_conditional_edges("node", router, ends)
    return builder.compile(name=name)


def endless(name: str) -> Any:
    builder = StateGraph(Number)
    builder.add_node("node", lambda state: {"value": state["value"] + 1})
    builder.add_edge(START, "node")
    builder.add_edge("node", "node")
    return builder.compile(name=name)


class Opaque:
    pass


GRAPHS: list[tuple[Any, Any, str, tuple[str, ...]]] = [
    (chain("raises", Number, {"node": raising(ValueError("bad luck"))}), {"value": 1}, "NodeError", ("ValueError: bad luck", "node 'node'", "step 1")),
    (chain("mute", Number, {"node": raising(Bad())}), {"value": 1}, "NodeError", ("Bad", "node 'node'")),
    (chain("exits", Number, {"node": raising(SystemExit(3))}), {"value": 1}, "NodeError", ("SystemExit", "node 'node'")),
    (chain("stops", Number, {"node": raising(StopIteration(3))}), {"value": 1}, "NodeError", ("StopIteration", "node 'node'")),
    (chain("long", Number, {"node": raising(ValueError("x" * 3_000_000))}), {"value": 1}, "NodeError", ("xxx", "node 'node'")),
    (chain("noise", Number, {"node": raising(ValueError("\udc80"))}), {"value": 1}, "NodeError", ("node 'node'",)),
    (chain("folds", Fold, {"node": returning({"value": 0})}), {"value": 1}, "ReducerError", ("ZeroDivisionError", "'value'", "step")),
    (routed("nonsense", returning("elsewhere"), {"on": END}), {"value": 1}, "NodeError", ("KeyError", "elsewhere", "node 'node'")),
    (routed("nowhere", returning(None)), {"value": 1}, "NodeError", ("ValueError", "did not return a valid destination")),
    (forked("forked"), {"value": 1}, "InvalidUpdateError", ("At key 'value'", "step 1")),
    (chain("returns", Number, {"node": returning(5)}), {"value": 1}, "InvalidUpdateError", ("Expected dict, got 5", "node 'node'")),
    (chain("opaque", Number, {"node": returning({"value": [1, Opaque()]})}), {"value": 1}, "UnserializableValue", ("value[1]", "Opaque", "node 'node'")),
    (chain("large", Number, {"node": returning({"value": "x" * 2_100_000})}), {"value": 1}, "ValueTooLarge", ("2,100,0", "channel 'value'", "node 'node'")),
    (chain("parent", Number, {"node": returning(Command(graph=Command.PARENT, update={}))}), {"value": 1}, "InvalidUpdateError", ("There is no parent graph",)),
    (chain("fits", Model, {"node": returning({})}), {"value": "five"}, "InvalidInput", ("value", "integer")),
    (chain("object", Number, {"node": returning({})}), [1], "InvalidUpdateError", ("Expected dict, got [1]",)),
    (chain("nothing", Number, {"node": returning({})}), None, "EmptyInputError", ("no input",)),
]  # fmt: skip


@pytest.mark.parametrize(("app", "given", "kind", "said"), GRAPHS, ids=lambda each: getattr(each, "name", ""))
async def test_a_fault_of_the_graph_is_a_typed_error(serve: Serve, task_queue, thread, app, given, kind, said):
    run = thread["configurable"]["thread_id"]
    async with serve(app) as client:
        handle = await client.start_workflow(app.name, given, id=run, task_queue=task_queue)
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
        cause = failed.value.cause
        assert isinstance(cause, ApplicationError)
        assert cause.type == kind
        for part in (*said, f"graph '{app.name}'"):
            assert part in cause.message
        state = await handle.query("state")
        assert (state["status"], state["error"]["type"]) == ("failed", kind)
        assert "WORKFLOW_TASK_FAILED" not in str(await handle.fetch_history())


async def test_the_recursion_limit_is_a_graph_recursion_error(serve: Serve, on, thread):
    from temporal_pregel.errors import GraphRecursionError

    app = endless("endless")
    async with serve(app) as client:
        with pytest.raises(GraphRecursionError, match=r"Recursion limit of 4 reached.*graph 'endless'"):
            await on(app, client).ainvoke({"value": 1}, {**thread, "recursion_limit": 4})


async def test_what_a_node_raises_comes_back_as_a_node_error_with_its_place(serve: Serve, on, thread):
    from temporal_pregel.temporal.raised import NodeError

    app = chain("raises", Number, {"node": raising(ValueError("bad luck"))})
    async with serve(app) as client:
        with pytest.raises(NodeError) as raised:
            await on(app, client).ainvoke({"value": 1}, thread)
        assert (raised.value.graph, raised.value.node, raised.value.step, raised.value.error) == ("raises", "node", 1, "ValueError")


async def test_a_failing_task_does_not_wait_for_its_siblings(serve: Serve, on, thread):
    import asyncio

    builder = StateGraph(Number)
    builder.add_node("bad", raising(ValueError("bad luck")))

    async def slow(state: Any) -> Any:
        await asyncio.sleep(60)

    builder.add_node("slow", slow)
    builder.add_edge(START, "bad")
    builder.add_edge(START, "slow")
    app = builder.compile(name="impatient")
    async with serve(app) as client:
        with pytest.raises(Exception, match="bad luck"):
            await asyncio.wait_for(on(app, client).ainvoke({"value": 1}, thread), 10)


async def test_a_send_to_a_node_that_can_not_be_written_names_its_path(serve: Serve, on, thread):
    builder = StateGraph(Number)
    builder.add_node("node", returning({}))
    builder.add_node("worker", returning({}))
    builder.add_edge(START, "node")
    builder.add_conditional_edges("node", lambda s: [Send("worker", {"it": Opaque()})], ["worker"])
    app = builder.compile(name="sender")
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"it.*Opaque"):
            await on(app, client).ainvoke({"value": 1}, thread)
