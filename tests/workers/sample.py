"""Graphs for workers to serve, and things that are none."""

from __future__ import annotations

import asyncio
from typing import TypedDict

from temporal_pregel.graph import END, START, StateGraph


class State(TypedDict):
    value: int


def double(state: State) -> State:
    return {"value": state["value"] * 2}


async def dawdle(state: State) -> State:
    await asyncio.sleep(1.5)
    return {"value": state["value"] + 1}


def built(node: str) -> StateGraph:
    builder = StateGraph(State)
    builder.add_node(node, {"double": double, "dawdle": dawdle}[node])
    builder.add_edge(START, node)
    builder.add_edge(node, END)
    return builder


builder = built("double")
doubler = builder.compile(name="doubler")
dawdler = built("dawdle").compile(name="dawdler")
also_doubler = built("dawdle").compile(name="doubler")
number = 7


class Shelf:
    inner = dawdler
