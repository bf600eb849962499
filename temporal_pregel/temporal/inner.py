"""What graphs that a node's function invokes have done so far; it travels with the question that one of them asked.

Such a graph runs in its caller's activity, on the driver in process, with this log for a checkpointer. Every entry is
also kept as JSON. When the node runs again the entries are played into a fresh log, each namespace when its graph is
first asked for, because only then the types of its values are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.core.applying import Writer
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.local.saving import Place, Saved, error_text, tracked
from temporal_pregel.local.threads import nothing_at, performed, snapshot
from temporal_pregel.types import StateSnapshot
from temporal_pregel.wire.jsontext import dumps, loads
from temporal_pregel.wire.values import TypeRegistry

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

BARE = Plan("", {}, {}, (), (), ())
"""For entries played again: what no log keeps was left out when they were written."""


class InnerLog(InMemorySaver):
    """A log that can be sent. ``ns``: the task's; nothing outside of it is kept."""

    counts = False

    def __init__(self, types: TypeRegistry, ns: str, text: str = "") -> None:
        super().__init__()
        self._types = types
        self._ns = ns
        self._entries: dict[str, list[str]] = loads(text) if text else {}
        self._coming: dict[str, list[str]] = {ns: list(entries) for ns, entries in self._entries.items()}

    def dump(self) -> str:
        """All entries as JSON, empty if there are none."""
        return dumps(self._entries) if self._entries else ""

    # What drivers ask

    def load(self, plan: Plan, place: Place) -> Saved | None:
        self._play(plan, place)
        return super().load(plan, place)

    def append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> str | None:
        self._play(plan, place)
        applied = [
            [(writer.name, writer.triggers, list(tracked(plan, writer.writes)), writer.path) for writer in writers]
            for writers in record.applied
        ]
        self._keep(place, ["append", place.id, record.position, record.step, record.source, applied, dict(metadata)])
        return super().append(plan, place, record, state, metadata)

    def hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> None:
        self._play(plan, place)
        held = {
            key: (
                None if one.writes is None else list(tracked(plan, one.writes)),
                one.interrupts,
                one.answers,
                error_text(one.error),
            )
            for key, one in pending.items()
        }
        self._keep(place, ["hold", place.id, held])
        super().hold(plan, place, pending)

    # Inside

    def _keep(self, place: Place, entry: list[Any]) -> None:
        text = self._types.codec(Any).encode(entry, f"the graph in {place.ns}")
        self._entries.setdefault(place.ns, []).append(text)

    def _play(self, plan: Plan, place: Place) -> None:
        """Take up what came of a namespace, now that its graph is here."""
        if not place.ns.startswith(self._ns):
            raise NotImplementedError(
                "A graph compiled with checkpointer=True, invoked in a node's function, keeps its state from call to "
                "call; on Temporal only a graph that stands as a node can. Add it with add_node, or compile it without."
            )
        for channel in plan.channels.values():
            self._types.add(channel.typ)
        for text in self._coming.pop(place.ns, ()):
            kind, checkpoint, *rest = self._types.codec(Any).decode(text)
            there = Place(place.thread, place.ns, checkpoint)
            if kind == "append":
                position, step, source, applied, metadata = rest
                record = Record(
                    position,
                    step,
                    source,
                    tuple([Writer(*each) for each in writers] for writers in applied),
                )
                super().append(BARE, there, record, State({}, {}, {}), metadata)
            else:
                super().hold(BARE, there, {key: Pending(*one) for key, one in rest[0].items()})


class LookedAt(InnerLog):
    """What graphs have done so far, for those who look. ``around``: the checkpoints of all graphs around, by namespace;
    the node's activity does not know all of them. When a checkpoint was made nobody has recorded."""

    def __init__(self, types: TypeRegistry, ns: str, text: str, around: Mapping[str, str]) -> None:
        super().__init__(types, ns, text)
        self._around = around

    def load(self, plan: Plan, place: Place) -> Saved | None:
        found = super().load(plan, place)
        if found is None:
            return None
        parents = {**self._around, **found.metadata.get("parents", {})}
        return replace(found, created="", metadata={**found.metadata, "parents": parents})


def state_inside(types: TypeRegistry, app: Pregel, place: Place, text: str, around: Mapping[str, str]) -> StateSnapshot:
    """The state of a graph that a node's function calls. ``place``: its own. ``text``: what is known of it."""
    log = LookedAt(types, place.ns, text, around)
    found = log.load(app.plan, place)
    if found is None:
        return nothing_at({"configurable": {"thread_id": place.thread, "checkpoint_ns": place.ns}})
    shown: StateSnapshot = performed(log, snapshot(app, found, subgraphs=True, live=True))
    return shown
