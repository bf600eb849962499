"""``run.messages`` has a stream for each message, whether a model says it or a node returns it."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.chat_model_stream import AsyncChatModelStream
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.runnables import RunnableConfig

from temporal_pregel import MessagesState
from tests.langchain.graphs import call, line, model

GIVEN = {"messages": [("user", "hi")]}


def test_words_are_read_as_they_come() -> None:
    run = line(chat=call("good morning"), whole=lambda state: {"messages": AIMessage("bye", id="1")}).stream_events(
        GIVEN, version="v3"
    )
    assert [(message.node, list(message.text)) for message in run.messages] == [
        ("chat", ["good", " ", "morning"]),
        ("whole", ["bye"]),
    ]
    assert [message.text for message in run.output["messages"]] == ["hi", "good morning", "bye"]


async def test_async_runs_have_async_streams() -> None:
    chat = model("good morning")

    async def node(state: Any) -> Any:
        return {"messages": await chat.ainvoke(state["messages"])}

    run = await line(chat=node).astream_events(GIVEN, version="v3")
    said = []
    async for message in run.messages:
        assert isinstance(message, AsyncChatModelStream)
        said.append([word async for word in message.text])
    assert said == [["good", " ", "morning"]]


def test_messages_of_graphs_inside_are_theirs() -> None:
    app = line(inner=line(chat=call("hello")))
    assert list(app.stream_events(GIVEN, version="v3").messages) == []
    run = line(inner=line(chat=call("hello"))).stream_events(GIVEN, version="v3")
    assert [str(message.text) for inner in run.subgraphs for message in inner.messages] == ["hello"]


def test_a_message_that_its_node_does_not_end_fails_with_the_run() -> None:
    class Breaking(type(model())):  # type: ignore[misc]
        def _stream(self, *args: Any, **kwargs: Any) -> Any:
            yield from list(super()._stream(*args, **kwargs))[:1]
            raise ConnectionError("gone")

    chat = Breaking(messages=iter(["good morning"]))
    run = line(chat=lambda state: {"messages": chat.invoke(state["messages"])}).stream_events(GIVEN, version="v3")
    message = next(iter(run.messages))
    with pytest.raises(ConnectionError, match="gone"):
        list(message.text)


def test_a_graph_inside_that_is_read_by_chunks_gets_chunks() -> None:
    inner = line(chat=call("good morning"))

    def read(state: MessagesState, config: RunnableConfig) -> Any:
        parts = list(inner.stream(GIVEN, config, stream_mode="messages"))
        assert all(isinstance(message, AIMessageChunk) for message, _ in parts)
        return {"messages": AIMessage("".join(message.text for message, _ in parts))}

    assert line(read=read).stream_events(GIVEN, version="v3").output["messages"][-1].text == "good morning"
