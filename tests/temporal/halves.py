"""A second process that runs the workflows of a test's graphs, while their nodes run in the test's own.

It is started once; each test sends it its graphs (closures and all, by cloudpickle), its data converter and the task
queue to serve. It ends when nobody can send it anything any more, however its parent has ended.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import struct
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import cloudpickle
from temporalio.client import Client
from temporalio.converter import DataConverter

from temporal_pregel.temporal import PregelPlugin
from temporal_pregel.testing import DevServer, running_worker
from tests.workers.process import TOP, clean

SECONDS = 60
READY = b"+"
LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Wanted:
    """What to serve on a task queue; nothing more if there are no graphs."""

    task_queue: str
    graphs: Sequence[Any] | None = None
    types: Sequence[Any] = ()
    converter: DataConverter = DataConverter.default
    options: Mapping[str, Any] = field(default_factory=dict)


class OtherHalf:
    """The process, as its parent sees it; it is started when it is needed first."""

    def __init__(self, server: DevServer) -> None:
        self._server = server
        self._process: asyncio.subprocess.Process | None = None

    @asynccontextmanager
    async def workflows(
        self, task_queue: str, plugin: PregelPlugin, converter: DataConverter, **options: Any
    ) -> AsyncIterator[None]:
        """The process serves the workflows of the plugin's graphs for as long as the block runs."""
        graphs = [each.app for each in plugin.catalog.graphs.values()]
        await self._say(Wanted(task_queue, graphs, plugin.catalog.types, converter, options))
        try:
            yield
        finally:
            await self._say(Wanted(task_queue))

    async def _say(self, what: Wanted) -> None:
        if self._process is None:
            words = (sys.executable, "-m", "tests.temporal.halves", self._server.address)
            self._process = await asyncio.create_subprocess_exec(*words, cwd=TOP, env=clean({}), stdin=-1, stdout=-1)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        data = cloudpickle.dumps(what)
        self._process.stdin.write(LENGTH.pack(len(data)) + data)
        async with asyncio.timeout(SECONDS):
            answer = await self._process.stdout.read(1)
        assert answer == READY, f"the process of the workflows ended with code {await self._process.wait()}"

    async def end(self) -> None:
        """Kill it."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()


async def main(address: str) -> None:
    """The process: serve what comes on stdin, and say on stdout when that has begun, or has ended."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # the SDK writes its warnings there
    client = await Client.connect(address)
    serving: dict[str, AsyncExitStack] = {}
    while (wanted := await heard(reader)) is not None:
        if wanted.graphs is None:
            await serving.pop(wanted.task_queue).aclose()
        else:
            config = client.config()
            config["plugins"] = [PregelPlugin(wanted.graphs, types=wanted.types)]
            config["data_converter"] = wanted.converter
            own = running_worker(Client(**config), task_queue=wanted.task_queue, serve="workflows", **wanted.options)
            await serving.setdefault(wanted.task_queue, AsyncExitStack()).enter_async_context(own)
        answers.write(READY)
    os._exit(0)  # a worker would wait for its server, which has ended too


async def heard(reader: asyncio.StreamReader) -> Wanted | None:
    """The next thing that is wanted, None when whoever could want something has gone."""
    try:
        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        wanted: Wanted = pickle.loads(await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        return None
    return wanted


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
