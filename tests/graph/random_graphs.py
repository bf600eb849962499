"""Graphs drawn from a seed, the same in every process."""

from __future__ import annotations

import operator
from random import Random
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, StateGraph
from temporal_pregel.core.plan import Plan


class State(TypedDict):
    log: Annotated[list[str], operator.add]
    text: str
    other: int


def node(state: State) -> None:
    return None


def calls(seed: int) -> list[str]:
    """The names of the nodes of the graph."""
    draw = Random(seed)
    return [f"{draw.choice('azkqx')}{place}" for place in range(draw.randint(1, 7))]


def build(seed: int, graph: Any = None, *, defer: bool = True) -> Any:
    """A builder with nodes, edges, joins and conditional edges; ``graph``: an empty builder of the same API."""
    draw = Random(seed)
    names = calls(seed)
    graph = StateGraph(State) if graph is None else graph
    for name in names:
        graph.add_node(name, node, defer=defer and draw.random() < 0.2)
    graph.add_edge(START, draw.choice(names))
    for _ in range(draw.randint(0, 2 * len(names))):
        kind, start, end = draw.random(), draw.choice(names), draw.choice([*names, END])
        if kind < 0.5:
            graph.add_edge(start, end)
        elif kind < 0.8 and not graph.branches.get(start):
            other = draw.choice(names)
            graph.add_conditional_edges(start, lambda state: END, draw.choice([[end], {"yes": end, "no": other}]))
        elif len(names) > 2 and end != END:
            graph.add_edge([name for name in draw.sample(names, 2) if name != end] or [start], end)
    return graph


def order(plan: Plan) -> str:
    """Everything in a plan whose order could differ between processes."""
    edges = {name: [*node.edges, *node.triggers] for name, node in plan.nodes.items()}
    ends = {
        name: [list((branch.ends or {}).items()) for branch in node.code.branches] for name, node in plan.nodes.items()
    }
    return repr((list(plan.channels), edges, ends, plan.streams, plan.settling, plan.seeded))
