"""On Temporal, too, streams show a node that has failed and then the error handler that stands in for it."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import StateGraph
from temporal_pregel.errors import NodeError
from temporal_pregel.temporal.raised import NodeFailedError
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, chain
from tests.temporal.streamed import bare, in_process, streamed


def fails(state: Number) -> Number:
    raise ValueError("bad luck")


def handles(state: Number, error: NodeError) -> Number:
    return {"value": 100}


def guarded(name: str, node: Any, handler: Any = handles) -> Any:
    builder = StateGraph(Number).add_node("node", node, error_handler=handler)
    return builder.add_edge("__start__", "node").compile(name=name)


def without_errors(parts: Any) -> Any:
    """Parts with nothing but the fact of their errors: a class of this process is not known in another one."""
    if isinstance(parts, dict):
        return {key: bool(value) if key == "error" else without_errors(value) for key, value in parts.items()}
    return type(parts)(map(without_errors, parts)) if type(parts) in (list, tuple) else parts


async def gather(stream: Any, parts: list[Any]) -> None:
    async for part in stream:
        parts.append(part)


@pytest.mark.parametrize("node", [fails, chain("inner", Number, {"fails": fails})], ids=["function", "graph"])
async def test_the_parts_are_those_of_a_run_in_process(serve: Serve, on, thread, node):
    app = guarded("shown", node)
    asked = {"stream_mode": ["updates", "tasks", "debug"]}
    (here,) = await in_process(app, [{"value": 5}], thread, **asked)
    async with serve(app) as client:
        (there,) = await streamed(on(app, client), [{"value": 5}], thread, **asked)
    assert without_errors(there) == without_errors(bare(here))
    failed = next(part for mode, part in there if mode == "tasks" and part.get("error"))
    assert failed["name"] == "node"
    assert "ValueError: bad luck" in failed["error"]


async def test_a_handler_that_fails_ends_with_its_own_error(serve: Serve, on, thread):
    def breaks(state: Number) -> Number:
        raise KeyError("handler")

    app = guarded("breaks", fails, breaks)
    parts: list[Any] = []
    async with serve(app) as client:
        stream = on(app, client).astream({"value": 5}, thread, stream_mode="tasks")
        with pytest.raises(NodeFailedError, match=r"KeyError: 'handler'.*handling ValueError: bad luck"):
            await gather(stream, parts)
    _, node, handler = parts
    assert (node["name"], handler["name"]) == ("node", "__error_handler__node")
    assert (node["error"].error, handler["error"].error) == ("ValueError", "KeyError")
