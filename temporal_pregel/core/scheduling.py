"""Which tasks run next.

First the Sends of the last superstep, in their order (PUSH), then the nodes that its changes trigger (PULL). A node
runs when one of its triggers is available and newer than what the node has seen of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import PUSH, TASKS
from temporal_pregel.core.plan import Node, Plan
from temporal_pregel.core.state import State
from temporal_pregel.types import Send

_name = attrgetter("name")
_NOTHING: Mapping[str, int] = {}

Path = tuple[Any, ...]
"""``(PULL, name)`` or ``(PUSH, index)``: where a task comes from, and its place in the order of writes."""


def due(plan: Plan, state: State) -> list[tuple[Node, Path, Any]]:
    """(node, path, argument of its Send) of every task that ``state`` calls for."""
    found = sent(plan, state) if TASKS in state.cells else []
    for node in triggered(plan, state):
        found.append((node, node.path, MISSING))
    return found


def ignore(what: str, found: Any) -> None:
    """Say that a Send goes nowhere."""
    from logging import getLogger

    getLogger(__name__).warning(f"Ignoring {what} in pending sends", found)


def sent(plan: Plan, state: State) -> list[tuple[Node, Path, Any]]:
    """`due`, of the Sends alone."""
    found: list[tuple[Node, Path, Any]] = []
    for index, send in enumerate(state.cells[TASKS]):
        if not isinstance(send, Send):
            ignore("invalid packet type %s", type(send))
        elif send.node not in plan.nodes:
            ignore("unknown node name %s", send.node)
        else:
            node = plan.nodes[send.node]
            if send.timeout is not None:
                node = replace(node, code=node.code.limited(send.timeout))
            found.append((node, (PUSH, index), send.arg))
    return found


def triggered(plan: Plan, state: State) -> Sequence[Node]:
    """The nodes that run: of those that the last changes trigger, by name; where these are not known, of those that
    anything triggers, as they were declared."""
    updated, index, covered = state.updated, plan.triggered_by, plan.covered
    if not updated:
        held = (node for key in state.cells if key in index for node in index[key])
        waiting = [node for node in dict.fromkeys(held) if is_triggered(plan, state, node)]
        return sorted(waiting, key=lambda node: plan.places[node.name]) if len(waiting) > 1 else waiting
    hits: tuple[Node, ...] = ()
    for key in updated:
        if key in index:
            found = index[key]
            if key in covered:
                found = tuple(node for node in found if is_triggered(plan, state, node))
            # A channel that shows what it holds was just written, so it is newer than anybody has seen.
            hits = hits + found if hits else found
    return hits if len(hits) < 2 else sorted(dict.fromkeys(hits), key=_name)


def is_triggered(plan: Plan, state: State, node: Node) -> bool:
    """Whether a trigger of ``node`` is available and newer than what the node has seen."""
    cells, seen = state.cells, state.seen.get(node.name, _NOTHING)
    for trigger in node.triggers:
        if (
            trigger in cells
            and state.versions.get(trigger, 0) > seen.get(trigger, 0)
            and (trigger not in plan.covered or plan.readable(cells, trigger) is not MISSING)
        ):
            return True
    return False
