"""The builder: what people write a graph with.

state       StateGraph
declared    what a builder keeps of nodes and conditional edges
schema      state schemas as channels
validation  whether the edges make a whole graph
planning    a builder as a plan
compiled    what compile returns
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import END, START

if TYPE_CHECKING:
    from temporal_pregel.graph.message import MessageGraph, MessagesState, add_messages
    from temporal_pregel.graph.state import StateGraph

__all__ = ["END", "START", "MessageGraph", "MessagesState", "StateGraph", "add_messages"]

_HOMES = {
    "MessageGraph": "temporal_pregel.graph.message",
    "MessagesState": "temporal_pregel.graph.message",
    "StateGraph": "temporal_pregel.graph.state",
    "add_messages": "temporal_pregel.graph.message",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
