"""``stream_mode="messages"`` shows what chat models say as they say it, and the messages that nodes return."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from temporal_pregel import MessagesState
from tests.langchain.graphs import call, line, model
from tests.local.running import BOTH_STREAMS, Run

GIVEN = {"messages": [("user", "hi")]}


def texts(parts: list[Any]) -> list[tuple[str, Any]]:
    return [(about["langgraph_node"], message.content) for message, about in parts]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_words_come_with_the_place_they_come_from(run: Run) -> None:
    parts = run(line(chat=call("good morning", tags=["mine"])), GIVEN, stream_mode="messages")
    assert texts(parts) == [("chat", "good"), ("chat", " "), ("chat", "morning")]
    about = parts[0][1]
    assert about["langgraph_step"] == 1
    assert about["tags"] == ["mine"]
    assert about["langgraph_checkpoint_ns"].startswith("chat:")


async def test_async_nodes_are_streamed_too() -> None:
    chat = model("good morning")

    async def node(state: Any) -> Any:
        return {"messages": await chat.ainvoke(state["messages"])}

    parts = [part async for part in line(chat=node).astream(GIVEN, stream_mode="messages")]
    assert "".join(text for _, text in texts(parts)) == "good morning"


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_what_a_node_returns_is_shown_once(run: Run) -> None:
    def again(state: MessagesState) -> Any:
        return {"messages": [*state["messages"], AIMessage("new", id="new")]}

    parts = run(line(chat=call("hello"), again=again), GIVEN, stream_mode="messages")
    assert texts(parts) == [("chat", "hello"), ("again", "new")]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_models_that_nobody_is_to_read_are_not_shown(run: Run) -> None:
    chat = model("secret", tags=["nostream"])

    def node(state: MessagesState) -> Any:
        chat.invoke(state["messages"])
        return {}

    assert run(line(chat=node), GIVEN, stream_mode="messages") == []


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_words_of_graphs_inside_are_shown_to_who_asks_for_them(run: Run) -> None:
    def app() -> Any:
        return line(inner=line(chat=call("good morning")))

    assert texts(run(app(), GIVEN, stream_mode="messages")) == [("inner", "good morning")]
    parts = run(app(), GIVEN, stream_mode="messages", subgraphs=True)
    assert {ns[0].split(":")[0] for ns, _ in parts} == {"inner"}
    assert [message.content for _, (message, _) in parts] == ["good", " ", "morning"]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_tools_show_when_they_begin_and_end(run: Run) -> None:
    @tool
    def double(x: int) -> int:
        """Twice as much."""
        return 2 * x

    @tool
    def fails() -> int:
        """Never well."""
        raise ValueError("no")

    def node(state: MessagesState) -> Any:
        double.invoke({"args": {"x": 4}, "id": "1", "name": "double", "type": "tool_call"})
        with pytest.raises(ValueError, match="no"):
            fails.invoke({})
        return {}

    started, finished, _, failed = run(line(tools=node), GIVEN, stream_mode="tools")
    assert started == {"event": "tool-started", "tool_call_id": "1", "tool_name": "double", "input": {"x": 4}}
    assert (finished["event"], finished["tool_call_id"], finished["output"].content) == ("tool-finished", "1", "8")
    assert failed == {"event": "tool-error", "tool_call_id": None, "message": "no"}
