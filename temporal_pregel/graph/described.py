"""What a graph tells of itself: schemas and a drawing."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import NS_SEP
from temporal_pregel.warnings import LangGraphDeprecatedSinceV10

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Plan
    from temporal_pregel.graph.drawing import Graph
    from temporal_pregel.pregel import Pregel


class Described:
    """Mixed into `Pregel`; needs its ``name``, its schemas and its builder."""

    name: str
    plan: Plan
    nodes: Any
    context_schema: Any
    input_schema_type: Any
    output_schema_type: Any
    builder: Any

    def get_name(self, suffix: str | None = None, *, name: str | None = None) -> str:
        """The graph's name, or ``name``, with a suffix in its own style: ``LangGraphInput``, ``my_graph_input``."""
        named = name or self.name
        if not suffix:
            return named
        return named + suffix.title() if named[0].isupper() else f"{named}_{suffix.lower()}"

    def get_input_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON Schema of what `invoke` takes."""
        from temporal_pregel.graph.jsonschema import json_schema

        return json_schema(self.input_schema_type, f"{self.name}Input")

    def get_output_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON Schema of what `invoke` returns."""
        from temporal_pregel.graph.jsonschema import json_schema

        return json_schema(self.output_schema_type, f"{self.name}Output")

    def get_context_jsonschema(self) -> dict[str, Any] | None:
        """JSON Schema of a run's context, None for a graph that takes none."""
        from temporal_pregel.graph.jsonschema import own_json_schema

        return None if self.context_schema is None else own_json_schema(self.context_schema, f"{self.name}Context")

    def get_input_schema(self, config: Any = None) -> Any:
        """A pydantic model of what `invoke` takes."""
        from temporal_pregel.graph.jsonschema import model_of

        return model_of(self.input_schema_type, f"{self.name}Input")

    def get_output_schema(self, config: Any = None) -> Any:
        """A pydantic model of what `invoke` returns."""
        from temporal_pregel.graph.jsonschema import model_of

        return model_of(self.output_schema_type, f"{self.name}Output")

    @property
    def input_schema(self) -> Any:
        """See `get_input_schema`."""
        return self.get_input_schema()

    @property
    def output_schema(self) -> Any:
        """See `get_output_schema`."""
        return self.get_output_schema()

    def config_schema(self, *, include: Any = None) -> Any:
        """Deprecated: a pydantic model of a config with this graph's context."""
        _config_schema_is_old(
            "config_schema` is deprecated. Use `get_context_jsonschema` for the relevant schema instead."
        )
        from pydantic import create_model

        from temporal_pregel.graph.jsonschema import adaptable

        context = None if self.context_schema is None else adaptable(self.context_schema)
        return create_model(f"{self.name}Config", **({} if context is None else {"configurable": (context, None)}))  # type: ignore[call-overload]

    def get_config_jsonschema(self, *, include: Any = None) -> dict[str, Any]:
        """Deprecated: JSON Schema of a config with this graph's context."""
        _config_schema_is_old("get_config_jsonschema` is deprecated. Use `get_context_jsonschema` instead.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LangGraphDeprecatedSinceV10)
            told: dict[str, Any] = self.config_schema().model_json_schema()
        return told

    def get_subgraphs(self, *, namespace: str | None = None, recurse: bool = False) -> Iterator[tuple[str, Pregel]]:
        """The graphs that run inside nodes, by the nodes' names; ``recurse``: also those inside them, as
        ``"outer|inner"``. ``namespace``: only the one of that name.

        Graphs compiled with ``checkpointer=False`` are left out: threads know nothing of them.
        """
        for name, node in self.plan.nodes.items():
            held = getattr(self.nodes[name], "subgraphs", None) or [node.code.subgraph]
            for graph in held:
                if graph is None or getattr(graph, "checkpointer", None) is False:
                    continue
                if namespace is None or namespace == name:
                    yield name, graph
                if recurse and (namespace is None or namespace.startswith(name + NS_SEP)):
                    rest = None if namespace is None else namespace[len(name) + 1 :]
                    for inner, found in graph.get_subgraphs(namespace=rest, recurse=True):
                        yield f"{name}{NS_SEP}{inner}", found

    async def aget_subgraphs(
        self, *, namespace: str | None = None, recurse: bool = False
    ) -> AsyncIterator[tuple[str, Pregel]]:
        """`get_subgraphs`, for whoever awaits."""
        for found in self.get_subgraphs(namespace=namespace, recurse=recurse):
            yield found

    def get_graph(self, config: Any = None, *, xray: int | bool = False) -> Graph:
        """The graph as nodes and edges; ``xray``: how deep to look into graphs inside nodes, True for all the way."""
        from temporal_pregel.graph.drawing import draw_graph

        return draw_graph(self, self.builder, xray=xray)  # type: ignore[arg-type]

    async def aget_graph(self, config: Any = None, *, xray: int | bool = False) -> Graph:
        """`get_graph`, for whoever awaits."""
        return self.get_graph(config, xray=xray)


def _config_schema_is_old(text: str) -> None:
    warnings.warn(LangGraphDeprecatedSinceV10(f"`{text}"), stacklevel=3)
