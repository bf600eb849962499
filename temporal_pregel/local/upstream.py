"""Savers of the langgraph-checkpoint distribution, as logs.

Such a saver keeps whole states (their checkpoint format 4) and the writes of tasks beside them; `translating` has what
differs, `deltas` which of the writes make up a channel. A saver is used by its methods; of its distribution nothing is
imported but the mark of a delta channel's snapshot. Each operation is written once, as a generator that asks the
saver, and is performed sync or async.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from temporal_pregel.constants import NULL_TASK_ID, RESUME
from temporal_pregel.core import ids
from temporal_pregel.core.loop import INPUT, Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, task_id
from temporal_pregel.local.allowing import Name, allowing, declared
from temporal_pregel.local.deltas import STUB_STEP, Standing, Telling, sort_key
from temporal_pregel.local.saving import RESERVED, Log, Place, Saved, made_before
from temporal_pregel.local.translating import (
    FORMAT,
    Versions,
    held_writes,
    number,
    outcome,
    outside_writes,
    replay,
    restored,
    snapshot,
    stored,
    to_replay,
)

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

OURS = ("load", "append", "hold")


def as_log(saver: Any, app: Pregel) -> Log:
    """``saver`` as the drivers of ``app`` use it: itself if it is a log."""
    if isinstance(saver, SaverLog):
        return saver.seeing(app)
    return cast("Log", saver) if all(hasattr(saver, name) for name in OURS) else SaverLog(*allowing(saver, app))


Asking = Generator[tuple[str, tuple[Any, ...] | dict[str, Any]], Any, Any]


def _called(method: Callable[..., Any], given: tuple[Any, ...] | dict[str, Any]) -> Any:
    return method(**given) if isinstance(given, dict) else method(*given)


def _blocking(operation: Callable[..., Asking]) -> Callable[..., Any]:
    def perform(self: SaverLog, *args: Any) -> Any:
        asking = operation(self, *args)
        try:
            method, given = next(asking)
            while True:
                method, given = asking.send(_called(getattr(self.saver, method), given))
        except StopIteration as end:
            return end.value

    return perform


def _awaiting(operation: Callable[..., Asking]) -> Callable[..., Any]:
    async def perform(self: SaverLog, *args: Any) -> Any:
        asking = operation(self, *args)
        try:
            method, given = next(asking)
            while True:
                method, given = asking.send(await _called(getattr(self.saver, "a" + method), given))
        except StopIteration as end:
            return end.value

    return perform


class SaverLog:
    """A saver as a log. ``awaits``: in async runs its async methods are used, and raise what they raise if it has
    none. ``own``: the keys that the caller's ``configurable`` has beside those of a place, by which a saver may find
    its own."""

    awaits = True
    counts = False
    keeps_tasks = True

    def __init__(self, saver: Any, knows: frozenset[Name] | None = None, own: Mapping[str, Any] | None = None) -> None:
        self.saver = saver
        self.knows = knows
        """The classes that the saver was told of; None if it need not be told of any."""
        self.own = own or {}

    def seeing(self, app: Pregel) -> SaverLog:
        """The same log where the saver knows the classes of ``app`` too."""
        if self.knows is None or (names := declared(app)) <= self.knows:
            return self
        return SaverLog(self.saver.with_allowlist(names), self.knows | names, self.own)

    def under(self, configurable: Mapping[str, Any]) -> SaverLog:
        """The log as a call with ``configurable`` uses it."""
        own = {key: value for key, value in configurable.items() if key not in RESERVED and not key.startswith("__")}
        if not own:
            return self
        new = SaverLog(self.saver, self.knows, {**self.own, **own})
        new.walks = self.walks
        return new

    def config(self, place: Place) -> dict[str, Any]:
        """The config under which the saver knows a place."""
        return config_of(place, self.own)

    @cached_property
    def walks(self) -> bool:
        """Whether it keeps writes, in their order, so that values can be made of them. One that doesn't is given whole
        values."""
        if not hasattr(self.saver, "get_delta_channel_history"):
            return False
        import inspect

        return len(inspect.signature(self.saver.put_writes).parameters) >= len(("config", "writes", "task", "path"))

    def _load(self, plan: Plan, place: Place) -> Asking:
        found = yield "get_tuple", (self.config(place),)
        newest = found
        if place.checkpoint_id is not None:
            newest = yield "get_tuple", (self._head(place),)
        if newest is None:
            return None
        if found is None:
            return Saved.blank(plan, place, ids.position_of(newest.checkpoint["id"]))
        return (yield from self._restored(plan, place, found, newest.checkpoint["id"]))

    def _restored(self, plan: Plan, place: Place, found: Any, newest: str) -> Asking:
        """What the saver found, as a `Saved`."""
        missing = to_replay(plan, found.checkpoint) if self.walks else []
        replayed = {}
        if missing:
            at = self.config(Place(place.thread, place.ns, found.checkpoint["id"]))
            histories = yield "get_delta_channel_history", {"config": at, "channels": missing}
            replayed = {key: replay(plan, key, histories[key]) for key in missing}
        return restored(plan, place, found, newest, replayed)

    def _append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> Asking:
        made = ids.checkpoint_id(place.thread, place.ns, record.position)
        whole = {"source": record.source, "step": record.step, **metadata}
        snapshots: set[str] = set()
        standing = Standing()
        if plan.deltas and self.walks:
            telling = Telling(plan, place, record, state, _known(state).standing, made)
            if telling.needs_stub:
                telling.place = place = Place(place.thread, place.ns, (yield from self._stub(place, record, metadata)))
            rows = list(telling.rows())
            snapshots = telling.snapshots(rows)
            more, standing = telling.told(snapshots, rows)
            whole.update(more)
            if place.checkpoint_id is not None and not telling.moved:
                for row in rows:
                    if not row.stands:
                        yield "put_writes", (self.config(place), outcome(plan, row.writes), row.task, row.path)
        elif place.checkpoint_id is not None:
            known = _known(state).standing.written
            for writer in (writer for writers in record.applied for writer in writers):
                path = getattr(writer, "path", None)
                if path is not None and not getattr(writer, "kept", False):
                    key = task_id(plan.nodes[writer.name], path, place.checkpoint_id, place.ns, record.step)
                    if key not in known:  # what another branch wrote stays
                        yield "put_writes", (self.config(place), outcome(plan, writer.writes), key)
        if place.checkpoint_id is not None:
            for task in (task for tasks in record.applied for task in tasks):
                if getattr(task, "answered", False) and not task.kept:
                    key = task_id(task.node, task.path, place.checkpoint_id, place.ns, record.step)
                    yield "put_writes", (self.config(place), [(RESUME, list(task.answers))], key)
        checkpoint, new = self.checkpoint(plan, made, state, snapshots)
        state.origin = state.origin._replace(standing=standing)
        yield "put", (self.config(place), checkpoint, whole, new)
        return made

    def _stub(self, place: Place, record: Record, metadata: Mapping[str, Any]) -> Asking:
        """Save an empty checkpoint for the writes to stand under that led to the first one; its id."""
        made = ids.checkpoint_id(place.thread, place.ns, record.position - 1)
        empty = {"v": FORMAT, "ts": datetime.now(UTC).isoformat(), "id": made, "updated_channels": None}
        empty |= {"channel_values": {}, "channel_versions": {}, "versions_seen": {}}
        yield "put", (self.config(place), empty, {"source": "input", "step": STUB_STEP, **metadata}, {})
        return made

    def _hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> Asking:
        for key, held in pending.items():
            if key == NULL_TASK_ID:
                for given in outside_writes(plan, held):
                    yield "put_writes", (self.config(place), given, key)
                continue
            writes = held_writes(plan, held)
            if writes and plan.deltas and self.walks:
                yield "put_writes", (self.config(place), writes, key, sort_key(held.path))
            elif writes:
                yield "put_writes", (self.config(place), writes, key)
            if held.writes is not None and held.answers:
                yield "put_writes", (self.config(place), [(RESUME, list(held.answers))], key)

    load, aload = _blocking(_load), _awaiting(_load)
    append, aappend = _blocking(_append), _awaiting(_append)
    hold, ahold = _blocking(_hold), _awaiting(_hold)
    whole, awhole = _blocking(_restored), _awaiting(_restored)

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        """Nothing: every checkpoint is whole."""

    async def asettle(self, plan: Plan, place: Place, state: State) -> None:
        """Nothing, too."""

    def load_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        found, newest = _newest_before(self.saver.list(self._head(place)), root, until)
        return self.whole(plan, place, found, newest) if found is not None else _blank(plan, place, newest)

    async def aload_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        listed = [item async for item in self.saver.alist(self._head(place))]
        found, newest = _newest_before(listed, root, until)
        return await self.awhole(plan, place, found, newest) if found is not None else _blank(plan, place, newest)

    def history(self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None) -> Iterator[Saved]:
        args, options = self._listed(place, before, where)
        newest = None if place.checkpoint_id is None else _id(self.saver.get_tuple(self._head(place)))
        for item in list(self.saver.list(*args, **options)):
            newest = newest or item.checkpoint["id"]
            yield self.whole(plan, place, item, newest)

    async def ahistory(
        self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None
    ) -> AsyncIterator[Saved]:
        args, options = self._listed(place, before, where)
        newest = None if place.checkpoint_id is None else _id(await self.saver.aget_tuple(self._head(place)))
        for item in [item async for item in self.saver.alist(*args, **options)]:
            newest = newest or item.checkpoint["id"]
            yield await self.awhole(plan, place, item, newest)

    def _head(self, place: Place) -> dict[str, Any]:
        return self.config(Place(place.thread, place.ns))

    def _listed(
        self, place: Place, before: str | None, where: Mapping[str, Any] | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        limit = None if before is None else self.config(Place(place.thread, place.ns, before))
        return (self.config(place),), {"before": limit, "filter": dict(where) if where else None}

    def checkpoint(
        self, plan: Plan, made: str, state: State, snapshots: Collection[str] = ()
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A state in the saver's format, and the versions of what it has not saved yet. ``snapshots``: the delta
        channels whose value it is given."""
        known = _known(state)
        names = self.named(known.names, state)
        versions = {key: version for key, version in state.versions.items() if key not in plan.untracked}
        own = {key: name for key, name in known.own.items() if known.saved.get(key) == versions.get(key)}
        for key in snapshots:
            if known.saved.get(key) == versions[key]:
                own[key] = self.renamed(versions[key], names[versions[key]])

        def name(key: str, version: int) -> Any:
            return own[key] if key in own and versions[key] == version else names[version]

        left_out = frozenset(plan.deltas).difference(snapshots) if plan.deltas and self.walks else ()
        checkpoint = {
            "v": FORMAT,
            "ts": datetime.now(UTC).isoformat(),
            "id": made,
            "channel_values": {
                key: snapshot(cell) if key in snapshots else stored(plan, key, cell)
                for key, cell in state.cells.items()
                if (key in versions or key in plan.covered) and key not in left_out
            },
            "channel_versions": {key: name(key, version) for key, version in versions.items()},
            "versions_seen": {INPUT: {}}
            | {node: {key: name(key, version) for key, version in seen.items()} for node, seen in state.seen.items()},
            "updated_channels": sorted(state.updated) or None,
        }
        new = {
            key: name(key, version)
            for key, version in versions.items()
            if known.saved.get(key) != version or key in snapshots
        }
        state.origin = Versions(names, versions, own)
        return checkpoint, new

    def renamed(self, version: int, name: Any) -> Any:
        """Another name for the same version, under which a value can be saved anew; ``name`` where there is none.

        Names that are texts are a number and something random: the saver makes another one after the same number.
        """
        if not isinstance(name, str):
            return name
        new = self.saver.get_next_version(f"{version - 1:032d}.0", None)
        return new if number(new) == version else name

    def named(self, names: Mapping[int, Any], state: State) -> dict[int, Any]:
        """The saver's name for each version that ``state`` mentions: those it knows, and new ones above them."""
        used = set(state.versions.values())
        for seen in state.seen.values():
            used.update(seen.values())
        whole: dict[int, Any] = {}
        last = None
        for version in sorted(used):
            last = whole[version] = names[version] if version in names else self.saver.get_next_version(last, None)
        return whole


def _known(state: State) -> Versions:
    return state.origin if isinstance(state.origin, Versions) else Versions({}, {})


def _newest_before(found: Iterable[Any], root: str, until: str) -> tuple[Any, str]:
    """The newest checkpoint that `made_before` holds of, None if there is none, and the id of the newest of all."""
    newest = ""
    for item in found:
        newest = newest or item.checkpoint["id"]
        if made_before(item.metadata or {}, root, until):
            return item, newest
    return None, newest


def _blank(plan: Plan, place: Place, newest: str) -> Saved | None:
    return Saved.blank(plan, place, ids.position_of(newest)) if newest else None


def config_of(place: Place, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The config under which a saver knows a place; ``own``: what else the caller's ``configurable`` says."""
    configurable: dict[str, Any] = {**(own or {}), "thread_id": place.thread, "checkpoint_ns": place.ns}
    if place.checkpoint_id is not None:
        configurable["checkpoint_id"] = place.checkpoint_id
    return {"configurable": configurable}


def _id(item: Any) -> str | None:
    return None if item is None else str(item.checkpoint["id"])
