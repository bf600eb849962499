"""A worker as a process, started the way a person or a container engine starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

TOP = Path(__file__).parents[2]
READY = b"Temporal server "
SECONDS = 60


class WorkerProcess:
    """`said` is what it has written to stderr so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said = ""

    async def until(self, words: bytes) -> None:
        """Read what it says up to a line with these words.

        Raises:
            AssertionError: It ended before it said them.
        """
        assert self._process.stderr is not None
        async with asyncio.timeout(SECONDS):
            async for line in self._process.stderr:
                self.said += line.decode()
                if words in line:
                    return
        raise AssertionError(f"the worker ended without saying {words!r}:\n{self.said}")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(SECONDS):
            out, rest = await self._process.communicate()
        self.said += out.decode() + rest.decode()
        code = self._process.returncode
        assert code is not None
        return code


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without what it says of Temporal, and with the given variables."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_") or key == "TEMPORAL_CLI"}
    return {**kept, "TEMPORAL_CONFIG_FILE": os.devnull, **environment}


@asynccontextmanager
async def worker_process(*words: str, environment: Mapping[str, str]) -> AsyncIterator[WorkerProcess]:
    """`python -m workers` with these words and variables; killed at the end of the block if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "workers", *words),
        cwd=TOP,
        env=clean(environment),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield WorkerProcess(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
