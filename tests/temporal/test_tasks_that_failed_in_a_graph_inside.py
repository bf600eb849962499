"""A node that fails in a graph inside: its task has the error, and so have the tasks that this graph ran for, no
others; as in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, StateGraph
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.temporal.raised import NodeFailedError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, add, chain


def fail(state: Number) -> Number:
    raise ValueError("boom")


def holding(deep: bool) -> Any:
    inner = chain("inner", Number, {"add": add, "fail": fail})
    builder = StateGraph(Number)
    builder.add_node("holds", chain("middle", Number, {"deeper": inner}) if deep else inner)
    builder.add_node("beside", lambda state: {})
    for node in ("beside", "holds"):
        builder.add_edge(START, node)
    return builder.compile(name="holding", checkpointer=InMemorySaver())


def failed(snapshot: Any) -> list[Any]:
    """The nodes whose tasks have an error, those inside a task behind it."""
    found: list[Any] = []
    for task in snapshot.tasks:
        if task.error:
            assert "boom" in str(task.error)
            found += [task.name, *(failed(task.state) if task.state is not None else ())]
    return found


@pytest.mark.parametrize("deep", [False, True])
async def test_the_tasks_around_have_the_error_too(serve: Serve, on, thread, deep):
    app = holding(deep)
    async with serve(app) as client:
        with pytest.raises(NodeFailedError):
            await on(app, client).ainvoke({"value": 1}, thread)
        there = await on(app, client).aget_state(thread, subgraphs=True)
        plain = await on(app, client).aget_state(thread)
    with pytest.raises(ValueError, match="boom"):
        await app.ainvoke({"value": 1}, thread)
    assert failed(there) == failed(await app.aget_state(thread, subgraphs=True))
    assert failed(there) == ["holds", *(["deeper"] if deep else []), "fail"]
    assert [task.error is None for task in plain.tasks] == [task.name == "beside" for task in plain.tasks]
