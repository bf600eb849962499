"""The superstep loop, without the running: whoever drives it runs the tasks.

    loop = Loop(plan, State.initial(plan), thread="t", limit=25)
    loop.begin(input_writes)
    while tasks := loop.tick():
        for task in tasks:              # in any order, anywhere
            task.finish(writes)         # or task.ask(interrupts), or task.fail(error)
        loop.commit()
    loop.phase                          # why it stopped

Rules: a superstep commits whole or not at all (invariant 3); until then the outcomes that are known stand in
``pending`` under the task's id, and a later `tick` finds them there. The state changes only in `begin`, `take` and
`commit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import Any, Final

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import INTERRUPT, NULL_TASK_ID, PUSH, TASKS
from temporal_pregel.core import ids
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.interrupts import breaks, match_answers
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.core.scheduling import due, sent, triggered
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, Task, triggers_of
from temporal_pregel.types import Interrupt

INPUT = "__input__"
_path = attrgetter("path")


class Phase(Enum):
    """Why there is nothing to run now (`RUNNING`: there is)."""

    RUNNING = "running"
    DONE = "done"
    WAITING = "waiting"
    """A task asked something."""
    BEFORE = "interrupt_before"
    AFTER = "interrupt_after"
    FAILED = "failed"
    OUT_OF_STEPS = "out_of_steps"
    DRAINED = "drained"


# Enum members as globals: looking one up in its class costs as much as three calls.
_RUNNING: Final = Phase.RUNNING


class Record:
    """One entry of a thread's log: what was applied since the last one, and where that led.

    The state at ``position`` is the fold of all records up to it: each element of ``applied`` is one call of
    `applying.apply`. ``source`` is "input", "loop", "update" or "fork". ``parent`` is the position that it starts from,
    -1 for none; None where only the id of that checkpoint is known.
    """

    __slots__ = ("applied", "parent", "position", "source", "step")

    def __init__(
        self, position: int, step: int, source: str, applied: Sequence[Sequence[Any]], parent: int | None = None
    ) -> None:
        self.position = position
        self.step = step
        self.source = source
        self.applied = applied
        self.parent = parent


class Loop:
    """One run of a graph, from one checkpoint on.

    ``step`` is the number of the superstep that runs next; it may not exceed ``stop``. ``position`` counts the
    checkpoints of this thread and namespace and gives the current one its id.
    """

    drain: str | None = None
    """Why the run is to stop before its next superstep."""
    recording = True
    """Whether anybody wants `record`."""
    lone: tuple[str, Any] | None = None
    """An answer that was given without an id, after the id of the task that holds the only open question."""
    record: Record | None = None
    """What the last superstep was."""
    _applied: Sequence[Any] = ()
    """Whose writes were applied last."""
    _shown: Mapping[str, Any] | None = None

    def __init__(
        self,
        plan: Plan,
        state: State,
        *,
        limit: int,
        thread: str = "",
        ns: str = "",
        step: int = -1,
        position: int = -1,
        checkpoint_id: str | None = None,
        pending: dict[str, Pending] | None = None,
        before: Sequence[str] | str | None = None,
        after: Sequence[str] | str | None = None,
    ) -> None:
        self.plan = plan
        self.state = state
        self.thread = thread
        self.ns = ns
        self.limit = limit
        self.before = plan.interrupt_before if before is None else before
        self.after = plan.interrupt_after if after is None else after
        self.start_at(step, position, checkpoint_id, pending)
        self.phase = _RUNNING
        self.tasks: list[Task] = []
        self.calls: dict[str, Task] = {}
        """What tasks of this superstep called. It is kept while the superstep is unfinished, and leaves no writes."""
        self.answers: dict[str, Any] = {}
        """Answers by interrupt id that belong to graphs inside the tasks of this one."""
        self.spare: list[Any] = []
        """An answer without a question yet: the first task that asks takes it."""
        self._uncommitted: list[Sequence[Writer]] = []

    def start_at(
        self,
        step: int,
        position: int,
        checkpoint_id: str | None,
        pending: dict[str, Pending] | None,
        at: int | None = None,
    ) -> None:
        """Start at a checkpoint: the step after it, the position of the newest one, its id or its own position, and
        what was kept there."""
        self.step = step
        self.stop = step + self.limit + 1
        self.position = position
        self._checkpoint_id = checkpoint_id
        if at is None:
            at = -1 if checkpoint_id is None else ids.position_of(checkpoint_id)
        self.at = at
        self.pending: dict[str, Pending] = pending if pending is not None else {}

    def release(self) -> None:
        """Drop the tasks, which refer to this loop: what nobody runs any more is then freed at once."""
        self.tasks = []
        self.calls = {}
        self._uncommitted = []
        self._applied = ()
        self.record = None

    # Ids

    def current_id(self) -> str:
        """`checkpoint_id`, as a function for those who may never ask."""
        return self.checkpoint_id

    def moved_to(self, made: str) -> None:
        """Go on from the checkpoint ``made``, which is not where the loop took itself to be."""
        self._checkpoint_id = made
        self.at = self.position = ids.position_of(made)

    @property
    def checkpoint_id(self) -> str:
        """The id of the checkpoint that the next superstep starts from."""
        if self._checkpoint_id is None:
            self._checkpoint_id = ids.checkpoint_id(self.thread, self.ns, self.at)
        return self._checkpoint_id

    @checkpoint_id.setter
    def checkpoint_id(self, value: str) -> None:
        self._checkpoint_id = value

    # From outside: input, updates, answers

    def begin(self, writes: Sequence[Write]) -> None:
        """Take input in. Tasks that an earlier run left unfinished are discarded and count as seen."""
        writers = [Writer(INPUT, (), writes)]
        if self.state.versions:
            for node, path, _ in due(self.plan, self.state):
                writers.append(Writer(node.name, triggers_of(node, path), ()))
        self._apply(writers)
        self.pending = {}
        self._advance("input")

    def enter(self, value: Any) -> bool:
        """`begin` and the superstep of START as one, where that only passes the input on and nobody wants a record of
        either. Whether it was done; if not, nothing was."""
        entry, state = self.plan.entry, self.state
        if entry is None or self.recording or self.before or self.after or state.versions:
            return False
        try:
            writes = entry.passes(value)  # type: ignore[misc]
        except Exception:
            return False  # it is the error of the task that fails in the same way
        # With a trigger, as the task has one: channels that wait for the graph to come to rest are told.
        self._apply([Writer(entry.name, entry.triggers, [*writes, *entry.edges])])
        self.step += 1
        self.position += 1
        self._advance("loop")
        return True

    def take(self, writes: Sequence[Write]) -> list[Any]:
        """Apply a command's update and gotos: writes of no task, committed with the next superstep and until then
        held. Who writes them there."""
        if not writes:
            return []
        held = self.pending.setdefault(NULL_TASK_ID, Pending([]))
        held.writes = [*(held.writes or ()), *writes]
        writers: list[Any] = [Writer(INPUT, (), writes)]
        self._apply(writers)
        # What was due before is still due: look at every node, not only at those that these writes trigger.
        self.state.updated = ()
        return writers

    def fork(self) -> None:
        """Start a branch: the same state, as a checkpoint of its own."""
        self.pending = {}
        self._applied = ()
        self._advance("fork")

    def resume(self) -> None:
        """Go on from a checkpoint: breakpoints that were reached do not fire again."""
        self.state.seen[INTERRUPT] = dict(self.state.versions)
        self.phase = Phase.RUNNING

    def answer(self, value: Any) -> None:
        """Give the answer to the one open question, or answers by interrupt id.

        Raises:
            RuntimeError: one value, but several open questions.
        """
        match_answers(self, value)

    # The superstep

    def tick(self) -> list[Task]:
        """The tasks to run now; none once the run has stopped, with ``phase`` saying why."""
        self.tasks = tasks = []
        if self.step > self.stop:
            return self._halt(Phase.OUT_OF_STEPS)
        if TASKS in self.state.cells:
            for node, path, arg in sent(self.plan, self.state):
                tasks.append(Task(self, node, path, arg))
        for node in triggered(self.plan, self.state):
            tasks.append(Task(self, node, node.path, MISSING))
        if not tasks:
            return self._halt(Phase.DONE)
        if self.pending:
            for task in tasks:
                if task.id in self.pending:
                    task.recall(self.pending[task.id])
        if self.before and breaks(self.state, self.before, tasks):
            return self._halt(Phase.BEFORE)
        if self.drain is not None:
            return self._halt(Phase.DRAINED)
        self.phase = _RUNNING
        return tasks

    def commit(self) -> bool:
        """Apply the superstep if every task has finished; else keep what is known. Whether it was applied.

        Raises:
            InvalidUpdateError: writes that do not fit their channel.
        """
        tasks = self.tasks
        if self.calls:
            self._adopt_questions()
        for task in tasks:
            if task.writes is None:
                self.hold()
                return False
        writers: Sequence[Any] = tasks if len(tasks) == 1 else sorted(tasks, key=_path)
        apply(self.plan, self.state, writers)
        if self.pending:
            self.pending = {}
        if self.calls:
            self.calls = {}
        if self.plan.fading:
            self._remember(writers)
        self._applied = writers
        if self.recording:
            self._uncommitted.append(writers)
        self._advance("loop")
        if self.after and breaks(self.state, self.after, tasks):
            self.phase = Phase.AFTER
        return True

    def call(self, caller: Task, node: Node, place: int, arg: Any) -> Task:
        """The task with which ``caller`` calls ``node``, its ``place``-th call. It may have finished in an earlier
        run."""
        task = Task(self, node, (PUSH, caller.path, place, True), arg)
        if task.id in self.pending:
            task.recall(self.pending[task.id])
        self.calls[task.id] = task
        return task

    def _adopt_questions(self) -> None:
        """What a called task asks, the task of the superstep that it works for asks."""
        by_path = {task.path: task for task in self.tasks}
        for call in self.calls.values():
            if call.interrupts:
                task = by_path[call.caller()]
                held = {question.id for question in task.interrupts}
                task.interrupts += tuple(question for question in call.interrupts if question.id not in held)
                task.writes = None

    def hold(self) -> None:
        """Keep what is known of the tasks of this superstep, which is not applied."""
        known = {task.id: task.pending() for task in self.tasks}
        for key, call in self.calls.items():
            known[key] = Pending(call.writes, (), call.answers)
        if self.spare and not self.ns:  # graphs inside share the answer with the outermost one, which keeps it
            held = self.pending.get(NULL_TASK_ID)
            known[NULL_TASK_ID] = Pending(None if held is None else held.writes, (), list(self.spare))
        self.pending = {**self.pending, **known}
        self.calls = {}
        self.phase = Phase.FAILED if any(task.error is not None for task in self.tasks) else Phase.WAITING

    def _halt(self, phase: Phase) -> list[Task]:
        self.phase = phase
        return []

    def _apply(self, writers: Sequence[Any]) -> None:
        apply(self.plan, self.state, writers)
        if self.plan.fading:
            self._remember(writers)
        self._applied = writers
        if self.recording:
            self._uncommitted.append(writers)

    def _remember(self, writers: Sequence[Any]) -> None:
        """Keep the cells of a moment at which an output was written."""
        outputs = self.plan.outputs
        if any(key == outputs or key in outputs for writer in writers for key, _ in writer.writes):
            self._shown = dict(self.state.cells)

    def _advance(self, source: str) -> None:
        self.position += 1
        self._checkpoint_id = None
        if self.recording:
            self.record = Record(self.position, self.step, source, self._uncommitted, self.at)
            self._uncommitted = []
        self.at = self.position
        self.step += 1

    # What others ask

    @property
    def output_cells(self) -> Mapping[str, Any]:
        """The cells that a run gives its output from."""
        return self.state.cells if self._shown is None else self._shown

    @property
    def waits(self) -> bool:
        """Whether a task asked something."""
        return self.phase is Phase.WAITING

    @property
    def questions(self) -> tuple[Interrupt, ...]:
        """All open questions, in task order."""
        found: tuple[Interrupt, ...] = ()
        for held in self.pending.values():
            if held.writes is None:
                found += held.interrupts
        return found

    def question_id(self, task_id: str, place: int) -> str:
        """The id of the ``place``-th question of a task that is due; "" if it is not."""
        found = (Task(self, node, path, arg) for node, path, arg in due(self.plan, self.state))
        return next((ids.interrupt_id(task.ns, place) for task in found if task.id == task_id), "")

    @property
    def error(self) -> BaseException | None:
        """The first error of the superstep, in task order."""
        return next((task.error for task in self.tasks if isinstance(task.error, BaseException)), None)

    def wrote(self, keys: Sequence[str] | str) -> bool:
        """Whether what was applied last may have changed what ``keys`` show."""
        return _wrote(self._applied, keys)

    def holds(self, keys: Sequence[str] | str) -> bool:
        """Whether finished tasks of an unfinished superstep wrote to ``keys``."""
        return _wrote(self.tasks, keys)


def _wrote(writers: Sequence[Any], keys: Sequence[str] | str) -> bool:
    for writer in writers:
        for key, _ in writer.writes or ():
            if key == keys or (key in keys and type(keys) is not str):
                return True
    return False
