"""The superstep that a checkpoint leads to, as far as it has come."""

from __future__ import annotations

from temporal_pregel.constants import NULL_TASK_ID
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import INPUT, Loop
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.task import Task
from temporal_pregel.local.saving import Saved


def loop_at(plan: Plan, saved: Saved) -> Loop:
    """The loop that would go on from a checkpoint."""
    return Loop(
        plan,
        saved.state,
        limit=1,
        thread=saved.place.thread,
        ns=saved.place.ns,
        step=saved.step + 1,
        position=saved.position,
        checkpoint_id=saved.id,
        pending=saved.pending,
    )


def open_tasks(plan: Plan, saved: Saved, *, live: bool) -> list[Task]:
    """The tasks after a checkpoint, with what is known of them; ``live``: what was written outside tasks counts."""
    loop = loop_at(plan, saved)
    outside = saved.pending.get(NULL_TASK_ID)
    if live and outside is not None and outside.writes:
        apply(plan, saved.state, [Writer(INPUT, (), outside.writes)])
    saved.state.updated = ()  # people see nodes in the order of their declaration
    outcomes = saved.outcomes
    tasks = [Task(loop, node, path, arg) for node, path, arg in due(plan, saved.state)]
    for task in tasks:
        held = saved.pending.get(task.id)
        if held is not None:
            task.recall(held)
            task.error = None if held.writes is not None else held.error
        if task.writes is None:
            task.writes = outcomes.get(task.path)
    return tasks
