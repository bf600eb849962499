"""A state of chat messages durably: ids are given once, and every replay finds the same."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from temporal_pregel import END, START, Command, MessagesState, StateGraph, interrupt
from tests.temporal.conftest import Serve


def part(message: Any, name: str) -> Any:
    """Of a message as a dict, or as LangChain's class where some other test has loaded that."""
    return message[name] if isinstance(message, dict) else getattr(message, name)


def say(state: MessagesState) -> dict[str, Any]:
    heard = state["messages"][-1]
    return {"messages": [("ai", f"heard {part(heard, 'content')} ({part(heard, 'id')})")]}


def heard_all(state: MessagesState) -> str:
    assert all(part(message, "id") for message in state["messages"])
    return "say" if len(state["messages"]) < 5 else END


def chat() -> Any:
    inner = StateGraph(MessagesState).add_node(say).add_edge(START, "say").compile(name="inner")
    graph = StateGraph(MessagesState).add_node("say", say).add_node("inner", inner)
    graph.add_conditional_edges(START, lambda state: "say", ["say"]).add_edge("say", "inner")
    return graph.add_conditional_edges("inner", heard_all, ["say", END]).compile(name="chat")


@pytest.mark.parametrize("cached", [100, 0])
async def test_the_ids_that_nodes_saw_are_the_ids_in_the_state(serve: Serve, on, thread, cached: int):
    app = chat()
    polls = {} if cached else {"max_concurrent_workflow_task_polls": 2}
    async with serve(app, max_cached_workflows=cached, **polls) as client:
        durable = on(app, client)
        result = await durable.ainvoke({"messages": [{"role": "user", "content": "hi"}]}, thread)
        messages = result["messages"]
        assert len({part(message, "id") for message in messages}) == len(messages) == 5
        assert messages == (await durable.aget_state(thread)).values["messages"]
        for before, after in itertools.pairwise(messages):
            assert part(after, "content") == f"heard {part(before, 'content')} ({part(before, 'id')})"


def ask(state: MessagesState) -> dict[str, Any]:
    return {"messages": [("ai", interrupt("what?"))]}


async def test_a_reader_of_its_stream_sees_the_ids_that_the_run_has(serve: Serve, on, thread):
    app = StateGraph(MessagesState).add_node("ask", ask).add_node("chat", chat())
    app = app.add_edge(START, "ask").add_edge("ask", "chat").compile(name="asks")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"messages": [("user", "hi")]}, thread)
        await durable.ainvoke(Command(update={"messages": [("user", "told")]}), thread)
        command = Command(resume="yes", update={"messages": [("user", "told again")]})
        parts = [shown async for shown in durable.astream(command, thread, stream_mode="values")]
        assert parts[-1] == (await durable.aget_state(thread)).values
        assert len({part(each, "id") for each in parts[-1]["messages"]}) == len(parts[-1]["messages"]) > 5
