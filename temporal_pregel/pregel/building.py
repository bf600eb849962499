"""Graphs said in channels: nodes that subscribe to some and write to others, without a state that they share.

plus_one = NodeBuilder().subscribe_only("input").do(lambda x: x + 1).write_to("output")
app = Pregel(
    nodes={"plus_one": plus_one},
    channels={"input": LastValue(int), "output": LastValue(int)},
    input_channels="input",
    output_channels="output",
)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, NamedTuple, Self

from temporal_pregel.channels.base import BaseChannel
from temporal_pregel.channels.topic import Topic
from temporal_pregel.constants import TASKS
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.graph.declared import runnable_action
from temporal_pregel.graph.planning import as_graph
from temporal_pregel.graph.validation import breakpoints, graph_name
from temporal_pregel.nodes.caching import node_cache
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.calls import compile_call
from temporal_pregel.nodes.chains import chained
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.stopping import check_stoppable
from temporal_pregel.nodes.writers import warning_writer
from temporal_pregel.types import RetryPolicy, Send, TimeoutPolicy

PASSED: Final = object()
"""Stands for what the node returned."""


@dataclass(frozen=True, slots=True)
class ChannelWriteEntry:
    """A write of a node: ``value``, or what the node returned, through ``mapper``; with ``skip_none``, not if that is
    None."""

    channel: str
    value: Any = PASSED
    skip_none: bool = False
    mapper: Callable[[Any], Any] | None = None

    def write(self, result: Any) -> Iterable[Write]:
        """The write that ``result`` leads to, if any."""
        value = result if self.value is PASSED else self.value
        if self.mapper is not None:
            value = self.mapper(value)
        if value is not None or not self.skip_none:
            yield self.channel, value


class Keys(dict[str, Any]):
    """A schema of several channels: key -> annotation."""

    __hash__ = object.__hash__  # type: ignore[assignment]


class NodeBuilder:
    """A node, said step by step; every method but `build` returns the builder."""

    def __init__(self) -> None:
        self._reads: list[str] | str | None = None
        self._triggers: list[str] = []
        self._actions: list[Any] = []
        self._writes: list[ChannelWriteEntry] = []
        self._tags: list[str] = []
        self._metadata: dict[str, Any] = {}
        self._retry: list[RetryPolicy] = []
        self._cache: Any = None
        self._timeout: TimeoutPolicy | None = None

    def subscribe_only(self, channel: str) -> Self:
        """Run when ``channel`` is written to, with its bare value as input.

        Raises:
            ValueError: other channels are subscribed to.
        """
        if self._reads is not None:
            raise ValueError(f"Can't subscribe only to {channel!r}: the node already reads {self._reads!r}")
        self._reads = channel
        self._triggers.append(channel)
        return self

    def subscribe_to(self, *channels: str, read: bool = True) -> Self:
        """Run when any of ``channels`` is written to; with ``read``, they are keys of the input.

        Raises:
            ValueError: the node reads the bare value of one channel.
        """
        fields = self._fields(channels)
        if read:
            fields.extend(channel for channel in channels if channel not in fields)
        self._triggers.extend(channel for channel in channels if channel not in self._triggers)
        return self

    def read_from(self, *channels: str) -> Self:
        """Make ``channels`` keys of the input, without running when they change.

        Raises:
            ValueError: the node reads the bare value of one channel.
        """
        fields = self._fields(channels)
        fields.extend(channel for channel in channels if channel not in fields)
        return self

    def _fields(self, more: Sequence[str]) -> list[str]:
        if isinstance(self._reads, str):
            raise ValueError(
                f"Can't add {', '.join(more)}: the node's input is the bare value of {self._reads!r} "
                "(subscribe_only). Use subscribe_to for all of them."
            )
        if self._reads is None:
            self._reads = []
        return self._reads

    def do(self, node: Any) -> Self:
        """Call ``node``, a function, runnable or graph, with the input, or with what the one before returned."""
        self._actions.append(runnable_action("a node", node))
        return self

    def write_to(self, *channels: str | ChannelWriteEntry, **fields: Any) -> Self:
        """Write what the node returns to ``channels``; to each of ``fields`` its value, or what its function makes of
        what the node returns."""
        self._writes += [item if isinstance(item, ChannelWriteEntry) else ChannelWriteEntry(item) for item in channels]
        for key, value in fields.items():
            self._writes.append(
                ChannelWriteEntry(key, mapper=value) if callable(value) else ChannelWriteEntry(key, value)
            )
        return self

    def meta(self, *tags: str, **metadata: Any) -> Self:
        """Add tags and metadata, for callbacks and for the node's config."""
        self._tags += tags
        self._metadata.update(metadata)
        return self

    def add_retry_policies(self, *policies: RetryPolicy) -> Self:
        """Try the node again as the first of all policies says that covers its error."""
        self._retry += policies
        return self

    def add_cache_policy(self, policy: Any) -> Self:
        """Keep what the node writes, and don't run it for the same input as long as that is kept."""
        self._cache = policy
        return self

    def set_timeout(self, timeout: float | timedelta | TimeoutPolicy | None) -> Self:
        """Limit how long one attempt may take; only for async code.

        Raises:
            ValueError: it is not above zero.
        """
        self._timeout = TimeoutPolicy.of(timeout)
        return self

    def build(self, name: str = "", retry: Sequence[RetryPolicy] = (), cache: Any = None) -> Node:
        """The node; ``retry`` and ``cache`` are what it gets if it has none of its own. One without a name gets it,
        and these, from the graph that it is given to.

        Raises:
            ValueError: it has a timeout, and code that can't be stopped.
        """
        if self._timeout is not None:
            for action in self._actions:
                check_stoppable(name, action)
        actions = [compile_call(action) for action in self._actions]
        code = NodeCode(
            calls=chained(actions) if actions else Calls(plain=_as_it_is),
            write=_writer(tuple(self._writes)),
            retry=tuple(self._retry) or tuple(retry),
            cache=node_cache(self._cache or cache, self._actions[0] if self._actions else None, name),
            timeout=self._timeout,
            subgraph=as_graph(self._actions[0]) if len(self._actions) == 1 else None,
            writes_to=tuple(dict.fromkeys(entry.channel for entry in self._writes)),
        )
        reads = self._reads if isinstance(self._reads, str) else tuple(self._reads or ())
        return Node(name, tuple(self._triggers), reads, code, tags=tuple(self._tags), metadata=dict(self._metadata))


