"""A drawing as Mermaid text, in the form that LangGraph's users and their tools know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from temporal_pregel.constants import NS_END

if TYPE_CHECKING:
    from temporal_pregel.graph.drawing import Graph, Node
    from temporal_pregel.graph.tracing import Edge

HEAD = "---\nconfig:\n  flowchart:\n    curve: linear\n---\ngraph TD;\n"
STYLES = (
    "\tclassDef default fill:#f2f0ff,line-height:1.2\n\tclassDef first fill-opacity:0\n\tclassDef last fill:#bfb6fc\n"
)
WORDS_A_LINE = 9
Groups = dict[str, list["Edge"]]
_UNSAFE = re.compile(r"[^a-zA-Z0-9_-]")
_MARKDOWN = ("*", "_", "`")


def draw(graph: Graph, *, with_styles: bool = True) -> str:
    """The whole text; without styles, only the edges."""
    groups = grouped(graph.edges)
    inside: dict[str, list[Node]] = {}
    for node in graph.nodes.values():
        inside.setdefault(node.id.rpartition(NS_END)[0], []).append(node)
    lines = [HEAD if with_styles else "graph TD;\n"]
    if with_styles:
        first, last = graph.first_node(), graph.last_node()
        for node in inside.get("", ()):
            shape = "([{}]):::first" if node is first else "([{}]):::last" if node is last else "({})"
            lines.append(f"\t{safe(node.id)}{shape.format(label(node))}\n")
    lines.extend(map(edge_line, groups.get("", ())))
    lines.extend(sections("", groups, inside if with_styles else {}))
    if with_styles:
        lines.append(STYLES)
    return "".join(lines)


def sections(around: str, groups: Groups, inside: Mapping[str, Sequence[Node]]) -> Iterator[str]:
    """What is directly inside the graph whose nodes' ids start with ``around``: graphs, and edges of nodes to
    themselves."""
    found = dict.fromkeys(
        around + key[len(around) :].partition(NS_END)[0] for key in (*groups, *inside) if key and key.startswith(around)
    )
    for prefix in found:
        if loops(prefix, groups):
            yield from map(edge_line, groups[prefix])
            continue
        yield f"\tsubgraph {prefix.rpartition(NS_END)[2]}\n"
        for node in inside.get(prefix, ()):
            yield f"\t{safe(node.id)}({label(node)})\n"
        yield from map(edge_line, groups.get(prefix, ()))
        yield from sections(prefix + NS_END, groups, inside)
        yield "\tend\n"


def loops(prefix: str, groups: Groups) -> bool:
    """Whether a group is a node's edges to itself."""
    held = groups.get(prefix)
    return held is not None and held[0].source == held[0].target == prefix


def grouped(edges: Sequence[Edge]) -> Groups:
    """Edges by the innermost graph that holds both of their ends; those of a node to itself by the node."""
    groups: Groups = {}
    for edge in edges:
        common: list[str] = []
        for mine, theirs in zip(edge.source.split(NS_END), edge.target.split(NS_END), strict=False):
            if mine != theirs:
                break
            common.append(mine)
        groups.setdefault(NS_END.join(common), []).append(edge)
    return groups


def edge_line(edge: Edge) -> str:
    """One arrow: solid if it is always taken, dotted if it may be."""
    left, right = ("-.", ".->") if edge.conditional else ("--", "-->")
    arrow = f" {'-.->' if edge.conditional else '-->'} "
    if edge.data is not None:
        words = edge.data.split()
        rows = (" ".join(words[place : place + WORDS_A_LINE]) for place in range(0, len(words), WORDS_A_LINE))
        text = "&nbsp<br>&nbsp".join(rows) if len(words) > WORDS_A_LINE else edge.data
        arrow = f" {left} &nbsp;{text}&nbsp; {right} "
    return f"\t{safe(edge.source)}{arrow}{safe(edge.target)};\n"


def safe(name: str) -> str:
    """A name as Mermaid takes it for an id."""
    return _UNSAFE.sub(lambda found: f"\\{ord(found.group()):x}", name)


def label(node: Node) -> str:
    """A node's name, and below it its metadata."""
    text = node.name
    if text.startswith(_MARKDOWN) and text.endswith(_MARKDOWN):
        text = f"<p>{text}</p>"
    if node.metadata:
        rows = "\n".join(
            f"{key} = {', '.join(map(str, value)) if isinstance(value, (list, tuple)) else value}"
            for key, value in node.metadata.items()
        )
        text = f"{text}<hr/><small><em>{rows}</em></small>"
    return text
