"""A node that fails ends the stream of its run with its error, whatever ends beside it."""

from __future__ import annotations

import operator
import uuid
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel import START, StateGraph
from temporal_pregel.temporal.raised import NodeFailedError
from tests.temporal.conftest import Serve


class Trail(TypedDict):
    trail: Annotated[list[str], operator.add]


def bad(state: Trail) -> Trail:
    raise ValueError("no")


def good(state: Trail) -> Trail:
    return {"trail": ["good"]}


def side_by_side() -> Any:
    builder = StateGraph(Trail)
    for node in (bad, good):
        builder.add_node(node)
        builder.add_edge(START, node.__name__)
    return builder.compile(name="side_by_side")


@pytest.mark.parametrize("mode", ["values", "updates", "tasks"])
async def test_a_node_that_fails_beside_another_is_raised(serve: Serve, on, mode):
    app = side_by_side()
    async with serve(app) as client:
        for _ in range(8):
            thread = {"configurable": {"thread_id": f"beside-{uuid.uuid4()}"}}
            with pytest.raises(NodeFailedError, match="no"):
                async for _ in on(app, client).astream({"trail": []}, thread, stream_mode=mode):
                    pass