def _as_it_is(value: Any) -> Any:
    return value


def _writer(entries: tuple[ChannelWriteEntry, ...]) -> Callable[[Any], list[Write]]:
    if len(entries) == 1 and entries[0] == ChannelWriteEntry(entries[0].channel):
        channel = entries[0].channel
        return lambda result: [(channel, result)]
    return lambda result: [write for entry in entries for write in entry.write(result)]


def _built(node: NodeBuilder | Node, name: str, retry: Sequence[RetryPolicy], cache: Any) -> Node:
    """The node of this name. One that was built without knowing its graph gets what it lacks.

    Raises:
        TypeError: it is none.
    """
    if isinstance(node, NodeBuilder):
        return node.build(name, retry, cache)
    if not isinstance(node, Node):
        raise TypeError(f"Node {name!r} is a {type(node).__name__}; expected a NodeBuilder, or what one builds")
    code: NodeCode = node.code
    kept = code.cache
    if kept is not None:
        kept = kept._replace(namespace=(*kept.namespace[:-1], name))
    else:
        kept = node_cache(cache, code.subgraph or code.calls.plain or code.calls.sync or code.calls.coro, name)
    return replace(node, name=name, code=replace(code, retry=code.retry or tuple(retry), cache=kept))


def _checked(node: Node, channels: Mapping[str, Any]) -> Node:
    """``node``; one that warns when it writes to what is none of ``channels``, if it does."""
    code: NodeCode = node.code
    unknown = [key for key in code.writes_to if key not in channels]
    if not unknown:
        return node
    return replace(node, code=replace(code, write=warning_writer(code.write, unknown)))


class Declared(NamedTuple):
    """A graph that was said in channels."""

    plan: Plan
    input_schema: Any
    output_schema: Any


