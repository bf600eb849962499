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

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from temporal_pregel.channels.base import MISSING, UNCHANGED
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State

FOLDING = "While writes to channel '{}' were folded"
"""The note on an error of a reducer, or of a channel that refuses what was written."""


class Writer(NamedTuple):
    """What a committed task leaves behind. ``triggers`` is empty for input and for updates from outside; ``path`` is
    the task's, None where there was none."""

    name: str
    triggers: tuple[str, ...]
    writes: Sequence[Write]
    path: tuple[Any, ...] | None = None


def apply(plan: Plan, state: State, writers: Sequence[Any]) -> None:
    """Commit one superstep into ``state``; ``writers`` (see `Writer`) are sorted by task path.

    Raises:
        InvalidUpdateError: writes that do not fit their channel.
        Exception: whatever a reducer raised. Nothing of the superstep is in the state then.
    """
    cells, versions, live, transient = state.cells, state.versions, state.live, plan.transient
    version = state.top + 1
    late: Mapping[str, Sequence[Any]] | None = None
    if len(writers) == 1:
        alone = replacing(plan, writers[0].writes)
        if alone is None:
            new, late = _fold(plan, cells, _group(writers))
        else:
            new = alone
    else:
        new, late = _fold(plan, cells, _group(writers))
    bump = False
    for writer in writers:
        triggers = writer.triggers
        if triggers:
            bump = True
            seen = state.seen.get(writer.name)
            if seen is None:
                seen = state.seen[writer.name] = {}
            for trigger in triggers:
                if trigger in versions:
                    seen[trigger] = versions[trigger]
    if bump:
        if plan.covered:
            _consume(plan, state, writers, version)
        if live:
            for key in live:
                if key not in new and not (late and key in late):
                    del cells[key]
                    versions[key] = version
            state.live = live = {key: None for key in live if key in late} if late else {}
    updated: list[str] = []
    for key, cell in new.items():
        cells[key] = cell
        versions[key] = version
        updated.append(key)
        if key in transient:
            live[key] = None
    state.updated = updated
    if late:
        for key, values in late.items():
            cell = plan.folds[key](cells.get(key, MISSING), values)
            if cell is not UNCHANGED and state.put(plan, key, cell, version):
                updated.append(key)
    if bump and plan.settling and plan.triggered_by.keys().isdisjoint(updated):
        updated.extend(_settle(plan, state, version))
    state.top = version


def replacing(plan: Plan, writes: Sequence[Write]) -> dict[str, Any] | None:
    """The new cells that ``writes`` are, where each is the only one of its channel and replaces what that holds; else
    None."""
    new: dict[str, Any] = {}
    replaced = plan.replaced
    for key, value in writes:
        if key not in replaced:
            return None
        new[key] = value
    return new if len(new) == len(writes) else None


def _group(writers: Sequence[Any]) -> dict[str, list[Any]]:
    """Rule 5: what was written to each channel, in task order."""
    groups: dict[str, list[Any]] = {}
    for writer in writers:
        for key, value in writer.writes:
            if key in groups:
                groups[key].append(value)
            else:
                groups[key] = [value]
    return groups


def _fold(
    plan: Plan, cells: Mapping[str, Any], groups: Mapping[str, list[Any]]
) -> tuple[dict[str, Any], dict[str, Sequence[Any]]]:
    """The new cells, and the writes of channels that fold after they were consumed or that get no new cell.

    Users' reducers and what refuses values run here, while nothing has changed: all of a superstep counts, or nothing.
    What is no channel of the graph is dropped.
    """
    folds, covered, replaced = plan.folds, plan.covered, plan.replaced
    new: dict[str, Any] = {}
    late: dict[str, Sequence[Any]] = {}
    key = ""
    try:
        for key, values in groups.items():
            if key in covered:
                late[key] = values
            elif len(values) == 1 and key in replaced:
                new[key] = values[0]
            elif key in folds:
                cell = folds[key](cells.get(key, MISSING), values)
                if cell is MISSING or cell is UNCHANGED:
                    late[key] = values
                else:
                    new[key] = cell
    except Exception as error:
        error.add_note(FOLDING.format(key))
        raise
    return new, late


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
