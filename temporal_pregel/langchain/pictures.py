"""Drawings that LangChain makes: as characters, and as PNG."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from temporal_pregel.graph.drawing import Graph

REMEDIES = {
    "draw_ascii": ("grandalf", "pip install 'temporal-pregel[drawing]'"),
    "draw_png": ("pygraphviz", "pip install 'temporal-pregel[langchain]' pygraphviz"),
    "draw_mermaid_png": ("requests", "pip install 'temporal-pregel[langchain]' requests"),
}
"""How a graph is drawn -> the library that does it beside langchain-core, and how to get both."""


def drawn(graph: Graph, method: str, *arguments: Any, **options: Any) -> Any:
    """What ``method`` of LangChain's graphs makes of ``graph``; see there for its options.

    Raises:
        ImportError: a library that it needs is not installed.
    """
    library, remedy = REMEDIES[method]
    for needed in ("langchain_core", library):
        if find_spec(needed) is None:
            raise ImportError(f"Graph.{method} needs {needed.replace('_', '-')}, which is not installed: {remedy}")
    from langchain_core.runnables import graph as langchain

    nodes = {node.id: langchain.Node(*node[:3], cast("Any", node.metadata)) for node in graph.nodes.values()}
    edges = [langchain.Edge(edge.source, edge.target, edge.data, edge.conditional) for edge in graph.edges]
    return getattr(langchain.Graph(nodes, edges), method)(*arguments, **options)
