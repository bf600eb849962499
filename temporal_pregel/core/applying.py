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
        Exception: whatever a reducer raised. Nothing of the superstep is in the state then.
    """
    cells, versions, live, folds = state.cells, state.versions, state.live, plan.folds
    replaced, transient, covered = plan.replaced, plan.transient, plan.covered
    version = state.top + 1
    bump = False
    groups: dict[str, list[Any]] = {}
    for writer in writers:
        if writer.triggers:
            bump = True
        for key, value in writer.writes:
            if key in groups:
                groups[key].append(value)
            elif key in folds:
                groups[key] = [value]
    # Users' reducers and what refuses values come first, while nothing has changed: all of a superstep, or nothing.
    folded: dict[str, Any] = {}
    for key, values in groups.items():
        if key not in covered and (len(values) != 1 or key not in replaced):
            folded[key] = folds[key](cells.get(key, MISSING), values)
    if bump:
        for writer in writers:
            if writer.triggers:
                seen = state.seen.get(writer.name)
                if seen is None:
                    seen = state.seen[writer.name] = {}
                for trigger in writer.triggers:
                    if trigger in versions:
                        seen[trigger] = versions[trigger]
        if covered:
            _consume(plan, state, writers, version)
    emptied = [key for key in live if key not in groups] if bump and live else ()
    updated: list[str] = []
    for key, values in groups.items():
        if key in replaced and len(values) == 1:
            cells[key] = values[0]
            versions[key] = version
            updated.append(key)
            if key in transient:
                live[key] = None
        else:
            cell = folded[key] if key in folded else folds[key](cells.get(key, MISSING), values)
            if cell is not UNCHANGED and state.put(plan, key, cell, version):
                updated.append(key)
    for key in emptied:
        del cells[key], live[key]
        versions[key] = version
    if bump and plan.settling and plan.triggered_by.keys().isdisjoint(updated):
        updated.extend(_settle(plan, state, version))
    state.top = version
    state.updated = updated


def _consume(plan: Plan, state: State, writers: Sequence[Any], version: int) -> None:
    """Rule 4, for the channels that care."""
    for writer in writers:
        for trigger in writer.triggers:
            if trigger in plan.covered and trigger in state.cells:
                cell = plan.channels[trigger].consumed(state.cells[trigger])
                if cell is not UNCHANGED:
                    state.put(plan, trigger, cell, version)


def _settle(plan: Plan, state: State, version: int) -> list[str]:
    """Rule 7: the channels that can be read now that the graph has come to rest."""
    shown = []
    for key in plan.settling:
        cell = plan.channels[key].finished(state.cells[key]) if key in state.cells else UNCHANGED
        if cell is not UNCHANGED and state.put(plan, key, cell, version):
            shown.append(key)
    return shown
