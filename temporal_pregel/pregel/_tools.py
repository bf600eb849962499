"""How a tool writes to the ``tools`` stream, under the name that code written against LangGraph imports from here."""

from temporal_pregel.nodes.context import TOOL_WRITER as _tool_call_writer

__all__ = ["_tool_call_writer"]
