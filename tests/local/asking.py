"""Graphs that write down what they do in ``log``: one that asks in its middle, and one with such a graph inside."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import interrupt


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def asking(calls: list[str], **compiled: Any) -> Any:
    """first -> ask -> last. ``calls`` gets the names of the nodes that ran."""

    def first(_: Log) -> dict[str, Any]:
        calls.append("first")
        return {"log": ["first"]}

    def ask(_: Log) -> dict[str, Any]:
        calls.append("ask")
        return {"log": [f"ask:{interrupt('who?')}"]}

    def last(_: Log) -> dict[str, Any]:
        calls.append("last")
        return {"log": ["last"]}

    builder = StateGraph(Log).add_sequence([first, ask, last])
    return builder.add_edge(START, "first").compile(**compiled)


class Outer(TypedDict):
    done: Annotated[list[str], operator.add]


def outer(inner: Any, **compiled: Any) -> Any:
    """before -> inner -> after, where inner has a state of its own."""
    builder = StateGraph(Outer)
    builder.add_node("before", lambda _: {"done": ["before"]})
    builder.add_node("inner", inner)
    builder.add_node("after", lambda _: {"done": ["after"]})
    builder.add_edge(START, "before").add_edge("before", "inner").add_edge("inner", "after")
    return builder.compile(**compiled)


def at(app: Any, config: Any, node: str) -> Any:
    """The oldest checkpoint from which ``node`` runs next."""
    return [snapshot for snapshot in app.get_state_history(config) if snapshot.next == (node,)][-1].config


def shape(app: Any, config: Any) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """(source, next, log) of a thread's checkpoints, newest first."""
    return [(s.metadata["source"], s.next, s.values.get("log", [])) for s in app.get_state_history(config)]
