"""What nodes and routers are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.core.applying import replacing
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.context import RunningTask

if TYPE_CHECKING:
    from temporal_pregel.nodes.code import NodeCode


def task_input(plan: Plan, task: RunningTask, cells: Mapping[str, Any]) -> Any:
    """What a node gets: a Send's argument as it is, or the channels that it reads.

    Raises:
        Exception: whatever the schema's validation raises (pydantic's ValidationError).
    """
    if task.arg is not MISSING:
        return task.arg
    code: NodeCode = task.node.code
    value = plan.views[task.node.reads](cells)
    if code.managed:
        for key, compute in code.managed:
            value[key] = compute(task)
    return value if code.mapper is None else code.mapper(value)


def fresh_view(
    plan: Plan,
    branch: Branch,
    cells: Mapping[str, Any],
    writes: list[Write],
    result: Any = None,
    task: RunningTask | None = None,
) -> Any:
    """What a router sees: the state of the superstep with its own task's writes folded in; ``result`` is what the node
    returned."""
    if writes:
        new = replacing(plan, writes)
        cells = {**cells, **(_folded(plan, branch, cells, writes) if new is None else new)}
    value = plan.views[branch.reads](cells)
    if branch.managed and task is not None:
        for key, compute in branch.managed:
            value[key] = compute(task)
    if branch.sees_result and type(result) is dict and type(value) is dict:
        value = {**result, **value}
    return value if branch.mapper is None else branch.mapper(value)


def _folded(plan: Plan, branch: Branch, cells: Mapping[str, Any], writes: list[Write]) -> dict[str, Any]:
    """The new cells of the channels that a router sees."""
    groups: dict[str, list[Any]] = {}
    for key, value in writes:
        if key in groups:
            groups[key].append(value)
        elif key in plan.folds and (key == branch.reads or key in branch.reads):
            groups[key] = [value]
    new = {}
    for key, values in groups.items():
        cell = plan.folds[key](cells.get(key, MISSING), values)
        if cell is not UNCHANGED:
            new[key] = cell
    return new
