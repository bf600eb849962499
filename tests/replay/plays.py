"""What is done to a graph of each kind until its history is taken. Never change one: add another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle

from temporal_pregel import Command
from temporal_pregel.errors import GraphDrained
from temporal_pregel.runtime import RunControl
from tests.replay.kinds import OPEN

Play = Callable[[Any, dict[str, Any], Client], Awaitable[None]]
"""Given the durable graph, its thread's config and a client, brings the run to where its history is taken."""


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


async def drained_before(durable: Any, config: dict[str, Any], client: Client) -> None:
    control = RunControl()
    control.request_drain("enough")
    for given in ({"value": 3, "log": []}, None):
        try:
            await durable.ainvoke(given, config, control=control)
        except GraphDrained:
            continue
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
    "predrained": drained_before,
    "drained_first": drained_before,
    "untracked": answered("one"),
    "untracked_lost": answered("one"),
    "timely": answered(),
    "late": answered(),
}
"""How each kind of run is brought to the point at which its history is taken. Some are still open there."""
