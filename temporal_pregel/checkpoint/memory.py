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
from typing import Any

from temporal_pregel.core import ids
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.saving import Place, Saved, error_text, made_before, tracked

SNAPSHOT_AFTER = 16
"""Records without a snapshot after which the end of a run leaves one."""

_Frozen = bytes | tuple[Any]
"""A value that nobody can change any more: pickled, or in a tuple a copy of what can't be."""


def _freeze(value: Any) -> _Frozen:
    try:
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:  # a lambda, a local class: copied as far as it can be
        return (_copied(value),)


def _thaw(frozen: _Frozen) -> Any:
    """A fresh copy of what was frozen."""
    return pickle.loads(frozen) if type(frozen) is bytes else _copied(frozen[0])


def _copied(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:  # a lock, a socket: shared, because there can be no other
        return copy.copy(value) if isinstance(value, (list, dict, set)) else value


def _row(plan: Plan, writer: Any) -> tuple[str, tuple[str, ...], tuple[Any, ...] | None, Sequence[Write]]:
    writes = tracked(plan, writer.writes) if plan.untracked else writer.writes
    return writer.name, writer.triggers, getattr(writer, "path", None), writes


def _ran_tasks(record: Record) -> bool:
    for writers in record.applied:
        for writer in writers:
            if getattr(writer, "path", None):
                return True
    return False


def _snapshot(plan: Plan, state: State) -> _Frozen:
    cells = {key: cell for key, cell in state.cells.items() if key not in plan.untracked}
    return _freeze((cells, state.versions, state.seen, state.updated))


class _Entry:
    __slots__ = ("created", "metadata", "next", "parent", "pending", "since", "snapshot", "source", "step", "writes")

    def __init__(self, record: Record, writes: _Frozen, parent: int, since: int, metadata: Mapping[str, Any]) -> None:
        self.step = record.step
        self.source = record.source
        self.writes = writes
        """For each call of `apply`, for each writer: its name, triggers, task path and writes."""
        self.parent = parent
        self.since = since
        self.created = time.time()
        self.metadata = metadata
        self.next: int | None = None
        """The position of the superstep that was run first from here: what other branches did is theirs."""
        self.pending: _Frozen | None = None
        self.snapshot: _Frozen | None = None

    def outcomes(self) -> dict[tuple[Any, ...], Sequence[Write]]:
        """Task path -> writes, of the tasks that led here."""
        return {path: writes for writers in _thaw(self.writes) for _, _, path, writes in writers if path}

    def applied(self) -> Iterator[list[Writer]]:
        for writers in _thaw(self.writes):
            yield [Writer(name, triggers, writes) for name, triggers, _, writes in writers]


class InMemorySaver:
    """Checkpoints in memory: gone with the process, and quick.

    Give it to ``compile(checkpointer=InMemorySaver())`` and name a thread in ``config["configurable"]["thread_id"]``.
    Threads may be used from any number of Python threads.
    """

    awaits = False
    counts = True
    keeps_tasks = False

    def __init__(self) -> None:
        self._logs: dict[tuple[str, str], dict[int, _Entry]] = {}
        self._lock = threading.Lock()

    # What drivers ask

    def load(self, plan: Plan, place: Place) -> Saved | None:
        log = self._logs.get((place.thread, place.ns))
        if not log:
            return None
        position = next(reversed(log)) if place.checkpoint_id is None else ids.position_of(place.checkpoint_id)
        if position not in log or place.checkpoint_id not in (None, self._id(place, position)):
            return Saved.blank(plan, place, next(reversed(log)))
        return self._saved(plan, place, log, position)

    def load_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        log = self._logs.get((place.thread, place.ns))
        if not log:
            return None
        for position in reversed(list(log)):
            if made_before(log[position].metadata, root, until):
                return self._saved(plan, place, log, position)
        return Saved.blank(plan, place, next(reversed(log)))

    def history(self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None) -> Iterator[Saved]:
        log = self._logs.get((place.thread, place.ns), {})
        for position in reversed(list(log)):
            if before is None or position < ids.position_of(before):
                saved = self._saved(plan, place, log, position)
                if all(saved.metadata.get(key) == value for key, value in (where or {}).items()):
                    yield saved

    def append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> str | None:
        parent = record.parent
        if parent is None:
            parent = -1 if place.checkpoint_id is None else ids.position_of(place.checkpoint_id)
        frozen = _freeze([[_row(plan, writer) for writer in writers] for writers in record.applied])
        with self._lock:
            log = self._logs.setdefault((place.thread, place.ns), {})
            since = 1 if parent not in log or log[parent].snapshot is not None else log[parent].since + 1
            # Ids only ever rise; two runs of one thread at once must not overwrite each other.
            newest = next(reversed(log), -1)
            position = record.position if record.position > newest else newest + 1
            log[position] = entry = _Entry(record, frozen, parent, since, metadata)
            if parent in log and log[parent].next is None and _ran_tasks(record):
                log[parent].next = position
        if not record.applied:  # a copy, which may have another parent than what it is copied from
            entry.snapshot = _snapshot(plan, state)
        if self.counts and record.parent is not None and position == record.position:
            return None
        return self._id(place, position)

    def hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> None:
        log = self._logs.get((place.thread, place.ns))
        if log and place.checkpoint_id is not None:
            entry = log[ids.position_of(place.checkpoint_id)]
            known: dict[str, Pending] = _thaw(entry.pending) if entry.pending is not None else {}
            for key, held in pending.items():
                # What was asked is shown in the record of the superstep after it was answered.
                asked = held.interrupts or (known[key].interrupts if key in known else ())
                known[key] = Pending(
                    held.writes and tracked(plan, held.writes), asked, held.answers, error_text(held.error)
                )
            entry.pending = _freeze(known)

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        if place.checkpoint_id is None:
            return
        entry = self._logs[(place.thread, place.ns)][ids.position_of(place.checkpoint_id)]
        if entry.since >= SNAPSHOT_AFTER and entry.snapshot is None:
            entry.snapshot = _snapshot(plan, state)

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

    def _saved(self, plan: Plan, place: Place, log: dict[int, _Entry], position: int) -> Saved:
        entry, newest = log[position], next(reversed(log))
        pending = _thaw(entry.pending) if entry.pending is not None else {}
        return Saved(
            place=Place(place.thread, place.ns, self._id(place, position)),
            state=self._fold(plan, log, position),
            position=newest,
            step=entry.step,
            source=entry.source,
            parent_id=self._id(place, entry.parent) if entry.parent >= 0 else None,
            created=entry.created,
            metadata={"source": entry.source, "step": entry.step, **entry.metadata},
            pending=pending,
            outcomes=log[entry.next].outcomes() if entry.next is not None else {},
            head=position == newest,
        )

    def _fold(self, plan: Plan, log: dict[int, _Entry], position: int) -> State:
        chain: list[_Entry] = []
        while position in log and log[position].snapshot is None:
            chain.append(log[position])
            position = log[position].parent
        snapshot = log[position].snapshot if position in log else None
        state = State.initial(plan) if snapshot is None else State.restored(plan, *_thaw(snapshot))
        for entry in reversed(chain):
            for writers in entry.applied():
                apply(plan, state, writers)
        if chain and chain[0].source != "loop":
            # No task was due for this one, so what was due before still is: look at every node.
            state.updated = ()
        return state


MemorySaver = InMemorySaver
