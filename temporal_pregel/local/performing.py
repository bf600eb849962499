"""Performs a procedure on the caller's thread, with helpers for tasks that run side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

from temporal_pregel.core.task import Task
from temporal_pregel.errors import step_took_too_long
from temporal_pregel.local.keeping import Keeping
from temporal_pregel.local.pool import fan_out
from temporal_pregel.local.procedure import LocalRun, Procedure, Tasks
from temporal_pregel.local.running import procedure_of
from temporal_pregel.local.saving import Io
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.legs import Leg, first_leg
from temporal_pregel.nodes.run import run_task

TURN = 0.001
"""Seconds that supersteps which wait for nothing may keep an event loop from everybody else."""


def run_tasks(run: LocalRun, tasks: Sequence[Task]) -> None:
    """Run the tasks of one superstep, each shown as it ends."""
    context, showing, keeping = run.session.run, run.showing, run.keeping

    if len(tasks) == 1:
        run_task(tasks[0], context)
        if run.called:
            wait_for_called(run)
        if showing is not None:
            showing.end(tasks[0])
        return

    def one(task: Task) -> None:
        run_task(task, context)
        if keeping is not None and keeping.tasks:
            keep(keeping, task)
        if showing is not None:
            showing.end(task)

    fan_out(one, tasks, context.config.get("max_concurrency"))
    if run.called:
        wait_for_called(run)


def runner_of(run: LocalRun) -> Callable[[LocalRun, Sequence[Task]], None]:
    """What runs the tasks of a superstep: `run_tasks`, and where the graph has a ``step_timeout``, with a look at the
    clock."""
    limit = run.session.app.step_timeout
    return run_tasks if limit is None else partial(run_within, limit)


def run_within(limit: float, run: LocalRun, tasks: Sequence[Task]) -> None:
    """`run_tasks`, which may take ``limit`` seconds. A thread can't be stopped: they run to their end, and what they
    wrote is kept for a later run.

    Raises:
        TimeoutError: it took longer.
    """
    began = monotonic()
    run_tasks(run, tasks)
    if monotonic() - began > limit and all(task.error is None for task in tasks):
        raise late(run, limit)


def late(run: LocalRun, limit: float) -> TimeoutError:
    """The end of a run whose superstep took too long. What its tasks have finished is not lost."""
    loop = run.loop
    loop.hold()
    return step_took_too_long(run.session.app.name, loop.step, limit, [task.name for task in loop.tasks])


def wait_for_called(run: LocalRun) -> None:
    """Wait until nothing that the tasks of this superstep called is running."""
    from temporal_pregel.local.calls import wait_threads

    wait_threads(run)


def keep(keeping: Keeping, task: Task) -> None:
    """Keep what a task left; it has failed if that can't be kept."""
    try:
        keeping.log.hold(*keeping.kept(task))
    except Exception as error:
        task.writes = None
        task.fail(error)


def perform_eagerly(run: LocalRun, procedure: Procedure, request: Tasks | Io, until: float) -> Tasks | Io | Leg | None:
    """Perform what an event loop need not wait for: supersteps of one async task that does not wait either. The first
    request that is not of that kind or comes after ``until``, or the task that waits; None at the end of the run."""
    context, showing = run.session.run, run.showing
    try:
        while type(request) is list and len(request) == 1:
            task: Task = request[0]
            code: NodeCode = task.node.code
            if not code.eager or monotonic() > until:
                break
            try:
                leg = first_leg(task, context)
                if leg is not None:
                    return leg
                if run.called:
                    return Leg([context, task, None], None, None, None)
                if showing is not None:
                    showing.end(task)
            except BaseException as error:
                request = procedure.throw(error)
            else:
                request = procedure.send(None)
    except StopIteration:
        return None
    return request


def perform(run: LocalRun) -> Any:
    """Run to the end; its output."""
    procedure, log, run_step = procedure_of(run), run.session.log, runner_of(run)
    answer: Any = None
    try:
        request = next(procedure)
        while True:
            try:
                answer = None
                if type(request) is list:
                    run_step(run, request)
                else:
                    answer = getattr(request.target or log, request.method)(*request.args)  # type: ignore[union-attr]
            except BaseException as error:
                request = procedure.throw(error)
            else:
                request = procedure.send(answer)
    except StopIteration:
        return run.value
