"""Worker processes that a test starts, kills and starts again, and what the history says of their work."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from tests.workers.process import READY, TOP, clean

SECONDS = 60
"""What any wait may take: a dead worker is given up after 10 s, and a busy machine takes its time."""

Handle = WorkflowHandle[Any, Any]


class Hands:
    """Starts `python -m workers`. Whatever still runs at the end of the test is killed."""

    def __init__(self, address: str, task_queue: str, folder: Path, environment: dict[str, str]) -> None:
        self._environment = {"TEMPORAL_ADDRESS": address, "TEMPORAL_PREGEL_TASK_QUEUE": task_queue, **environment}
        self._folder = folder
        self._hired: list[Hand] = []

    async def hire(self, *graphs: str, **environment: str) -> Hand:
        """A worker that serves attributes of `tests.chaos.served`; ready when this returns.

        Words in capitals are its environment.
        """
        log = self._folder / f"worker-{uuid.uuid4()}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: ASYNC220 - a start, which blocks for no time to speak of
                [sys.executable, "-m", "workers", *(f"tests.chaos.served:{graph}" for graph in graphs)],
                cwd=TOP,
                env=clean({**self._environment, **environment}),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        hand = Hand(process, log)
        self._hired.append(hand)
        await until(lambda: hand.says(READY.decode()), f"a worker that serves {', '.join(graphs)}")
        return hand

    def dismiss(self) -> None:
        """Kill all that still run."""
        for hand in self._hired:
            hand.kill()


@dataclass(frozen=True)
class Hand:
    """A worker process."""

    process: subprocess.Popen[bytes]
    log: Path

    def says(self, words: str) -> bool:
        """Whether its log has these words.

        Raises:
            AssertionError: it has ended.
        """
        said = self.log.read_text(errors="replace")
        assert self.process.poll() is None, f"the worker ended with code {self.process.returncode}:\n{said[-3000:]}"
        return words in said

    def kill(self) -> None:
        """SIGKILL: no word to the server, nothing put in order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(SECONDS)

    async def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        await until(lambda: self.process.poll() is not None, "the end of a worker that was told to stop")
        return self.process.returncode


async def until(done: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
    """Wait for something; coroutine functions are awaited.

    Raises:
        AssertionError: it did not come in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = done()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"waited {seconds:.0f} s for {what}") from None


async def result(handle: Handle) -> Any:
    """A run's result, in time."""
    return await asyncio.wait_for(handle.result(), SECONDS)


async def start(client: Client, task_queue: str, graph: str, given: Any) -> Handle:
    """A run as a bare client starts it."""
    return await client.start_workflow(graph, given, id=f"chaos-{uuid.uuid4()}", task_queue=task_queue)


async def events(handle: Handle) -> list[HistoryEvent]:
    """The run's history."""
    return list((await handle.fetch_history()).events)


def recorded(history: Iterable[HistoryEvent]) -> set[str]:
    """Idempotency keys of the tasks whose outcome is in the history."""
    keys, ended = {}, set()
    for event in history:
        if event.HasField("activity_task_scheduled_event_attributes"):
            payloads = event.activity_task_scheduled_event_attributes.input.payloads
            keys[event.event_id] = str(json.loads(payloads[0].data)["task_id"])
        elif event.HasField("activity_task_completed_event_attributes"):
            ended.add(keys[event.activity_task_completed_event_attributes.scheduled_event_id])
    return ended


def kinds(history: Iterable[HistoryEvent]) -> set[str]:
    """The names of the events."""
    return {event.WhichOneof("attributes").removesuffix("_event_attributes") for event in history}


def environment_of(deeds: Path, seconds: float) -> dict[str, str]:
    """What makes nodes tell their deeds, and take their time."""
    return {"DEEDS_FILE": os.fspath(deeds), "DEEDS_SECONDS": str(seconds)}
