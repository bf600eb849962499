"""A thread's checkpoints in this process's memory, as a log of writes.

Each superstep's writes are copied or pickled once, so that nothing that a node does later to an object changes what was
saved; a state is the fold of the log up to it. Memory grows by what changed, not by the size of the state. A snapshot
at the end of a run, once some records have gathered, makes reading quick.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from threading import Lock
from time import time
from typing import Any, Final, NamedTuple

from temporal_pregel.checkpoint.pickling import dumps, loads
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.saving import error_text, tracked
from temporal_pregel.types import Interrupt, Send

SPREAD = 4
"""How many times as far each older snapshot lies."""

_ATOMS: Final = frozenset((int, str, float, bool, type(None)))
"""Types whose values nobody can change: they are kept as they are."""


LARGEST: Final = 64
"""Items, with those inside of them, up to which lists and dicts of atoms are kept as copies: those of a message with
what it calls tools with. What is larger takes less room as a pickle, and may have parts in common, or itself."""


class _Copied(NamedTuple):
    """A copy of what can't be pickled."""

    value: Any


class _Mixed(Exception):
    """A value has more to it than lists, dicts and atoms."""


_Row = tuple[str, tuple[str, ...], Any, tuple[Any, ...] | None, int]
"""The fields of a `Writer`, with its writes frozen, and the number of the call of `apply` that it was part of."""


class _Copying:
    """Copies one value: lists, dicts and Sends of atoms, which share the atoms.

    Raises:
        _Mixed: there is something else in it, or more than is kept as it is.
    """

    def __init__(self) -> None:
        self.left = LARGEST

    def copy(self, value: Any) -> Any:
        kind = type(value)
        # `_ATOMS` by name: compiled, five comparisons cost less than a look into a set.
        if kind is str or kind is int or value is None or kind is float or kind is bool:
            return value
        self.left -= 1
        if kind is list:
            items: list[Any] = value.copy()  # at once: somebody may still be at work on it
            self.left -= len(items)
            if self.left < 0:
                raise _Mixed
            for place, item in enumerate(items):
                if type(item) is not str:
                    items[place] = self.copy(item)
            return items
        if kind is dict:
            fields: dict[Any, Any] = value.copy()
            self.left -= len(fields)
            if self.left < 0:
                raise _Mixed
            for key, item in fields.items():
                if type(key) is not str:
                    raise _Mixed
                if type(item) is not str:
                    fields[key] = self.copy(item)
            return fields
        if kind is Send and self.left >= 0:
            return Send(value.node, self.copy(value.arg), timeout=value.timeout)
        raise _Mixed


def rebuilt(value: Any) -> Any:
    """See `_Copying`."""
    return _Copying().copy(value)


def freeze(value: Any) -> Any:
    """Something that nobody else can change: an atom as it is, lists and dicts of them copied, anything else pickled or
    else copied as far as it can be."""
    try:
        return rebuilt(value)
    except _Mixed:
        pass
    try:
        return dumps(value)
    except Exception:  # a lambda, a local class
        return _Copied(copied(value))


def freeze_writes(plan: Plan, writes: Sequence[Write]) -> Any:
    """`freeze`, for a list that is nobody's: where all its values are atoms, it stays as it is."""
    if plan.untracked:
        writes = tracked(plan, writes)
    for _, value in writes:
        if type(value) not in _ATOMS:
            break
    else:
        return writes
    try:
        return [(key, rebuilt(value)) for key, value in writes]
    except _Mixed:
        return freeze(writes)


def freeze_state(plan: Plan, state: State) -> Any:
    cells = {key: cell for key, cell in state.cells.items() if key not in plan.untracked}
    return freeze((cells, state.versions, state.seen, state.updated))


def thaw(frozen: Any) -> Any:
    """A fresh copy of what was frozen."""
    if type(frozen) is bytes:
        return loads(frozen)
    return copied(frozen.value) if type(frozen) is _Copied else rebuilt(frozen)


def thaw_writes(frozen: Any) -> Any:
    """`thaw`, for what `freeze_writes` made."""
    if frozen is None or type(frozen) is bytes or type(frozen) is _Copied:
        return thaw(frozen)
    return [(key, rebuilt(value)) for key, value in frozen]


