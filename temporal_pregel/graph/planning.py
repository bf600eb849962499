"""A builder as a plan. Channels, nodes and edges keep the order of their declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.channels.base import BaseChannel
from temporal_pregel.channels.ephemeral_value import EphemeralValue
from temporal_pregel.channels.last_value import LastValueAfterFinish
from temporal_pregel.channels.named_barrier_value import NamedBarrierValue, NamedBarrierValueAfterFinish
from temporal_pregel.channels.topic import Topic
from temporal_pregel.constants import (
    DEFAULT_HANDLER,
    END,
    HANDLER_PREFIX,
    ROOT,
    START,
    TAG_HIDDEN,
    TASKS,
    trigger_channel,
)
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.graph.schema import Rule, mapper_of
from temporal_pregel.nodes.branches import Branch
from temporal_pregel.nodes.caching import node_cache
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.calls import is_runnable
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.messages import preparing
from temporal_pregel.nodes.stopping import check_stoppable
from temporal_pregel.nodes.writers import Writer, root_writer, state_writer
from temporal_pregel.types import RetryPolicy, Send

if TYPE_CHECKING:
    from temporal_pregel.graph.declared import BranchSpec, StateNodeSpec
    from temporal_pregel.graph.state import StateGraph
    from temporal_pregel.pregel import Pregel

Reads = tuple[str, ...] | str


def make_plan(builder: StateGraph[Any], name: str, before: tuple[str, ...] | str, after: tuple[str, ...] | str) -> Plan:
    """The plan of a builder that has been validated."""
    return Planning(builder).plan(name, before, after)


def join_channel(starts: Sequence[str], end: str) -> str:
    """The channel in which ``end`` waits for all of ``starts``."""
    return f"join:{'+'.join(starts)}:{end}"


class Planning:
    """One compilation. Everything that several nodes share (readers, writers, mappers) is made once."""

    def __init__(self, builder: StateGraph[Any]) -> None:
        self.builder = builder
        self.reads = {schema: _reads(rules) for schema, rules in builder.schemas.items()}
        self.mappers = {schema: None if self.reads[schema] == ROOT else mapper_of(schema) for schema in builder.schemas}
        self.managed = {schema: _managed(rules) for schema, rules in builder.schemas.items()}
        self.write = _writer(builder.channels, builder.nodes)
        self.edges: dict[str, list[Write]] = {}
        self.joins: dict[str, list[str]] = {}

    def plan(self, name: str, before: tuple[str, ...] | str, after: tuple[str, ...] | str) -> Plan:
        builder = self.builder
        channels: dict[str, BaseChannel[Any, Any, Any]] = dict(builder.channels)
        start = EphemeralValue(builder.input_schema).named(START)
        channels[START] = start
        channels[TASKS] = Topic(Send).named(TASKS)
        for key, spec in builder.nodes.items():
            channel = trigger_channel(key)
            kind = LastValueAfterFinish(Any) if spec.defer else EphemeralValue(Any, guard=False)
            channels[channel] = kind.named(channel)
        for start_key, end in builder.edges:
            if end != END:
                self.edges.setdefault(start_key, []).append((trigger_channel(end), None))
        for starts, end in builder.waiting_edges:
            if end == END:
                continue
            channel = join_channel(starts, end)
            barrier = NamedBarrierValueAfterFinish if builder.nodes[end].defer else NamedBarrierValue
            channels[channel] = barrier(str, set(starts)).named(channel)
            self.joins.setdefault(end, []).append(channel)
            for start_key in starts:
                self.edges.setdefault(start_key, []).append((channel, start_key))
        nodes = {START: self.start_node()}
        for key, spec in builder.nodes.items():
            nodes[key] = self.node(spec)
        shown = tuple(builder.channels)
        return Plan(
            name=name,
            channels=channels,
            nodes=nodes,
            inputs=START,
            outputs=self.reads[builder.output_schema],
            streams=ROOT if shown == (ROOT,) else shown,
            interrupt_before=before,
            interrupt_after=after,
        )

    def start_node(self) -> Node:
        """The node that takes the input in, as updates of the keys of the input schema."""
        reads = self.reads[self.builder.input_schema]
        branches = self.branches(START, self.builder.state_schema)
        taken = {key: self.builder.channels[key] for key in ((ROOT,) if reads == ROOT else reads)}
        write = _writer(taken, self.builder.nodes)
        code = NodeCode(calls=Calls(plain=_as_it_is), write=write, branches=branches, instant=not branches)
        edges, passes = tuple(self.edges.get(START, ())), None if branches else write
        return Node(START, (START,), START, code, edges, tags=(TAG_HIDDEN,), passes=passes)

    def node(self, spec: StateNodeSpec) -> Node:
        name, schema = spec.name, spec.input_schema
        defaults = self.builder.defaults
        retry = spec.retry_policy if spec.retry_policy is not None else defaults.retry_policy
        timeout = spec.timeout or defaults.timeout
        if timeout is not None:
            check_stoppable(name, spec.action)
        code = NodeCode(
            calls=spec.calls,
            write=self.write,
            mapper=self.mappers[schema],
            branches=self.branches(name, schema),
            retry=() if retry is None else (retry,) if isinstance(retry, RetryPolicy) else tuple(retry),
            managed=self.managed[schema],
            subgraph=as_graph(spec.action),
            handler=spec.error_handler or defaults.error_handler,
            handled_by=DEFAULT_HANDLER if spec.error_handler is None else HANDLER_PREFIX + name,
            timeout=timeout,
            cache=node_cache(spec.cache_policy or defaults.cache_policy, spec.action, name),
            ends=tuple(spec.ends),
            trace=spec.trace_policy,
        )
        return Node(
            name,
            (trigger_channel(name), *self.joins.get(name, ())),
            self.reads[schema],
            code,
            tuple(self.edges.get(name, ())),
            spec.defer,
            metadata=dict(spec.metadata or {}),
        )

    def branches(self, source: str, schema: Any) -> tuple[Branch, ...]:
        """The conditional edges of ``source``; those without a schema of their own read ``schema``."""
        held = self.builder.branches.get(source)
        return tuple(self.branch(name, spec, schema) for name, spec in held.items()) if held else ()

    def branch(self, name: str, spec: BranchSpec, schema: Any) -> Branch:
        own = spec.input_schema
        schema = schema if own is None else own
        return Branch(
            name,
            spec.calls,
            spec.ends,
            self.reads[schema],
            self.mappers[schema],
            managed=self.managed[schema],
            sees_result=own is None and self.mappers[schema] is None,
            traced_as=_traced_as(spec.path),
        )


def as_graph(action: Any) -> Pregel | None:
    """``action``, if it is a graph."""
    from temporal_pregel.pregel import Pregel

    return action if isinstance(action, Pregel) else None


def _traced_as(router: Any) -> str | None:
    """The name under which handlers hear of a router; that of one without a name of its own is LangGraph's."""
    if is_runnable(router):
        return None
    name: str = getattr(router, "__name__", "<lambda>")
    return "RunnableCallable" if name == "<lambda>" else name


def _as_it_is(value: Any) -> Any:
    return value


def _reads(rules: Mapping[str, Rule]) -> Reads:
    keys = tuple(key for key, rule in rules.items() if not isinstance(rule, type))
    return ROOT if keys == (ROOT,) else keys


def _managed(rules: Mapping[str, Rule]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple((key, rule.get) for key, rule in rules.items() if isinstance(rule, type))


def _writer(channels: Mapping[str, BaseChannel[Any, Any, Any]], nodes: Mapping[str, Any]) -> Writer:
    known = frozenset(nodes)
    write = root_writer(known) if tuple(channels) == (ROOT,) else state_writer(channels, known)
    hooks = {key: hook for key, channel in channels.items() if (hook := channel.prepare) is not None}
    return preparing(write, hooks) if hooks else write
