"""Savers of the langgraph-checkpoint distribution, as logs.

Such a saver keeps whole states (their checkpoint format 4) and the writes of tasks beside them. What differs is
translated here and nowhere else: versions are theirs in a checkpoint and numbers in a `State`, barriers are sets
there and tuples here, what is known of a task is a list of writes there and a `Pending` here. Nothing of that
distribution is imported: a saver is used by its methods. Each operation is written once, as a generator that asks the
saver, and is performed sync or async.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from temporal_pregel.channels.named_barrier_value import NamedBarrierValue, NamedBarrierValueAfterFinish
from temporal_pregel.constants import ERROR, INTERRUPT, NO_WRITES, RESUME, START, TASKS, trigger_channel
from temporal_pregel.core import ids
from temporal_pregel.core.loop import INPUT, Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, task_id
from temporal_pregel.local.saving import Log, Place, Saved, as_send, error_text, made_before, tracked
from temporal_pregel.types import Interrupt

FORMAT = 4
OLD_START = "start:"
OURS = ("load", "append", "hold")


def as_log(saver: Any) -> Log:
    """``saver`` as the drivers use it: itself if it is a log."""
    return cast("Log", saver) if all(hasattr(saver, name) for name in OURS) else SaverLog(saver)


class Versions(NamedTuple):
    """What a log has to remember of a state: its versions under the saver's names, and which of its channels are
    saved."""

    names: dict[int, Any]
    saved: Mapping[str, int]


Asking = Generator[tuple[str, tuple[Any, ...]], Any, Any]


def _blocking(operation: Callable[..., Asking]) -> Callable[..., Any]:
    def perform(self: SaverLog, *args: Any) -> Any:
        asking = operation(self, *args)
        try:
            method, given = next(asking)
            while True:
                method, given = asking.send(getattr(self.saver, method)(*given))
        except StopIteration as end:
            return end.value

    return perform


def _awaiting(operation: Callable[..., Asking]) -> Callable[..., Any]:
    async def perform(self: SaverLog, *args: Any) -> Any:
        asking = operation(self, *args)
        try:
            method, given = next(asking)
            while True:
                method, given = asking.send(await getattr(self.saver, "a" + method)(*given))
        except StopIteration as end:
            return end.value

    return perform


class SaverLog:
    """A saver as a log. ``awaits``: in async runs its async methods are used, and raise what they raise if it has
    none."""

    awaits = True
    counts = False
    keeps_tasks = True

    def __init__(self, saver: Any) -> None:
        self.saver = saver

    def _load(self, plan: Plan, place: Place) -> Asking:
        found = yield "get_tuple", (config_of(place),)
        newest = found
        if place.checkpoint_id is not None:
            newest = yield "get_tuple", (config_of(Place(place.thread, place.ns)),)
        if newest is None:
            return None
        if found is None:
            return Saved.blank(plan, place, ids.position_of(newest.checkpoint["id"]))
        return restored(plan, place, found, newest.checkpoint["id"])

    def _append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> Asking:
        if place.checkpoint_id is not None:
            for writer in (writer for writers in record.applied for writer in writers):
                path = getattr(writer, "path", None)
                if path is not None and not getattr(writer, "kept", False):
                    key = task_id(plan.nodes[writer.name], path, place.checkpoint_id, place.ns, record.step)
                    yield "put_writes", (config_of(place), outcome(plan, writer.writes), key)
        made = ids.checkpoint_id(place.thread, place.ns, record.position)
        checkpoint, new = self.checkpoint(plan, made, state)
        whole = {"source": record.source, "step": record.step, **metadata}
        yield "put", (config_of(place), checkpoint, whole, new)
        return made

    def _hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> Asking:
        for key, held in pending.items():
            writes = held_writes(plan, held)
            if writes:
                yield "put_writes", (config_of(place), writes, key)

    load, aload = _blocking(_load), _awaiting(_load)
    append, aappend = _blocking(_append), _awaiting(_append)
    hold, ahold = _blocking(_hold), _awaiting(_hold)

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        """Nothing: every checkpoint is whole."""

    async def asettle(self, plan: Plan, place: Place, state: State) -> None:
        """Nothing, too."""

    def load_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        return _newest_before(plan, place, self.saver.list(config_of(Place(place.thread, place.ns))), root, until)

    async def aload_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        found = [item async for item in self.saver.alist(config_of(Place(place.thread, place.ns)))]
        return _newest_before(plan, place, found, root, until)

    def history(self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None) -> Iterator[Saved]:
        found = self.saver.list(*_listed(place, before, where)[0], **_listed(place, before, where)[1])
        newest: str | None = None
        for item in list(found):
            newest = newest or item.checkpoint["id"]
            yield restored(plan, place, item, newest)

    async def ahistory(
        self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None
    ) -> AsyncIterator[Saved]:
        args, options = _listed(place, before, where)
        newest: str | None = None
        for item in [item async for item in self.saver.alist(*args, **options)]:
            newest = newest or item.checkpoint["id"]
            yield restored(plan, place, item, newest)

    def checkpoint(self, plan: Plan, made: str, state: State) -> tuple[dict[str, Any], dict[str, Any]]:
        """A state in the saver's format, and the versions of what it has not saved yet."""
        known = state.origin if isinstance(state.origin, Versions) else Versions({}, {})
        names = self.named(known.names, state)
        versions = {key: version for key, version in state.versions.items() if key not in plan.untracked}
        checkpoint = {
            "v": FORMAT,
            "ts": datetime.now(UTC).isoformat(),
            "id": made,
            "channel_values": {
                key: stored(plan, key, cell)
                for key, cell in state.cells.items()
                if key in versions or key in plan.covered
            },
            "channel_versions": {key: names[version] for key, version in versions.items()},
            "versions_seen": {INPUT: {}}
            | {node: {key: names[version] for key, version in seen.items()} for node, seen in state.seen.items()},
            "updated_channels": sorted(state.updated) or None,
        }
        new = {key: names[version] for key, version in versions.items() if known.saved.get(key) != version}
        state.origin = Versions(names, versions)
        return checkpoint, new

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


