"""States in the format of savers of the langgraph-checkpoint distribution, and back.

Versions are theirs in a checkpoint and numbers in a `State`, barriers are sets there and tuples here, what is known of
a task is a list of writes there and a `Pending` here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from temporal_pregel.channels.named_barrier_value import NamedBarrierValue, NamedBarrierValueAfterFinish
from temporal_pregel.constants import ERROR, INTERRUPT, NO_WRITES, NULL_TASK_ID, RESUME, START, TASKS, trigger_channel
from temporal_pregel.core import ids
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.adopting import adopted
from temporal_pregel.local.deltas import Standing, standing_at
from temporal_pregel.local.saving import Place, Saved, error_text, tracked
from temporal_pregel.nodes.sends import as_send
from temporal_pregel.types import Interrupt

FORMAT = 4
SNAPSHOT = "_DeltaSnapshot"
OLD_START = "start:"


class Versions(NamedTuple):
    """What a log has to remember of a state: its versions under the saver's names, which of its channels are saved, and
    the channels whose version has a name of its own. ``standing``: see `deltas`."""

    names: dict[int, Any]
    saved: Mapping[str, int]
    own: Mapping[str, Any] = {}
    standing: Standing = Standing()


# From theirs


def number(version: Any) -> int:
    """A saver's version as a number that sorts as it does: savers that use strings begin them with one."""
    return int(version.split(".")[0]) if isinstance(version, str) else int(version)


def to_replay(plan: Plan, checkpoint: Mapping[str, Any]) -> list[str]:
    """The channels that were written to and are not in a checkpoint: those of deltas, and those that were."""
    values = checkpoint["channel_values"]
    return [
        key
        for key in checkpoint["channel_versions"]
        if key not in values and key in plan.channels and plan.channels[key].replays
    ]


def replay(plan: Plan, key: str, history: Mapping[str, Any]) -> Any:
    """The cell that a history of writes leads to."""
    channel: Any = plan.channels[key]
    start = unwrapped(history["seed"]) if "seed" in history else channel.seed()
    return channel.replay(start, [value for _, _, value in history["writes"]])


def restored(plan: Plan, place: Place, found: Any, newest: str, replayed: Mapping[str, Any]) -> Saved:
    """What a saver found, as a `Saved`; ``replayed``: the cells that had to be made again."""
    checkpoint = found.checkpoint
    theirs = checkpoint["channel_versions"]
    seen_theirs = checkpoint["versions_seen"]
    names: dict[int, Any] = {}
    own = {}
    for key, version in theirs.items():
        if names.setdefault(number(version), version) != version:
            own[key] = version
    for seen in seen_theirs.values():
        for version in seen.values():
            names.setdefault(number(version), version)
    cells = {
        key: cell_of(plan, key, value) for key, value in checkpoint["channel_values"].items() if key in plan.channels
    }
    cells.update(replayed)
    versions = {key: number(version) for key, version in theirs.items()}
    seen_by = {
        node: {key: number(version) for key, version in seen.items()} for node, seen in seen_theirs.items() if seen
    }
    updated = checkpoint.get("updated_channels") or ()
    if checkpoint.get("v", FORMAT) < FORMAT:
        migrate(plan, checkpoint, cells, versions, seen_by)
        updated = ()
    state = State.restored(plan, cells, versions, seen_by, updated)
    metadata = found.metadata or {}
    pending = pending_of(found.pending_writes or ())
    head = checkpoint["id"] == newest
    if head and pending:
        at = Place(place.thread, place.ns, checkpoint["id"])
        pending = adopted(plan, at, metadata.get("step", -2) + 1, state, pending)
    state.origin = Versions(names, dict(versions), own, standing_at(plan, found, metadata, pending, head))
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
        pending=pending,
        head=head,
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
    if key in plan.covered:
        return plan.channels[key].from_checkpoint(value).cell
    return unwrapped(value) if plan.channels[key].replays else value


def unwrapped(value: Any) -> Any:
    """A channel's value, also where it was saved as a snapshot of a delta channel."""
    return value.value if type(value).__name__ == SNAPSHOT else value


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
        elif channel == RESUME and task == NULL_TASK_ID:
            held.answers = [] if value is None else [value]
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


def snapshot(cell: Any) -> Any:
    """A delta channel's value as savers want it marked; bare where their distribution knows no such mark."""
    try:
        from langgraph.checkpoint.serde import types
    except ImportError:
        return cell
    return getattr(types, SNAPSHOT, _bare)(cell)


def _bare(cell: Any) -> Any:
    return cell


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


def outside_writes(plan: Plan, held: Pending) -> list[list[Write]]:
    """What a command gave, as writes: of its update and gotos, and its answer, which may be None once it is taken.
    Apart, because savers replace an answer only where it comes alone."""
    return [
        writes for writes in (list(tracked(plan, held.writes or ())), [(RESUME, a) for a in held.answers]) if writes
    ]


def held_writes(plan: Plan, held: Pending) -> list[Write]:
    """What is known of a task, as writes; of one that has finished without its answers, which savers replace only
    where they come alone."""
    if held.writes is not None:
        return outcome(plan, held.writes)
    writes: list[Write] = [(RESUME, list(held.answers))] if held.answers else []
    if held.interrupts or held.answers:
        writes.append((INTERRUPT, tuple(held.interrupts)))
    if held.error is not None:
        writes.append((ERROR, error_text(held.error)))
    return writes
