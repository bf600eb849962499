"""Threads in this process's memory, as logs of writes.

Each superstep's writes are serialized once, so that nothing that a node does later to an object changes what was saved;
a state is the fold of the log up to it. Memory grows by what changed, not by the size of the state. A snapshot at the
end of a run, once some records have gathered, makes reading quick.
"""

from __future__ import annotations

import copy
import pickle
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from temporal_pregel.core import ids
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.saving import Place, Saved, error_text, made_before, tracked
from temporal_pregel.types import Interrupt

SNAPSHOT_AFTER = 16
"""Records without a snapshot after which the end of a run leaves one."""

SPREAD = 4
"""How many times as far each older snapshot lies."""

_ATOMS = frozenset((int, str, float, bool, type(None)))
"""Types whose values nobody can change: they are kept as they are."""


class _Copied(NamedTuple):
    """A copy of what can't be pickled."""

    value: Any


_Row = tuple[str, tuple[str, ...], Any, tuple[Any, ...] | None, int]
"""The fields of a `Writer`, with its writes frozen, and the number of the call of `apply` that it was part of."""


def _freeze(value: Any) -> Any:
    """Something that nobody can change any more: an atom as it is, anything else pickled or else copied."""
    if type(value) in _ATOMS:
        return value
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:  # a lambda, a local class: copied as far as it can be
        return _Copied(_copied(value))


def _freeze_writes(plan: Plan, writes: Sequence[Write]) -> Any:
    """`_freeze`, for a list that is nobody's: where all its values are atoms, it stays as it is."""
    if plan.untracked:
        writes = tracked(plan, writes)
    for _, value in writes:
        if type(value) not in _ATOMS:
            return _freeze(writes)
    return writes


def _freeze_state(plan: Plan, state: State) -> Any:
    cells = {key: cell for key, cell in state.cells.items() if key not in plan.untracked}
    return _freeze((cells, state.versions, state.seen, state.updated))


def _thaw(frozen: Any) -> Any:
    """A fresh copy of what was frozen."""
    if type(frozen) is bytes:
        return pickle.loads(frozen)
    return _copied(frozen.value) if type(frozen) is _Copied else frozen


