"""One execution of a node in one superstep, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import PULL, PUSH
from temporal_pregel.core import ids
from temporal_pregel.core.plan import Node, Write
from temporal_pregel.core.scheduling import Path, due
from temporal_pregel.errors import GraphBubbleUp
from temporal_pregel.types import Interrupt

if TYPE_CHECKING:
    from temporal_pregel.core.loop import Loop


_PUSHED = (PUSH,)
CALLED = 4
"""The length of the path of a task that another one called: ``(PUSH, path of the caller, number of the call,
True)``."""


@dataclass(slots=True)
class Pending:
    """What is kept of a task whose superstep is not committed yet (invariant 3).

    ``writes``: its outcome, None until it has finished. ``interrupts``: all that it asked and that is open.
    ``answers``: what it was answered, in the order of its calls. ``error``: what it raised. ``path``: the task's, where
    it is known.
    """

    writes: Sequence[Write] | None = None
    interrupts: tuple[Interrupt, ...] = ()
    answers: list[Any] = field(default_factory=list)
    error: BaseException | str | None = None
    path: Path | None = None

    def given(self) -> Pending:
        """Of it what is not the task's own doing: what it was answered."""
        return Pending(None, (), self.answers, None, self.path)


def triggers_of(node: Node, path: Path) -> tuple[str, ...]:
    """What makes a task run; never empty, for only writers from outside have no trigger."""
    return node.triggers if path[0] == PULL else _PUSHED


def task_id(node: Node, path: Path, checkpoint: str, ns: str, step: int) -> str:
    """The id of the task at ``path`` in superstep ``step``, which starts from ``checkpoint``."""
    kind = path[0]
    rest = "\0".join(node.triggers) if kind == PULL else str(path[1] if len(path) < CALLED else path[1:])
    return ids.task_id(checkpoint, ns, step, node.name, kind, rest)


class Task:
    """A task of the current superstep. Drivers run it and say `finish`, `ask` or `fail`; the loop does the rest.

    ``arg`` is a Send's argument, `MISSING` for a task that an edge triggered. ``triggers`` is what made it run.
    ``cause`` is the error that its node's error handler is to handle, where it has one.
    """

    # Defaults of the class: a task that just runs and finishes sets none of them.
    writes: Sequence[Write] | None = None
    interrupts: tuple[Interrupt, ...] = ()
    error: BaseException | str | None
    cause: BaseException | str | None
    refused = False
    """Whether its error is the caller's, whose answer does not fit: nothing of that is kept."""
    raw: Sequence[Write] | None = None
    """Its writes as streams show them, where that is not as they are folded."""
    cached = False
    """Whether it need not run because a cache knows what it would write."""
    kept = False
    """Whether a log has its outcome already."""
    _id: str | None = None
    _answers: list[Any] | None = None

    def __init__(self, loop: Loop, node: Node, path: Path, arg: Any) -> None:
        self.loop = loop
        self.node = node
        self.name = node.name
        self.path = path
        self.arg = arg
        self.error = self.cause = None
        self.triggers = node.triggers if path is node.path or path[0] == PULL else _PUSHED

    @property
    def answers(self) -> list[Any]:
        """What it was answered, in the order of its calls. Most tasks ask nothing, so the list is made when wanted."""
        if self._answers is None:
            self._answers = []
        return self._answers

    @property
    def answered(self) -> bool:
        """Whether it was answered anything."""
        return bool(self._answers)

    @property
    def runnable(self) -> bool:
        """Whether it has to run: it has not finished, and waits for no answer (invariant 5)."""
        return self.writes is None and not self.interrupts

    @property
    def step(self) -> int:
        """The number of its superstep."""
        return self.loop.step

    @property
    def stop(self) -> int:
        """The last superstep that the recursion limit allows."""
        return self.loop.stop

    @property
    def id(self) -> str:
        """Derived from the checkpoint that it starts from, the namespace, step and path."""
        if self._id is None:
            self._id = task_id(self.node, self.path, self.loop.checkpoint_id, self.loop.ns, self.loop.step)
        return self._id

    @property
    def ns(self) -> str:
        """The namespace of graphs that run inside this task."""
        return ids.child_ns(self.loop.ns, self.name, self.id)

    def question(self, value: Any, schema: dict[str, Any] | None = None) -> Interrupt:
        """The interrupt with which this task asks its next question; ``schema``: of the answer."""
        return Interrupt(value, ids.interrupt_id(self.ns, len(self.answers)), response_schema=schema)

    def finish(self, writes: list[Write]) -> None:
        """It ended well. Its static edges fire here and nowhere else."""
        edges = self.node.edges
        if edges:
            writes.extend(edges)
        self.writes = writes

    def handle(self, writes: list[Write]) -> None:
        """Its error handler ended well. The node's static edges do not fire."""
        self.writes = writes

    def ask(self, interrupts: Sequence[Interrupt]) -> None:
        """It stopped with open questions."""
        self.interrupts = tuple(interrupts)

    def fail(self, error: BaseException) -> None:
        """It raised, and will not be tried again in this run."""
        self.error = error

    def refuse(self, question: Interrupt, error: BaseException) -> None:
        """The answer to ``question`` does not fit: it stays open."""
        self.interrupts = (question,)
        self.error = error
        self.refused = True

    def recall(self, pending: Pending) -> None:
        """Take up what an earlier attempt at this superstep left."""
        self.writes = pending.writes
        self.interrupts = pending.interrupts
        self._answers = list(pending.answers)
        self.cause = pending.error

    def caller(self) -> Path:
        """The path of the task of the superstep that this one works for; its own if it was not called."""
        path = self.path
        while len(path) == CALLED:
            path = path[1]
        return path

    def pending(self) -> Pending:
        """What has to be kept if the superstep is not committed now."""
        error = self.error if self.cause is None else self.cause
        told = self.refused or isinstance(error, GraphBubbleUp)  # to the caller, or to the graphs around
        return Pending(self.writes, self.interrupts, self.answers, None if told else error, self.path)


def due_tasks(loop: Loop) -> list[Task]:
    """The tasks of the superstep that ``loop`` would run next, with what earlier attempts at it have left."""
    tasks = [Task(loop, node, path, arg) for node, path, arg in due(loop.plan, loop.state)]
    for task in tasks:
        if task.id in loop.pending:
            task.recall(loop.pending[task.id])
    return tasks
