"""ToolNode and tools_condition of the langgraph-prebuilt distribution, in graphs of ours."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import InjectedToolArg, InjectedToolCallId, tool
from langgraph.prebuilt import InjectedState, ToolNode, tools_condition

from temporal_pregel import START, InMemorySaver, MessagesState, StateGraph, interrupt
from temporal_pregel.types import Command


@tool
def shout(text: str, state: Annotated[dict[str, Any], InjectedState]) -> str:
    """Say it loudly."""
    return f"{text.upper()} after {len(state['messages'])}"


@tool
def ask(text: str, unused: Annotated[str, InjectedToolArg] = "") -> str:
    """Ask a person."""
    return str(interrupt(text))


def agent(name: str) -> Any:
    def call(state: MessagesState) -> dict[str, Any]:
        if len(state["messages"]) > 1:
            return {"messages": [AIMessage("done")]}
        return {"messages": [AIMessage("", tool_calls=[{"name": name, "args": {"text": "hi"}, "id": "1"}])]}

    builder = StateGraph(MessagesState).add_node("agent", call).add_node("tools", ToolNode([shout, ask]))
    builder.add_edge(START, "agent").add_conditional_edges("agent", tools_condition).add_edge("tools", "agent")
    return builder.compile(checkpointer=InMemorySaver())


THREAD = {"configurable": {"thread_id": "t"}}


def said(result: dict[str, Any]) -> list[str]:
    return [message.content for message in result["messages"]]


@pytest.mark.parametrize("run", ["sync", "async"])
def test_a_tool_is_called_with_the_state_and_the_agent_goes_on(run: str) -> None:
    app, given = agent("shout"), {"messages": ["hello"]}
    found = app.invoke(given, THREAD) if run == "sync" else asyncio.run(app.ainvoke(given, THREAD))
    assert said(found) == ["hello", "", "HI after 2", "done"]


def test_a_tool_may_ask_a_person() -> None:
    app = agent("ask")
    asked = app.invoke({"messages": ["hello"]}, THREAD)
    assert [item.value for item in asked["__interrupt__"]] == ["hi"]
    assert said(app.invoke(Command(resume="yes"), THREAD)) == ["hello", "", "yes", "done"]


def test_drawings_name_the_tools() -> None:
    told = agent("ask").get_graph().to_json()["nodes"]
    assert next(node for node in told if node["id"] == "tools")["metadata"] == {"__tools": ["shout", "ask"]}


def test_a_tool_that_was_written_for_langgraph_gives_its_commands() -> None:
    theirs = import_module("langgraph.types")

    @tool
    def move_on(call: Annotated[str, InjectedToolCallId]) -> Any:
        """Move on."""
        update = {"messages": [ToolMessage("moved", tool_call_id=call)]}
        return theirs.Command(update=update, goto=[theirs.Send("end", {"messages": []})])

    builder = StateGraph(MessagesState).add_node("tools", ToolNode([move_on])).add_edge(START, "tools")
    app = builder.add_node("end", lambda state: {"messages": [AIMessage("the end")]}).compile()
    asked = AIMessage("", tool_calls=[{"name": "move_on", "args": {}, "id": "1"}])

    assert [message.content for message in app.invoke({"messages": [asked]})["messages"]] == ["", "moved", "the end"]
