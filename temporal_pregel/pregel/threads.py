"""The part of a compiled graph's face that reads and changes its threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from temporal_pregel.config import RunnableConfig, placed

if TYPE_CHECKING:
    from temporal_pregel.pregel.main import Pregel
    from temporal_pregel.types import StateSnapshot


class Threads:
    """Methods of `Pregel`. Each names its thread in ``config["configurable"]``.

    Raises:
        ValueError: the graph has no checkpointer, or the config names no thread.
    """

    @property
    def _app(self) -> Pregel:
        return cast("Pregel", self)

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """A thread as it stands, or as it stood at ``config["configurable"]["checkpoint_id"]``."""
        from temporal_pregel.local import threads

        config = placed(config)
        found: StateSnapshot = threads.perform(
            self._app, config, threads.get_state(self._app, config, subgraphs=subgraphs)
        )
        return found

    async def aget_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """`get_state` for savers that are async."""
        from temporal_pregel.local import threads

        config = placed(config)
        found: StateSnapshot = await threads.aperform(
            self._app, config, threads.get_state(self._app, config, subgraphs=subgraphs)
        )
        return found

    def get_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> Iterator[StateSnapshot]:
        """A thread's checkpoints, newest first."""
        from temporal_pregel.local import threads

        config = placed(config)
        yield from threads.history(self._app, config, filter=filter, before=before, limit=limit)

    async def aget_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[StateSnapshot]:
        """`get_state_history` for savers that are async."""
        from temporal_pregel.local import threads

        config = placed(config)
        async for snapshot in threads.ahistory(self._app, config, filter=filter, before=before, limit=limit):
            yield snapshot

    def update_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> RunnableConfig:
        """Change a thread as if ``as_node`` had returned ``values``; the config of the new checkpoint."""
        from temporal_pregel.types import StateUpdate

        return self.bulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    async def aupdate_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> RunnableConfig:
        """`update_state` for savers that are async."""
        from temporal_pregel.types import StateUpdate

        return await self.abulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    def bulk_update_state(self, config: Mapping[str, Any], supersteps: Sequence[Sequence[Any]]) -> RunnableConfig:
        """Several updates, each inner list as one superstep."""
        from temporal_pregel.local import threads

        config = placed(config)
        made: RunnableConfig = threads.perform(self._app, config, threads.update(self._app, config, supersteps))
        return made

    async def abulk_update_state(
        self, config: Mapping[str, Any], supersteps: Sequence[Sequence[Any]]
    ) -> RunnableConfig:
        """`bulk_update_state` for savers that are async."""
        from temporal_pregel.local import threads

        config = placed(config)
        made: RunnableConfig = await threads.aperform(self._app, config, threads.update(self._app, config, supersteps))
        return made
