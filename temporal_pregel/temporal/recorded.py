"""A plan as a run's history keeps it, and back: the recorded structure with this worker's code.

A run keeps the structure it started with (triggers, reads, edges) while new code is deployed. What a node does, and
how a channel folds, is looked up here by name; what this worker lacks is a fault of the deployment, found when it is
needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from temporal_pregel.channels import (
    AnyValue,
    BaseChannel,
    EphemeralValue,
    LastValue,
    LastValueAfterFinish,
    NamedBarrierValue,
    NamedBarrierValueAfterFinish,
    Topic,
    UntrackedValue,
)
from temporal_pregel.constants import TAG_HIDDEN
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.failures import DeploymentFault
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.jsontext import dumps, loads
from temporal_pregel.wire.limits import digest
from temporal_pregel.wire.v1.plan_pb2 import ChannelPlan, EdgePlan, NodePlan, PlannedWrite
from temporal_pregel.wire.v1.plan_pb2 import Plan as PlanMessage
from temporal_pregel.wire.v1.value_pb2 import Value

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

SUBGRAPH = "subgraph"

_SIMPLE: Mapping[str, Any] = {
    "AnyValue": lambda saved: AnyValue(Any),
    "EphemeralValue": lambda saved: EphemeralValue(Any, guard=saved.guard),
    "LastValue": lambda saved: LastValue(Any),
    "LastValueAfterFinish": lambda saved: LastValueAfterFinish(Any),
    "NamedBarrierValue": lambda saved: NamedBarrierValue(str, set(saved.names)),
    "NamedBarrierValueAfterFinish": lambda saved: NamedBarrierValueAfterFinish(str, set(saved.names)),
    "Topic": lambda saved: Topic(Any, accumulate=saved.accumulate),
    "UntrackedValue": lambda saved: UntrackedValue(Any),
}
"""Kinds of channels that are known by their record alone."""


Limits = tuple[float | None, tuple["Limits", ...]]
"""The ``step_timeout`` of a graph, and those of the graphs that stand as its nodes."""


def to_message(app: Pregel) -> PlanMessage:
    """A graph's plan, with those of the graphs that stand as nodes. Not to be changed: it is made once."""
    return _message(app.plan, _limits(app))


def _limits(app: Pregel) -> Limits:
    """They can be set at any time, so they are no part of a plan in process."""
    inside = (node.code.subgraph for node in app.plan.nodes.values())
    return app.step_timeout, tuple(_limits(inner) for inner in inside if inner is not None)


@lru_cache(maxsize=256)
def _message(plan: Plan, limits: Limits) -> PlanMessage:
    limit, inner = limits
    message = PlanMessage(
        graph=plan.name,
        nodes=[_node(node) for node in plan.nodes.values()],
        channels=[_channel(key, channel) for key, channel in plan.channels.items()],
        edges=[edge for node in plan.nodes.values() for edge in _conditional(node)],
        input_channels=_keys(plan.inputs),
        output_channels=_keys(plan.outputs),
        interrupt_before=_keys(plan.interrupt_before),
        interrupt_after=_keys(plan.interrupt_after),
        step_timeout=limit,
    )
    nested = (node.code.subgraph for node in plan.nodes.values() if node.code.subgraph is not None)
    message.subgraphs.extend(_message(app.plan, its) for app, its in zip(nested, inner, strict=True))
    message.hash = digest(to_text(message))
    return message


def is_genuine(message: PlanMessage) -> bool:
    """Whether a plan is what `to_message` made, unchanged."""
    bare = PlanMessage()
    bare.CopyFrom(message)
    bare.ClearField("hash")
    return message.hash == digest(to_text(bare))


def restored(graph: ServedGraph, message: PlanMessage) -> ServedGraph:
    """The graph with the structure that was recorded, and this worker's code."""
    same = to_message(graph.app).hash == message.hash
    if same and not _is_limited(message):
        return graph
    inner = {}
    plans = iter(message.subgraphs)
    for saved in message.nodes:
        if saved.kind == SUBGRAPH:
            recorded = next(plans)
            if saved.name in graph.inner:
                inner[saved.name] = restored(graph.inner[saved.name], recorded)
    plan = graph.plan if same else _restored_plan(graph.plan, message)
    limit = message.step_timeout if message.HasField("step_timeout") else None
    return graph.with_plan(plan, inner, frozenset(saved.name for saved in message.nodes if saved.cached), limit)


def _is_limited(message: PlanMessage) -> bool:
    """Whether a superstep of the graph, or of one inside, may take only so long."""
    return message.HasField("step_timeout") or any(map(_is_limited, message.subgraphs))


