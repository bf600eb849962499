"""One graph for each kind of run whose history is kept; `plays`: what is done to it. Never change one: add another."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from temporal_pregel import END, START, RetryPolicy, Send, StateGraph, interrupt
from temporal_pregel.channels import UntrackedValue
from temporal_pregel.runtime import Runtime
from temporal_pregel.types import CachePolicy


class State(TypedDict, total=False):
    value: int
    log: Annotated[list[Any], operator.add]


class Passing(State, total=False):
    passing: Annotated[int, UntrackedValue]


OPEN = asyncio.Event()
"""Held back while a history is taken in the middle of a superstep."""


def node(*said: Any) -> Callable[[State], State]:
    return lambda state: {"log": list(said)}


def asking(*questions: str) -> Callable[[State], State]:
    return lambda state: {"log": [interrupt(question) for question in questions]}


def graph(
    name: str, nodes: dict[str, Any], edges: list[tuple[Any, str]], routes: dict[str, Any] | None = None, **how: Any
) -> Any:
    builder = StateGraph(State)
    for key, action in nodes.items():
        builder.add_node(key, action, retry_policy=how.get("retry"))
    for start, end in edges:
        builder.add_edge(start, end)
    for source, router in (routes or {}).items():
        builder.add_conditional_edges(source, router)
    return builder.compile(name=name, interrupt_before=how.get("before"))


async def held(state: State) -> State:
    await OPEN.wait()
    return {}


def within(app: Any, seconds: float) -> Any:
    app.step_timeout = seconds
    return app


def once_more(state: State) -> State:
    if len(attempts) < 1:
        attempts.append(1)
        raise ConnectionError("not yet")
    return {"value": 1}


class Decision(TypedDict):
    approved: bool


def shaped(state: State) -> State:
    return {"log": [interrupt("first?", response_schema=Decision)]}


async def timed(arg: Any) -> State:
    return {"log": [arg]}


def moody(state: State) -> State:
    if len(moods) < 1:
        moods.append(1)
        raise ValueError("in a mood")
    return {"log": ["moody"]}


def drains(state: State, runtime: Runtime[None]) -> State:
    if runtime.control is not None:
        runtime.control.request_drain("enough")
    return {"log": ["drains"]}


def passes(state: Passing) -> Passing:
    return {"passing": 1}


def reads_what_passes(state: Passing) -> Passing:
    return {"log": [state.get("passing")]}


def untracked(name: str) -> Any:
    """With a graph inside, where a replay compares all that nodes have read."""
    nodes = {"a": passes, "b": asking("first?"), "c": reads_what_passes, "d": asking("second?")}
    inner = StateGraph(Passing).add_sequence(list(nodes.items())).add_edge(START, "a").compile()
    return StateGraph(Passing).add_node("a", inner).add_edge(START, "a").compile(name=name)


attempts: list[int] = []
moods: list[int] = []
chain = [(START, "a"), ("a", "b"), ("b", END)]
double = graph("double", {"a": lambda state: {"value": state["value"] * 2}}, [(START, "a")])
moody_inside = graph("moody_inside", {"a": node("inside"), "b": moody}, chain)
kept = StateGraph(State).add_node("a", double, cache_policy=CachePolicy()).add_edge(START, "a").compile(name="kept")
drains_inside = graph("drains_inside", {"a": drains, "b": node("inside")}, chain)
late_inside = within(graph("late_inside", {"a": held, "b": node("b"), "c": held}, [(START, key) for key in "abc"]), 0.5)
late = (
    StateGraph(State).add_node("a", late_inside, error_handler=node("late")).add_edge(START, "a").compile(name="late")
)
asks_inside = graph("asks_inside", {"a": node("inside"), "b": asking("first?", "second?")}, chain)

GRAPHS = {
    app.name: app
    for app in (
        graph("plain", {"a": node("a"), "b": node("b")}, chain),
        graph("bare", {"a": node("a"), "b": node("b")}, chain),
        graph(
            "loop", {"a": node("x" * 3000)}, [(START, "a")], {"a": lambda state: "a" if len(state["log"]) < 6 else END}
        ),
        graph("asks", {"a": node("a"), "b": asking("first?", "second?")}, chain),
        graph("waits", {"a": node("a"), "b": asking("first?", "second?")}, chain),
        graph("early", {"a": held, "b": asking("first?")}, chain),
        graph("parallel", {"a": asking("a?"), "b": asking("b?")}, [(START, "a"), (START, "b")]),
        graph("middle", {"a": node("a"), "b": held}, [(START, "a"), (START, "b")]),
        graph("sends", {"a": lambda arg: {"log": [arg]}}, [], {START: lambda state: [Send("a", n) for n in range(3)]}),
        graph("subgraph", {"a": asks_inside, "b": node("b")}, chain),
        graph("inside", {"a": asks_inside, "b": node("b")}, chain),
        graph("invokes", {"a": lambda state: {"log": asks_inside.invoke({"log": []})["log"]}, "b": node("b")}, chain),
        graph("routes", {"a": double}, [(START, "a")], {"a": lambda state: "a" if state["value"] < 20 else END}),
        graph("breaks", {"a": node("a"), "b": node("b")}, chain, before=["b"]),
        graph("optioned", {"a": node("a"), "b": node("b")}, chain),
        graph("fails", {"a": node("a"), "b": lambda state: 1 / 0}, chain),
        graph("retries", {"a": once_more}, [(START, "a")], retry=RetryPolicy(initial_interval=0.01, jitter=False)),
        graph("refused", {"a": node("a"), "b": asking("first?")}, chain),
        graph("told", {"a": node("a"), "b": asking("first?")}, chain),
        graph("in_order", {"a": asking("a?"), "b": asking("b?")}, [(START, "a"), (START, "b")]),
        graph("shaped", {"a": node("a"), "b": shaped}, chain),
        graph("timed", {"a": timed}, [], {START: lambda state: [Send("a", n, timeout=n + 9) for n in range(2)]}),
        graph("turns", {"a": node("a"), "b": asking("first?")}, chain),
        graph("retold", {"a": node("a"), "b": asking("first?")}, chain),
        kept,
        graph("drained", {"a": held, "b": node("b")}, chain),
        graph("drained_inside", {"a": drains_inside, "b": node("b")}, [(START, "a"), (START, "b")]),
        graph("drained_once", {"a": lambda state: {"log": drains_inside.invoke({"log": []})["log"]}}, [(START, "a")]),
        graph("predrained", {"a": node("a"), "b": node("b")}, chain),
        graph("drained_first", {"a": node("a"), "b": node("b")}, chain),
        untracked("untracked"),
        untracked("untracked_lost"),
        graph("goes_on", {"a": node("a"), "b": moody_inside}, chain),
        within(graph("timely", {"a": node("a"), "b": node("b")}, chain), 30),
        StateGraph(State)
        .add_node("a", late_inside, error_handler=node("late"))
        .add_edge(START, "a")
        .compile(name="late"),
    )
}
