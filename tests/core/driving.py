"""The superstep machine, driven by hand: no threads, no streams, no saver; tasks run in any order that a test likes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from temporal_pregel.constants import INTERRUPT
from temporal_pregel.core.applying import Writer
from temporal_pregel.core.loop import Loop, Phase, Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Task
from temporal_pregel.nodes.context import RunContext
from temporal_pregel.nodes.run import run_task
from tests.differential.building import World
from tests.differential.drawing import graphs
from tests.differential.libraries import ours
from tests.differential.specs import GraphSpec

INPUT = {"log": ["in"], "total": 1}

drawn = settings(deadline=None, max_examples=25)
specs: st.SearchStrategy[GraphSpec] = graphs(nests=False)
"""Graphs to draw, without graphs inside."""


def facts(state: State) -> Any:
    """All that a state is, but not in which order it came to be, and not which breakpoints a caller passed."""
    seen = {name: versions for name, versions in state.seen.items() if name != INTERRUPT}
    return (
        dict(sorted(state.cells.items())),
        dict(sorted(state.versions.items())),
        seen,
        state.top,
        sorted(state.live),
    )


class Drive:
    """One run. ``order``: shuffles the tasks of each superstep. ``ran``: the ids of the tasks that were run, in order.
    ``reached``: what the state was at each record."""

    def __init__(self, plan: Plan, loop: Loop, *, order: Random | None = None) -> None:
        self.plan, self.loop, self.order = plan, loop, order
        self.context = RunContext(plan, {})
        self.ran: list[str] = []
        self.ids: list[tuple[int, str, Any, str]] = []
        self.records: list[Record] = []
        self.reached: list[Any] = []

    @classmethod
    def started(cls, plan: Plan, given: Any = None, *, limit: int = 8, order: Random | None = None) -> Drive:
        drive = cls(plan, Loop(plan, State.initial(plan), limit=limit, thread="t"), order=order)
        drive.loop.begin([("__start__", INPUT if given is None else given)])
        drive.keep()
        return drive

    @classmethod
    def taken_up(cls, other: Drive, *, order: Random | None = None) -> Drive:
        """Where ``other`` stands, in what might be another process: nothing is shared but what was pickled."""
        loop = other.loop
        held = pickle.loads(
            pickle.dumps((loop.state.cells, loop.state.versions, loop.state.seen, loop.state.updated, loop.pending))
        )
        *state, pending = held
        again = Loop(loop.plan, State.restored(loop.plan, *state), limit=loop.limit, thread=loop.thread)
        again.start_at(loop.step, loop.position, loop.checkpoint_id, pending)
        again.stop = loop.stop
        return cls(other.plan, again, order=order)

    def keep(self) -> None:
        assert self.loop.record is not None
        record = self.loop.record
        applied = tuple([Writer(w.name, w.triggers, list(w.writes)) for w in writers] for writers in record.applied)
        self.records.append(Record(record.position, record.step, record.source, applied, record.parent))
        self.reached.append(pickle.loads(pickle.dumps(facts(self.loop.state))))

    def superstep(self) -> bool:
        """Run and commit one superstep; whether it was committed."""
        tasks = self.loop.tick()
        if not tasks:
            return False
        self.ids += [(task.step, task.name, task.path, task.id) for task in tasks]
        self.run([task for task in tasks if task.runnable])
        if not self.loop.commit():
            return False
        self.keep()
        return self.loop.phase is not Phase.AFTER

    def run(self, tasks: Sequence[Task]) -> None:
        loop, context = self.loop, self.context
        context.cells, context.answers, context.spare = loop.state.cells, loop.answers, loop.spare
        tasks = list(tasks)
        if self.order is not None:
            self.order.shuffle(tasks)
        for task in tasks:
            self.ran.append(task.id)
            run_task(task, context)

    def go(self) -> Drive:
        """Run until the machine stops."""
        while self.superstep():
            pass
        return self

    def converse(self, world: World, answer: Callable[[Any], Any] = str, rounds: int = 6) -> Drive:
        """Run on, answering whatever is asked, and healing what fails."""
        for _ in range(rounds):
            self.go()
            phase, loop = self.loop.phase, self.loop
            if phase is Phase.WAITING:
                loop.answer({question.id: answer(question.value) for question in loop.questions})
            elif phase is Phase.FAILED:
                world.healed = True
            elif phase not in (Phase.BEFORE, Phase.AFTER):
                break
            loop.resume()
        return self


def made(spec: GraphSpec) -> tuple[World, Plan]:
    world = World(ours())
    return world, world.build(spec).plan


def plan_of(*args: Any, **more: Any) -> Plan:
    return made(GraphSpec(*args, **more))[1]