def _restored_plan(old: Plan, message: PlanMessage) -> Plan:
    return Plan(
        name=message.graph,
        channels={saved.key: _rule(old, saved) for saved in message.channels},
        nodes={saved.name: _restored_node(old, saved) for saved in message.nodes},
        inputs=_shape(message.input_channels, old.inputs),
        outputs=_shape(message.output_channels, old.outputs),
        streams=_streams(message, old),
        interrupt_before=_breakpoints(message.interrupt_before),
        interrupt_after=_breakpoints(message.interrupt_after),
    )


def _node(node: Node) -> NodePlan:
    subgraph = node.code.subgraph
    return NodePlan(
        name=node.name,
        kind=SUBGRAPH if subgraph is not None else "",
        triggers=node.triggers,
        reads=_keys(node.reads),
        defer=node.defer,
        hidden=node.hidden,
        subgraph=subgraph.plan.name if subgraph is not None else "",
        cached=subgraph is not None and node.code.cache is not None,
        writes=[PlannedWrite(channel=key, value=Value(json=dumps(value))) for key, value in node.edges],
    )


def _conditional(node: Node) -> Iterator[EdgePlan]:
    """Where its routers may lead. No run is led by it, for a router is code: it says what the code was that the run
    started with."""
    for branch in node.code.branches:
        said = branch.structure
        if said["ends"] is None:
            yield EdgePlan(sources=[node.name], conditional=True, label=branch.name)
        else:
            for answer, end in said["ends"]:
                yield EdgePlan(sources=[node.name], target=end, conditional=True, label=f"{branch.name}: {answer}")


def _channel(key: str, channel: BaseChannel[Any, Any, Any]) -> ChannelPlan:
    operator = getattr(channel, "operator", None)
    return ChannelPlan(
        key=key,
        kind=type(channel).__name__,
        reducer=getattr(operator, "__name__", "") if operator is not None else "",
        names=sorted(getattr(channel, "names", ())),
        guard=bool(getattr(channel, "guard", False)),
        accumulate=bool(getattr(channel, "accumulate", False)),
    )


def _restored_node(old: Plan, saved: NodePlan) -> Node:
    mine = old.nodes.get(saved.name)
    bare = mine is not None and isinstance(mine.reads, str)
    reads: tuple[str, ...] | str = saved.reads[0] if bare and len(saved.reads) == 1 else tuple(saved.reads)
    edges: tuple[Write, ...] = tuple((write.channel, loads(write.value.json or "null")) for write in saved.writes)
    hidden = (TAG_HIDDEN,) if saved.hidden else ()
    return Node(
        saved.name,
        tuple(saved.triggers),
        reads,
        mine.code if mine is not None else _lacking(old.name, saved),
        edges,
        saved.defer,
        mine.tags if mine is not None else hidden,
        mine.metadata if mine is not None else {},
    )


def _lacking(graph: str, saved: NodePlan) -> NodeCode:
    """The code of a node that only other workers have: its activity is scheduled all the same, and found there."""

    def write(_result: Any) -> NoReturn:
        raise DeploymentFault(f"Graph '{graph}' on this worker has no node '{saved.name}', which the run needs.")

    return NodeCode(Calls(plain=write), write)


def _rule(old: Plan, saved: ChannelPlan) -> BaseChannel[Any, Any, Any]:
    mine = old.channels.get(saved.key)
    # A reducer may be given another name while the run lives; what it holds is told from the kind.
    if mine is not None and type(mine).__name__ == saved.kind:
        return mine if not saved.names else _SIMPLE[saved.kind](saved).named(saved.key)
    if saved.kind in _SIMPLE:
        rule: BaseChannel[Any, Any, Any] = _SIMPLE[saved.kind](saved).named(saved.key)
        return rule
    raise DeploymentFault(
        f"Graph '{old.name}' on this worker has no channel '{saved.key}' of the kind {saved.kind} "
        f"(reducer {saved.reducer or 'none'}), with which the run was started. Deploy that version, or end the run."
    )


def _streams(message: PlanMessage, old: Plan) -> tuple[str, ...] | str:
    if isinstance(old.streams, str):
        return old.streams
    recorded = [saved.key for saved in message.channels]
    gone = [key for key in recorded if key not in old.channels and ":" not in key and not key.startswith("__")]
    return (*(key for key in old.streams if key in recorded), *gone)


def _keys(keys: tuple[str, ...] | str) -> list[str]:
    return [keys] if isinstance(keys, str) else list(keys)


def _shape(keys: Any, mine: tuple[str, ...] | str) -> tuple[str, ...] | str:
    found = tuple(keys)
    return found[0] if isinstance(mine, str) and len(found) == 1 else found


def _breakpoints(nodes: Any) -> tuple[str, ...] | str:
    return "*" if list(nodes) == ["*"] else tuple(nodes)
