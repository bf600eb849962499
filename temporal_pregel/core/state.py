"""What a run has reached: the cells of its channels, and which of them are newer than what each node has seen.

A version is a number that counts supersteps: all channels that a superstep changed get the same new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from temporal_pregel.channels.base import MISSING
from temporal_pregel.core.plan import Plan


class State:
    """Mutable on purpose: `applying.apply` is its one writer. Copy it before you keep it.

    ``cells``: channel -> cell, without the empty ones. ``versions``: channel -> version, for all that were ever
    written. ``seen``: node -> {trigger: the version at which it last ran}. ``top``: the highest version. ``live``:
    the transient channels that hold something, as a dict for its order. ``updated``: what the last superstep made
    available. ``origin``: what the log that it is kept in has to remember of it; nobody else looks.
    """

    def __init__(
        self,
        cells: dict[str, Any],
        versions: dict[str, int],
        seen: dict[str, dict[str, int]],
        updated: Iterable[str] = (),
        live: Iterable[str] = (),
    ) -> None:
        self.cells = cells
        self.versions = versions
        self.seen = seen
        self.top = max(versions.values()) if versions else 0
        self.updated: Sequence[str] = tuple(updated) if updated else ()
        self.origin: Any = None
        self.live: dict[str, None] = dict.fromkeys(live) if live else {}

    @classmethod
    def initial(cls, plan: Plan) -> State:
        """The state before any input."""
        return cls({key: plan.channels[key].seed() for key in plan.seeded} if plan.seeded else {}, {}, {})

    @classmethod
    def restored(
        cls,
        plan: Plan,
        cells: dict[str, Any],
        versions: dict[str, int],
        seen: dict[str, dict[str, int]],
        updated: Iterable[str] = (),
    ) -> State:
        """The state that a checkpoint kept; channels that the plan has gained since start as they would in a new
        run."""
        whole = {key: plan.channels[key].seed() for key in plan.seeded if key not in cells}
        whole.update(cells)
        return cls(whole, versions, seen, updated, (key for key in whole if key in plan.transient))

    def copy(self) -> State:
        """A state that can be changed without changing this one; values are shared."""
        new = State(dict(self.cells), {}, {node: dict(triggers) for node, triggers in self.seen.items()})
        new.versions = dict(self.versions)
        new.top, new.updated, new.live, new.origin = self.top, self.updated, dict(self.live), self.origin
        return new

    def put(self, plan: Plan, key: str, cell: Any, version: int) -> bool:
        """Store a cell that a rule returned; whether the channel can now be read."""
        self.versions[key] = version
        if cell is MISSING:
            self.cells.pop(key, None)
            self.live.pop(key, None)
            return False
        self.cells[key] = cell
        if key in plan.transient:
            self.live[key] = None
            return True
        return key not in plan.covered or plan.channels[key].read(cell) is not MISSING
