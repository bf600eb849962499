"""Durable runs beside hand-written workflows, on one server with one worker each, alternating.

Each run is started by a plain client and waited for. A row holds the median of the runs: here the server and the worker
share the machine with the client, and a smallest sample would say little about what a user sees.
"""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bench.report import Row, shown

if TYPE_CHECKING:
    from temporalio.client import Client

QUEUES: Final = ("bench-graphs", "bench-handwritten")


@dataclass(frozen=True)
class Side:
    """Who runs: a kind of workflow on a task queue, started by a client. `graph`: started by `app.on(client)`."""

    client: Client
    kind: str
    queue: str
    graph: Any = None

    async def run(self, given: dict[str, Any], result: dict[str, Any]) -> str:
        """The id of a run that has ended.

        Raises:
            AssertionError: it gave another result.
        """
        run = f"{self.kind}-{uuid.uuid4()}"
        if self.graph is None:
            found = await self.client.execute_workflow(self.kind, given, id=run, task_queue=self.queue)
        else:
            found = await self.graph.ainvoke(given, {"configurable": {"thread_id": run}})
        if found != result:
            raise AssertionError(f"{self.kind} gave {found!r} in place of {result!r}")
        return run


@dataclass(frozen=True)
class Pair:
    """A graph and a workflow that do the same.

    `on`: the graph is started by `app.on(client)`, not by a plain client. `each`: samples in a round. `ratio`, `most`:
    what is wanted at most, of ours over theirs, or of ours.
    """

    name: str
    graph: str
    workflow: str
    given: dict[str, Any]
    result: dict[str, Any]
    measure: Callable[[Side, Pair], Awaitable[float]]
    unit: str = "s"
    on: bool = False
    each: int = 1
    ratio: float | None = None
    most: float | None = None


async def seconds(side: Side, pair: Pair) -> float:
    """From the start to the result, on the client's clock."""
    begin = time.perf_counter()
    await side.run(pair.given, pair.result)
    return time.perf_counter() - begin


async def history(side: Side, pair: Pair) -> float:
    """Bytes of the history that a run leaves."""
    run = await side.run(pair.given, pair.result)
    description = await side.client.get_workflow_handle(run).describe()
    return float(description.raw_description.workflow_execution_info.history_size_bytes)


_TWO: Final = ("two_nodes", "TwoActivities", {"value": 5}, {"value": 12})
_GROWING: Final = ("growing", "Growing", {"steps": 200}, {"count": 200})
_AT_ONCE: Final = ("at_once", "AtOnce", {"tasks": 100}, {"total": sum(number**2 for number in range(100))})

PAIRS: Final = (
    Pair("durable, two nodes", *_TWO, seconds, each=10, ratio=1.3),
    Pair("durable, two nodes, app.on(client)", *_TWO, seconds, on=True, each=10, ratio=1.3),
    Pair("durable, 100 tasks at once", *_AT_ONCE, seconds, each=2),
    Pair("durable, 200 steps that append 1 KB", *_GROWING, seconds),
    Pair("durable, history of 200 steps × 1 KB", *_GROWING, history, "B", most=0.65e6),
)
NAMES: Final = [pair.name for pair in PAIRS]


def compare(names: Sequence[str], rounds: int) -> Iterator[Row]:
    """The rows of these names."""
    if not names:
        return
    from temporal_pregel.temporal.shutdown import run

    yield from run(_compared([pair for pair in PAIRS if pair.name in names], rounds))


async def _compared(pairs: Sequence[Pair], rounds: int) -> list[Row]:
    async with _workers() as (client, with_plugin):
        return [await _row(_sides(pair, client, with_plugin), pair, rounds) for pair in pairs]


def _sides(pair: Pair, client: Client, with_plugin: Client) -> tuple[Side, Side]:
    from bench.durable_graphs import GRAPHS

    app = next(app for app in GRAPHS if app.name == pair.graph)
    graph = app.on(with_plugin, task_queue=QUEUES[0]) if pair.on else None
    return Side(client, pair.graph, QUEUES[0], graph), Side(client, pair.workflow, QUEUES[1])


@asynccontextmanager
async def _workers() -> AsyncIterator[tuple[Client, Client]]:
    """Clients without and with our plugin, while a worker of each kind serves."""
    from temporalio.worker import Worker
    from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

    from bench import durable_graphs, handwritten
    from temporal_pregel.testing import dev_server, running_worker

    restrictions = SandboxRestrictions.default.with_passthrough_modules("bench")
    async with dev_server() as server:
        client = await server.client()
        by_hand = Worker(
            client,
            task_queue=QUEUES[1],
            workflows=handwritten.WORKFLOWS,
            activities=handwritten.ACTIVITIES,
            workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
            max_concurrent_activity_task_polls=10,  # what a worker for graphs has
        )
        async with running_worker(client, *durable_graphs.GRAPHS, task_queue=QUEUES[0]) as with_plugin, by_hand:
            yield client, with_plugin


async def _row(sides: tuple[Side, Side], pair: Pair, rounds: int) -> Row:
    for side in sides:  # warms up
        await pair.measure(side, pair)
    samples: dict[str, list[float]] = {side.kind: [] for side in sides}
    for place in range(rounds * pair.each):
        for side in sides if place % 2 else sides[::-1]:
            samples[side.kind].append(await pair.measure(side, pair))
    ours, theirs = (statistics.median(samples[side.kind]) for side in sides)
    well = (pair.ratio is None or ours / theirs <= pair.ratio) and (pair.most is None or ours <= pair.most)
    wanted = f"≤ {pair.ratio:g}" if pair.ratio else f"≤ {shown(pair.most, pair.unit)}" if pair.most else ""
    return Row(pair.name, "", ours, theirs, pair.unit, ours / theirs, wanted, well)
