"""Breakpoints, and which answer belongs to which question (invariant 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import INTERRUPT

if TYPE_CHECKING:
    from temporal_pregel.core.loop import Loop
    from temporal_pregel.core.state import State
    from temporal_pregel.core.task import Task

_HEX = frozenset("0123456789abcdef")

SEVERAL = (
    "When there are multiple pending interrupts, you must specify the interrupt id when resuming: "
    "Command(resume={interrupt_id: answer}). Pending: "
)


def breaks(state: State, nodes: Sequence[str] | str, tasks: Sequence[Task]) -> bool:
    """Whether a breakpoint at ``nodes`` holds up ``tasks``: only if something is newer than at the last one."""
    seen = state.seen.get(INTERRUPT, {})
    if not any(version > seen.get(key, 0) for key, version in state.versions.items()):
        return False
    return any(not task.node.hidden if nodes == "*" else task.name in nodes for task in tasks)


def is_answer_map(value: Any) -> bool:
    """Whether ``value`` gives answers by interrupt id: a dict whose keys are all 32 hex digits. An empty one gives
    none."""
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and len(key) == 32 and _HEX.issuperset(key) for key in value
    )


def first_asking(loop: Loop) -> str | None:
    """The id of the first task that holds an open question."""
    return next((key for key, held in loop.pending.items() if held.writes is None and held.interrupts), None)


def match_answers(loop: Loop, value: Any) -> None:
    """Put answers where their questions are; see `Loop.answer`."""
    questions = loop.questions
    if not is_answer_map(value):
        if len(questions) > 1:
            raise RuntimeError(SEVERAL + ", ".join(question.id for question in questions))
        if not questions:
            loop.spare = [value]
            return
        loop.lone = (first_asking(loop) or "", value)
        value = {questions[0].id: value}
    open_ids = {}
    for task, held in loop.pending.items():
        if held.writes is None:
            for question in held.interrupts:
                open_ids[question.id] = task
    for key, answer in value.items():
        loop.answers[key] = answer
        held_by = open_ids.get(key)
        if held_by is not None:
            answered = len(loop.pending[held_by].answers)
            if answered and key == loop.question_id(held_by, 0):
                # A later question, saved under the id of the task's first one: what LangGraph did once.
                del loop.answers[key]
                loop.answers[loop.question_id(held_by, answered)] = answer
            # Cleared as a whole: a graph inside the task knows by itself which of its questions are still open.
            loop.pending[held_by].interrupts = ()
