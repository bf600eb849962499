"""A graph's ``step_timeout`` ends a run whose superstep takes longer: async nodes are cancelled, sync ones end first,
for no thread can be stopped. What has finished does not run again."""

from __future__ import annotations

import asyncio
import time
from typing import Any, TypedDict

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph

HERE = {"configurable": {"thread_id": "1"}}


class State(TypedDict, total=False):
    quick: int
    slow: int


class Counted:
    def __init__(self, key: str, seconds: float) -> None:
        self.key, self.seconds, self.runs = key, seconds, 0

    def here(self, state: State) -> Any:
        self.runs += 1
        time.sleep(self.seconds)
        return {self.key: self.runs}

    async def later(self, state: State) -> Any:
        self.runs += 1
        await asyncio.sleep(self.seconds)
        return {self.key: self.runs}


def limited(*nodes: Any, nested: bool = False) -> Any:
    builder = StateGraph(State)
    for node in nodes:
        name = node.__self__.key if hasattr(node, "__self__") else "inner"
        builder.add_node(f"{name}_node", node).add_edge(START, f"{name}_node")
    return builder.compile(checkpointer=None if nested else InMemorySaver(), name="limited")


def within(app: Any, seconds: float | None) -> Any:
    app.step_timeout = seconds
    return app


SAID = r"Step 1 of graph 'limited' took longer than its step_timeout of 0.05 s \(nodes: .*slow_node"


@pytest.mark.parametrize("way", ["invoke", "stream"])
@pytest.mark.parametrize("several", [False, True])
def test_sync_nodes_end_and_so_does_the_run(way: str, several: bool) -> None:
    slow, quick = Counted("slow", 0.2), Counted("quick", 0)
    app = within(limited(slow.here, *([quick.here] if several else [])), 0.05)
    with pytest.raises(TimeoutError, match=SAID):
        app.invoke({}, HERE) if way == "invoke" else list(app.stream({}, HERE))
    assert within(app, None).invoke(None, HERE) == ({"slow": 1, "quick": 1} if several else {"slow": 1})
    assert slow.runs == 1


async def test_async_nodes_are_cancelled_and_what_has_finished_beside_them_is_kept() -> None:
    slow, quick = Counted("slow", 0.3), Counted("quick", 0)
    app = within(limited(slow.later, quick.later), 0.05)
    with pytest.raises(TimeoutError, match=SAID):
        await app.ainvoke({}, HERE)
    assert (await app.aget_state(HERE)).next == ("slow_node",)
    assert await within(app, None).ainvoke(None, HERE) == {"slow": 2, "quick": 1}


def test_a_graph_inside_has_a_limit_of_its_own() -> None:
    inner = within(limited(Counted("slow", 0.2).here, nested=True), 0.05)
    with pytest.raises(TimeoutError, match=SAID):
        limited(inner).invoke({}, HERE)


def test_supersteps_that_are_quick_enough_are_not_ended() -> None:
    app = within(limited(Counted("slow", 0).here, Counted("quick", 0).here), 30)
    assert app.invoke({}, HERE) == {"slow": 1, "quick": 1}


def test_what_a_node_raises_comes_before_its_being_late() -> None:
    class Late(Counted):
        def here(self, state: State) -> Any:
            super().here(state)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        within(limited(Late("slow", 0.1).here), 0.05).invoke({}, HERE)
