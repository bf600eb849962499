"""The graphs that the workers of these tests serve, several versions of one of them among them.

Imported by worker processes only: it changes the example for the process that imports it.
"""

from __future__ import annotations

import hashlib
import operator
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypedDict

from temporalio import activity

from examples import digest as example
from temporal_pregel import END, START, StateGraph, interrupt
from temporal_pregel.types import RetryPolicy
from tests.chaos.deeds import deed

# The example as it is, with two of its functions telling what they do. Its plan, and so its runs, are the same.

plain_files, count_words = example.plain_files, example.count_words


def files_told(folder: Path) -> Iterator[str]:
    with deed("find"):
        yield from plain_files(folder)


def words_told(source: BinaryIO) -> Any:
    with deed(str(source.name)):
        return count_words(source)


example.plain_files, example.count_words = files_told, words_told  # type: ignore[assignment]
digest = example.app


class Steps(TypedDict, total=False):
    log: Annotated[list[str], operator.add]
    text: str


def step(name: str) -> Callable[[Steps], Steps]:
    def node(state: Steps) -> Steps:
        with deed(name):
            return {"log": [name]}

    return node


def steps(*names: str) -> Any:
    builder = StateGraph(Steps)
    builder.add_sequence([(name, step(name)) for name in names])
    builder.add_edge(START, names[0])
    builder.add_edge(names[-1], END)
    return builder.compile(name="steps")


first, changed, lacking = steps("a", "b", "c"), steps("a", "x", "c", "b"), steps("a", "c")


class Large(TypedDict, total=False):
    parts: Annotated[list[str], operator.add]
    late: Annotated[list[float], operator.add]
    answer: Any
    size: int
    digest: str


class Report(TypedDict, total=False):
    late: list[float]
    size: int
    digest: str


def part(letter: str, size: int) -> Callable[[Large], Large]:
    return lambda state: {"parts": [letter * size]}


def read(state: Large) -> Large:
    text = "".join(state["parts"])
    return {"size": len(text), "digest": hashlib.sha256(text.encode()).hexdigest()}


def asks(state: Large) -> Large:
    return {"answer": interrupt(f"{len(''.join(state['parts']))} characters?")}


def sized(name: str, *sizes: int) -> Any:
    """Parts of these sizes one after the other, a question, and a node that reads them all."""
    builder = StateGraph(Large, output_schema=Report)
    parts = [(f"part{place}", part("äbc"[place % 3], size)) for place, size in enumerate(sizes)]
    builder.add_sequence([*parts, ("ask", asks), ("read", read)])
    builder.add_edge(START, "part0" if sizes else "ask")
    builder.add_edge("read", END)
    return builder.compile(name=name)


three_megabytes = sized("three_megabytes", 700_000, 1_000_000, 700_000)
too_large = sized("too_large", 3_000_000)


def waits(state: Large) -> Large:
    """How long after the server handed out its task this node begins, in seconds."""
    begun = time.time()
    assert len(state["parts"][0]) == SMALL
    return {"late": [begun - activity.info().started_time.timestamp()]}


SMALL, WIDTH = 50_000, 100


def wide() -> Any:
    builder = StateGraph(Large, output_schema=Report)
    builder.add_node("write", part("x", SMALL))
    builder.add_edge(START, "write")
    for number in range(WIDTH):
        builder.add_node(f"reader{number}", waits)
        builder.add_edge("write", f"reader{number}")
        builder.add_edge(f"reader{number}", END)
    return builder.compile(name="wide")


wide_reads = wide()


def fails(state: Large) -> Large:
    with deed("fails"):
        raise ValueError("bad luck")


def failing() -> Any:
    builder = StateGraph(Large)
    builder.add_node("fails", fails, retry_policy=RetryPolicy(max_attempts=1))
    builder.add_edge(START, "fails")
    return builder.compile(name="failing")


bad = failing()


def grown(state: Large) -> Large:
    with deed("grown"):
        return {"parts": [state["parts"][0]]}


def relay_of(nodes: int) -> Any:
    """Every node appends a copy of the first part, which makes the state too large to go inline at once."""
    builder = StateGraph(Large, output_schema=Report)
    builder.add_sequence([*((f"grow{place}", grown) for place in range(nodes)), ("read", read)])
    builder.add_edge(START, "grow0")
    builder.add_edge("read", END)
    return builder.compile(name="relay")


relay = relay_of(4)
