"""What the writes of a superstep do: the seven rules, in their order (`langgraph-semantics`: Applying writes).

1. The writers come sorted by task path (PULLs by name, then PUSHes by index), never by completion.
2. What each writer's triggers were is recorded as seen.
3. There is one new version, above all others.
4. Triggers are consumed.
5. Writes are grouped by channel, and each channel folds its group.
6. If any writer was triggered, transient channels that got nothing forget what they hold.
7. If nothing that changed makes a node run, the graph has come to rest: channels that wait for that are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State


class Writer(NamedTuple):
    """What a committed task leaves behind. ``triggers`` is empty for input and for updates from outside."""

    name: str
    triggers: tuple[str, ...]
    writes: Sequence[Write]


def apply(plan: Plan, state: State, writers: Sequence[Any]) -> None:
    """Commit one superstep into ``state``; ``writers`` (see `Writer`) are sorted by task path.

    Raises:
        InvalidUpdateError: writes that do not fit their channel.
        Exception: whatever a reducer raised. The state is then of no use: run from a copy to keep it.
    """
    cells, versions, folds, simple = state.cells, state.versions, plan.folds, plan.simple
    version = state.top + 1
    bump = False
    for writer in writers:
        if writer.triggers:
            bump = True
            seen = state.seen.get(writer.name)
            if seen is None:
                seen = state.seen[writer.name] = {}
            for trigger in writer.triggers:
                if trigger in versions:
                    seen[trigger] = versions[trigger]
    updated: dict[str, None] = {}
    if plan.covered and bump:
        for writer in writers:
            for trigger in writer.triggers:
                if trigger in plan.covered and trigger in cells:
                    cell = plan.channels[trigger].consumed(cells[trigger])
                    if cell is not UNCHANGED:
                        state.put(plan, trigger, cell, version)
    groups: dict[str, list[Any]] = {}
    for writer in writers:
        for key, value in writer.writes:
            if key in groups:
                groups[key].append(value)
            elif key in folds:
                groups[key] = [value]
    for key, values in groups.items():
        cell = folds[key](cells.get(key, MISSING), values)
        if cell is UNCHANGED:
            continue
        if key in simple and cell is not MISSING:
            cells[key] = cell
            versions[key] = version
            updated[key] = None
        elif state.put(plan, key, cell, version):
            updated[key] = None
    if bump:
        for key in [key for key in state.live if key not in groups]:
            cell = folds[key](cells[key], ())
            if cell is not UNCHANGED and state.put(plan, key, cell, version):
                updated[key] = None
        if plan.settling and updated.keys().isdisjoint(plan.triggered_by):
            for key in plan.settling:
                cell = plan.channels[key].finished(cells[key]) if key in cells else UNCHANGED
                if cell is not UNCHANGED and state.put(plan, key, cell, version):
                    updated[key] = None
    state.top = version
    state.updated = tuple(updated)
