"""A node's cache policy on Temporal: its activity asks the graph's cache before it runs the node, and tells it after.

The rules are those of runs in process (`nodes.caching`), and so are the keys: the two may share a cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.core.plan import Write
from temporal_pregel.nodes.caching import NodeCache, known_writes
from temporal_pregel.nodes.code import cache_key
from temporal_pregel.nodes.context import TaskContext
from temporal_pregel.temporal.catalog import Catalog
from temporal_pregel.temporal.tasks import AssignedTask, run_node


async def run_or_recall(task: AssignedTask, context: TaskContext) -> list[Write]:
    """`run_node`, unless the run's cache knows what it would write.

    Raises:
        Exception: what the node, the policy's ``key_func`` or the cache raised.
    """
    cache = context.run.cache
    kept: NodeCache | None = task.node.code.cache
    if cache is None or kept is None:
        return await run_node(task, context)
    key = cache_key(task, context.run)
    found = await cache.aget((key,))
    edges = task.node.edges
    if key in found:
        # An entry has what the node's static edges write, which the workflow adds by itself.
        fired = {channel for channel, _ in edges}
        return [write for write in known_writes(found[key]) if write[0] not in fired]
    writes = await run_node(task, context)
    await cache.aset({key: kept.entry((*writes, *edges))})
    return writes


def cache_of(catalog: Catalog, root: str, inside: Sequence[str]) -> Any:
    """The cache of the graph ``inside`` the graph ``root``: its own, or that of the nearest one around it."""
    for depth in range(len(inside), -1, -1):
        cache = catalog.inside(root, inside[:depth]).app.cache
        if cache is not None:
            return cache
    return None
