"""The same three as `handwritten`, as graphs."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, Send, StateGraph


class Number(TypedDict):
    value: int


async def add_one(state: Number) -> dict[str, Any]:
    return {"value": state["value"] + 1}


async def double(state: Number) -> dict[str, Any]:
    return {"value": state["value"] * 2}


pair = StateGraph(Number)
pair.add_node(add_one)
pair.add_node(double)
pair.add_edge(START, "add_one")
pair.add_edge("add_one", "double")
pair.add_edge("double", END)
two_nodes = pair.compile(name="two_nodes")


class Entries(TypedDict):
    steps: int
    entries: Annotated[list[dict[str, Any]], operator.add]
    count: int


async def append(state: Entries) -> dict[str, Any]:
    """A kilobyte more; the node reads all that is there already."""
    return {"entries": [{"number": len(state["entries"]), "text": "." * 1000}], "count": len(state["entries"]) + 1}


def enough(state: Entries) -> str:
    return "append" if state["count"] < state["steps"] else END


class Counted(TypedDict):
    count: int


line = StateGraph(Entries, output_schema=Counted)
line.add_node(append)
line.add_edge(START, "append")
line.add_conditional_edges("append", enough, ["append", END])
growing = line.compile(name="growing")


class Squares(TypedDict):
    tasks: int
    total: Annotated[int, operator.add]


class Total(TypedDict):
    total: int


async def begin(state: Squares) -> None:
    """Gives the router a task to run in."""


def everything(state: Squares) -> list[Send]:
    return [Send("square", {"number": number}) for number in range(state["tasks"])]


async def square(given: dict[str, int]) -> dict[str, Any]:
    return {"total": given["number"] ** 2}


fan = StateGraph(Squares, output_schema=Total)
fan.add_node(begin)
fan.add_node(square)
fan.add_edge(START, "begin")
fan.add_conditional_edges("begin", everything, ["square"])
fan.add_edge("square", END)
at_once = fan.compile(name="at_once")

GRAPHS = [two_nodes, growing, at_once]