def _copied(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # a lock, a socket: shared, because there can be no other
        return copy.copy(value) if isinstance(value, (list, dict, set)) else value


_tuple = tuple.__new__  # an entry for every superstep: NamedTuple's own constructor takes twice as long


class _Entry(NamedTuple):
    """A checkpoint. ``rows``: one for each writer, in one list: what a log keeps, the collector has to look at."""

    step: int
    source: str
    rows: list[_Row]
    parent: int
    created: float
    metadata: Mapping[str, Any]

    def outcomes(self) -> dict[tuple[Any, ...], Sequence[Write]]:
        """Task path -> writes, of the tasks that led here."""
        return {path: _thaw(writes) for _, _, writes, path, _ in self.rows if path}

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
            writers.append(_tuple(Writer, (name, triggers, _thaw(writes), path)))
        if writers:
            apply(plan, state, writers)


class _Log:
    """The checkpoints of one thread and namespace, by position, in the order in which they were made."""

    def __init__(self) -> None:
        self.entries: dict[int, _Entry] = {}
        self.pending: dict[int, dict[str, Pending]] = {}
        """What is known of the unfinished superstep after a checkpoint, with its values frozen."""
        self.snapshots: dict[int, Any] = {}
        """States at some positions: frozen, or as they are where they are of atoms."""

    @property
    def newest(self) -> int:
        return next(reversed(self.entries), -1)

    def since_snapshot(self, position: int) -> int:
        """Records between the last snapshot and ``position``, counted up to `SNAPSHOT_AFTER`."""
        count = 0
        while count < SNAPSHOT_AFTER and position in self.entries and position not in self.snapshots:
            position = self.entries[position].parent
            count += 1
        return count

    def snap(self, plan: Plan, position: int, state: State) -> None:
        """Keep a snapshot of ``state`` at ``position``."""
        self.snapshots[position] = _freeze_state(plan, state)
        self.thin(position)

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
            later = (self.entries[each] for each in self.entries if each > position)
            following = next((entry for entry in later if entry.parent == position and entry.ran_tasks), None)
        return {} if following is None else following.outcomes()

    def thawed_pending(self, position: int) -> dict[str, Pending]:
        return {key: _thawed(held) for key, held in self.pending.get(position, {}).items()}

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
            state = State.initial(plan) if snapshot is None else State.restored(plan, *_thaw(snapshot))
        stride = max(SNAPSHOT_AFTER, len(chain) // SNAPSHOT_AFTER)
        for count, at in enumerate(reversed(chain), 1):
            self.entries[at].apply(plan, state)
            if passed is not None and count % stride == 0:
                passed[at] = _freeze_state(plan, state)
        if chain and self.entries[chain[0]].source != "loop":
            # No task was due for this one, so what was due before still is: look at every node.
            state.updated = ()
        return state


def _frozen(plan: Plan, held: Pending, before: Pending | None) -> Pending:
    """What is known of a task, so that it can be kept; ``before``: what was known of it until now."""
    writes = None if held.writes is None else _freeze_writes(plan, held.writes)
    # What was asked is shown in the record of the superstep after it was answered.
    asked = tuple(
        [Interrupt(_freeze(each.value), each.id, response_schema=each.response_schema) for each in held.interrupts]
    )
    answers = [_freeze(each) for each in held.answers]
    return Pending(writes, asked or (before.interrupts if before else ()), answers, error_text(held.error))


def _thawed(held: Pending) -> Pending:
    asked = tuple(
        [Interrupt(_thaw(each.value), each.id, response_schema=each.response_schema) for each in held.interrupts]
    )
    return Pending(_thaw(held.writes), asked, [_thaw(each) for each in held.answers], held.error)


def _position(place: Place) -> int:
    if place.position is not None:
        return place.position
    return -1 if place.checkpoint_id is None else ids.position_of(place.checkpoint_id)


class InMemorySaver:
    """Checkpoints in memory: gone with the process, and quick.

    Give it to ``compile(checkpointer=InMemorySaver())`` and name a thread in ``config["configurable"]["thread_id"]``.
    Threads may be used from any number of Python threads.
    """

    awaits = False
    counts = True
    keeps_tasks = False

    def __init__(self) -> None:
        self._logs: dict[tuple[str, str], _Log] = {}
        self._lock = threading.Lock()

    # What drivers ask

    def load(self, plan: Plan, place: Place) -> Saved | None:
        log = self._logs.get((place.thread, place.ns))
        if log is None:
            return None
        position = log.newest if place.checkpoint_id is None else ids.position_of(place.checkpoint_id)
        if position not in log.entries or place.checkpoint_id not in (None, self._id(place, position)):
            return Saved.blank(plan, place, log.newest)
        return self._saved(plan, place, log, position)

    def load_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        log = self._logs.get((place.thread, place.ns))
        if log is None:
            return None
        for position in reversed(list(log.entries)):
            if made_before(log.entries[position].metadata, root, until):
                return self._saved(plan, place, log, position)
        return Saved.blank(plan, place, log.newest)

    def history(self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None) -> Iterator[Saved]:
        log = self._logs.get((place.thread, place.ns), _Log())
        passed: dict[int, Any] = {}
        for position in reversed(list(log.entries)):
            if before is None or position < ids.position_of(before):
                saved = self._saved(plan, place, log, position, passed)
                passed.pop(position, None)
                if all(saved.metadata.get(key) == value for key, value in (where or {}).items()):
                    yield saved

    def append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> str | None:
        parent = record.parent
        if parent is None:
            parent = _position(place)
        rows = []
        for call, writers in enumerate(record.applied):
            for writer in writers:
                rows.append((writer.name, writer.triggers, _freeze_writes(plan, writer.writes), writer.path, call))
        entry = _tuple(_Entry, (record.step, record.source, rows, parent, time.time(), metadata))
        position = record.position
        key = place[:2]
        self._lock.acquire()
        try:
            log = self._logs.get(key)
            if log is None:
                log = self._logs[key] = _Log()
            # Ids only ever rise; two runs of one thread at once must not overwrite each other.
            newest = next(reversed(log.entries), -1)
            if position <= newest:
                position = newest + 1
            log.entries[position] = entry
        finally:
            self._lock.release()
        if not record.applied:  # a copy, which may have another parent than what it is copied from
            log.snap(plan, position, state)
        if self.counts and record.parent is not None and position == record.position:
            return None
        return self._id(place, position)

    def hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> None:
        log = self._logs.get((place.thread, place.ns))
        if log is not None and not place.at_head:
            known = log.pending.setdefault(_position(place), {})
            for key, held in pending.items():
                known[key] = _frozen(plan, held, known.get(key))

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        if place.at_head:
            return
        log, position = self._logs[(place.thread, place.ns)], _position(place)
        if position in log.pending and not plan.untracked and _ATOMS.issuperset(map(type, state.cells.values())):
            # The run waits for a person, and is over: what it stands at will be asked for, and nobody changes it.
            log.snapshots[position] = state
            if len(log.snapshots) > SPREAD:
                log.thin(position)
        elif log.since_snapshot(position) >= SNAPSHOT_AFTER:
            log.snap(plan, position, state)

    # What people ask

    def delete_thread(self, thread_id: str) -> None:
        """Forget a thread with all its namespaces."""
        with self._lock:
            for key in [key for key in self._logs if key[0] == thread_id]:
                del self._logs[key]

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread in which there are checkpoints."""
        return [ns for thread, ns in self._logs if thread == thread_id]

    # Inside

    def _id(self, place: Place, position: int) -> str:
        return ids.checkpoint_id(place.thread, place.ns, position)

    def _saved(self, plan: Plan, place: Place, log: _Log, position: int, passed: dict[int, Any] | None = None) -> Saved:
        entry, newest = log.entries[position], log.newest
        return Saved(
            place=Place(place.thread, place.ns, None, position),
            state=log.fold(plan, position, passed),
            position=newest,
            step=entry.step,
            source=entry.source,
            parent=Place(place.thread, place.ns, None, entry.parent) if entry.parent >= 0 else None,
            created=entry.created,
            metadata={"source": entry.source, "step": entry.step, **entry.metadata},
            pending=log.thawed_pending(position),
            find_outcomes=partial(log.outcomes, position),
            head=position == newest,
        )


MemorySaver = InMemorySaver
