"""The plan: channels, triggers and edges by name, in the order of their declaration."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, RetryPolicy, StateGraph
from temporal_pregel.channels import (
    EphemeralValue,
    LastValueAfterFinish,
    NamedBarrierValue,
    NamedBarrierValueAfterFinish,
)
from temporal_pregel.core.plan import Plan


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def node(state: State) -> None:
    return None


def plan() -> Plan:
    graph = StateGraph(State)
    for name in ("zeta", "alpha", "mid"):
        graph.add_node(name, node)
    graph.add_node("late", node, defer=True, metadata={"owner": "ops"})
    graph.add_edge(START, "zeta").add_edge(START, "alpha").add_edge("alpha", END)
    graph.add_edge(["zeta", "alpha"], "mid").add_edge(["alpha", "mid"], "late").add_edge("mid", "late")
    return graph.compile(name="shape", interrupt_before=["mid"]).plan


def test_channels_stand_in_the_order_of_declaration() -> None:
    kinds = {key: type(channel) for key, channel in plan().channels.items()}
    assert list(kinds)[:3] == ["log", START, "__pregel_tasks"]
    assert list(kinds.items())[3:] == [
        ("branch:to:zeta", EphemeralValue),
        ("branch:to:alpha", EphemeralValue),
        ("branch:to:mid", EphemeralValue),
        ("branch:to:late", LastValueAfterFinish),
        ("join:zeta+alpha:mid", NamedBarrierValue),
        ("join:alpha+mid:late", NamedBarrierValueAfterFinish),
    ]


def test_nodes_stand_in_the_order_of_declaration_after_start() -> None:
    nodes = plan().nodes
    assert list(nodes) == [START, "zeta", "alpha", "mid", "late"]
    assert nodes["mid"].triggers == ("branch:to:mid", "join:zeta+alpha:mid")
    assert nodes["late"].defer
    assert nodes["late"].metadata == {"owner": "ops"}
    assert nodes[START].hidden


def test_edges_are_writes_of_the_node_that_they_leave() -> None:
    nodes = plan().nodes
    assert nodes[START].edges == (("branch:to:zeta", None), ("branch:to:alpha", None))
    assert nodes["alpha"].edges == (("join:zeta+alpha:mid", "alpha"), ("join:alpha+mid:late", "alpha"))
    assert nodes["mid"].edges == (("branch:to:late", None), ("join:alpha+mid:late", "mid"))


def test_its_borders_are_the_schemas_keys() -> None:
    made = plan()
    assert (made.name, made.inputs, made.outputs, made.streams) == ("shape", START, ("log",), ("log",))
    assert made.interrupt_before == ("mid",)
    root = StateGraph(list).add_node("n", lambda state: None).add_edge(START, "n").compile().plan
    assert (root.outputs, root.streams, root.nodes["n"].reads) == ("__root__", "__root__", "__root__")


def test_a_nodes_own_retries_win_over_the_default() -> None:
    one, other = RetryPolicy(max_attempts=2), RetryPolicy(max_attempts=9)
    graph: Any = (
        StateGraph(State).add_node("a", node).add_node("b", node, retry_policy=[one, other]).add_edge(START, "a")
    )
    nodes = graph.set_node_defaults(retry_policy=other).compile().plan.nodes
    assert nodes["a"].code.retry == (other,)
    assert nodes["b"].code.retry == (one, other)
