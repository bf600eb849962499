"""Graphs whose supersteps take too long."""

from __future__ import annotations

import asyncio
from typing import Any

from temporal_pregel import START, StateGraph
from tests.temporal.graphs import Log

LIMIT = 0.5


class Slow:
    """A node that runs until it is let go, or cancelled."""

    def __init__(self) -> None:
        self.open, self.begun, self.cancelled = False, 0, 0

    async def __call__(self, state: Log) -> Log:
        self.begun += 1
        try:
            while not self.open:  # noqa: ASYNC110, an event can't be sent to another process
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return {"log": ["slow"]}


def quick(state: Log) -> Log:
    return {"log": ["quick"]}


def limited(*nodes: Any, seconds: float = LIMIT, **added: Any) -> Any:
    """A graph with nodes side by side, of which each superstep may take half a second."""
    builder = StateGraph(Log)
    for node in nodes:
        name = "slow" if isinstance(node, Slow) else "quick"
        builder.add_node(name, node, **added).add_edge(START, name)
    app = builder.compile(name="limited")
    app.step_timeout = seconds
    return app


def within(app: Any, seconds: float | None) -> Any:
    """The same graph with another limit."""
    return app.copy({"step_timeout": seconds})
