"""add_messages on LangChain's objects."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, RemoveMessage

from temporal_pregel import START, StateGraph, add_messages
from temporal_pregel.graph.message import REMOVE_ALL_MESSAGES


class State(TypedDict):
    messages: Annotated[list[BaseMessage], add_messages(format="langchain-openai")]


def test_all_messages_of_a_list_are_of_one_kind() -> None:
    merged = add_messages(
        [HumanMessage("hi", id="1"), {"role": "assistant", "content": "hello", "id": "2"}],
        [AIMessageChunk("part", id="3"), ("user", "thanks")],
    )
    assert [type(item) for item in merged] == [HumanMessage, AIMessage, AIMessage, HumanMessage]
    assert [item.content for item in merged] == ["hi", "hello", "part", "thanks"]
    assert merged[3].id


def test_they_are_replaced_and_removed_by_id() -> None:
    held = [HumanMessage("a", id="1"), AIMessage("b", id="2")]
    assert add_messages(held, [RemoveMessage(id="1"), AIMessage("c", id="2")]) == [AIMessage("c", id="2")]
    assert add_messages(held, [RemoveMessage(id=REMOVE_ALL_MESSAGES), AIMessage("c", id="3")]) == [
        AIMessage("c", id="3")
    ]
    with pytest.raises(ValueError, match="doesn't exist"):
        add_messages(held, RemoveMessage(id="3"))


def test_plain_dicts_become_objects_in_the_task_where_langchain_is_loaded() -> None:
    prepared = add_messages.prepare([{"role": "user", "content": "hi", "id": "1"}])
    assert prepared == [HumanMessage("hi", id="1")]


def test_contents_take_the_shape_that_the_format_asks_for() -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}

    def show(state: State) -> dict[str, Any]:
        return {"messages": [HumanMessage([{"type": "text", "text": "look"}, image])]}

    app = StateGraph(State).add_node(show).add_edge(START, "show").compile()
    first, second = app.invoke({"messages": "hi"})["messages"]
    assert first.content == "hi"
    assert second.content[1] == {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
