"""Small graphs that several tests run."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, StateGraph


class Number(TypedDict, total=False):
    value: int


class Log(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]
    text: str


def chain(name: str, schema: Any, nodes: Mapping[str, Callable[..., Any]], **compiled: Any) -> Any:
    """A graph whose nodes run one after the other."""
    builder = StateGraph(schema)
    builder.add_sequence(list(nodes.items()))
    builder.add_edge(START, next(iter(nodes)))
    builder.add_edge(list(nodes)[-1], END)
    return builder.compile(name=name, **compiled)


def add(state: Number) -> Number:
    return {"value": state["value"] + 1}


async def multiply(state: Number) -> Number:
    return {"value": state["value"] * 2}


def adder(name: str = "adder") -> Any:
    return chain(name, Number, {"adder": add, "multiplier": multiply})


def around(name: str, inner: Any, schema: Any = Number, after: Any = None, **routes: Any) -> Any:
    """A graph with a subgraph as its node, and a node or a router after it."""
    builder = StateGraph(schema)
    builder.add_node("inner", inner)
    builder.add_edge(START, "inner")
    if after is not None:
        builder.add_node("after", after)
    if routes:
        builder.add_conditional_edges("inner", routes["router"])
    else:
        builder.add_edge("inner", "after" if after is not None else END)
    return builder.compile(name=name)


async def soon(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return when ``condition`` holds."""
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"it did not happen within {seconds} s")
