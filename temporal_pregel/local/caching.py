"""What nodes with a `CachePolicy` wrote stands for running them again.

A cache is one of the langgraph-checkpoint distribution (``get``, ``set``, ``clear`` and their async twins), or anything
with these methods. Questions and errors are not kept.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import CALLED, Task
from temporal_pregel.local.saving import Io
from temporal_pregel.nodes.caching import Key, NodeCache, known_writes
from temporal_pregel.nodes.code import cache_key

if TYPE_CHECKING:
    from temporal_pregel.nodes.context import RunContext
    from temporal_pregel.pregel import Pregel


class Caching:
    """The cache of one run."""

    def __init__(self, cache: Any, run: RunContext) -> None:
        self.cache = cache
        self.run = run

    def recall(self, tasks: Sequence[Task]) -> Generator[Io, Any, None]:
        """Finish the tasks whose writes are known."""
        keys = {task: self._key(task) for task in tasks if task.node.code.cache is not None and task.runnable}
        if keys:
            found = yield Io("get", (tuple(keys.values()),), self.cache)
            for task, key in keys.items():
                if key in found:
                    finish(task, found[key])

    def keep(self, tasks: Sequence[Task]) -> Generator[Io, Any, None]:
        """Keep what tasks have written that ran."""
        pairs = {self._key(task): entry(task) for task in tasks if worth_keeping(task)}
        if pairs:
            yield Io("set", (pairs,), self.cache)

    # Tasks that tasks call

    def recall_call(self, task: Task) -> None:
        """`recall`, at once."""
        key = self._key(task)
        found = self.cache.get((key,))
        if key in found:
            finish(task, found[key])

    def keep_call(self, task: Task) -> None:
        """`keep`, at once."""
        if worth_keeping(task):
            self.cache.set({self._key(task): entry(task)})

    async def arecall_call(self, task: Task) -> None:
        """`recall` of one task."""
        key = self._key(task)
        found = await self.cache.aget((key,))
        if key in found:
            finish(task, found[key])

    async def akeep_call(self, task: Task) -> None:
        """`keep` of one task."""
        if worth_keeping(task):
            await self.cache.aset({self._key(task): entry(task)})

    def _key(self, task: Task) -> Key:
        if len(task.path) == CALLED:
            args, kwargs = task.arg
            kept: NodeCache = task.node.code.cache
            return kept.key(*args, **kwargs)
        return cache_key(task, self.run)


def finish(task: Task, writes: Sequence[Any]) -> None:
    """Let ``task`` have written what a cache kept."""
    task.writes = known_writes(writes)
    task.cached = True


def worth_keeping(task: Task) -> bool:
    """Whether a cache is to keep what ``task`` wrote: it ran and ended well, itself and not its error handler."""
    return task.node.code.cache is not None and task.writes is not None and task.cause is None and not task.cached


def entry(task: Task) -> tuple[list[Write], int | None]:
    """What a cache keeps of a task, and for how many seconds."""
    kept: NodeCache = task.node.code.cache
    return kept.entry(task.writes or ())


def cache_of(app: Pregel) -> Any:
    """The cache of a graph.

    Raises:
        ValueError: it has none.
    """
    if app.cache is None:
        raise ValueError("No cache is set for this graph: give compile() one, cache=InMemoryCache()")
    return app.cache


def namespaces(plan: Any, nodes: Sequence[str] | None) -> list[Any]:
    """Where a cache keeps what nodes of a graph wrote; ``nodes``: which, None for all."""
    caches = (node.code.cache for name, node in plan.nodes.items() if nodes is None or name in nodes)
    return [cache.namespace for cache in caches if cache is not None]
