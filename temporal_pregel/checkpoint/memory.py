"""Threads in this process's memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from temporal_pregel.checkpoint.log import ThreadLog, frozen_pending
from temporal_pregel.checkpoint.reading import Reading
from temporal_pregel.core import ids
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.saving import Place, Saved, made_before


def _position(place: Place) -> int:
    if place.position is not None:
        return place.position
    return -1 if place.checkpoint_id is None else ids.position_of(place.checkpoint_id)


class InMemorySaver(Reading):
    """Checkpoints in memory: gone with the process, and quick.

    Give it to ``compile(checkpointer=InMemorySaver())`` and name a thread in ``config["configurable"]["thread_id"]``.
    Threads may be used from any number of Python threads. Code that looks into a saver finds the methods of
    langgraph-checkpoint's that read (``get_tuple``, ``get``, ``list``, each with its async twin); it is written by runs
    alone, and ``put`` and ``put_writes`` raise NotImplementedError.
    """

    awaits = False
    counts = True
    keeps_tasks = False
    snapshot_after = 16
    """Records without a snapshot after which the end of a run leaves one."""

    def __init__(self) -> None:
        self._logs: dict[tuple[str, str], ThreadLog] = {}
        self._plans = {}
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
        log = self._logs.get((place.thread, place.ns), self._new_log())
        passed: dict[int, Any] = {}
        known = list(log.entries)
        if place.checkpoint_id is not None:
            at = ids.position_of(place.checkpoint_id)
            known = [at] if at in log.entries else []
        for position in reversed(known):
            if before is None or position < ids.position_of(before):
                saved = self._saved(plan, place, log, position, passed)
                passed.pop(position, None)
                if all(saved.metadata.get(key) == value for key, value in (where or {}).items()):
                    yield saved

    def line(self, plan: Plan, place: Place) -> ThreadLog:
        key = place[:2]
        log = self._logs.get(key)
        if log is None:
            with self._lock:
                log = self._logs.setdefault(key, self._new_log())
                self._plans[key] = plan
        return log

    def append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> str | None:
        parent = _position(place) if record.parent is None else record.parent
        position = self.line(plan, place).append(plan, record, parent, state, metadata)
        if self.counts and record.parent is not None and position == record.position:
            return None
        return self._id(place, position)

    def hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> None:
        log = self._logs.get((place.thread, place.ns))
        if log is not None and not place.at_head:
            known = log.pending.setdefault(_position(place), {})
            for key, held in pending.items():
                known[key] = frozen_pending(plan, held, known.get(key))

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        key = place[:2]
        log = self._logs.get(key)
        if log is not None and not place.at_head:  # a config may name a checkpoint of a thread that is not there
            self._plans[key] = plan  # of the graph's newest version, which is quick to say once a run
            log.settle(plan, _position(place), state)

    # What people ask

    def delete_thread(self, thread_id: str) -> None:
        """Forget a thread with all its namespaces."""
        with self._lock:
            for key in [key for key in list(self._logs) if key[0] == thread_id]:
                self._logs.pop(key).gone = True
                self._plans.pop(key, None)

    def namespaces(self, thread_id: str) -> list[str]:
        """The namespaces of a thread in which there are checkpoints."""
        return [ns for thread, ns in list(self._logs) if thread == thread_id]

    # Inside

    def _new_log(self) -> ThreadLog:
        return ThreadLog(self.snapshot_after)

    def _id(self, place: Place, position: int) -> str:
        return ids.checkpoint_id(place.thread, place.ns, position)

    def _saved(
        self, plan: Plan, place: Place, log: ThreadLog, position: int, passed: dict[int, Any] | None = None
    ) -> Saved:
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