@dataclass(kw_only=True, slots=True)
class Declaration:
    """What `Pregel` is given in place of a plan.

    ``nodes``: builders, or what they build, by name. ``channels`` by key. ``input_channels`` and ``output_channels``:
    what a caller gives and gets; one key for its bare value. ``stream_channels``: what the ``values`` stream shows, all
    if it is left out. ``retry_policy``, ``cache_policy``: for the nodes that have none.
    """

    nodes: Mapping[str, NodeBuilder | Node]
    channels: Mapping[str, BaseChannel[Any, Any, Any]]
    input_channels: str | Sequence[str]
    output_channels: str | Sequence[str]
    stream_channels: str | Sequence[str] | None = None
    interrupt_before_nodes: Sequence[str] | str = ()
    interrupt_after_nodes: Sequence[str] | str = ()
    retry_policy: RetryPolicy | Sequence[RetryPolicy] = ()
    cache_policy: Any = None
    name: str = "LangGraph"
    auto_validate: bool = True
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = tuple(self.channels)

    def declared(self) -> Declared:
        """The graph.

        Raises:
            ValueError: a channel or a node is named that is not there; a name is reserved; nothing reads an input.
        """
        channels = {key: channel.named(key) for key, channel in self.channels.items()}
        if TASKS in channels:
            raise ValueError(f"Channel {TASKS!r} is reserved")
        retry = (self.retry_policy,) if isinstance(self.retry_policy, RetryPolicy) else tuple(self.retry_policy)
        shown = self.keys if self.stream_channels is None else _several(self.stream_channels)
        plan = Plan(
            name=graph_name(self.name),
            channels={**channels, TASKS: Topic(Send).named(TASKS)},
            nodes={
                name: _checked(_built(node, name, retry, self.cache_policy), channels)
                for name, node in self.nodes.items()
            },
            inputs=_several(self.input_channels),
            outputs=_several(self.output_channels),
            streams=shown,
            interrupt_before=breakpoints("interrupt_before_nodes", self.interrupt_before_nodes),
            interrupt_after=breakpoints("interrupt_after_nodes", self.interrupt_after_nodes),
        )
        if self.auto_validate:
            check(plan)
        return Declared(
            plan,
            _schema(channels, plan.inputs, "UpdateType"),
            _schema(channels, plan.outputs, "ValueType"),
        )


def check(plan: Plan) -> None:
    """Refuse a graph that could not run.

    Raises:
        ValueError: a channel or a node is named that is not there; nothing reads an input.
    """
    for kind, named in (("Input", plan.inputs), ("Output", plan.outputs), ("Stream", plan.streams)):
        _known(plan, f"{kind} channel", _keys(named))
    for node in plan.nodes.values():
        _known(plan, f"Node {node.name} reads channel", _keys(node.reads))
        _known(plan, f"Node {node.name} subscribes to channel", node.triggers)
    if not any(key in plan.triggered_by for key in _keys(plan.inputs)):
        raise ValueError(f"Input channel {', '.join(_keys(plan.inputs))} is not subscribed to by any node")
    for names in (plan.interrupt_before, plan.interrupt_after):
        unknown = [name for name in _keys(names) if name != "*" and name not in plan.nodes]
        if unknown:
            raise ValueError(f"Breakpoint at {unknown[0]!r}: node {unknown[0]} is not in nodes")


def _known(plan: Plan, what: str, named: Iterable[str]) -> None:
    for key in named:
        if key not in plan.channels:
            known = ", ".join(map(repr, sorted(plan.channels.keys() - {TASKS})))
            raise ValueError(f"{what} {key!r} is not in known channels: {known}")


def _several(keys: str | Sequence[str]) -> str | tuple[str, ...]:
    return keys if isinstance(keys, str) else tuple(keys)


def _keys(named: str | tuple[str, ...]) -> tuple[str, ...]:
    return (named,) if isinstance(named, str) else named


def _schema(channels: Mapping[str, Any], keys: str | tuple[str, ...], face: str) -> Any:
    if isinstance(keys, str):
        return getattr(channels[keys], face) if keys in channels else Any
    return Keys({key: getattr(channels[key], face) for key in keys if key in channels})


def declared(given: dict[str, Any]) -> Declared:
    """The graph that the keywords in ``given`` say, which are taken out of it.

    Raises:
        TypeError: nodes or channels are missing.
        ValueError: they do not fit together, see `Declaration.declared`.
    """
    known = {name: given.pop(name) for name in Declaration.__dataclass_fields__ if name in given}
    missing = [name for name in ("nodes", "channels", "input_channels", "output_channels") if name not in known]
    if missing:
        raise TypeError(f"Pregel needs {', '.join(missing)}")
    return Declaration(**known).declared()
