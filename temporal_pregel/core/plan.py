"""A compiled graph: tables, made once, so that a superstep costs by what runs and never by the size of the graph.

A plan is immutable and shared by every run and thread. It knows the *structure* (channels, nodes, triggers, edges);
what a node does is in its opaque ``code``, which only `temporal_pregel.nodes` looks into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Final

from temporal_pregel.channels.base import MISSING, BaseChannel
from temporal_pregel.constants import PULL, START, TAG_HIDDEN, TASKS, trigger_channel
from temporal_pregel.core.ids import digest

MANY: Final = 8
"""Keys up to which reading one after the other is quicker than all at once."""

Write = tuple[str, Any]
"""A channel's name and a value for it."""

View = Callable[[Mapping[str, Any]], Any]
"""Takes cells."""


def made_again(value: Any) -> tuple[Any, ...]:
    """The answer of ``__reduce__`` for a dataclass: make it anew of what it was made of. Pickle's own way looks for
    attributes where compiled classes keep none; and what was derived need not travel."""
    return type(value), tuple(getattr(value, each.name) for each in fields(value) if each.init)


@dataclass(frozen=True, eq=False)
class Node:
    """A vertex.

    ``triggers``: channels of which any makes it run. ``reads``: the channels of its input; a plain string for a node
    whose input is one channel's bare value. ``edges``: what its static edges write when it has run. ``writable``: the
    channels that its updates may name, None for any. ``code``: what it does, for `temporal_pregel.nodes`.
    """

    name: str
    triggers: tuple[str, ...]
    reads: tuple[str, ...] | str
    code: Any
    edges: tuple[Write, ...] = ()
    defer: bool = False
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    passes: Callable[[Any], list[Write]] | None = None
    """What it writes, where it only passes on what it reads and runs no user's code."""
    path: tuple[str, str] = field(init=False)
    """Where its tasks come from that an edge triggers."""
    hidden: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", (PULL, self.name))
        object.__setattr__(self, "hidden", TAG_HIDDEN in self.tags)

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again(self)


@dataclass(frozen=True, eq=False)
class Plan:
    """Channels by key, nodes by name (both in the order of their declaration), and what a caller writes and reads.

    ``inputs``: the channel that takes a run's input (a string), or the channels that its keys name. ``outputs`` and
    ``streams``: what ``invoke`` returns and what the ``values`` stream shows; a string for one channel's bare value.
    """

    name: str
    channels: Mapping[str, BaseChannel[Any, Any, Any]]
    nodes: Mapping[str, Node]
    inputs: str | tuple[str, ...]
    outputs: str | tuple[str, ...]
    streams: str | tuple[str, ...]
    interrupt_before: tuple[str, ...] | str = ()
    interrupt_after: tuple[str, ...] | str = ()

    # Indices, made with the plan: what a superstep asks for is an attribute.
    triggered_by: Mapping[str, tuple[Node, ...]] = field(init=False, repr=False)
    """Trigger channel -> the nodes it makes run, by name."""
    places: Mapping[str, int] = field(init=False, repr=False)
    """Node -> its place in the order of their declaration."""
    replaced: frozenset[str] = field(init=False, repr=False)
    """The channels that one write replaces, and that show what they hold: nearly all that a person declares."""
    folds: Mapping[str, Callable[[Any, Sequence[Any]], Any]] = field(init=False, repr=False)
    """Channel -> its rule for writes."""
    seeded: tuple[str, ...] = field(init=False, repr=False)
    """The channels that hold something before the first write."""
    transient: frozenset[str] = field(init=False, repr=False)
    """The channels that a superstep empties if it writes nothing to them."""
    covered: frozenset[str] = field(init=False, repr=False)
    """The channels whose cell is not what nodes see of it."""
    fading: frozenset[str] = field(init=False, repr=False)
    """The transient ones among ``outputs``: a run gives back what they held when an output was last written."""
    settling: tuple[str, ...] = field(init=False, repr=False)
    """The channels that wait for the graph to come to rest."""
    untracked: frozenset[str] = field(init=False, repr=False)
    """The channels that checkpoints leave out."""
    deltas: tuple[str, ...] = field(init=False, repr=False)
    """The channels of which savers of whole states keep the writes."""
    prepares: Mapping[str, Callable[[Any], Any]] = field(init=False, repr=False)
    """Channel -> what is to be done with a value before it is written."""
    shown: frozenset[str] = field(init=False, repr=False)
    """The channels of ``streams``."""
    entry: Node | None = field(init=False, repr=False)
    """The node that only passes the input on, where no other one reads it."""
    gotos: Mapping[str, Write] = field(init=False, repr=False)
    """Node -> the write that makes it run."""
    views: Mapping[tuple[str, ...] | str, View] = field(init=False, repr=False)
    """Keys -> a function of the cells that gives what is to be seen of these keys, see `view`."""

    def __post_init__(self) -> None:
        channels = self.channels
        if self.streams == self.outputs:
            object.__setattr__(self, "streams", self.outputs)  # so that it is seen by looking which one it is
        covered = frozenset(key for key, channel in channels.items() if not channel.plain)
        indices = {
            "triggered_by": _by_trigger(self.nodes),
            "places": {name: place for place, name in enumerate(self.nodes)},
            "replaced": frozenset(key for key, channel in channels.items() if channel.replaces and channel.plain),
            "folds": {key: channel.fold for key, channel in channels.items()},
            "seeded": tuple(key for key, channel in channels.items() if channel.seed() is not MISSING),
            "transient": frozenset(key for key, channel in channels.items() if channel.transient),
            "covered": covered,
            "fading": frozenset(
                key
                for key in ((self.outputs,) if isinstance(self.outputs, str) else self.outputs)
                if key in channels and channels[key].transient
            ),
            "settling": tuple(key for key, channel in channels.items() if channel.settles),
            "untracked": frozenset(key for key, channel in channels.items() if not channel.tracked),
            "deltas": tuple(key for key, channel in channels.items() if channel.deltas),
            "prepares": {key: hook for key, channel in channels.items() if (hook := channel.prepare) is not None},
            "shown": frozenset((self.streams,) if isinstance(self.streams, str) else self.streams),
            "entry": _entry(self),
            "gotos": {name: (trigger_channel(name), None) for name in self.nodes if name != START},
            "views": _Views(channels, covered),
        }
        for name, index in indices.items():
            object.__setattr__(self, name, index)

    def __reduce__(self) -> tuple[Any, ...]:
        return made_again(self)

    @cached_property
    def structure(self) -> Mapping[str, Any]:
        """The plan as JSON data in a normalized order, with what the nodes' code says of itself: conditional edges, and
        the graphs that stand as nodes."""
        return {
            "name": self.name,
            "channels": [
                {"key": key, "kind": type(channel).__name__, "type": _type_name(channel.typ), **_reducer(channel)}
                for key, channel in sorted(self.channels.items())
            ],
            "nodes": [
                {
                    "name": node.name,
                    "triggers": list(node.triggers),
                    "reads": node.reads if isinstance(node.reads, str) else list(node.reads),
                    "edges": [[channel, value] for channel, value in node.edges],
                    **({"defer": True} if node.defer else {}),
                    **getattr(node.code, "structure", {}),
                }
                for _, node in sorted(self.nodes.items())
            ],
            "inputs": self.inputs if isinstance(self.inputs, str) else list(self.inputs),
            "outputs": self.outputs if isinstance(self.outputs, str) else list(self.outputs),
            "interrupt_before": _names(self.interrupt_before),
            "interrupt_after": _names(self.interrupt_after),
        }

    @cached_property
    def hash(self) -> str:
        """32 hex digits that change when the structure does."""
        import json

        return digest(json.dumps(self.structure, sort_keys=True, separators=(",", ":")))

    def readable(self, cells: Mapping[str, Any], key: str) -> Any:
        """What a node sees of a channel, `MISSING` while there is nothing to see."""
        cell = cells.get(key, MISSING)
        return self.channels[key].read(cell) if key in self.covered and cell is not MISSING else cell

    def view(self, cells: Mapping[str, Any], keys: tuple[str, ...] | str) -> Any:
        """The available channels among ``keys`` as a dict; a single key gives its bare value, None while missing."""
        return self.views[keys](cells)

    @property
    def sends(self) -> bool:
        """Whether nodes of this graph may Send."""
        return TASKS in self.channels


