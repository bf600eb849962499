"""A plan as a Mermaid flowchart, for the UI and the `graph` query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from temporal_pregel.constants import BRANCH_PREFIX, END, START
from temporal_pregel.core.plan import Node, Plan
from temporal_pregel.graph.tracing import edges_between


def mermaid(plan: Plan, active: Iterable[str] = ()) -> str:
    """The graph; the nodes ``active`` are marked. Solid lines are edges, dotted ones are what routers choose."""
    ids = _ids(plan)
    marked = [f"  class {ids[name]} active" for name in dict.fromkeys(active) if name in plan.nodes]
    return "\n".join((_drawn(plan), *marked))


@lru_cache(maxsize=64)
def _drawn(plan: Plan) -> str:
    ids = _ids(plan)
    lines = ["flowchart TD"]
    for name in ids:
        label = name.strip("_") if name in (START, END) else name
        shape = f'(["{label}"])' if name in (START, END) else f'["{_escaped(label)}"]'
        lines.append(f"  {ids[name]}{shape}")
    lines.extend(f"  {ids[source]} {arrow} {ids[end]}" for source, end, arrow in _arrows(plan))
    lines.append("  classDef active fill:#f9e2af,stroke:#df8e1d,color:#000")
    return "\n".join(lines)


def _arrows(plan: Plan) -> Iterator[tuple[str, str, str]]:
    if START not in plan.nodes:
        for edge in edges_between(plan):
            yield edge.source, edge.target, "-.->" if edge.conditional else "-->"
    else:
        for name, node in plan.nodes.items():
            yield from ((name, end, arrow) for end, arrow in _ends(plan, node))


def _ends(plan: Plan, node: Node) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for channel, _ in node.edges:
        for target in plan.triggered_by.get(channel, ()):
            found.setdefault(target.name, "-->")
    for branch in node.code.branches:
        ends = branch.ends.values() if branch.ends is not None else (*plan.nodes, END)
        for end in ends:
            if end != START and (end == END or BRANCH_PREFIX + end in plan.channels):
                found.setdefault(end, "-.->")
    for end in node.code.ends:
        if end == END or end in plan.nodes:
            found.setdefault(end, "-.->")
    if not found:
        found[END] = "-->"
    yield from found.items()


@lru_cache(maxsize=64)
def _ids(plan: Plan) -> Mapping[str, str]:
    # Mermaid's own words (end, class, …) and punctuation must not stand as ids.
    names = dict.fromkeys((START, *plan.nodes, END) if START not in plan.nodes else (*plan.nodes, END))
    return {name: f"n{place}" for place, name in enumerate(names)}


def _escaped(label: str) -> str:
    return label.replace('"', "#quot;")
