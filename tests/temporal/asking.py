"""Graphs that ask, and helpers to wait for their questions."""

from __future__ import annotations

import asyncio
import operator
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, StateGraph, interrupt
from tests.temporal.graphs import chain


class Talk(TypedDict, total=False):
    said: Annotated[list[Any], operator.add]
    draft: str


def twice(state: Talk) -> Talk:
    """Asks two questions in sequence."""
    first = interrupt("first?")
    return {"said": [first, interrupt(f"second after {first}?")]}


def one_asker(name: str = "asker") -> Any:
    return chain(
        name, Talk, {"write": lambda s: {"draft": "hello"}, "review": lambda s: {"said": [interrupt(s["draft"])]}}
    )


def two_askers(name: str = "parallel", third: Any = None) -> Any:
    """Two nodes that ask in the same superstep; a third beside them that does not."""
    builder = StateGraph(Talk)
    builder.add_node("left", lambda s: {"said": [("left", interrupt("left?"))]})
    builder.add_node("right", lambda s: {"said": [("right", interrupt("right?"))]})
    builder.add_node("quiet", third or (lambda s: {"said": ["quiet"]}))
    for node in ("left", "right", "quiet"):
        builder.add_edge(START, node)
        builder.add_edge(node, END)
    return builder.compile(name=name)


async def until(durable: Any, config: dict[str, Any], questions: int, tries: int = 200) -> tuple[Any, ...]:
    """The open questions, once there are that many."""
    for _ in range(tries):
        found: tuple[Any, ...] = await durable.ainterrupts(config)
        if len(found) == questions:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{questions} questions did not come, but {found}")