class _Views(dict[tuple[str, ...] | str, View]):
    """Makes each view when it is first asked for."""

    def __init__(self, channels: Mapping[str, BaseChannel[Any, Any, Any]], covered: frozenset[str]) -> None:
        super().__init__()
        self._channels, self._covered = channels, covered

    def __missing__(self, keys: tuple[str, ...] | str) -> View:
        view = self[keys] = self._bare(keys) if isinstance(keys, str) else self._fields(keys)
        return view

    def _bare(self, key: str) -> View:
        if key not in self._covered:
            return lambda cells: cells.get(key)
        read = self._channels[key].read

        def covered(cells: Mapping[str, Any]) -> Any:
            value = read(cells[key]) if key in cells else MISSING
            return None if value is MISSING else value

        return covered

    def _fields(self, keys: tuple[str, ...]) -> View:
        # Written out as loops: a comprehension costs as much as five keys.
        def plain(cells: Mapping[str, Any]) -> dict[str, Any]:
            seen = {}
            for key in keys:
                if key in cells:
                    seen[key] = cells[key]
            return seen

        if not self._covered.isdisjoint(keys):
            rules = tuple((key, self._channels[key].read) for key in keys)

            def covered(cells: Mapping[str, Any]) -> dict[str, Any]:
                seen = {}
                for key, read in rules:
                    if key in cells and (value := read(cells[key])) is not MISSING:
                        seen[key] = value
                return seen

            return covered
        if len(keys) <= MANY:
            return plain
        order = dict.fromkeys(keys)

        def many(cells: Mapping[str, Any]) -> dict[str, Any]:
            seen = {**order, **cells}
            if len(seen) != len(cells):  # some are empty
                return plain(cells)
            for _ in range(len(seen) - len(order)):  # what is not asked for comes last
                seen.popitem()
            return seen

        return many


def _entry(plan: Plan) -> Node | None:
    start = plan.nodes.get(START)
    alone = start is not None and start.passes is not None and plan.inputs == START == start.reads
    return start if alone and plan.interrupt_before == plan.interrupt_after == () else None


def _by_trigger(nodes: Mapping[str, Node]) -> dict[str, tuple[Node, ...]]:
    index: dict[str, list[Node]] = {}
    for name in sorted(nodes):
        for channel in nodes[name].triggers:
            index.setdefault(channel, []).append(nodes[name])
    return {channel: tuple(found) for channel, found in index.items()}


def _names(nodes: tuple[str, ...] | str) -> Any:
    return nodes if isinstance(nodes, str) else sorted(nodes)


def _type_name(annotation: Any) -> str:
    # repr() of a class holds its module; of anything else it is its source form. Neither holds an address.
    return getattr(annotation, "__qualname__", None) or repr(annotation)


def _reducer(channel: BaseChannel[Any, Any, Any]) -> dict[str, str]:
    operator = getattr(channel, "operator", None)
    return {"reducer": getattr(operator, "__name__", type(operator).__name__)} if operator is not None else {}
