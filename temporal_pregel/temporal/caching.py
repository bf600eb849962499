"""A node's cache policy on Temporal: its activity asks the graph's cache before it runs the node, and tells it after.
For a node that is a graph, which no activity runs, there is one for each of the two.

The rules are those of runs in process (`nodes.caching`), and so are the keys: the two may share a cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from temporal_pregel.core.plan import Write
from temporal_pregel.nodes.caching import NodeCache, known_writes
from temporal_pregel.nodes.code import cache_key
from temporal_pregel.nodes.context import TaskContext
from temporal_pregel.temporal.catalog import Catalog
from temporal_pregel.temporal.tasks import AssignedTask, run_node


async def run_or_recall(task: AssignedTask, context: TaskContext) -> tuple[list[Write], bool]:
    """`run_node`, unless the run's cache knows what it would write; and whether it does.

    Raises:
        Exception: what the node, the policy's ``key_func`` or the cache raised.
    """
    known = await recalled(task, context)
    if known is not None:
        return known, True
    writes = await run_node(task, context)
    await tell(task, context, (*writes, *task.node.edges))
    return writes, False


async def recalled(task: AssignedTask, context: TaskContext) -> list[Write] | None:
    """What the run's cache knows that a task would write; None if nothing."""
    cache = context.run.cache
    if cache is None or task.node.code.cache is None:
        return None
    key = cache_key(task, context.run)
    found = await cache.aget((key,))
    if key not in found:
        return None
    # An entry has what the node's static edges write, which the workflow adds by itself.
    fired = {channel for channel, _ in task.node.edges}
    return [write for write in known_writes(found[key]) if write[0] not in fired]


async def tell(task: AssignedTask, context: TaskContext, writes: Iterable[Write]) -> None:
    """Let the run's cache, if there is one, keep what a task has written, its static edges included."""
    cache = context.run.cache
    kept: NodeCache | None = task.node.code.cache
    if cache is not None and kept is not None:
        await cache.aset({cache_key(task, context.run): kept.entry(writes)})


def cache_of(catalog: Catalog, root: str, inside: Sequence[str]) -> Any:
    """The cache of the graph ``inside`` the graph ``root``: its own, or that of the nearest one around it."""
    for depth in range(len(inside), -1, -1):
        cache = catalog.inside(root, inside[:depth]).app.cache
        if cache is not None:
            return cache
    return None
