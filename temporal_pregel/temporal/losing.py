"""What no checkpoint keeps, and what is therefore lost where somebody lets a run go on that has stopped: values of
untracked channels. In process the run goes on from a checkpoint; here it is still in memory, and forgets them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from temporal_pregel.constants import TASKS
from temporal_pregel.core.loop import Loop
from temporal_pregel.local.saving import tracked
from temporal_pregel.temporal.catalog import ServedGraph

if TYPE_CHECKING:
    from temporal_pregel.temporal.driving import Driver

LOSES: Final = "untracked values are lost"
"""Id of the patch: runs that had gone on before there was this rule go on without it."""


def may_lose(graph: ServedGraph) -> bool:
    """Whether the graph, or one inside, has values that no checkpoint keeps."""
    return bool(graph.plan.untracked) or any(map(may_lose, graph.inner.values()))


def lose(driver: Driver, kept: Mapping[tuple[str, ...], Loop]) -> None:
    """Forget them, in the graphs inside too. ``kept``: see `GraphRun.kept_graphs`."""
    drivers = [driver]
    for each in drivers:
        _forget(each.loop)
        drivers.extend(each.inner.values())
    for loop in kept.values():
        _forget(loop)


def _forget(loop: Loop) -> None:
    plan, cells = loop.plan, loop.state.cells
    if not plan.untracked:
        return
    for key in sorted(plan.untracked.intersection(cells)):
        del cells[key]
    if TASKS in cells:
        cells[TASKS] = [value for _, value in tracked(plan, [(TASKS, each) for each in cells[TASKS]])]
    for held in loop.pending.values():
        if held.writes is not None:
            held.writes = tracked(plan, held.writes)
