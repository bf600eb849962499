"""Supersteps that may take only so long: a graph's ``step_timeout``.

It is recorded with the plan, so that a replay has the timers that the run had. The timer is started where a superstep
has to wait for something, and cancelled when that ends in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from temporalio import workflow

from temporal_pregel.core.task import Task
from temporal_pregel.errors import step_took_too_long
from temporal_pregel.temporal.failures import refusal
from temporal_pregel.temporal.names import STEP_TIMEOUT

if TYPE_CHECKING:
    from temporal_pregel.temporal.driving import Driver


async def within(driver: Driver, seconds: float, tasks: Sequence[Task]) -> None:
    """Run the tasks of a superstep, which may take only so long.

    Raises:
        ApplicationError: it took longer. What has finished is kept; what runs is cancelled.
    """
    run, loop = driver.run, driver.loop
    work = asyncio.create_task(driver.perform(tasks))
    await asyncio.sleep(0)
    if work.done():  # nothing had to be waited for
        work.result()
        return
    where = f"{loop.ns} " if loop.ns else ""
    timer = asyncio.create_task(run.pause(seconds, f"{where}step {loop.step} · step_timeout"))
    try:
        await workflow.wait([work, timer], return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await run.caught_up()  # its end may have come together with the timer's
        if work.done():
            work.result()
            return
    finally:
        timer.cancel()
        if not work.done():
            _give_up(driver)
            work.cancel()
    late = step_took_too_long(driver.graph.name, loop.step, seconds, [task.name for task in loop.tasks])
    raise refusal(STEP_TIMEOUT, str(late), **driver.where().details)


def _give_up(driver: Driver) -> None:
    """Cancel what a superstep does, the graphs inside too."""
    driver.given_up = True
    for job in driver.jobs:
        job.cancel()
    for inner in driver.inner.values():
        _give_up(inner)
