"""Changing a thread from outside, as if its nodes had run.

Each superstep of updates becomes a checkpoint. Where a node's turn has come, an update in its name is that turn: the
history shows it as the task's result.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from temporal_pregel.constants import END, INTERRUPT, NULL_TASK_ID, START
from temporal_pregel.core import ids
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import INPUT, Loop, Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.scheduling import Path, due
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Task
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.local.opened import open_tasks
from temporal_pregel.local.saving import Io, Place, Saved
from temporal_pregel.local.snapshots import place_config
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.context import SLOT, RunContext, Slot, context_of
from temporal_pregel.nodes.inputs import fresh_view
from temporal_pregel.nodes.messages import prepare
from temporal_pregel.nodes.run import route
from temporal_pregel.types import StateUpdate

COPY = "__copy__"


class Choice(NamedTuple):
    """A request: ask a router what it chooses after ``writes``, as the task of ``slot`` whose node returned
    ``result``."""

    branch: Branch
    slot: Slot
    writes: list[Write]
    result: Any = None

    def now(self) -> Any:
        """Ask a router that is sync."""
        token = SLOT.set(self.slot)
        try:
            return route(self.branch, self.slot, self.writes, self.result)
        finally:
            SLOT.reset(token)

    async def soon(self) -> Any:
        """Ask any router."""
        coro = self.branch.calls.coro
        if coro is None:
            return self.now()
        run, task, _ = self.slot
        token = SLOT.set(self.slot)
        try:
            view = fresh_view(run.plan, self.branch, run.cells, self.writes, self.result, task)
            return await coro(view, context_of(self.slot))
        finally:
            SLOT.reset(token)


Asking = Generator[Io | Choice, Any, Any]


class Turn(NamedTuple):
    """An update: a `Writer`, with the path of the task whose turn it is, if it is one's. ``key``: the id of the task
    that the caller wants it to be kept under."""

    name: str
    triggers: tuple[str, ...]
    writes: Sequence[Write]
    path: Path | None
    key: str | None = None


class Updating:
    """A thread while it is being changed. ``alone``: updates that can't share their superstep with others."""

    def __init__(self, plan: Plan, place: Place, saved: Saved | None, config: Mapping[str, Any]) -> None:
        self.plan = plan
        self.config = config
        self.saved = saved
        self.state = State.initial(plan) if saved is None else saved.state
        self.place = place if saved is None else saved.place
        self.before = None if saved is None else saved.parent_id
        self.position = -1 if saved is None else saved.position
        self.step = -1 if saved is None else saved.step + 1
        self.fresh = saved is None
        self.parents = dict(saved.metadata.get("parents", {})) if saved is not None else {}
        self.applied: list[Sequence[Any]] = []
        self.alone: dict[str, Callable[[Any], Asking]] = {END: self.clear, COPY: self.copy, INPUT: self.input}

    def superstep(self, updates: Sequence[StateUpdate]) -> Asking:
        """Make one checkpoint of ``updates``."""
        first = updates[0]
        alone = self.alone.get(first.as_node or "") if first.as_node != END or first.values is None else None
        if alone is None:
            whole = first.values is None and first.as_node is None and len(updates) == 1
            self.apply([] if whole else (yield from self.turns(updates)))
            yield from self.save("update")
        elif len(updates) > 1:
            raise InvalidUpdateError(
                f"An update as {first.as_node} must be the only one of its superstep, got {len(updates)}"
            )
        else:
            yield from alone(first.values)

    def clear(self, _values: Any) -> Asking:
        """Count all that is due as done, with what was written of it, and outside of it by commands."""
        outside = None if self.saved is None else self.saved.pending.get(NULL_TASK_ID)
        if outside is not None and outside.writes:
            self.apply([Writer(INPUT, (), outside.writes)])
        self.apply(self.waiting())
        yield from self.save("update")

    def waiting(self) -> list[Turn]:
        """All that is due, with what was written of it at the checkpoint that this starts from."""
        if self.saved is None or self.saved.place.at_head:
            return [Turn(node.name, node.triggers, (), None) for node, _, _ in due(self.plan, self.state)]
        seen = replace(self.saved, state=self.state.copy())
        tasks = sorted(open_tasks(self.plan, seen, live=False), key=lambda task: task.path)
        return [Turn(task.name, task.triggers, task.writes or (), task.path if task.writes else None) for task in tasks]

    def input(self, values: Any) -> Asking:
        """Take input in."""
        inputs = self.plan.inputs
        writes = (
            [(inputs, values)]
            if isinstance(inputs, str)
            else [(key, value) for key, value in (values or {}).items() if key in inputs]
        )
        self.apply([Writer(INPUT, (), prepare(self.plan.prepares, writes))])
        yield from self.save("input")

    def copy(self, values: Any) -> Asking:
        """Copy the checkpoint, as a sibling of it; with ``values``, a list of updates, another superstep on top."""
        if self.place.at_head:
            raise InvalidUpdateError("Cannot copy a checkpoint that does not exist")
        self.place = Place(self.place.thread, self.place.ns, self.before)
        self.applied = []
        yield from self.save("fork")
        if values:
            yield from self.superstep([StateUpdate(*item) for item in values])

    def turns(self, updates: Sequence[StateUpdate]) -> Asking:
        """The writes of updates in the names of nodes: a list of `Writer` and `Turn`."""
        if len(updates) > 1 and any(change.as_node is None for change in updates):
            raise InvalidUpdateError("Ambiguous update, specify as_node for each of several updates")
        waiting = [(node.name, path) for node, path, _ in due(self.plan, self.state)]
        writers: list[Turn] = []
        for change in updates:
            name = change.as_node or author(self.plan, self.state)
            writes = yield from writes_as(self.plan, self.state, name, change.values, self.config)
            turn = next((item for item in waiting if item[0] == name), None)
            if turn is None:
                writers.append(Turn(name, (INTERRUPT,), writes, None, change.task_id))
            else:
                waiting.remove(turn)
                writers.append(Turn(name, (INTERRUPT,), writes, turn[1], change.task_id))
        return writers

    def apply(self, writers: Sequence[Any]) -> None:
        apply(self.plan, self.state, writers)
        self.state.updated = ()  # what was due before the update still is
        self.applied.append(writers)

    def save(self, source: str) -> Asking:
        self.position += 1
        if self.fresh and source == "update":
            self.step = 0  # as if the input, of which there was none, had been there
        self.fresh, self.saved = False, None
        record = Record(self.position, self.step, source, tuple(self.applied))
        metadata = {**self.config.get("metadata", {}), "parents": self.parents}
        made = yield Io("append", (self.plan, self.place, record, self.state, metadata))
        self.before, self.place = self.place.id, Place(self.place.thread, self.place.ns, made)
        self.step += 1
        self.applied = []


