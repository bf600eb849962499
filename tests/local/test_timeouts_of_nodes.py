"""An attempt at an async node ends when its time is up, or when it has been idle for too long."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, TypedDict

import pytest

from temporal_pregel.config import get_stream_writer
from temporal_pregel.errors import NodeTimeoutError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.runtime import Runtime
from temporal_pregel.types import RetryPolicy, TimeoutPolicy
from tests.local.running import ainvoke


class State(TypedDict, total=False):
    done: bool


def graph(node: Any, timeout: Any, **options: Any) -> Any:
    builder = StateGraph(State).add_node("slow", node, timeout=timeout, **options).add_edge(START, "slow")
    return builder.compile()


async def sleep(state: State) -> State:
    await asyncio.sleep(10)
    return {"done": True}


@pytest.mark.parametrize("timeout", [0.02, timedelta(milliseconds=20), TimeoutPolicy(run_timeout=0.02)])
def test_the_error_says_which_time_was_up(timeout: Any) -> None:
    with pytest.raises(NodeTimeoutError, match=r"'slow' exceeded its run timeout of 0\.020s") as raised:
        ainvoke(graph(sleep, timeout), {"done": False})
    assert (raised.value.node, raised.value.kind, raised.value.timeout) == ("slow", "run", 0.02)


def test_the_attempt_is_cancelled_before_the_error_is_raised() -> None:
    ended = []

    async def node(state: State) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append(True)

    with pytest.raises(NodeTimeoutError):
        ainvoke(graph(node, TimeoutPolicy(idle_timeout=0.02)), {})
    assert ended == [True]


def test_heartbeats_and_what_is_streamed_are_progress() -> None:
    async def node(state: State, runtime: Runtime[Any]) -> State:
        write = get_stream_writer()
        for beat in (runtime.heartbeat, lambda: write("busy"), runtime.heartbeat):
            await asyncio.sleep(0.06)
            beat()
        return {"done": True}

    assert ainvoke(graph(node, TimeoutPolicy(idle_timeout=0.1)), {}) == {"done": True}


def test_with_refresh_on_heartbeat_nothing_else_is_progress() -> None:
    async def node(state: State) -> State:
        write = get_stream_writer()
        for _ in range(5):
            await asyncio.sleep(0.03)
            write("busy")
        return {"done": True}

    with pytest.raises(NodeTimeoutError, match="idle timeout"):
        ainvoke(graph(node, TimeoutPolicy(idle_timeout=0.08, refresh_on="heartbeat")), {})


def test_every_attempt_has_its_own_time() -> None:
    attempts = []

    async def node(state: State) -> State:
        attempts.append(1)
        await asyncio.sleep(10 if len(attempts) == 1 else 0)
        return {"done": True}

    policy = RetryPolicy(initial_interval=0, jitter=False)
    assert ainvoke(graph(node, 0.05, retry_policy=policy), {}) == {"done": True}
    assert len(attempts) == 2


def test_a_sync_node_with_a_timeout_does_not_compile() -> None:
    with pytest.raises(ValueError, match="only supported for async nodes"):
        graph(lambda state: {}, 1.0)
