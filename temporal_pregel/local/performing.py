"""Performs a procedure on the caller's thread, with helpers for tasks that run side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from temporal_pregel.core.task import Task
from temporal_pregel.local.keeping import Keeping
from temporal_pregel.local.pool import fan_out
from temporal_pregel.local.procedure import LocalRun
from temporal_pregel.local.running import procedure_of
from temporal_pregel.nodes.run import run_task


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


def perform(run: LocalRun) -> Any:
    """Run to the end; its output."""
    procedure, log = procedure_of(run), run.session.log
    answer: Any = None
    try:
        request = next(procedure)
        while True:
            try:
                answer = None
                if type(request) is list:
                    run_tasks(run, request)
                else:
                    answer = getattr(request.target or log, request.method)(*request.args)  # type: ignore[union-attr]
            except BaseException as error:
                request = procedure.throw(error)
            else:
                request = procedure.send(answer)
    except StopIteration:
        return run.value
