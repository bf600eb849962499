"""Graphs that the tests of streams read."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from temporal_pregel import START, InMemorySaver, StateGraph, interrupt


class State(TypedDict, total=False):
    log: Annotated[list[str], lambda held, new: held + new]


def say(word: str) -> Any:
    return lambda state: {"log": [word]}


def ask(state: State) -> State:
    return {"log": [interrupt("which?")]}


def boom(state: State) -> State:
    raise ValueError("boom")


def line(**nodes: Any) -> StateGraph:
    """Nodes one after the other."""
    builder = StateGraph(State)
    last = START
    for name, action in nodes.items():
        builder.add_node(name, action).add_edge(last, name)
        last = name
    return builder


def two() -> Any:
    return line(a=say("a"), b=say("b")).compile()


def asking() -> Any:
    return line(a=say("a"), ask=ask).compile(checkpointer=InMemorySaver())
