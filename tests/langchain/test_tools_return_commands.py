"""Commands of this package and of LangGraph, returned by tools that a ToolNode runs."""

from __future__ import annotations

import asyncio
import pickle
from importlib import import_module
from typing import Annotated, Any

import langgraph.prebuilt
import pytest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool

from temporal_pregel import START, MessagesState, StateGraph
from temporal_pregel.prebuilt import ToolNode
from temporal_pregel.types import Command

OURS, THEIRS = import_module("temporal_pregel.types"), import_module("langgraph.types")
Call = Annotated[str, InjectedToolCallId]


def handoffs(library: Any) -> list[Any]:
    def moved(call: str, **more: Any) -> Any:
        return library.Command(update={"messages": [ToolMessage("moved", tool_call_id=call)]}, **more)

    @tool
    def by_name(call: Call) -> Any:
        """Go on by a node's name."""
        return moved(call, goto="end")

    @tool
    async def by_send(call: Call) -> Any:
        """Go on by a Send with a limit."""
        return moved(call, goto=[library.Send("aend", {"messages": []}, timeout=30)])

    @tool
    def several(call: Call) -> Any:
        """Two commands."""
        return [moved(call), library.Command(goto=("end",))]

    return [by_name, by_send, several]


def app(tools: list[Any]) -> Any:
    def end(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage("the end")]}

    async def aend(state: MessagesState) -> dict[str, Any]:
        return {"messages": [AIMessage("the end")]}

    builder = StateGraph(MessagesState).add_node("tools", ToolNode(tools)).add_edge(START, "tools")
    return builder.add_node("end", end).add_node("aend", aend).compile()


def asks(name: str) -> dict[str, Any]:
    return {"messages": [AIMessage("", tool_calls=[{"name": name, "args": {}, "id": "1"}])]}


def said(result: dict[str, Any]) -> list[str]:
    return [message.content for message in result["messages"]]


@pytest.mark.parametrize("library", [OURS, THEIRS])
@pytest.mark.parametrize("name", ["by_name", "several"])
def test_a_tools_command_moves_the_graph(library: Any, name: str) -> None:
    assert said(app(handoffs(library)).invoke(asks(name))) == ["", "moved", "the end"]


@pytest.mark.parametrize("library", [OURS, THEIRS])
@pytest.mark.parametrize("name", ["by_name", "by_send", "several"])
def test_a_tools_command_moves_the_graph_of_an_async_run(library: Any, name: str) -> None:
    assert said(asyncio.run(app(handoffs(library)).ainvoke(asks(name)))) == ["", "moved", "the end"]


def test_a_tool_hands_over_in_the_graph_around_its_own() -> None:
    @tool
    def hand_over(call: Call) -> Command[str]:
        """Hand over to another agent."""
        update = {"messages": [ToolMessage("handed over", tool_call_id=call)]}
        return Command(graph=Command.PARENT, goto="other", update=update)

    inner = StateGraph(MessagesState).add_node("tools", ToolNode([hand_over])).add_edge(START, "tools").compile()
    outer = StateGraph(MessagesState).add_node("agent", inner).add_edge(START, "agent")
    outer.add_node("other", lambda state: {"messages": [AIMessage("other here")]})
    assert said(outer.compile().invoke(asks("hand_over"))) == ["", "handed over", "other here"]


def test_the_node_is_one_of_langgraphs_and_commands_stay_what_they_are() -> None:
    assert issubclass(ToolNode, langgraph.prebuilt.ToolNode)
    command = Command(update={"x": 1}, goto="a")
    assert pickle.loads(pickle.dumps(command)) == command
    assert repr(command) == "Command(update={'x': 1}, goto='a')"
