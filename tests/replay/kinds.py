"""One graph for each kind of run whose history is kept, and what is done to it. Never change one: add another."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypedDict

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from temporal_pregel import END, START, Command, RetryPolicy, Send, StateGraph, interrupt
from temporal_pregel.errors import GraphDrained
from temporal_pregel.runtime import RunControl, Runtime
from temporal_pregel.types import CachePolicy

Play = Callable[[Any, dict[str, Any], Client], Awaitable[None]]
"""Given the durable graph, its thread's config and a client, brings the run to where its history is taken."""


class State(TypedDict, total=False):
    value: int
    log: Annotated[list[Any], operator.add]


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


attempts: list[int] = []
moods: list[int] = []
chain = [(START, "a"), ("a", "b"), ("b", END)]
double = graph("double", {"a": lambda state: {"value": state["value"] * 2}}, [(START, "a")])
moody_inside = graph("moody_inside", {"a": node("inside"), "b": moody}, chain)
kept = StateGraph(State).add_node("a", double, cache_policy=CachePolicy()).add_edge(START, "a").compile(name="kept")
drains_inside = graph("drains_inside", {"a": drains, "b": node("inside")}, chain)
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
        graph("goes_on", {"a": node("a"), "b": moody_inside}, chain),
    )
}


async def call(durable: Any, config: dict[str, Any], client: Client, *answers: Any) -> None:
    await durable.ainvoke({"value": 3, "log": []}, config)
    for answer in answers:
        await durable.ainvoke(Command(resume=answer), config)


async def begin(durable: Any, config: dict[str, Any], client: Client) -> WorkflowHandle[Any, Any]:
    thread = config["configurable"]["thread_id"]
    return await client.start_workflow(durable.name, {"value": 3, "log": []}, id=thread, task_queue=durable.task_queue)


def answered(*answers: Any) -> Play:
    return lambda durable, config, client: call(durable, config, client, *answers)


async def bare(durable: Any, config: dict[str, Any], client: Client) -> None:
    await (await begin(durable, config, client)).result()


async def early(durable: Any, config: dict[str, Any], client: Client) -> None:
    handle = await begin(durable, config, client)
    await handle.signal("resume", "early")
    OPEN.set()
    await handle.result()
    OPEN.clear()


async def by_id(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    first, second = await durable.ainterrupts(config)
    await durable.ainvoke(Command(resume={second.id: 2}), config)
    await durable.ainvoke(Command(resume={first.id: 1}), config)


async def middle(durable: Any, config: dict[str, Any], client: Client) -> None:
    handle = await begin(durable, config, client)
    for _ in range(200):
        if (await handle.query("state")).get("values", {}).get("log"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the first node did not end")


async def go_on(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    await durable.ainvoke(None, config)


async def optioned(durable: Any, config: dict[str, Any], client: Client) -> None:
    await durable.ainvoke({"value": 3, "log": []}, config, interrupt_before=["a"])
    async for _ in durable.astream(None, {**config, "tags": ["told"]}, interrupt_before=["b"], context={"who": 1}):
        pass
    await durable.ainvoke(None, config)


async def failing(durable: Any, config: dict[str, Any], client: Client) -> None:
    try:
        await (await begin(durable, config, client)).result()
    except WorkflowFailureError:
        return
    raise AssertionError("it did not fail")


async def refused(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    handle = client.get_workflow_handle(config["configurable"]["thread_id"])
    await handle.signal("nonsense", 1)
    await handle.signal("resume", args=[1, 2])
    await handle.signal("resume", "yes")
    await handle.result()


async def told(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    for command in (Command(update={"log": ["told"]}), None, Command(resume="one", update={"value": 1}, goto="a")):
        await durable.ainvoke(command, config)
    await durable.ainvoke(Command(resume="two"), config)


async def in_order(durable: Any, config: dict[str, Any], client: Client) -> None:
    handle = await begin(durable, config, client)
    await handle.signal("resume", 1)
    await handle.execute_update("wait")
    await handle.signal("resume", 2)
    await handle.result()


async def corrected(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    try:
        await durable.ainvoke(Command(resume={"approved": "perhaps"}), config)
    except ValueError:
        await durable.ainvoke(Command(resume={"approved": True}), config)
        return
    raise AssertionError("the answer was taken")


async def turns(durable: Any, config: dict[str, Any], client: Client) -> None:
    for value in range(3):
        await durable.ainvoke({"value": value}, config)
        await durable.ainvoke(Command(resume=value), config)


async def retold(durable: Any, config: dict[str, Any], client: Client) -> None:
    await call(durable, config, client)
    await durable.ainvoke({"value": 4}, {**config, "recursion_limit": 9})
    await durable.ainvoke(Command(resume="one"), config)


async def after_failing(durable: Any, config: dict[str, Any], client: Client) -> None:
    try:
        await call(durable, config, client)
    except RuntimeError:
        await durable.ainvoke(None, config)
        return
    raise AssertionError("it did not fail")


async def drained(durable: Any, config: dict[str, Any], client: Client) -> None:
    handle = await begin(durable, config, client)
    await handle.signal("drain", "closing time")
    OPEN.set()
    try:
        await handle.result()
    except WorkflowFailureError:
        OPEN.clear()
        return
    raise AssertionError("it was not drained")


async def controlled(durable: Any, config: dict[str, Any], client: Client) -> None:
    try:
        await durable.ainvoke({"value": 3, "log": []}, config, control=RunControl())
    except GraphDrained:
        return
    raise AssertionError("it was not drained")


async def after_draining(durable: Any, config: dict[str, Any], client: Client) -> None:
    await controlled(durable, config, client)
    await durable.ainvoke(None, config)


PLAYS: dict[str, Play] = {
    "plain": answered(),
    "bare": bare,
    "loop": answered(),
    "asks": answered("one", "two"),
    "waits": answered("one"),
    "early": early,
    "parallel": by_id,
    "middle": middle,
    "sends": answered(),
    "subgraph": answered("one", "two"),
    "inside": answered("one"),
    "invokes": answered("one", "two"),
    "routes": answered(),
    "breaks": go_on,
    "optioned": optioned,
    "fails": failing,
    "retries": answered(),
    "refused": refused,
    "told": told,
    "in_order": in_order,
    "shaped": corrected,
    "timed": answered(),
    "turns": turns,
    "retold": retold,
    "goes_on": after_failing,
    "kept": answered(),
    "drained": drained,
    "drained_inside": controlled,
    "drained_once": after_draining,
}
"""How each kind of run is brought to the point at which its history is taken. Some are still open there."""
