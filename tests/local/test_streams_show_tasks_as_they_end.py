"""In a superstep of several tasks each is shown when it ends, not when the last one has; a reader holds the run up."""

from __future__ import annotations

import asyncio
import threading
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.graph import START, StateGraph


class State(TypedDict, total=False):
    log: Annotated[list[str], lambda held, new: held + new]


def two(quick: Any, slow: Any) -> Any:
    builder = StateGraph(State).add_node("quick", quick).add_node("slow", slow)
    return builder.add_edge(START, "quick").add_edge(START, "slow").compile()


@pytest.mark.parametrize("mode", ["updates", "tasks", "debug"])
def test_a_sync_reader_sees_the_quick_one_while_the_slow_one_runs(mode: str) -> None:
    seen = threading.Event()

    def slow(state: State) -> State:
        return {"log": ["seen" if seen.wait(5) else "not seen"]}

    app = two(lambda state: {"log": ["quick"]}, slow)
    parts = []
    for part in app.stream({"log": []}, stream_mode=mode):
        parts.append(part)
        if "'log': ['quick']" in str(part):
            seen.set()
    assert "'seen'" in str(parts[-1])


async def test_an_async_reader_sees_the_quick_one_while_the_slow_one_runs() -> None:
    seen = asyncio.Event()

    async def slow(state: State) -> State:
        async with asyncio.timeout(5):
            await seen.wait()
        return {"log": ["seen"]}

    app = two(lambda state: {"log": ["quick"]}, slow)
    names = []
    async for part in app.astream({"log": []}):
        names += part
        seen.set()
    assert names == ["quick", "slow"]


def test_no_superstep_starts_before_the_reader_asks_for_more() -> None:
    ran = []
    builder = StateGraph(State)
    builder.add_sequence([(name, lambda state, name=name: ran.append(name)) for name in "abc"])
    parts = builder.add_edge(START, "a").compile().stream({"log": []})
    next(parts)
    assert ran == ["a"]
    parts.close()
    assert ran == ["a"]


@pytest.mark.parametrize("mode", ["tasks", "debug"])
def test_a_task_that_failed_is_shown_before_its_error_is_raised(mode: str) -> None:
    def fail(state: State) -> State:
        raise ValueError("broken")

    app = StateGraph(State).add_node("fail", fail).add_edge(START, "fail").compile()
    parts: list[Any] = []
    with pytest.raises(ValueError, match="broken"):
        parts.extend(app.stream({"log": []}, stream_mode=mode))
    error = (parts[-1]["payload"] if mode == "debug" else parts[-1])["error"]
    assert isinstance(error, ValueError)
