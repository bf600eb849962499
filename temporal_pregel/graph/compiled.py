"""What `StateGraph.compile` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from temporal_pregel.core.plan import Node
from temporal_pregel.graph.nested import subgraph_of
from temporal_pregel.graph.schemas import ContextT, InputT, OutputT, StateT
from temporal_pregel.pregel import Pregel


@dataclass(frozen=True, slots=True, eq=False)
class CompiledNode:
    """A node of a compiled graph as people look at it: ``bound`` is what it runs."""

    name: str
    triggers: tuple[str, ...]
    channels: tuple[str, ...] | str
    bound: Any
    node: Node

    @property
    def subgraphs(self) -> list[Pregel]:
        """The graph that it is, or that its function names."""
        found = subgraph_of(self.node, self.bound)
        return [] if found is None else [found]

    def copy(self, update: Mapping[str, Any] | None = None) -> CompiledNode:
        """The same node with other attributes."""
        return replace(self, **(update or {}))


class CompiledStateGraph(Pregel[StateT, ContextT, InputT, OutputT]):
    """A graph that runs, with its builder, its schemas and its drawing."""

    @property
    def nodes(self) -> Mapping[str, CompiledNode]:
        """The nodes by name, START's among them."""
        specs = self.builder.nodes
        return {
            name: CompiledNode(name, node.triggers, node.reads, specs[name].action if name in specs else None, node)
            for name, node in self.plan.nodes.items()
        }


OURS = ("load", "append", "hold")
THEIRS = ("get_tuple", "put", "put_writes")
"""What makes a saver: of this package, and of the langgraph-checkpoint distribution."""


def ensure_valid_checkpointer(checkpointer: Any) -> Any:
    """``checkpointer``, if a graph can be compiled with it.

    Raises:
        TypeError: it lacks a saver's methods.
    """
    if checkpointer is None or isinstance(checkpointer, bool):
        return checkpointer
    if isinstance(checkpointer, type) or not any(
        all(callable(getattr(checkpointer, name, None)) for name in names) for names in (OURS, THEIRS)
    ):
        raise TypeError(
            "Invalid checkpointer provided. Expected an instance of `BaseCheckpointSaver`, `True`, `False`, or `None`. "
            f"Received {type(checkpointer).__name__}. Pass a proper saver (e.g., InMemorySaver)."
        )
    return checkpointer
