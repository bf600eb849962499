"""A node is tried again as its retry policy says, and in no other case."""

from __future__ import annotations

import time
from typing import Any

import pytest

from temporal_pregel import END, START, RetryPolicy, Runtime, StateGraph, interrupt
from temporal_pregel.types import Command
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number

QUICK = RetryPolicy(initial_interval=0.05, max_attempts=3, jitter=False, retry_on=ValueError)


def failing(name: str, attempts: list[int], *, until: int, error: Exception, policy: RetryPolicy | None = QUICK) -> Any:
    """A graph whose node notes its attempts and raises in those before ``until``."""

    def node(state: Number, runtime: Runtime[Any]) -> Number:
        attempts.append(runtime.execution_info.node_attempt)
        if runtime.execution_info.node_attempt < until:
            raise error
        return {"value": runtime.execution_info.node_attempt}

    builder = StateGraph(Number)
    builder.add_node("node", node, retry_policy=policy)
    builder.add_edge(START, "node")
    builder.add_edge("node", END)
    return builder.compile(name=name)


async def test_a_node_runs_again_until_it_ends_well(serve: Serve, on, thread):
    attempts: list[int] = []
    app = failing("again", attempts, until=3, error=ValueError("not yet"))
    async with serve(app) as client:
        assert await on(app, client).ainvoke({"value": 0}, thread) == {"value": 3}
    assert attempts == [1, 2, 3]


async def test_a_policy_gives_up_after_its_attempts(serve: Serve, on, thread):
    attempts: list[int] = []
    app = failing("never", attempts, until=9, error=ValueError("not yet"))
    async with serve(app) as client:
        with pytest.raises(Exception, match=r"ValueError: not yet.*attempt 3"):
            await on(app, client).ainvoke({"value": 0}, thread)
    assert attempts == [1, 2, 3]


@pytest.mark.parametrize(("policy", "error"), [(QUICK, TypeError("a bug")), (None, ConnectionError("down"))])
async def test_other_errors_and_nodes_without_a_policy_are_not_tried_again(serve: Serve, on, thread, policy, error):
    attempts: list[int] = []
    app = failing("once", attempts, until=9, error=error, policy=policy)
    async with serve(app) as client:
        with pytest.raises(Exception, match=str(error)):
            await on(app, client).ainvoke({"value": 0}, thread)
    assert attempts == [1]


async def test_the_wait_between_attempts_is_the_policys(serve: Serve, on, thread):
    attempts: list[int] = []
    policy = QUICK._replace(initial_interval=0.6, backoff_factor=1.0)
    app = failing("patient", attempts, until=3, error=ValueError("not yet"), policy=policy)
    async with serve(app) as client:
        began = time.monotonic()
        await on(app, client).ainvoke({"value": 0}, thread)
        assert 1.2 <= time.monotonic() - began < 5


async def test_a_retried_node_keeps_its_answers(serve: Serve, on, thread):
    attempts: list[int] = []

    def node(state: Number, runtime: Runtime[Any]) -> Number:
        answer = interrupt("how many?")
        attempts.append(runtime.execution_info.node_attempt)
        if len(attempts) < 2:
            raise ValueError("not yet")
        return {"value": answer}

    builder = StateGraph(Number)
    builder.add_node("node", node, retry_policy=QUICK)
    builder.add_edge(START, "node")
    app = builder.compile(name="retried")
    async with serve(app) as client:
        await on(app, client).ainvoke({"value": 0}, thread)
        assert await on(app, client).ainvoke(Command(resume=7), thread) == {"value": 7}
    assert attempts == [1, 2]
