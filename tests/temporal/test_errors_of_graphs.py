"""Every error of a graph ends the run with a typed error that says where and what to do; no workflow task fails."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError

from temporal_pregel import END, START, StateGraph
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


class Opaque:
    pass


@dataclass(frozen=True)
class Fault:
    """A graph at fault: the type of the error, and what its message says."""

    app: Any
    kind: str
    said: tuple[str, ...]
    given: Any = field(default_factory=lambda: {"value": 1})


def one(name: str, node: Any, schema: Any = Number) -> Any:
    return chain(name, schema, {"node": node})


to_parent = returning(Command(graph=Command.PARENT, update={}))
opaque = returning({"value": [1, Opaque()]})

FAULTS = [
    Fault(
        one("raises", raising(ValueError("bad luck"))), "NodeError", ("ValueError: bad luck", "node 'node'", "step 1")
    ),
    Fault(one("mute", raising(Bad())), "NodeError", ("Bad", "node 'node'")),
    Fault(one("exits", raising(SystemExit(3))), "NodeError", ("SystemExit", "node 'node'")),
    Fault(one("stops", raising(StopIteration(3))), "NodeError", ("StopIteration", "node 'node'")),
    Fault(one("long", raising(ValueError("x" * 3_000_000))), "NodeError", ("xxx", "node 'node'")),
    Fault(one("noise", raising(ValueError("\udc80"))), "NodeError", ("node 'node'",)),
    Fault(one("folds", returning({"value": 0}), Fold), "ReducerError", ("ZeroDivisionError", "'value'", "step")),
    Fault(
        routed("nonsense", returning("elsewhere"), {"on": END}), "NodeError", ("KeyError", "elsewhere", "node 'node'")
    ),
    Fault(routed("nowhere", returning(None)), "NodeError", ("ValueError", "did not return a valid destination")),
    Fault(forked("forked"), "InvalidUpdateError", ("At key 'value'", "step 1")),
    Fault(one("returns", returning(5)), "InvalidUpdateError", ("Expected dict, got 5", "node 'node'")),
    Fault(one("opaque", opaque), "UnserializableValue", ("value[1]", "Opaque", "node 'node'")),
    Fault(
        one("large", returning({"value": "x" * 2_100_000})),
        "ValueTooLarge",
        ("2,100,0", "channel 'value'", "node 'node'"),
    ),
    Fault(one("parent", to_parent), "InvalidUpdateError", ("There is no parent graph",)),
    Fault(one("fits", returning({}), Model), "InvalidInput", ("value", "integer"), {"value": "five"}),
    Fault(one("object", returning({})), "InvalidUpdateError", ("Expected dict, got [1]",), [1]),
    Fault(one("nothing", returning({})), "EmptyInputError", ("no input",), None),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.app.name)
async def test_a_fault_of_the_graph_is_a_typed_error(serve: Serve, task_queue, thread, fault):
    app, run = fault.app, thread["configurable"]["thread_id"]
    async with serve(app) as client:
        handle = await client.start_workflow(app.name, fault.given, id=run, task_queue=task_queue)
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
        cause = failed.value.cause
        assert isinstance(cause, ApplicationError)
        assert cause.type == fault.kind
        for part in (*fault.said, f"graph '{app.name}'"):
            assert part in cause.message
        state = await handle.query("state")
        assert (state["status"], state["error"]["type"]) == ("failed", fault.kind)
        assert "WORKFLOW_TASK_FAILED" not in str(await handle.fetch_history())
