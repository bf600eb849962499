"""LangGraph's ToolNode, for tools that answer with this package's Commands."""

from __future__ import annotations

from typing import Any

from langchain_core.messages.tool import ToolOutputMixin
from langgraph.prebuilt import ToolNode as TheirToolNode
from langgraph.types import Command as TheirCommand
from langgraph.types import Send as TheirSend
from langgraph.types import TimeoutPolicy as TheirTimeout

from temporal_pregel.types import Command, Send, TimeoutPolicy

if not issubclass(Command, ToolOutputMixin):
    # LangChain makes a message of whatever else a tool returns. The class can't name this base where it is written:
    # graphs do without LangChain.
    Command.__bases__ = (*Command.__bases__, ToolOutputMixin)


class ToolNode(TheirToolNode):
    """LangGraph's node that runs tools, whose tools may return Commands of this package or of LangGraph."""

    def _normalize_tool_response(self, response: Any, *more: Any, **named: Any) -> Any:
        if isinstance(response, list):
            response = [as_theirs(item) for item in response]
        return super()._normalize_tool_response(as_theirs(response), *more, **named)


ToolNode.__module__ = "temporal_pregel.prebuilt"


def as_theirs(item: Any) -> Any:
    """``item``, as LangGraph's where it is one of our Commands."""
    if not isinstance(item, Command):
        return item
    goto: Any = item.goto
    return TheirCommand(
        graph=item.graph,
        update=item.update,
        resume=item.resume,
        goto=[_send(each) for each in goto] if isinstance(goto, (list, tuple)) else _send(goto),
    )


def _send(target: Any) -> Any:
    if not isinstance(target, Send):
        return target
    limit: Any = target.timeout
    if isinstance(limit, TimeoutPolicy):
        limit = TheirTimeout(
            run_timeout=limit.run_timeout, idle_timeout=limit.idle_timeout, refresh_on=limit.refresh_on
        )
    return TheirSend(target.node, target.arg, timeout=limit)