def _newest_before(plan: Plan, place: Place, found: Iterable[Any], root: str, until: str) -> Saved | None:
    newest: str | None = None
    for item in found:
        newest = newest or item.checkpoint["id"]
        if made_before(item.metadata or {}, root, until):
            return restored(plan, place, item, newest)
    return None if newest is None else Saved.blank(plan, place, ids.position_of(newest))


# Configs


def config_of(place: Place) -> dict[str, Any]:
    """The config under which a saver knows a place."""
    configurable: dict[str, Any] = {"thread_id": place.thread, "checkpoint_ns": place.ns}
    if place.checkpoint_id is not None:
        configurable["checkpoint_id"] = place.checkpoint_id
    return {"configurable": configurable}


def _listed(
    place: Place, before: str | None, where: Mapping[str, Any] | None
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    limit = None if before is None else config_of(Place(place.thread, place.ns, before))
    return (config_of(Place(place.thread, place.ns)),), {"before": limit, "filter": dict(where) if where else None}


# From theirs


def number(version: Any) -> int:
    """A saver's version as a number that sorts as it does: savers that use strings begin them with one."""
    return int(version.split(".")[0]) if isinstance(version, str) else int(version)


def restored(plan: Plan, place: Place, found: Any, newest: str) -> Saved:
    """What a saver found, as a `Saved`."""
    checkpoint = found.checkpoint
    theirs = checkpoint["channel_versions"]
    seen_theirs = checkpoint["versions_seen"]
    names = {number(version): version for version in theirs.values()}
    for seen in seen_theirs.values():
        for version in seen.values():
            names.setdefault(number(version), version)
    cells = {
        key: cell_of(plan, key, value) for key, value in checkpoint["channel_values"].items() if key in plan.channels
    }
    versions = {key: number(version) for key, version in theirs.items()}
    seen_by = {
        node: {key: number(version) for key, version in seen.items()} for node, seen in seen_theirs.items() if seen
    }
    updated = checkpoint.get("updated_channels") or ()
    if checkpoint.get("v", FORMAT) < FORMAT:
        migrate(plan, checkpoint, cells, versions, seen_by)
        updated = ()
    state = State.restored(plan, cells, versions, seen_by, updated)
    state.origin = Versions(names, dict(versions))
    metadata = found.metadata or {}
    parent = found.parent_config
    return Saved(
        place=Place(place.thread, place.ns, checkpoint["id"]),
        state=state,
        position=ids.position_of(newest),
        step=metadata.get("step", -2),
        source=metadata.get("source", "loop"),
        parent=None if parent is None else Place(place.thread, place.ns, parent["configurable"]["checkpoint_id"]),
        created=checkpoint["ts"],
        metadata=metadata,
        pending=pending_of(found.pending_writes or ()),
        head=checkpoint["id"] == newest,
    )


def migrate(
    plan: Plan,
    checkpoint: Mapping[str, Any],
    cells: dict[str, Any],
    versions: dict[str, int],
    seen: dict[str, dict[str, int]],
) -> None:
    """Bring what older formats kept elsewhere to where it is now: the Sends, and triggers under other names."""
    sends = checkpoint.get("pending_sends")
    if sends:
        cells[TASKS] = [as_send(item) for item in sends]
        versions[TASKS] = max(versions.values(), default=0)
    if checkpoint.get("v", 1) >= 3:
        return
    values = checkpoint["channel_values"]

    def move(old: str, new: str) -> None:
        if new not in plan.channels or old not in versions:
            return
        versions[new] = max(versions.pop(old), versions.get(new, 0))
        if old in values and old not in plan.channels:
            cells[new] = values[old] if new == START else None
        for triggers in seen.values():
            if old in triggers:
                triggers[new] = max(triggers.pop(old), triggers.get(new, 0))

    for key in list(versions):
        if key.startswith(OLD_START) or (key.startswith("branch:") and not key.startswith(trigger_channel(""))):
            move(key, trigger_channel(key.split(":")[-1]))
    for name in plan.nodes:
        if name in versions and name not in plan.channels:
            for node in plan.nodes:
                if any(edge[0] == trigger_channel(node) for edge in plan.nodes[name].edges):
                    move(name, trigger_channel(node))
                    break


def cell_of(plan: Plan, key: str, value: Any) -> Any:
    """A channel's cell from what a checkpoint keeps of it."""
    if key == TASKS:
        return [as_send(item) for item in value]
    return plan.channels[key].from_checkpoint(value).cell if key in plan.covered else value


def as_interrupt(item: Any) -> Interrupt:
    """A question, whichever library's."""
    if isinstance(item, Interrupt):
        return item
    if isinstance(item, Mapping):
        return Interrupt(item["value"], item["id"], response_schema=item.get("response_schema"))
    return Interrupt(item.value, item.id, response_schema=getattr(item, "response_schema", None))


def pending_of(writes: Sequence[tuple[str, str, Any]]) -> dict[str, Pending]:
    """Task id -> what is known of the task."""
    found: dict[str, Pending] = {}
    for task, channel, value in writes:
        held = found.setdefault(task, Pending())
        if channel == INTERRUPT:
            items = value if isinstance(value, (list, tuple)) else (value,)
            held.interrupts = tuple(as_interrupt(item) for item in items)
        elif channel == RESUME:
            held.answers = list(value) if isinstance(value, list) else [value]
        elif channel == ERROR:
            held.error = value
        elif channel == NO_WRITES:
            held.writes = held.writes or []
        else:
            held.writes = [*(held.writes or ()), (channel, as_send(value) if channel == TASKS else value)]
    return found


# To theirs


def stored(plan: Plan, key: str, cell: Any) -> Any:
    """What a checkpoint keeps of a channel."""
    if key == TASKS:
        return [value for _, value in tracked(plan, [(TASKS, send) for send in cell])]
    if key in plan.covered:
        channel = plan.channels[key]
        if isinstance(channel, NamedBarrierValueAfterFinish):
            return set(cell[0]), cell[1]
        if isinstance(channel, NamedBarrierValue):
            return set(cell)
    return cell


def outcome(plan: Plan, writes: Sequence[Write]) -> list[Write]:
    """A finished task's writes, of which there is always one: that it has finished."""
    return list(tracked(plan, writes)) or [(NO_WRITES, None)]


def held_writes(plan: Plan, held: Pending) -> list[Write]:
    """All that is known of a task, as writes."""
    writes: list[Write] = []
    if held.answers:
        writes.append((RESUME, list(held.answers)))
    if held.writes is not None:
        return [*writes, *outcome(plan, held.writes)]
    if held.interrupts or held.answers:
        writes.append((INTERRUPT, tuple(held.interrupts)))
    if held.error is not None:
        writes.append((ERROR, error_text(held.error)))
    return writes
