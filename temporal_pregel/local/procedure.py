"""One run of a graph, in parts: take the input in, and then superstep by superstep run, commit, show, save."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from temporal_pregel.constants import INTERRUPT, NULL_TASK_ID, START
from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.core.plan import Node
from temporal_pregel.core.state import State
from temporal_pregel.core.strictness import check_answers
from temporal_pregel.core.task import Task
from temporal_pregel.core.views import cells_at_rest
from temporal_pregel.errors import (
    ErrorCode,
    GraphDrained,
    GraphInterrupt,
    GraphRecursionError,
    create_error_message,
)
from temporal_pregel.local.keeping import Keeping
from temporal_pregel.local.replaying import forks, replay_of
from temporal_pregel.local.saving import Io, Saved
from temporal_pregel.local.session import Session
from temporal_pregel.local.showing import Showing
from temporal_pregel.nodes.commands import as_input, check_command, no_input, outside_writes
from temporal_pregel.nodes.context import TaskContext
from temporal_pregel.nodes.messages import prepare
from temporal_pregel.types import Command

Tasks = list[Task]
"""A request: run these tasks, and show each as it ends. A plain list, because there is one for every superstep."""


# Enum members as globals: looking one up in its class costs as much as three calls.
_DONE: Final = Phase.DONE
_WAITING: Final = Phase.WAITING
_AFTER: Final = Phase.AFTER


if TYPE_CHECKING:
    from temporal_pregel.local.caching import Caching
    from temporal_pregel.local.calls import Spawn

Procedure = Generator[Tasks | Io, Any, Any]


class LocalRun:
    """A run in this process, in parts; `running.procedure_of` is the whole. ``value``: its output, afterwards."""

    def __init__(self, session: Session, given: Any) -> None:
        self.session = session
        self.given = given
        self.value: Any = None
        self.wrote_output = False
        self.keeping: Keeping | None = None
        self.showing: Showing | None = None
        self.caching: Caching | None = None
        self.started_at = 0
        self.called: list[Any] = []
        self.spawn: Spawn | None = None
        self.saved: Saved | None = None
        self.resumed_by: Command[Any] | None = None
        self.loop: Loop

    # The run

    def supersteps(self) -> Procedure:
        """The superstep loop."""
        session, loop, showing, keeping = self.session, self.loop, self.showing, self.keeping
        run = session.run
        direct, caching = None if keeping is None else keeping.direct, self.caching
        entry = session.plan.entry if showing is None else None
        spare = loop.spare if session.run.parent is None else None
        while True:
            if run.control is not None:
                loop.drain = run.control.drain_reason
            tasks = loop.tick()
            if not tasks:
                break
            if caching is not None:
                yield from caching.recall(tasks)
            if showing is not None:
                showing.begin(tasks)
            if loop.pending or caching is not None:
                tasks = [task for task in tasks if task.runnable]
            if tasks:
                if tasks[0].node is not entry or len(tasks) > 1 or not pass_on(tasks[0], loop.state.cells):
                    yield tasks
                if caching is not None:
                    yield from caching.keep(tasks)
            if not loop.commit():
                break
            if spare:  # an answer that no task of the superstep asked for
                spare.clear()
            if showing is not None:
                showing.state()
            if keeping is not None:
                if direct is not None:
                    keeping.save_now(direct)
                else:
                    yield from keeping.save()
            if loop.phase is _AFTER:
                break

    # Its beginning

    def lookup(self) -> Io:
        """The question where this run starts."""
        session = self.session
        replay = session.run.replay
        if replay is not None:
            session.place, until = replay.start(session.place)
            if until is not None:
                return Io("load_before", (session.plan, session.place, replay.root, until))
        return Io("load", (session.plan, session.place))

    def open(self, saved: Saved | None) -> None:
        """Make the loop, at the checkpoint that was found."""
        session = self.session
        plan = session.plan
        place = session.place
        self.loop = loop = Loop(
            plan,
            State.initial(plan) if saved is None else saved.state,
            limit=session.limit,
            thread=place.thread,
            ns=place.ns,
        )
        if session.before is not None:
            loop.before = session.before
        if session.after is not None:
            loop.after = session.after
        self.saved = saved
        if saved is not None:
            place = saved.place
            loop.start_at(saved.step + 1, saved.position, place.checkpoint_id, saved.pending, place.position)
        if session.streams.wanted or session.finished is not None:
            self.showing = Showing(session, loop)
        if session.log is not None:
            self.keeping = Keeping(session, session.log, loop, place, self.showing)
            self.keeping.before = None if saved is None else saved.parent
            if plan.deltas and saved is not None and not saved.head:
                self.keeping.tasks = False  # what stands under a checkpoint belongs to the first branch from there
        loop.recording = self.keeping is not None
        self.started_at = loop.state.top
        run = session.run
        run.cells = loop.state.cells
        run.checkpoint_id = loop.current_id
        if run.cache is not None:
            from temporal_pregel.local.caching import Caching

            self.caching = Caching(run.cache, run)
        run.caller = self.call
        if run.parent is not None:
            loop.answers, loop.spare = run.answers, run.spare

    def begin(self) -> bool:
        """Take in what the run was given; whether that made a checkpoint."""
        session, loop, given, saved = self.session, self.loop, self.given, self.saved
        run = session.run
        nested = run.parent is not None
        found = saved if saved is not None and not saved.place.at_head else None
        command = isinstance(given, Command)
        inherited = run.parent is not None and run.parent.run.resuming == run.parent.task.step
        # A checkpoint was named, and no answer is given: run again from there.
        at = session.place.checkpoint_id
        replaying = (
            found is not None
            and at is not None
            and (
                given is None
                or (nested and not inherited and not command)
                or (command and not nested and cast("Command[Any]", given).resume is None)
            )
        )
        resuming = found is not None and not replaying and (given is None or command or inherited)
        shown = self.showing is not None and self.showing.checkpoints
        known = {key: replace(held) for key, held in loop.pending.items()} if shown else {}
        if found is not None and loop.pending:
            self.recall(found, replaying)
        if found is not None and at is not None and not nested and (replaying or resuming):
            run.replay = replay_of(run.config, found, anew=replaying)
        if self.keeping is not None and resuming and not nested:
            self.keeping.expect(given if command else None)
        if command:
            writes = self.command_writes(given)
            taken = loop.take(writes) if resuming or replaying else []
            if resuming and not nested:
                self.resumed_by = given
                if self.keeping is not None:
                    self.keeping.remember(taken)
        elif given is None and found is None:
            raise no_input(session.plan.inputs)
        if not nested:
            run.answers, run.spare, run.lone = loop.answers, loop.spare, loop.lone
        elif run.parent is not None and run.parent.run.lone is not None:
            self.lend(found if inherited else None)
        if resuming:
            run.resuming = loop.step
        if replaying or resuming:
            for held in loop.pending.values():
                held.interrupts = ()
            loop.resume()
            self.wrote_output = True
            if run.tracing is not None and run.tracing.lifecycle is not None:
                run.tracing.lifecycle.resumed(self)
            forked = replaying and found is not None and (command or forks(found))
            if forked:
                loop.fork()
            if self.showing is not None:
                self.showing.state(force=True)
                if found is not None and not forked:
                    about = {"source": found.source, "step": found.step, **found.metadata}
                    self.showing.found(about, found.parent, found.place, known)
            return forked
        watched = self.showing or run.tracing or run.control
        if not (command or watched) and loop.enter(given):
            return False
        if command and found is None:
            writes = as_input(session.plan, given, writes)
        loop.begin(writes if command else self.input_writes(given))
        if self.showing is not None and command:
            self.showing.state()
        return True

    def recall(self, saved: Saved, replaying: bool) -> None:
        """Make of what is known of the superstep what this run may use of it: of an old checkpoint's, what was given
        there, for what its tasks did is done again."""
        loop = self.loop
        if replaying:
            loop.pending = {}
        elif self.session.place.checkpoint_id is not None and not saved.head:
            loop.pending = {key: held if key == NULL_TASK_ID else held.given() for key, held in loop.pending.items()}
        if NULL_TASK_ID in loop.pending:
            held = loop.pending.pop(NULL_TASK_ID)
            loop.take(held.writes or ())
            loop.spare = held.answers

    def lend(self, found: Saved | None) -> None:
        """Take over the answer that was given without an id, if it is for this graph or one inside.

        Where somebody has changed this graph since it asked, as ``found`` shows, its tasks are others, and so are the
        ids of what they ask: whoever asks first is answered.
        """
        run, loop = self.session.run, self.loop
        outer = cast("TaskContext", run.parent)
        lone = cast("tuple[str, Any]", outer.run.lone)
        if outer.run.parent is None and not works_for(cast("Task", outer.task), lone[0]):
            return
        run.lone = lone
        if found is not None and found.source != "loop" and not loop.pending:
            loop.spare = run.spare = [lone[1]]

    def command_writes(self, command: Command[Any]) -> list[tuple[str, Any]]:
        """Take in the answers of a command given as input; its update and gotos, as writes."""
        check_command(command)
        if command.resume is not None:
            if self.session.log is None:
                raise RuntimeError("Cannot use Command(resume=...) without checkpointer")
            if self.session.strict and (self.saved is None or self.saved.head):
                check_answers(self.loop, command.resume)
            self.loop.answer(command.resume)
        plan = self.session.plan
        writes = outside_writes(plan, command)
        return prepare(plan.prepares, writes) if plan.prepares else writes

    def input_writes(self, given: Any) -> list[tuple[str, Any]]:
        """A run's input as writes."""
        plan = self.session.plan
        inputs = plan.inputs
        if isinstance(inputs, str):
            return [(inputs, given)]
        if not isinstance(given, Mapping):
            raise TypeError(f"Expected an input of the keys {', '.join(inputs)}, got {type(given).__name__}")
        writes = [(key, value) for key, value in given.items() if key in inputs]
        if len(writes) < len(given):
            ignored(given, inputs)
        if not writes:
            raise no_input(inputs)
        return prepare(plan.prepares, writes) if plan.prepares else writes

    def call(self, context: TaskContext, node: Node, place: int, arg: Any) -> Any:
        """Start a task that a task calls; a future of its result."""
        task = self.loop.call(cast("Task", context.task), node, place, arg)
        if self.keeping is not None:
            self.keeping.note_call(task)
        if self.showing is not None:
            self.showing.start(task)
        from temporal_pregel.local.calls import spawn_thread

        future = (self.spawn or spawn_thread)(self, task)
        self.called.append(future)
        return future

    # What it gives back

    def wrote(self) -> bool:
        """Whether this run has anything to give back: it went on from a checkpoint, or wrote an output key."""
        if self.wrote_output:
            return True
        versions, outputs = self.loop.state.versions, self.session.outputs
        for key in (outputs,) if isinstance(outputs, str) else outputs:
            if key in versions and versions[key] > self.started_at:
                return True
        return False

    # Its end

    def conclude(self) -> None:
        """Give the output, or raise what stopped the run."""
        session, loop = self.session, self.loop
        phase = loop.phase
        if phase is _DONE:
            self.value = session.plan.view(loop.output_cells, session.outputs) if self.wrote() else None
            return
        if phase is not _WAITING:
            self.raise_failure(phase)
        questions = loop.questions
        nested = session.run.parent is not None
        tracing = session.run.tracing
        if tracing is not None and tracing.lifecycle is not None and not nested:
            tracing.lifecycle.interrupted(self)
        if nested and (self.showing is None or not questions):
            raise GraphInterrupt(questions)
        # Nobody is asked for an answer to a superstep that can't be committed.
        cells, some_finished = cells_at_rest(session.plan, loop, session.outputs, nested=nested, strict=not nested)
        if self.showing is not None:
            self.showing.stop(cells, questions, some_finished=some_finished)
        if nested:
            raise GraphInterrupt(questions)
        self.value = session.plan.view(cells, session.outputs) if questions or self.wrote() else None
        if questions:
            # A state without fields is the caller's own dict: the questions go into another one.
            shown = self.value if isinstance(self.value, dict) else {}
            self.value = {**shown, INTERRUPT: list(questions)}

    def raise_failure(self, phase: Phase) -> None:
        """Raise what ended the run; nothing where it only stopped at a breakpoint."""
        loop = self.loop
        if phase is Phase.FAILED:
            error = loop.error
            assert error is not None
            raise error
        if phase is Phase.OUT_OF_STEPS:
            raise GraphRecursionError(
                create_error_message(
                    message=f"Recursion limit of {loop.limit} reached without hitting a stop condition. "
                    "You can increase the limit by setting the `recursion_limit` config key.",
                    error_code=ErrorCode.GRAPH_RECURSION_LIMIT,
                )
            )
        if phase is Phase.DRAINED:
            raise GraphDrained(loop.drain or "shutdown")


