"""What the examples share: one graph object, run in this process or on a Temporal server, called in the same way."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from temporal_pregel import Command, Pregel


def parser(description: str | None) -> argparse.ArgumentParser:
    """A command line with the two words that every example knows."""
    line = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = line.add_mutually_exclusive_group()
    where.add_argument("--durable", action="store_true", help="run on a Temporal server and a worker started for it")
    where.add_argument("--address", metavar="HOST:PORT", help="run on this server, by the worker of `make dev`")
    return line


def run(app: Pregel, chosen: argparse.Namespace, main: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
    """What `main` returns for the graph: itself, or its durable twin, where the command line asks for that."""
    if not (chosen.durable or chosen.address):
        return asyncio.run(main(app))
    from temporal_pregel.temporal.shutdown import run

    async def durably() -> Any:
        async with on_temporal(app, chosen.address) as graph:
            return await main(graph)

    return run(durably())


@asynccontextmanager
async def on_temporal(app: Pregel, address: str | None = None) -> AsyncIterator[Any]:
    """The graph on the server at `address`, or on a server and a worker of its own for as long as the block runs."""
    from temporal_pregel.testing import dev_server, running_worker

    if address:
        from temporalio.client import Client

        from temporal_pregel import PregelPlugin

        yield app.on(await Client.connect(address, plugins=[PregelPlugin(graphs=[app])]))
        return
    async with dev_server() as server, running_worker(await server.client(), app) as client:
        yield app.on(client)


def new_thread(graph: Any) -> dict[str, Any]:
    """The config of a thread that nobody uses yet."""
    return {"configurable": {"thread_id": f"{graph.name}-{uuid.uuid4()}"}}


async def invoke(graph: Any, given: dict[str, Any]) -> Any:
    """The graph's output, in a thread of its own."""
    return await graph.ainvoke(given, new_thread(graph))


async def converse(graph: Any, given: dict[str, Any], answer: Callable[[Any], Any]) -> Any:
    """The graph's output, after `answer` was asked everything that the graph wants to know."""
    thread = new_thread(graph)
    result = await graph.ainvoke(given, thread)
    while questions := result.get("__interrupt__"):
        # On a thread: a person may take long, and the worker in this process has other work.
        answers = {each.id: await asyncio.to_thread(answer, each.value) for each in questions}
        result = await graph.ainvoke(Command(resume=answers), thread)
    return result
