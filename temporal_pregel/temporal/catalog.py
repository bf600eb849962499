"""The graphs that a worker serves, each with the codecs of its channels.

A catalog belongs to one worker (through its plugin), so that two workers in one process may serve different versions
of a graph. Workflow code gets at it through an extern function, activities through a closure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import TypedDict

from temporal_pregel.channels import (
    AnyValue,
    BaseChannel,
    BinaryOperatorAggregate,
    DeltaChannel,
    EphemeralValue,
    LastValue,
    LastValueAfterFinish,
    NamedBarrierValue,
    NamedBarrierValueAfterFinish,
    Topic,
    UntrackedValue,
)
from temporal_pregel.core.plan import Node, Plan
from temporal_pregel.errors import NodeNotFoundError
from temporal_pregel.graph.nested import declared_types
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.temporal.durable import check_durable
from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.fitting import check_fits, check_parses
from temporal_pregel.wire.records import is_record
from temporal_pregel.wire.values import Codec, TypeRegistry

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

VALUE_KINDS = (LastValue, AnyValue, EphemeralValue, UntrackedValue, BinaryOperatorAggregate)
"""Channels whose cells and writes are values of the declared type."""
PURE_KINDS = frozenset(
    (
        LastValue,
        LastValueAfterFinish,
        AnyValue,
        EphemeralValue,
        UntrackedValue,
        NamedBarrierValue,
        NamedBarrierValueAfterFinish,
        Topic,
    )
)
"""Channels without code of the user's: what they hold is the same on every replay."""


class ServedGraph:
    """A compiled graph as one side of the wire knows it: its plan, and how each channel's values read as JSON.

    ``inner``: the graphs that stand as nodes, by node.
    """

    step_timeout: float | None = None
    """Seconds that a superstep may take, in a run that has been started so."""

    def __init__(self, app: Pregel, types: Sequence[Any] = ()) -> None:
        self.app = app
        self.name = app.name
        self.plan: Plan = app.plan
        self.types = TypeRegistry(*types, *declared_types(app))
        self.any: Codec = self.types.codec(Any)
        self._writes = {key: self.types.codec(_write_type(channel)) for key, channel in self.plan.channels.items()}
        self._cells = {key: self.types.codec(_cell_type(channel)) for key, channel in self.plan.channels.items()}
        self.inner: Mapping[str, ServedGraph] = {
            name: ServedGraph(node.code.subgraph, types)
            for name, node in app.plan.nodes.items()
            if node.code.subgraph is not None
        }

        self.cached = frozenset(name for name in self.inner if app.plan.nodes[name].code.cache is not None)
        """Those of them whose node has a cache policy."""

    def with_plan(
        self, plan: Plan, inner: Mapping[str, ServedGraph], cached: frozenset[str], step_timeout: float | None
    ) -> ServedGraph:
        """The same code with another structure."""
        new = copy(self)
        new.plan, new.inner, new.cached, new.step_timeout = plan, inner, cached, step_timeout
        return new

    def write_codec(self, channel: str) -> Codec:
        """How one write to a channel reads."""
        return self._writes.get(channel, self.any)

    def cell_codec(self, channel: str) -> Codec:
        """How what a channel holds reads."""
        return self._cells.get(channel, self.any)

    def record_codec(self, channels: Iterable[str]) -> Codec:
        """How an object of several channels' values reads."""
        fields = {key: _write_type(self.plan.channels[key]) for key in channels}
        return self.types.codec(TypedDict("Values", fields))  # type: ignore[operator]

    def node(self, name: str) -> Node:
        """A node that this process has code for.

        Raises:
            NodeNotFoundError: it has none.
        """
        found = self.app.plan.nodes.get(name)
        if found is None:
            known = ", ".join(key for key in self.app.plan.nodes if not key.startswith("__"))
            raise NodeNotFoundError(
                f"Graph '{self.name}' on this worker has no node '{name}'; it has {known}. "
                "Deploy the version that the run was started with, or end the run."
            )
        return found

    def folds_by_user_code(self, channel: str) -> bool:
        """Whether what a channel holds depends on a function that ought to be pure but may not be."""
        rule = self.plan.channels.get(channel)
        return rule is not None and type(rule) not in PURE_KINDS