def update(plan: Plan, place: Place, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Asking:
    """Apply updates, each inner sequence as one superstep; the config of the last checkpoint.

    Raises:
        ValueError: there are no updates.
        InvalidUpdateError: it is not clear, or not known, which node an update comes from.
    """
    if not supersteps or not all(supersteps):
        raise ValueError("No updates provided" if supersteps else "No supersteps provided")
    saved = yield Io("load", (plan, place))
    thread = Updating(plan, place, saved, config)
    for updates in supersteps:
        yield from thread.superstep(updates)
    return place_config(thread.place, thread.parents)


def author(plan: Plan, state: State) -> str:
    """The node that an update without ``as_node`` comes from: the only one, or the one that ran last.

    Raises:
        InvalidUpdateError: several could be meant.
    """
    if len(plan.nodes) == 1:
        return next(iter(plan.nodes))
    ran = {name: max(seen.values(), default=0) for name, seen in state.seen.items() if name in plan.nodes and seen}
    if not ran and START in plan.nodes:
        return START
    latest = max(ran.values(), default=0)
    last = [name for name, version in ran.items() if version == latest]
    if len(last) != 1:
        raise InvalidUpdateError("Ambiguous update, specify as_node")
    return last[0]


def writes_as(plan: Plan, state: State, name: str, values: Any, config: Mapping[str, Any]) -> Asking:
    """What ``name`` would write had it returned ``values``; its routers decide as they would.

    Raises:
        InvalidUpdateError: there is no such node.
    """
    node = plan.nodes.get(name)
    if node is None:
        raise InvalidUpdateError(f"Node {name} does not exist")
    loop = Loop(plan, state, limit=1, checkpoint_id=ids.checkpoint_id("", "", 0))
    task = Task(loop, node, (INTERRUPT, name), None)
    slot: Slot = [RunContext(plan, config, cells=state.cells), task, None]
    writes: list[Write] = node.code.write(values)
    for branch in node.code.branches:
        writes.extend(branch.writes((yield Choice(branch, slot, writes, values)), plan))
    return [*writes, *node.edges]
