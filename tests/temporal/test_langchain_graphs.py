"""A state of LangChain's messages: the workflow, which folds them, uses the classes of the process."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from temporal_pregel import END, START, StateGraph
from temporal_pregel.graph.message import add_messages
from tests.temporal.conftest import Serve


class Chat(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]


@pytest.mark.parametrize("cached", [100, 0])
async def test_messages_of_langchain_stay_what_they_are(serve: Serve, on, thread, cached: int):
    def answer(state: Chat) -> dict[str, Any]:
        assert isinstance(state["messages"][-1], HumanMessage)
        return {"messages": [AIMessage("hello", response_metadata={"model": "none"})]}

    builder = StateGraph(Chat).add_node("answer", answer).add_edge(START, "answer").add_edge("answer", END)
    app = builder.compile(name="langchain")
    polls = {} if cached else {"max_concurrent_workflow_task_polls": 2}
    async with serve(app, max_cached_workflows=cached, **polls) as client:
        result = await on(app, client).ainvoke({"messages": [HumanMessage("hi")]}, thread)
        assert [type(message) for message in result["messages"]] == [HumanMessage, AIMessage]
        assert result["messages"][1].response_metadata == {"model": "none"}