def ignored(given: Mapping[str, Any], inputs: Sequence[str]) -> None:
    """Say which keys of an input no channel takes."""
    from logging import getLogger

    unknown = ", ".join(str(key) for key in given if key not in inputs)
    message = "The input has keys that are no input channels: %s. They are ignored; there are: %s."
    getLogger(__name__).warning(message, unknown, ", ".join(inputs))


def works_for(task: Task, holder: str) -> bool:
    """Whether ``task`` is the one with the id ``holder``, or was called for it."""
    if task.id == holder:
        return True
    caller = task.caller()
    return caller != task.path and any(each.id == holder for each in task.loop.tasks if each.path == caller)


def pass_on(task: Task, cells: Mapping[str, Any]) -> bool:
    """Finish a task that runs no user's code and only passes on what it reads; whether it could be finished."""
    passes = task.node.passes
    assert passes is not None
    try:
        task.finish(passes(cells[START]))
    except Exception:
        return False  # it fails in the same way where tasks fail
    return True


def shows_on_the_way(run: LocalRun, request: Tasks | Io, live: bool) -> bool:
    """Whether something of ``request`` may be shown before all of it is done. ``live``: its tasks show parts of their
    own."""
    if type(request) is not list:
        return False
    return live or (len(request) > 1 and run.showing is not None and run.showing.taskwise)
