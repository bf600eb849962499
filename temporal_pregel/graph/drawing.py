"""A graph as something to look at: nodes and edges, as Mermaid text or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from temporal_pregel.constants import END, NS_END, START
from temporal_pregel.graph import mermaid
from temporal_pregel.graph.nested import subgraph_of
from temporal_pregel.graph.tracing import Edge, edges_of
from temporal_pregel.nodes.calls import is_runnable

if TYPE_CHECKING:
    from temporal_pregel.graph.state import StateGraph
    from temporal_pregel.pregel import Pregel

GRAPH_KIND = ["langgraph", "graph", "state", "CompiledStateGraph"]
NODE_KIND = ["langgraph", "_internal", "_runnable", "RunnableCallable"]
"""What `Graph.to_json` says a node is: the words that tools which read LangGraph's drawings look for."""


class Node(NamedTuple):
    """``id`` is unique; ``name`` is shown; ``data`` is what the node runs, None for END."""

    id: str
    name: str
    data: Any
    metadata: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Graph:
    """``nodes`` by id and ``edges``, both in the order in which they are shown."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def first_node(self, without: Sequence[str] = ()) -> Node | None:
        """The one node that no edge leads to, if there is just one; ``without``: ids to leave out."""
        reached = {edge.target for edge in self.edges if edge.source not in without}
        return _only([node for node in self.nodes.values() if node.id not in without and node.id not in reached])

    def last_node(self, without: Sequence[str] = ()) -> Node | None:
        """The one node that no edge leaves, if there is just one."""
        left = {edge.source for edge in self.edges if edge.target not in without}
        return _only([node for node in self.nodes.values() if node.id not in without and node.id not in left])

    def remove_node(self, node: Node) -> None:
        """Take ``node`` and its edges away."""
        self.nodes.pop(node.id)
        self.edges = [edge for edge in self.edges if node.id not in (edge.source, edge.target)]

    def trim_first_node(self) -> None:
        """Take the first node away, if all it does is lead to another one that is first then."""
        first = self.first_node()
        if (
            first is not None
            and self.first_node([first.id]) is not None
            and sum(e.source == first.id for e in self.edges) == 1
        ):
            self.remove_node(first)

    def trim_last_node(self) -> None:
        """Take the last node away, if all it does is follow another one that is last then."""
        last = self.last_node()
        if (
            last is not None
            and self.last_node([last.id]) is not None
            and sum(e.target == last.id for e in self.edges) == 1
        ):
            self.remove_node(last)

    def draw_mermaid(self, *, with_styles: bool = True) -> str:
        """Mermaid text; without styles, the edges alone."""
        return mermaid.draw(self, with_styles=with_styles)

    def draw_ascii(self) -> str:
        """The graph in characters, for a terminal. Needs the extra ``drawing``.

        Raises:
            ImportError: langchain-core or grandalf is not installed.
        """
        return str(_by_langchain(self, "draw_ascii"))

    def print_ascii(self) -> None:
        """Print `draw_ascii`."""
        print(self.draw_ascii())

    def draw_png(self, *arguments: Any, **options: Any) -> bytes | None:
        """A PNG, or a file of it, as langchain-core makes it with pygraphviz; its options are those there.

        Raises:
            ImportError: one of them is not installed.
        """
        return cast("bytes | None", _by_langchain(self, "draw_png", *arguments, **options))

    def draw_mermaid_png(self, **options: Any) -> bytes:
        """A PNG of the Mermaid text, as langchain-core makes it; its options are those there. Unless they say
        otherwise it sends the text to a service on the internet.

        Raises:
            ImportError: langchain-core or requests is not installed.
        """
        return cast("bytes", _by_langchain(self, "draw_mermaid_png", **options))

    def to_json(self) -> dict[str, list[dict[str, Any]]]:
        """``{"nodes": [{"id", "type", "data", "metadata"?}], "edges": [{"source", "target", "data"?,
        "conditional"?}]}``."""
        return {
            "nodes": [_node_json(node) for node in self.nodes.values()],
            "edges": [_edge_json(edge) for edge in self.edges],
        }


def _by_langchain(graph: Graph, method: str, *arguments: Any, **options: Any) -> Any:
    from temporal_pregel.langchain.pictures import drawn

    return drawn(graph, method, *arguments, **options)


def _only(nodes: list[Node]) -> Node | None:
    return nodes[0] if len(nodes) == 1 else None


def _node_json(node: Node) -> dict[str, Any]:
    if node.data is None:
        return {"id": node.id}
    from temporal_pregel.pregel import Pregel

    kind = GRAPH_KIND if isinstance(node.data, Pregel) else _kind_of(node.data)
    told: dict[str, Any] = {"id": node.id, "type": "runnable", "data": {"id": list(kind), "name": node.id}}
    if node.metadata:
        told["metadata"] = dict(node.metadata)
    return told


def _kind_of(action: Any) -> Sequence[str]:
    if not is_runnable(action):
        return NODE_KIND
    lc_id = getattr(action, "lc_id", None)
    return lc_id() if callable(lc_id) else (*type(action).__module__.split("."), type(action).__name__)


def _edge_json(edge: Edge) -> dict[str, Any]:
    told: dict[str, Any] = {"source": edge.source, "target": edge.target}
    if edge.data is not None:
        told["data"] = edge.data
    if edge.conditional:
        told["conditional"] = True
    return told


def draw_graph(app: Pregel, builder: StateGraph[Any] | None, *, xray: int | bool = False) -> Graph:
    """The drawing of a compiled graph; ``xray``: how deep to look into the graphs of its nodes, True for all the
    way."""
    plan = app.plan
    specs = builder.nodes if builder is not None else {}
    drawn = Graph(edges=edges_of(plan, {name: spec.ends for name, spec in specs.items()}))
    inner: dict[str, Graph] = {}
    for name, node in plan.nodes.items():
        action = specs[name].action if name in specs else None
        graph = subgraph_of(node, action) if xray and name != START else None
        if graph is not None and callable(getattr(graph, "get_graph", None)):
            inner[name] = graph.get_graph(xray=xray if isinstance(xray, bool) else xray - 1)
        drawn.nodes[name] = Node(name, name, action or node, _metadata(app, name, action) or None)
    if START not in plan.nodes and any(edge.source == START for edge in drawn.edges):
        drawn.nodes[START] = Node(START, START, None)
    if any(edge.target == END for edge in drawn.edges):
        drawn.nodes[END] = Node(END, END, None)
    for name, graph_inside in inner.items():
        _insert(drawn, name, graph_inside)
    return drawn


def _metadata(app: Pregel, name: str, action: Any) -> dict[str, Any]:
    node, plan = app.plan.nodes[name], app.plan
    stops = [
        when
        for when, names in (("before", plan.interrupt_before), ("after", plan.interrupt_after))
        if names != "*" and name in names
    ]
    metadata = dict(node.metadata)
    if node.defer:
        metadata["defer"] = True
    tools = getattr(action, "tools_by_name", None)
    if isinstance(tools, Mapping):
        metadata["__tools"] = list(tools)
    if stops:
        metadata["__interrupt"] = ",".join(stops)
    return metadata


def _insert(drawn: Graph, name: str, inside: Graph) -> None:
    inside.trim_first_node()
    inside.trim_last_node()
    first, last = inside.first_node(), inside.last_node()
    if first is None or last is None:
        return  # no one way in or out: edges would have nothing to lead to
    prefix = name + NS_END
    entry, way_out = prefix + first.id, prefix + last.id
    del drawn.nodes[name]
    for node in inside.nodes.values():
        drawn.nodes[prefix + node.id] = node._replace(id=prefix + node.id)
    drawn.edges = [
        edge._replace(
            source=way_out if edge.source == name else edge.source, target=entry if edge.target == name else edge.target
        )
        for edge in drawn.edges
    ]
    drawn.edges.extend(edge._replace(source=prefix + edge.source, target=prefix + edge.target) for edge in inside.edges)
