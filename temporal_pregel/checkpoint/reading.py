"""The reading half of a saver of the langgraph-checkpoint distribution, for code and tests that look into a saver.

Such savers hold whole checkpoints (format 4) that anyone may read and write. `InMemorySaver` holds a log of writes, so
a checkpoint is made when somebody asks for it, and what is written comes from runs alone.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Self

from temporal_pregel.constants import ERROR, INTERRUPT, RESUME

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Plan
    from temporal_pregel.core.state import State
    from temporal_pregel.local.saving import Place, Saved

THEIRS = "langgraph.checkpoint.base"


class CheckpointTuple(NamedTuple):
    """A checkpoint with what belongs to it.

    ``checkpoint``: a dict with ``v``, ``id``, ``ts``, ``channel_values``, ``channel_versions``, ``versions_seen`` and
    ``updated_channels``. ``pending_writes``: (task id, channel, value) of the superstep after it. Equal to a tuple of
    langgraph-checkpoint's class of the same name, and of that class where its module has been imported.
    """

    config: dict[str, Any]
    checkpoint: dict[str, Any]
    metadata: dict[str, Any]
    parent_config: dict[str, Any] | None = None
    pending_writes: list[tuple[str, str, Any]] | None = None


class Reading:
    """Mixed into a saver; needs its ``load`` and ``history``.

    Every config names its thread in ``config["configurable"]["thread_id"]``, and may name a ``checkpoint_ns`` and a
    ``checkpoint_id``.
    """

    _plans: dict[tuple[str, str], Plan]
    """By thread and namespace: the graph that last ran there, for what its writes come to."""

    if TYPE_CHECKING:

        def load(self, plan: Plan, place: Place) -> Saved | None: ...

        def history(
            self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None
        ) -> Iterator[Saved]: ...

        def delete_thread(self, thread_id: str) -> None: ...

    def get_tuple(self, config: Mapping[str, Any]) -> CheckpointTuple | None:
        """The newest checkpoint of a thread, or the one that ``config`` names; None if it is not there."""
        from temporal_pregel.local.saving import Place

        named = config["configurable"]
        place = Place(str(named["thread_id"]), named.get("checkpoint_ns", ""), named.get("checkpoint_id"))
        plan = self._plans.get(place[:2])
        saved = None if plan is None else self.load(plan, place)
        return None if plan is None or saved is None or saved.place.at_head else tuple_of(plan, saved)

    async def aget_tuple(self, config: Mapping[str, Any]) -> CheckpointTuple | None:
        """`get_tuple`, for whoever awaits."""
        return self.get_tuple(config)

    def get(self, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """The ``checkpoint`` of `get_tuple`."""
        found = self.get_tuple(config)
        return None if found is None else found.checkpoint

    async def aget(self, config: Mapping[str, Any]) -> dict[str, Any] | None:
        """`get`, for whoever awaits."""
        return self.get(config)

    def list(
        self,
        config: Mapping[str, Any] | None,
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Checkpoints, newest first, of one namespace after the other: of all threads if ``config`` is None, of all
        namespaces if it names none. ``filter``: what their metadata must have; ``before``: the config of a newer one.
        """
        for count, found in enumerate(self._found(config, filter, before), 1):
            if limit is not None and count > limit:
                return
            yield found

    async def alist(
        self,
        config: Mapping[str, Any] | None,
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """`list`, for whoever awaits."""
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    def _found(
        self,
        config: Mapping[str, Any] | None,
        where: Mapping[str, Any] | None,
        before: Mapping[str, Any] | None,
    ) -> Iterator[CheckpointTuple]:
        from temporal_pregel.local.saving import Place

        named = {} if config is None else config["configurable"]
        until = None if before is None else before["configurable"].get("checkpoint_id")
        for (thread, ns), plan in tuple(self._plans.items()):
            if config is not None and (thread != str(named["thread_id"]) or ns != named.get("checkpoint_ns", ns)):
                continue
            for saved in self.history(plan, Place(thread, ns), until, where):
                if named.get("checkpoint_id") in (None, saved.id):
                    yield tuple_of(plan, saved)

    async def adelete_thread(self, thread_id: str) -> None:
        """`delete_thread`, for whoever awaits."""
        self.delete_thread(thread_id)

    def put(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused, as its kin are: what is kept here is what runs wrote.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(
            f"{type(self).__name__} keeps the writes of runs, and can't be given a checkpoint: change a thread with "
            "graph.update_state(config, values), or use a saver of langgraph-checkpoint, which takes whole ones."
        )

    put_writes = put

    async def aput(self, *args: Any, **kwargs: Any) -> NoReturn:
        """See `put`."""
        self.put()

    aput_writes = aput

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing: there is nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Nothing, too."""


def tuple_of(plan: Plan, saved: Saved) -> CheckpointTuple:
    """A checkpoint as savers of whole ones give it."""
    from temporal_pregel.local.upstream import config_of

    there = saved.place._replace(checkpoint_id=saved.id)
    before = None if saved.parent is None else saved.parent._replace(checkpoint_id=saved.parent_id)
    kind: Any = getattr(sys.modules.get(THEIRS), "CheckpointTuple", CheckpointTuple)
    checkpoint = checkpoint_of(plan, saved)
    found: CheckpointTuple = kind(
        config_of(there),
        checkpoint,
        dict(saved.metadata),
        None if before is None else config_of(before),
        pending_writes(plan, saved),
    )
    return found


def checkpoint_of(plan: Plan, saved: Saved) -> dict[str, Any]:
    """A state as a dict in checkpoint format 4, in which versions are texts that sort."""
    from temporal_pregel.local.translating import Versions
    from temporal_pregel.local.upstream import SaverLog

    state = saved.state
    state.origin = Versions({version: f"{version:032d}.0" for version in _versions(state)}, {})
    checkpoint, _ = SaverLog(None).checkpoint(plan, saved.id, state)
    values = checkpoint["channel_values"]
    written = {key: value for key, value in values.items() if key in checkpoint["channel_versions"]}
    return checkpoint | {"ts": saved.created_at, "channel_values": written}


def _versions(state: State) -> set[int]:
    return {version for seen in (state.versions, *state.seen.values()) for version in seen.values()}


def pending_writes(plan: Plan, saved: Saved) -> list[tuple[str, str, Any]]:
    """What the tasks of the superstep after a checkpoint were answered, asked and wrote, also if it is committed."""
    from temporal_pregel.core.task import Pending
    from temporal_pregel.local.opened import open_tasks
    from temporal_pregel.local.translating import outcome

    written = {task.id: task.writes for task in open_tasks(plan, saved, live=False)}
    rows: list[tuple[str, str, Any]] = []
    for key in dict.fromkeys((*saved.pending, *written)):
        held = saved.pending.get(key, Pending())
        writes = held.writes if held.writes is not None else written.get(key)
        if held.answers:
            rows.append((key, RESUME, [*held.answers]))
        if held.interrupts:
            rows.append((key, INTERRUPT, [*held.interrupts]))
        if held.error is not None:
            rows.append((key, ERROR, held.error))
        if writes is not None:
            rows.extend((key, channel, value) for channel, value in outcome(plan, writes))
    return rows
