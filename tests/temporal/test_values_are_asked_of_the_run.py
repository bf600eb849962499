"""What no cache of a worker's process has is asked of the run: in pieces, and at once for all who want something."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import START, Send, StateGraph
from temporal_pregel.temporal import assignments, fetching
from temporal_pregel.temporal.state_cache import CACHE, StateCache
from tests.temporal.conftest import Serve


class Length(TypedDict):
    length: int


class Docs(TypedDict, total=False):
    docs: Annotated[list[str], operator.add]
    length: int


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The offsets of what each query asked for, while the workflow's values are nowhere but in the run."""
    CACHE.clear()
    monkeypatch.setattr(assignments, "CACHE", StateCache())
    queries: list[list[int]] = []
    ask = fetching.ask_run

    async def noted(handle: Any, wanted: Any, **rpc: Any) -> Any:
        queries.append([piece.offset for piece in wanted.pieces])
        return await ask(handle, wanted, **rpc)

    monkeypatch.setattr(fetching, "ask_run", noted)
    return queries


async def test_a_value_is_asked_for_once_for_all_tasks_and_in_pieces(serve: Serve, on, thread, asked):
    builder = StateGraph(Docs, output_schema=Length)
    builder.add_node("write", lambda state: {"docs": ["ü" * 800_000, "y" * 300_000]})
    builder.add_node("read", lambda state: {"length": sum(map(len, state["docs"]))})
    builder.add_edge(START, "write")
    builder.add_edge("write", "read")
    for place in range(20):
        builder.add_node(f"many{place}", lambda state: {} if len(state["docs"]) == 2 else 1 / 0)
        builder.add_edge("write", f"many{place}")
    app = builder.compile(name="missing")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"docs": []}, thread) == {"length": 1_100_000}
    assert asked == [[0], [1024 * 1024]]


async def test_many_values_are_asked_for_in_few_queries(serve: Serve, on, thread, asked):
    builder = StateGraph(Docs)
    builder.add_node("write", lambda state: {})
    builder.add_node("count", lambda arg: {"docs": [str(len(arg["it"]))]})
    builder.add_edge(START, "write")
    builder.add_conditional_edges("write", lambda state: [Send("count", {"it": f"{n:03}" * 5_000}) for n in range(40)])
    app = builder.compile(name="different")
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"docs": []}, thread) == {"docs": ["15000"] * 40}
    assert sum(map(len, asked)) == 40
    assert len(asked) <= 20
