"""Refusing answers to what nobody asks: for callers that show questions as cards, which people may click twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temporal_pregel.core import ids
from temporal_pregel.core.interrupts import SEVERAL, is_answer_map
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.task import Task
from temporal_pregel.errors import UnknownInterruptError

if TYPE_CHECKING:
    from temporal_pregel.core.loop import Loop


def check_answers(loop: Loop, value: Any) -> None:
    """Whether `Loop.answer` may take ``value``: only what is open can be answered.

    A task that raised after its last answer asks nothing until it runs again, so its answers may be given again.

    Raises:
        UnknownInterruptError: an id that is not open, a map without ids, one value for several questions.
    """
    pending = tuple(sorted(question.id for question in loop.questions))
    if value == {} and isinstance(value, dict):
        raise UnknownInterruptError(
            "Command(resume={}) names no interrupt: give {interrupt_id: answer}",
            reason="empty_map",
            pending_ids=pending,
        )
    if is_answer_map(value):
        known = {*pending, *_answered(loop)}
        unknown = tuple(sorted(key for key in value if key not in known))
        if unknown:
            raise UnknownInterruptError(
                f"Unknown or already-consumed interrupt: {', '.join(unknown)}. Open: {', '.join(pending) or 'none'}.",
                reason="not_pending",
                interrupt_ids=unknown,
                pending_ids=pending,
            )
    elif len(pending) > 1:
        raise UnknownInterruptError(SEVERAL + ", ".join(pending), reason="ambiguous", pending_ids=pending)


def _answered(loop: Loop) -> list[str]:
    """Ids of what was answered by tasks that failed thereafter."""
    return [
        ids.interrupt_id(task.ns, place)
        for task in (Task(loop, node, path, arg) for node, path, arg in due(loop.plan, loop.state))
        if (held := loop.pending.get(task.id)) is not None and held.writes is None and not held.interrupts
        for place in range(len(held.answers))
    ]
