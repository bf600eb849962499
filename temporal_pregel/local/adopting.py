"""Open questions that LangGraph itself left in a saver, whose task ids are another hash."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace

from temporal_pregel.constants import NULL_TASK_ID
from temporal_pregel.core import ids
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending, task_id
from temporal_pregel.local.saving import Place


def adopted(plan: Plan, place: Place, step: int, state: State, pending: dict[str, Pending]) -> dict[str, Pending]:
    """``pending`` with what LangGraph kept of the only task of superstep ``step`` under the id that it has here; as it
    is, with a warning, where nobody can tell whose question it is."""
    at = place.checkpoint_id
    if at is None or at == ids.checkpoint_id(place.thread, place.ns, ids.position_of(at)):
        return pending
    tasks = {task_id(node, path, at, place.ns, step): node for node, path, _ in due(plan, state)}
    strange = {key: held for key, held in pending.items() if key not in tasks and key != NULL_TASK_ID}
    if not _asks(strange):
        return pending
    rest = {key: held for key, held in pending.items() if key not in strange or not _asks({key: held})}
    if tasks.keys() & pending.keys():  # it went on here since then
        return rest
    key, node = next(iter(tasks.items()), ("", None))
    held = next(iter(strange.values()))
    if len(tasks) > 1 or len(strange) > 1 or node is None or node.code.subgraph is not None or len(held.interrupts) > 1:
        warnings.warn(
            f"Thread {place.thread!r} has questions that LangGraph left open at checkpoint {at}, and it can't be told "
            "which task asked them: those tasks run again from their start, and ask again. Answer open questions with "
            "LangGraph before such a thread is moved.",
            RuntimeWarning,
            stacklevel=2,
        )
        return pending
    asked = ids.interrupt_id(ids.child_ns(place.ns, node.name, key), len(held.answers))
    question = replace(held.interrupts[0], id=asked)
    return {**rest, key: replace(held, interrupts=(question,))}


def _asks(pending: Mapping[str, Pending]) -> bool:
    return any(held.interrupts and held.writes is None for held in pending.values())
