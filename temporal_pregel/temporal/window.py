"""Activities side by side: how much one workflow task may send (invariant 6), and waiting for all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from temporalio import workflow

from temporal_pregel.wire.limits import DEFAULT, Limits


class Window:
    """Admission of activities, in the order in which they come.

    Whoever finds no room waits for the next workflow task; there is one, because then activities are in flight.
    """

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._task = -1
        self._count = 0
        self._bytes = 0
        self._flying = 0

    async def enter(self, size: int) -> None:
        """Return when an activity with an input of ``size`` bytes may be scheduled."""
        while not self._fits(size):
            await workflow.wait_condition(lambda: self._fits(size))
        self._count += 1
        self._bytes += size
        self._flying += 1

    def leave(self) -> None:
        """An activity has ended."""
        self._flying -= 1

    def _fits(self, size: int) -> bool:
        # The history grows with every workflow task, and the count is the same when it is replayed.
        now = workflow.info().get_current_history_length()
        if now != self._task:
            self._task, self._count, self._bytes = now, 0, 0
        limits = self._limits
        if self._flying >= limits.pending_tasks or self._count >= limits.window_tasks:
            return False
        return self._count == 0 or self._bytes + size <= limits.window


async def together(jobs: Sequence[asyncio.Task[None]]) -> None:
    """Wait until all have ended well or one has not. The first error, in the order of ``jobs``, is raised."""
    await workflow.wait(jobs, return_when=asyncio.FIRST_EXCEPTION)
    failed = next((job for job in jobs if job.done() and (job.cancelled() or job.exception() is not None)), None)
    if failed is not None:
        for job in jobs:
            job.cancel()
        await failed
