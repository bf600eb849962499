"""Graphs with LangGraph's API that run in this process, or durably as Temporal workflows.

Names are loaded when they are first used, so that a graph in process never imports temporalio or protobuf.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporal_pregel.checkpoint.memory import InMemorySaver
    from temporal_pregel.config import get_config, get_store, get_stream_writer
    from temporal_pregel.constants import END, START
    from temporal_pregel.graph.message import MessagesState, add_messages
    from temporal_pregel.graph.state import StateGraph
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.runtime import Runtime, get_runtime
    from temporal_pregel.temporal.plugin import PregelPlugin
    from temporal_pregel.types import Command, Interrupt, Overwrite, RetryPolicy, Send, interrupt

_HOMES = {
    "END": "constants",
    "START": "constants",
    "Command": "types",
    "InMemorySaver": "checkpoint.memory",
    "Interrupt": "types",
    "MessagesState": "graph.message",
    "Overwrite": "types",
    "Pregel": "pregel",
    "PregelPlugin": "temporal.plugin",
    "RetryPolicy": "types",
    "Runtime": "runtime",
    "Send": "types",
    "StateGraph": "graph.state",
    "add_messages": "graph.message",
    "get_config": "config",
    "get_runtime": "runtime",
    "get_store": "config",
    "get_stream_writer": "config",
    "interrupt": "types",
}

__all__ = [
    "END",
    "START",
    "Command",
    "InMemorySaver",
    "Interrupt",
    "MessagesState",
    "Overwrite",
    "Pregel",
    "PregelPlugin",
    "RetryPolicy",
    "Runtime",
    "Send",
    "StateGraph",
    "add_messages",
    "get_config",
    "get_runtime",
    "get_store",
    "get_stream_writer",
    "interrupt",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