class Catalog:
    """Graphs by name.

    Raises:
        ValueError: two graphs of one name.
        TypeError: something that is no compiled graph.
        NotDurableError: a graph that can't be run on Temporal.
    """

    def __init__(self, graphs: Iterable[Pregel], types: Sequence[Any] = ()) -> None:
        from temporal_pregel.pregel import Pregel

        self.types = tuple(types)
        self.graphs: dict[str, ServedGraph] = {}
        for app in graphs:
            if not isinstance(app, Pregel):
                raise TypeError(f"PregelPlugin serves compiled graphs, not {type(app).__name__}: call .compile() first")
            if app.name in self.graphs:
                raise ValueError(
                    f"Two graphs are called {app.name!r}, and a run finds its graph by that name. "
                    "Give one of them another: .compile(name=…)"
                )
            check_durable(app)
            self.graphs[app.name] = ServedGraph(app, self.types)

    def find(self, name: str) -> ServedGraph | None:
        """The graph of this name, if this worker serves it."""
        return self.graphs.get(name)

    @property
    def names(self) -> str:
        """The names, for messages."""
        return ", ".join(self.graphs) or "none"

    def inside(self, name: str, path: Sequence[str]) -> ServedGraph:
        """A graph, or the one that its node ``path[0]`` is, and so on.

        Raises:
            NodeNotFoundError: this worker lacks the graph, or a node on the way.
        """
        graph = self.find(name)
        if graph is None:
            raise NodeNotFoundError(
                f"This worker does not serve the graph '{name}' (it serves: {self.names}). "
                "Start a worker that does; the run goes on there."
            )
        for node in path:
            inner = graph.inner.get(node)
            if inner is None:
                raise NodeNotFoundError(f"Node '{node}' of graph '{graph.name}' is no subgraph on this worker.")
            graph = inner
        return graph


REPLACED: Final = (LastValue, AnyValue, UntrackedValue, EphemeralValue)
"""Channels that hold what was written to them, so that it ought to be of their type. What a reducer takes may be
anything."""


def check_input(graph: ServedGraph, given: Any) -> None:
    """Look at a run's input, key by key.

    Raises:
        UndecodableValue: a value that is not of its key's declared type.
    """
    if not isinstance(given, dict):
        return
    parsed = is_record(graph.app.input_schema_type)
    for key, value in given.items():
        channel = graph.plan.channels.get(key) if isinstance(key, str) else None
        if type(channel) not in REPLACED or channel is None:
            continue
        try:
            if parsed:
                check_parses(value, graph.types.adapter(channel.typ))
            else:
                check_fits(value, channel.typ)
        except UndecodableValue as error:
            error.within(key)
            raise


def reads_of(node: Node) -> tuple[str, ...]:
    """The channels that a node or one of its routers reads, in the order of their declaration."""
    code: NodeCode = node.code
    keys = dict.fromkeys(_keys(node.reads))
    for branch in code.branches:
        keys.update(dict.fromkeys(_keys(branch.reads)))
    return tuple(keys)


def routed_reads(node: Node) -> tuple[str, ...]:
    """The channels that a node's routers read."""
    return tuple(dict.fromkeys(key for branch in node.code.branches for key in _keys(branch.reads)))


def _keys(reads: tuple[str, ...] | str) -> tuple[str, ...]:
    return (reads,) if isinstance(reads, str) else reads


def _write_type(channel: BaseChannel[Any, Any, Any]) -> Any:
    return channel.typ if isinstance(channel, (*VALUE_KINDS, LastValueAfterFinish)) else Any


def _cell_type(channel: BaseChannel[Any, Any, Any]) -> Any:
    return channel.typ if isinstance(channel, (*VALUE_KINDS, DeltaChannel)) else Any
