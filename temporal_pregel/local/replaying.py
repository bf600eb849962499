"""Going back: running again from an earlier checkpoint of a thread.

The graph forks there: the old branch stays, and what runs now runs anew, whatever is known of it. The graphs inside
are taken back with it: each starts, once, from the last state that it had before that point, or from a checkpoint of
its own where the caller named one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from temporal_pregel.local.saving import Place, Saved

BRANCHES = ("update", "fork")
"""Sources of checkpoints that are branches of another one."""


@dataclass(slots=True)
class Replay:
    """What the graphs inside a run have to know of it.

    ``targets``: namespace -> the checkpoint that the caller named. ``root``: the namespace of the run that went back,
    ``until``: the checkpoint there before which others start, None if they don't. ``visited``: the namespaces that have
    started; they only go back once.
    """

    targets: dict[str, str]
    root: str = ""
    until: str | None = None
    visited: set[str] = field(default_factory=set)

    def start(self, place: Place) -> tuple[Place, str | None]:
        """Where a graph inside starts: a place, and a checkpoint of the root before which it has to be made."""
        if place.ns in self.visited:
            return place, None
        self.visited.add(place.ns)
        target = self.targets.get(place.ns)
        if target is not None:
            return Place(place.thread, place.ns, target), None
        return place, self.until


def replay_of(config: Mapping[str, Any], saved: Saved, *, anew: bool) -> Replay:
    """The replay that a call with ``config`` is; ``anew``: it does not just answer questions."""
    configurable = config.get("configurable", {})
    targets = dict(configurable.get("checkpoint_map") or {}) if configurable.get("checkpoint_ns") else {}
    branch = saved.source in BRANCHES and saved.parent_id is not None
    return Replay(targets, saved.place.ns, None if not anew else saved.parent_id if branch else saved.id)


def forks(saved: Saved) -> bool:
    """Whether running again from a checkpoint makes a branch. The newest one may be a branch that nobody has run
    yet."""
    return not (saved.head and saved.source in BRANCHES)
