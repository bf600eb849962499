"""Nodes that run tools, from the langgraph-prebuilt distribution, which imports LangGraph itself. Their tools may
return a `Command` of `temporal_pregel.types` or of LangGraph.

What builds whole graphs there is left out: it would build LangGraph's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from temporal_pregel._internal._borrowed import PREBUILT, borrowed

if TYPE_CHECKING:
    from langgraph.prebuilt import (
        InjectedState,
        InjectedStore,
        ToolNode,
        ToolRuntime,
        ValidationNode,
        tools_condition,
    )

__all__ = [
    "InjectedState",
    "InjectedStore",
    "ToolNode",
    "ToolRuntime",
    "ValidationNode",
    "tools_condition",
]

_find, __dir__ = borrowed(__name__, "langgraph.prebuilt", __all__, PREBUILT)


def __getattr__(name: str) -> Any:
    found = _find(name)
    if name != "ToolNode":
        return found
    from temporal_pregel.langchain.tool_node import ToolNode

    return ToolNode
