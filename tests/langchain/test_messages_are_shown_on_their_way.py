"""A node shows messages before it ends, and writes them when it does."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from temporal_pregel import START, MessagesState, StateGraph
from temporal_pregel.graph.message import push_message


def pushing(*messages: Any, **options: Any) -> Any:
    def chat(state: MessagesState) -> dict[str, Any]:
        for message in messages:
            push_message(message, **options)
        return {"messages": [AIMessage("last", id="last")]}

    return StateGraph(MessagesState).add_node("chat", chat).add_edge(START, "chat").compile()


def shown(app: Any, **options: Any) -> list[Any]:
    return [message.id for message, _ in app.stream({"messages": []}, stream_mode="messages", **options)]


def test_it_is_shown_and_written_before_what_the_node_returns() -> None:
    app = pushing(AIMessage("a", id="1"), AIMessage("b", id="2"))
    assert shown(app) == ["1", "2", "last"]
    assert [message.id for message in app.invoke({"messages": []})["messages"]] == ["1", "2", "last"]


def test_it_may_be_shown_only() -> None:
    app = pushing(AIMessage("a", id="1"), state_key=None)
    assert shown(app) == ["1", "last"]
    assert [message.id for message in app.invoke({"messages": []})["messages"]] == ["last"]


def test_it_needs_an_id() -> None:
    with pytest.raises(ValueError, match="Message ID is required"):
        pushing(AIMessage("a")).invoke({"messages": []})


def test_updates_are_shown_as_the_node_gave_them() -> None:
    given = {"messages": [{"role": "assistant", "content": "hi"}]}
    app = StateGraph(MessagesState).add_node("n", lambda state: given).add_edge(START, "n").compile()
    assert list(app.stream({"messages": []})) == [{"n": given}]
    assert app.invoke({"messages": []})["messages"][0].content == "hi"
