"""Graphs whose nodes call LangChain's models and tools."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import GenericFakeChatModel

from temporal_pregel import START, MessagesState, StateGraph


def model(*said: str, **options: Any) -> GenericFakeChatModel:
    """A chat model that says each of ``said`` in turn, word by word."""
    return GenericFakeChatModel(messages=iter(said), **options)


def call(*said: str, **options: Any) -> Any:
    """A node that calls a model."""
    chat = model(*said, **options)
    return lambda state: {"messages": chat.invoke(state["messages"])}


def line(**nodes: Any) -> Any:
    """Nodes one after the other."""
    builder = StateGraph(MessagesState)
    last = START
    for name, action in nodes.items():
        builder.add_node(name, action).add_edge(last, name)
        last = name
    return builder.compile()
