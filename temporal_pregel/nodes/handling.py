"""An error handler as people are shown it: a task of its own, beside that of the node that has failed.

To the engine it is the rest of the node's task (`run.handled`), so that one outcome is recorded and its question is the
task's.
"""

from __future__ import annotations

from typing import Any

from temporal_pregel.constants import PUSH
from temporal_pregel.core import ids
from temporal_pregel.core.task import Task


def is_handled(task: Task) -> bool:
    """Whether the task's node has failed for good, so that its error handler stands in for it."""
    return task.cause is not None and task.node.code.handler is not None


def handler_id(task: Task) -> str:
    """The id that a task's error handler is shown with."""
    loop = task.loop
    return ids.task_id(loop.checkpoint_id, loop.ns, loop.step, task.node.code.handled_by, PUSH, task.id)


def handler_start(task: Task, value: Any) -> dict[str, Any]:
    """An error handler that begins, for the ``tasks`` stream."""
    return {"id": handler_id(task), "name": task.node.code.handled_by, "input": value, "triggers": (PUSH,)}


def node_failed(task: Task) -> dict[str, Any]:
    """The end of a task's node, for the ``tasks`` stream: the error that is handled."""
    return {"id": task.id, "name": task.name, "error": task.cause, "result": {}, "interrupts": []}
