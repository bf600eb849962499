"""The workflows that durable runs are measured against: plain Temporal, written by hand for each of the graphs.

They are as lean as such code gets: async activities, arguments as small as the step needs.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow

TIMEOUT = timedelta(seconds=60)


@activity.defn
async def add_one(given: dict[str, Any]) -> dict[str, Any]:
    return {"value": given["value"] + 1}


@activity.defn
async def double(given: dict[str, Any]) -> dict[str, Any]:
    return {"value": given["value"] * 2}


@activity.defn
async def entry(number: int) -> dict[str, Any]:
    """One kilobyte."""
    return {"number": number, "text": "." * 1000}


@activity.defn
async def square(number: int) -> int:
    return number * number


@workflow.defn
class TwoActivities:
    @workflow.run
    async def run(self, given: dict[str, Any]) -> dict[str, Any]:
        added = await workflow.execute_activity(add_one, given, start_to_close_timeout=TIMEOUT)
        return await workflow.execute_activity(double, added, start_to_close_timeout=TIMEOUT)


@workflow.defn
class Growing:
    """A kilobyte more at each step; an activity is given only the number of its step."""

    @workflow.run
    async def run(self, given: dict[str, Any]) -> dict[str, Any]:
        entries = []
        for number in range(given["steps"]):
            entries.append(await workflow.execute_activity(entry, number, start_to_close_timeout=TIMEOUT))
        return {"count": len(entries)}


@workflow.defn
class AtOnce:
    @workflow.run
    async def run(self, given: dict[str, Any]) -> dict[str, Any]:
        numbers = await asyncio.gather(
            *(
                workflow.execute_activity(square, number, start_to_close_timeout=TIMEOUT)
                for number in range(given["tasks"])
            )
        )
        return {"total": sum(numbers)}


WORKFLOWS = [TwoActivities, Growing, AtOnce]
ACTIVITIES = [add_one, double, entry, square]
