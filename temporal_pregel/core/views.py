"""What streams and snapshots show of tasks and states."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import RETURN
from temporal_pregel.core.applying import apply
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Task
from temporal_pregel.types import Interrupt

if TYPE_CHECKING:
    from temporal_pregel.core.loop import Loop


def update_of(writes: Sequence[Write], shown: Container[str] | str) -> Any:
    """A task's writes to the channels ``shown`` as the ``updates`` stream shows them: a dict by channel; a list of
    dicts if one was written more than once; the bare value where ``shown`` is a plain key; None if it wrote nothing."""
    if writes and writes[0][0] == RETURN:
        return writes[0][1]
    if isinstance(shown, str):
        values = [value for channel, value in writes if channel == shown]
        return (values[0] if len(values) == 1 else values) if values else None
    update = {}
    for channel, value in writes:
        if channel in shown:
            if channel in update:
                return [{channel: value} for channel, value in writes if channel in shown]
            update[channel] = value
    return update or None


def result_of(plan: Plan, writes: Sequence[Write]) -> Any:
    """A task's writes as snapshots show them: like `update_of`, with an empty dict for nothing."""
    update = update_of(writes, plan.streams if isinstance(plan.streams, str) else plan.shown)
    if isinstance(update, list) and not isinstance(plan.streams, str):
        merged: dict[str, Any] = {}
        for item in update:
            for key, value in item.items():
                if key in merged:
                    held = merged[key]
                    merged[key] = {"$writes": [*(held["$writes"] if _is_writes(held) else (held,)), value]}
                else:
                    merged[key] = value
        return merged
    return {} if update is None and not isinstance(plan.streams, str) else update


def written(plan: Plan, writes: Sequence[Write]) -> dict[str, Any]:
    """A task's writes as the ``tasks`` stream shows them: always by channel, those to one channel under
    ``"$writes"``."""
    shown: dict[str, Any] = {}
    for key, value in writes:
        if key in plan.shown or key == RETURN:
            held = shown.get(key, MISSING)
            if held is MISSING:
                shown[key] = value
            else:
                shown[key] = {"$writes": [*(held["$writes"] if _is_writes(held) else (held,)), value]}
    return shown


def question_part(question: Interrupt) -> dict[str, Any]:
    """An open question, for streams."""
    return {"value": question.value, "id": question.id, "response_schema": question.response_schema}


def _is_writes(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["$writes"]


def task_start(task: Task, value: Any) -> dict[str, Any]:
    """A task that begins, for the ``tasks`` stream."""
    return {"id": task.id, "name": task.name, "input": value, "triggers": task.triggers}


def shown_writes(task: Task) -> Sequence[Write]:
    """A task's writes as people see them."""
    return (task.writes or ()) if task.raw is None or task.writes is None else task.raw


def task_end(plan: Plan, task: Task) -> dict[str, Any]:
    """A task that has ended, for the ``tasks`` stream."""
    return {
        "id": task.id,
        "name": task.name,
        "error": task.error,
        "result": written(plan, shown_writes(task)),
        "interrupts": [question_part(question) for question in task.interrupts],
    }


def live_cells(plan: Plan, state: State, tasks: Sequence[Task], *, strict: bool = False) -> dict[str, Any]:
    """The cells as they would be if the finished ones among ``tasks`` were committed: what a person sees while others
    wait.

    Raises:
        InvalidUpdateError: with ``strict``, writes that do not fit. Otherwise they are left out: they are an error of
            the run, and until it commits people can read the state.
    """
    finished = [task for task in tasks if task.writes]
    if not finished:
        return state.cells
    preview = state.copy()
    try:
        apply(plan, preview, sorted(finished, key=lambda task: task.path))
    except Exception:
        if strict:
            raise
        return state.cells
    return preview.cells


def cells_at_rest(
    plan: Plan, loop: Loop, outputs: Sequence[str] | str, *, nested: bool, strict: bool = False
) -> tuple[Mapping[str, Any], bool]:
    """The cells that a run which has come to rest gives its ``outputs`` from, and whether they have what finished
    beside a question: not in a graph inside another, which shows what is committed. ``strict``, and what it raises:
    see `live_cells`."""
    if not nested and loop.waits and len(loop.tasks) > 1 and loop.holds(outputs):
        live = live_cells(plan, loop.state, loop.tasks, strict=strict)
        if live is not loop.state.cells:
            return live, True
    return loop.state.cells if loop.questions else loop.output_cells, False
