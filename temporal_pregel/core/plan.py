"""A compiled graph: tables, made once, so that a superstep costs by what runs and never by the size of the graph.

A plan is immutable and shared by every run and thread. It knows the *structure* (channels, nodes, triggers, edges);
what a node does is in its opaque ``code``, which only `temporal_pregel.nodes` looks into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final

from temporal_pregel.channels.base import MISSING, BaseChannel
from temporal_pregel.constants import TAG_HIDDEN, TASKS
from temporal_pregel.core.ids import digest

MANY: Final = 8
"""Keys from which on reading all at once is quicker than one after the other."""

Write = tuple[str, Any]
"""A channel's name and a value for it."""


@dataclass(frozen=True, slots=True, eq=False)
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

    @property
    def hidden(self) -> bool:
        return TAG_HIDDEN in self.tags


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

    @cached_property
    def triggered_by(self) -> Mapping[str, tuple[Node, ...]]:
        """Trigger channel -> the nodes it makes run, by name."""
        index: dict[str, list[Node]] = {}
        for name in sorted(self.nodes):
            node = self.nodes[name]
            for channel in node.triggers:
                index.setdefault(channel, []).append(node)
        return {channel: tuple(nodes) for channel, nodes in index.items()}

    @cached_property
    def replaced(self) -> frozenset[str]:
        """The channels that one write replaces, and that show what they hold: nearly all that a person declares."""
        return frozenset(key for key, channel in self.channels.items() if channel.replaces and channel.plain)

    @cached_property
    def folds(self) -> Mapping[str, Callable[[Any, Sequence[Any]], Any]]:
        """Channel -> its rule for writes."""
        return {key: channel.fold for key, channel in self.channels.items()}

    @cached_property
    def seeded(self) -> tuple[str, ...]:
        """The channels that hold something before the first write."""
        return tuple(key for key, channel in self.channels.items() if channel.seed() is not MISSING)

    @cached_property
    def transient(self) -> frozenset[str]:
        """The channels that a superstep empties if it writes nothing to them."""
        return frozenset(key for key, channel in self.channels.items() if channel.transient)

    @cached_property
    def covered(self) -> frozenset[str]:
        """The channels whose cell is not what nodes see of it."""
        return frozenset(key for key, channel in self.channels.items() if not channel.plain)

    @cached_property
    def settling(self) -> tuple[str, ...]:
        """The channels that wait for the graph to come to rest."""
        return tuple(key for key, channel in self.channels.items() if channel.settles)

    @cached_property
    def untracked(self) -> frozenset[str]:
        """The channels that checkpoints leave out."""
        return frozenset(key for key, channel in self.channels.items() if not channel.tracked)

    @cached_property
    def structure(self) -> Mapping[str, Any]:
        """The plan as JSON data in a normalized order: what a history records of it."""
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
        if isinstance(keys, str):
            value = self.readable(cells, keys)
            return None if value is MISSING else value
        if not self.covered:
            if len(keys) > MANY:
                try:
                    return dict(zip(keys, _getter(keys)(cells), strict=True))
                except KeyError:  # some are empty
                    pass
            return {key: cells[key] for key in keys if key in cells}
        seen = ((key, self.readable(cells, key)) for key in keys)
        return {key: value for key, value in seen if value is not MISSING}

    @property
    def sends(self) -> bool:
        """Whether nodes of this graph may Send."""
        return TASKS in self.channels


@lru_cache(maxsize=256)
def _getter(keys: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    return itemgetter(*keys)


def _names(nodes: tuple[str, ...] | str) -> Any:
    return nodes if isinstance(nodes, str) else sorted(nodes)


def _type_name(annotation: Any) -> str:
    # repr() of a class holds its module; of anything else it is its source form. Neither holds an address.
    return getattr(annotation, "__qualname__", None) or repr(annotation)


def _reducer(channel: BaseChannel[Any, Any, Any]) -> dict[str, str]:
    operator = getattr(channel, "operator", None)
    return {"reducer": getattr(operator, "__name__", type(operator).__name__)} if operator is not None else {}
