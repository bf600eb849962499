from __future__ import annotations

import threading
from typing import Any

import pytest
from langgraph.checkpoint import memory

from temporal_pregel.graph import START, StateGraph

from .asking import Log


def pair(left: Any, right: Any, saver: Any) -> Any:
    builder = StateGraph(Log).add_node("left", left).add_node("right", right)
    return builder.add_edge(START, "left").add_edge(START, "right").compile(checkpointer=saver)


def test_a_saver_has_a_task_before_its_superstep_ends(thread: Any) -> None:
    saver, kept = memory.InMemorySaver(), threading.Event()
    found: list[Any] = []

    class Watched(memory.InMemorySaver):  # type: ignore[misc, name-defined]
        def put_writes(self, *args: Any, **options: Any) -> None:
            super().put_writes(*args, **options)
            kept.set()

    saver = Watched()

    def right(_: Log) -> dict[str, Any]:
        kept.clear()
        gate.set()
        assert kept.wait(10)
        found.extend(write[1:] for write in saver.get_tuple(thread).pending_writes)
        return {"log": ["right"]}

    gate = threading.Event()

    def left(_: Log) -> dict[str, Any]:
        assert gate.wait(10)
        return {"log": ["left"]}

    assert pair(left, right, saver).invoke({"log": []}, thread) == {"log": ["left", "right"]}
    assert found == [("log", ["left"])]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_outcome_that_can_not_be_kept_ends_the_run(thread: Any, asynchronous: bool) -> None:
    import asyncio

    app = pair(lambda _: {"log": [threading.Lock()]}, lambda _: {"log": ["right"]}, memory.InMemorySaver())
    call = (
        (lambda: asyncio.run(app.ainvoke({"log": []}, thread)))
        if asynchronous
        else lambda: app.invoke({"log": []}, thread)
    )
    with pytest.raises(TypeError, match="not msgpack serializable"):
        call()


async def test_an_async_router_decides_for_an_update(async_saver: Any, thread: Any) -> None:
    async def choose(_: Log) -> str:
        return "chosen"

    builder = StateGraph(Log).add_node("a", lambda _: {"log": []}).add_node("chosen", lambda _: {"log": ["chosen"]})
    app = builder.add_edge(START, "a").add_conditional_edges("a", choose).compile(checkpointer=async_saver)
    await app.aupdate_state(thread, {"log": ["u"]}, as_node="a")
    assert await app.ainvoke(None, thread) == {"log": ["u", "chosen"]}
