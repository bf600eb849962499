"""Nodes that run tools, from the langgraph-prebuilt distribution, which imports LangGraph itself.

What builds whole graphs there is left out: it would build LangGraph's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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

__getattr__, __dir__ = borrowed(__name__, "langgraph.prebuilt", __all__, PREBUILT)
