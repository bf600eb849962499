"""Which edges a graph can take: found by running its structure, without its code, through the rules of `core`.

Every node that runs fires its static edges; each conditional edge, and each Command that a signature tells of, is
followed once, to all of its ends. So a node that nothing leads to has no edges, and a deferred node is reached from
what runs last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from temporal_pregel.constants import END, START, trigger_channel
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.state import State

STEPS = 250
"""Supersteps after which a graph that never ends is taken to have shown all of its edges."""


class Edge(NamedTuple):
    """An arrow. ``data``: its label. ``conditional``: whether it is taken each time."""

    source: str
    target: str
    data: str | None = None
    conditional: bool = False


class Step(NamedTuple):
    """Where a write comes from."""

    source: str
    label: str | None = None
    conditional: bool = False


def edges_of(plan: Plan, ends: dict[str, Any]) -> list[Edge]:
    """The edges of a plan by source and target, then those that lead out of it; ``ends``: node -> ends of its
    Commands."""
    if START not in plan.nodes:
        return edges_between(plan)
    found: dict[tuple[str, str], Edge] = {}
    last = Trace(plan, ends, found).run()
    edges = [found[pair] for pair in sorted(found)]
    sources = {edge.source for edge in edges}
    final = sorted({edge.target for edge in edges if edge.target != END and edge.target not in sources})
    if final:
        return edges + [Edge(name, END) for name in final]
    if len(last) == 1 and not any(edge.target == END for edge in edges):
        return [*edges, Edge(last[0], END, None, True)]
    return edges


def edges_between(plan: Plan) -> list[Edge]:
    """The edges of a graph that was said in channels, or is a function: from who writes a channel to whom it triggers.
    One node alone ends the graph when it likes."""
    inputs = (plan.inputs,) if isinstance(plan.inputs, str) else plan.inputs
    writes = {START: inputs, **{name: node.code.writes_to for name, node in plan.nodes.items()}}
    found = [
        Edge(source, target)
        for source, channels in writes.items()
        for target in dict.fromkeys(node.name for key in channels for node in plan.triggered_by.get(key, ()))
    ]
    sources, alone = {edge.source for edge in found}, len(plan.nodes) == 1
    return found + [Edge(name, END, None, alone) for name in plan.nodes if name not in sources]


class Trace:
    """One walk over a plan."""

    def __init__(self, plan: Plan, ends: dict[str, Any], found: dict[tuple[str, str], Edge]) -> None:
        self.plan = plan
        self.ends = ends
        self.found = found
        self.state = State.initial(plan)
        self.followed: dict[str, None] = {}
        self.origins: dict[str, list[Step]] = {}
        """Channel -> where what it holds comes from."""

    def run(self) -> list[str]:
        """The nodes of the last superstep."""
        apply(self.plan, self.state, [Writer("", (), [(START, None)])])
        names: list[str] = []
        for _ in range(STEPS + 1):
            nodes = list({node.name: node for node, _, _ in due(self.plan, self.state)}.values())
            if not nodes:
                break
            for node in nodes:
                self.arrive(node, names)
            names = [node.name for node in nodes]
            apply(self.plan, self.state, [Writer(node.name, node.triggers, list(self.leave(node))) for node in nodes])
        return names

    def arrive(self, node: Node, before: list[str]) -> None:
        """Record how ``node`` was reached; ``before``: the nodes of the superstep that released it."""
        for trigger in node.triggers:
            self.record(self.origins.pop(trigger, []), node.name)
        if node.defer:
            self.record([Step(name, None, True) for name in before if (name, node.name) not in self.found], node.name)

    def record(self, steps: list[Step], target: str) -> None:
        """Note one arrival at ``target``; a later one takes an earlier one's place."""
        best: dict[str, Step] = {}
        for step in sorted(steps, key=lambda step: (not step.conditional, step.label or "")):
            best.setdefault(step.source, step)
        for step in best.values():
            shown = None if step.label == target else step.label
            self.found[step.source, target] = Edge(step.source, target, shown, step.conditional)

    def leave(self, node: Node) -> Iterator[Write]:
        """The writes of ``node``'s edges."""
        for channel, value in node.edges:
            self.origins.setdefault(channel, []).append(Step(node.name))
            yield channel, value
        if node.name in self.followed:
            return
        self.followed[node.name] = None
        ends: list[Step] = []
        for label, target in self.choices(node):
            step = Step(node.name, None if label is None else str(label), True)
            if target == END:
                ends.append(step)
            elif target in self.plan.nodes:
                channel = trigger_channel(target)
                self.origins.setdefault(channel, []).append(step)
                yield channel, None
        self.record(ends, END)

    def choices(self, node: Node) -> Iterator[tuple[Any, str]]:
        """(label, target) of everything that a Command or a router of ``node`` may choose."""
        ends = self.ends.get(node.name, ())
        yield from (
            ((label, target) for target, label in ends.items())
            if isinstance(ends, dict)
            else ((None, end) for end in ends)
        )
        for branch in node.code.branches:
            yield from (branch.ends or {}).items()