def copied(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # a lock, a socket: shared, because there can be no other
        return copy.copy(value) if isinstance(value, (list, dict, set)) else value


class Entry:
    """A checkpoint. ``rows``: one for each writer, in one list: what a log keeps, the collector has to look at."""

    __slots__ = ("created", "metadata", "parent", "rows", "source", "step")

    def __init__(
        self, step: int, source: str, rows: list[_Row], parent: int, created: float, metadata: Mapping[str, Any]
    ) -> None:
        self.step = step
        self.source = source
        self.rows = rows
        self.parent = parent
        self.created = created
        self.metadata = metadata

    def outcomes(self) -> dict[tuple[Any, ...], Sequence[Write]]:
        """Task path -> writes, of the tasks that led here."""
        return {path: thaw_writes(writes) for _, _, writes, path, _ in self.rows if path}

    @property
    def ran_tasks(self) -> bool:
        return any(row[3] for row in self.rows)

    def apply(self, plan: Plan, state: State) -> None:
        """Do again to ``state`` what led here."""
        writers: list[Writer] = []
        now = 0
        for name, triggers, writes, path, call in self.rows:
            if call != now:
                apply(plan, state, writers)
                writers, now = [], call
            writers.append(Writer(name, triggers, thaw_writes(writes), path))
        if writers:
            apply(plan, state, writers)


def entry_of(plan: Plan, record: Record, parent: int, metadata: Mapping[str, Any]) -> Entry:
    """What is kept of a record."""
    rows: list[_Row] = []
    for call, writers in enumerate(record.applied):
        for writer in writers:
            rows.append((writer.name, writer.triggers, freeze_writes(plan, writer.writes), writer.path, call))
    return Entry(record.step, record.source, rows, parent, time(), metadata)


class ThreadLog:
    """The checkpoints of one thread and namespace, by position, in the order in which they were made. Others may
    look while a run writes: what they walk through is a copy.

    ``often``: records without a snapshot after which the end of a run leaves one. ``gone``: its thread was forgotten,
    and what is still to come of it belongs into a new log.
    """

    gone = False

    def __init__(self, often: int) -> None:
        self.often = often
        self._lock = Lock()
        self.newest = -1
        self.entries: dict[int, Entry] = {}
        self.pending: dict[int, dict[str, Pending]] = {}
        """What is known of the unfinished superstep after a checkpoint, with its values frozen."""
        self.snapshots: dict[int, Any] = {}
        """States at some positions: frozen, or as they are where they are of atoms."""

    def append(self, plan: Plan, record: Record, parent: int, state: State, metadata: Mapping[str, Any]) -> int:
        """Add what ``record`` led to; its position."""
        entry = entry_of(plan, record, parent, metadata)
        entries, position = self.entries, record.position
        self._lock.acquire()
        try:
            # Ids only ever rise; two runs of one thread at once must not overwrite each other.
            if position <= self.newest:
                position = self.newest + 1
            entries[position] = entry
            self.newest = position
        finally:
            self._lock.release()
        if not record.applied or (parent >= 0 and parent not in entries):
            # A copy, which may have another parent than what it is copied from; or what led here was forgotten.
            self.snap(plan, position, state)
        return position

    def since_snapshot(self, position: int) -> int:
        """Records between the last snapshot and ``position``, counted up to ``often``."""
        count = 0
        while count < self.often and position in self.entries and position not in self.snapshots:
            position = self.entries[position].parent
            count += 1
        return count

    def snap(self, plan: Plan, position: int, state: State) -> None:
        """Keep a snapshot of ``state`` at ``position``."""
        self.snapshots[position] = freeze_state(plan, state)
        self.thin(position)

    def settle(self, plan: Plan, position: int, state: State) -> None:
        """A run is over, and left ``state`` at ``position``."""
        if position in self.pending and not plan.untracked and _ATOMS.issuperset(map(type, state.cells.values())):
            # It waits for a person: what it stands at will be asked for, and nobody changes it.
            self.snapshots[position] = state
            if len(self.snapshots) > SPREAD:
                self.thin(position)
        elif self.since_snapshot(position) >= self.often:
            self.snap(plan, position, state)

    def thin(self, newest: int) -> None:
        """Drop snapshots so that each that is left is at least `SPREAD` times as far from the newest as the one after
        it: what is kept of a state that grows is then a few of its sizes, however long the thread."""
        bound = 0
        for position in sorted(self.snapshots, reverse=True):
            if not self.entries[position].rows:  # a copy: its snapshot is all that it is
                continue
            if newest - position < bound:
                self.snapshots.pop(position, None)
            else:
                bound = SPREAD * (newest - position) or 1

    def outcomes(self, position: int) -> dict[tuple[Any, ...], Sequence[Write]]:
        """What the superstep after ``position`` wrote that was run first: what other branches did is theirs."""
        following = self.entries.get(position + 1)
        if following is None or following.parent != position or not following.ran_tasks:
            later = (self.entries[each] for each in list(self.entries) if each > position)
            following = next((entry for entry in later if entry.parent == position and entry.ran_tasks), None)
        return {} if following is None else following.outcomes()

    def thawed_pending(self, position: int) -> dict[str, Pending]:
        return {key: thawed(held) for key, held in list(self.pending.get(position, {}).items())}

    def fold(self, plan: Plan, position: int, passed: dict[int, Any] | None = None) -> State:
        """The state at ``position``. ``passed``: frozen states that were passed on the way to others, and a few more
        once this is done."""
        chain: list[int] = []
        known = self.snapshots if not passed else {**self.snapshots, **passed}
        snapshot = known.get(position)
        while snapshot is None and position in self.entries:
            chain.append(position)
            position = self.entries[position].parent
            snapshot = known.get(position)
        if type(snapshot) is State:
            state = snapshot.copy()
        else:
            state = State.initial(plan) if snapshot is None else State.restored(plan, *thaw(snapshot))
        stride = max(self.often, len(chain) // self.often)
        for count, at in enumerate(reversed(chain), 1):
            self.entries[at].apply(plan, state)
            if passed is not None and count % stride == 0:
                passed[at] = freeze_state(plan, state)
        if chain and self.entries[chain[0]].source != "loop":
            # No task was due for this one, so what was due before still is: look at every node.
            state.updated = ()
        return state


def frozen_pending(plan: Plan, held: Pending, before: Pending | None) -> Pending:
    """What is known of a task, so that it can be kept; ``before``: what was known of it until now."""
    writes = None if held.writes is None else freeze_writes(plan, held.writes)
    # What was asked is shown in the record of the superstep after it was answered.
    asked = tuple(
        [Interrupt(freeze(each.value), each.id, response_schema=each.response_schema) for each in held.interrupts]
    )
    answers = [freeze(each) for each in held.answers]
    return Pending(writes, asked or (before.interrupts if before else ()), answers, error_text(held.error))


def thawed(held: Pending) -> Pending:
    asked = tuple(
        [Interrupt(thaw(each.value), each.id, response_schema=each.response_schema) for each in held.interrupts]
    )
    return Pending(thaw_writes(held.writes), asked, [thaw(each) for each in held.answers], held.error)
