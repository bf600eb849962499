"""The graphs that are measured. Each function takes a `Library` and returns a builder, not yet compiled.

Nodes do next to nothing, so that what is measured is the engine. `aio` makes them coroutine functions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from bench.libraries import Library


class Number(TypedDict):
    value: int


class Summed(TypedDict):
    items: list[int]
    total: Annotated[int, operator.add]


class Chat(TypedDict):
    messages: Annotated[list[dict[str, Any]], operator.add]


def node(work: Callable[[Any], Any], aio: bool) -> Callable[[Any], Any]:
    """`work` as a node: itself, or as a coroutine function."""
    if not aio:
        return work

    async def coroutine(state: Any) -> Any:
        return work(state)

    return coroutine


def increment(state: Number) -> dict[str, int]:
    return {"value": state["value"] + 1}


def double(state: Number) -> dict[str, int]:
    return {"value": state["value"] * 2}


def two_nodes(lib: Library, aio: bool = False) -> Any:
    builder = lib.StateGraph(Number)
    builder.add_node("adder", node(increment, aio))
    builder.add_node("multiplier", node(double, aio))
    builder.add_edge(lib.START, "adder")
    builder.add_edge("adder", "multiplier")
    builder.add_edge("multiplier", lib.END)
    return builder


def loop(lib: Library, aio: bool = False, steps: int = 1000) -> Any:
    def again(state: Number) -> Any:
        return "step" if state["value"] < steps else lib.END

    builder = lib.StateGraph(Number)
    builder.add_node("step", node(increment, aio))
    builder.add_edge(lib.START, "step")
    builder.add_conditional_edges("step", again, ["step", lib.END])
    return builder


def line(lib: Library, aio: bool = False, length: int = 1000) -> Any:
    """One node after the other."""
    builder = lib.StateGraph(Number)
    before = lib.START
    for place in range(length):
        name = f"node{place}"
        builder.add_node(name, node(increment, aio))
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, lib.END)
    return builder


def fan_out(lib: Library, aio: bool = False) -> Any:
    def everything(state: Summed) -> Any:
        return [lib.Send("work", {"item": item}) for item in state["items"]]

    builder = lib.StateGraph(Summed)
    builder.add_node("work", node(lambda given: {"total": given["item"]}, aio))
    builder.add_node("finish", node(lambda state: {"total": 0}, aio))
    builder.add_conditional_edges(lib.START, everything, ["work"])
    builder.add_edge("work", "finish")
    builder.add_edge("finish", lib.END)
    return builder


WIDE = TypedDict("WIDE", {f"key{number}": int for number in range(100)})  # type: ignore[misc]


def wide(lib: Library, aio: bool = False) -> Any:
    """A line of 20 nodes; each reads 100 channels and writes 5."""
    builder = lib.StateGraph(WIDE)
    before = lib.START
    for place in range(20):
        keys = [f"key{place * 5 + number}" for number in range(5)]
        name = f"node{place}"
        builder.add_node(name, node(lambda state, keys=keys: {key: state[key] + 1 for key in keys}, aio))
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, lib.END)
    return builder


def agent(lib: Library, aio: bool = False, turns: int = 50) -> Any:
    """A model that calls a tool `turns` times: two supersteps and two messages each turn."""

    def model(state: Chat) -> Any:
        return {"messages": [{"id": f"m{len(state['messages'])}", "role": "assistant", "content": "call the tool"}]}

    def tool(state: Chat) -> Any:
        return {"messages": [{"id": f"t{len(state['messages'])}", "role": "tool", "content": "an answer"}]}

    def after_model(state: Chat) -> Any:
        return "tool" if len(state["messages"]) < 2 * turns else lib.END

    builder = lib.StateGraph(Chat)
    builder.add_node("model", node(model, aio))
    builder.add_node("tool", node(tool, aio))
    builder.add_edge(lib.START, "model")
    builder.add_conditional_edges("model", after_model, ["tool", lib.END])
    builder.add_edge("tool", "model")
    return builder


def nested(lib: Library, aio: bool = False) -> Any:
    builder = lib.StateGraph(Number)
    builder.add_node("before", node(increment, aio))
    builder.add_node("inner", two_nodes(lib, aio).compile())
    builder.add_node("after", node(increment, aio))
    builder.add_edge(lib.START, "before")
    builder.add_edge("before", "inner")
    builder.add_edge("inner", "after")
    builder.add_edge("after", lib.END)
    return builder


def question(lib: Library, aio: bool = False) -> Any:
    builder = lib.StateGraph(Number)
    builder.add_node("adder", node(increment, aio))
    builder.add_node("ask", node(lambda state: {"value": lib.interrupt("How much?")}, aio))
    builder.add_edge(lib.START, "adder")
    builder.add_edge("adder", "ask")
    builder.add_edge("ask", lib.END)
    return builder


def chat(lib: Library) -> Any:
    """One turn of a conversation: a reply of 1 KB to a message of 1 KB."""

    def reply(state: Chat) -> Any:
        place = len(state["messages"])
        return {"messages": [message(f"a{place}")]}

    builder = lib.StateGraph(Chat)
    builder.add_node("reply", reply)
    builder.add_edge(lib.START, "reply")
    builder.add_edge("reply", lib.END)
    return builder


def message(key: str) -> dict[str, str]:
    """A message of 1 KB."""
    return {"id": key, "role": "user", "content": key.ljust(1024, ".")}
