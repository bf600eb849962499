"""Checkpoints as streams and callers see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from temporal_pregel.core.loop import Loop
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.task import Pending, Task
from temporal_pregel.core.views import question_part, result_of
from temporal_pregel.local.saving import Place, error_text

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Plan
    from temporal_pregel.local.showing import Shown
    from temporal_pregel.pregel import Pregel


def place_config(place: Place, parents: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The config that names a checkpoint; ``parents`` are those of the graphs around it, by namespace."""
    configurable: dict[str, Any] = {"thread_id": place.thread, "checkpoint_ns": place.ns, "checkpoint_id": place.id}
    if parents:
        configurable["checkpoint_map"] = {**parents, place.ns: place.id}
    return {"configurable": configurable}


def debug_part(step: int, kind: str, payload: Any) -> dict[str, Any]:
    """A payload of the ``debug`` stream."""
    from datetime import UTC, datetime

    return {"step": step, "timestamp": datetime.now(UTC).isoformat(), "type": kind, "payload": payload}


def inner_graph(app: Pregel, name: str) -> Pregel | None:
    """The graph that runs inside a node: the node itself, or one that its function names."""
    node = app.plan.nodes.get(name)
    if node is None or node.code.subgraph is not None:
        return None if node is None else node.code.subgraph
    return next(iter(getattr(app.nodes.get(name), "subgraphs", ())), None)


def checkpoint_part(
    session: Shown,
    loop: Loop,
    metadata: Mapping[str, Any],
    parent: Place | None,
    place: Place,
    known: Mapping[str, Pending],
) -> dict[str, Any]:
    """A payload of the ``checkpoints`` stream; ``known``: task id -> what it left in earlier runs."""
    plan = session.plan
    values = plan.view(loop.state.cells, plan.streams)
    tasks = [Task(loop, node, path, arg) for node, path, arg in due(plan, loop.state)]
    return {
        "config": place_config(place, session.metadata["parents"]),
        "parent_config": None
        if parent is None or parent.at_head
        else place_config(parent, session.metadata["parents"]),
        "values": session.app.typed(values) if session.streams.typed else values,
        "metadata": dict(metadata),
        "next": [task.name for task in tasks],
        "tasks": [
            {
                "id": task.id,
                "name": task.name,
                **_left(plan, known.get(task.id)),
                "state": _inside(session.app, task, place),
            }
            for task in tasks
        ],
    }


def _left(plan: Plan, held: Pending | None) -> dict[str, Any]:
    """What a task that is due left: its error, or its questions and what it wrote."""
    if held is None:
        return {"interrupts": ()}
    if held.error is not None and held.writes is None:
        return {"error": error_text(held.error)}
    left: dict[str, Any] = {"interrupts": tuple(question_part(question) for question in held.interrupts)}
    if held.writes and (result := result_of(plan, held.writes)):
        left["result"] = result
    return left


def _inside(app: Pregel, task: Task, place: Place) -> dict[str, Any] | None:
    inner = inner_graph(app, task.name)
    if inner is None or inner.checkpointer is False:
        return None
    return {"configurable": {"thread_id": place.thread, "checkpoint_ns": task.ns}}
