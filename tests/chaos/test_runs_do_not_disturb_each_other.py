"""Runs of one worker, one of which fails while another's worker is killed, keep their own values."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from temporalio.client import Client, WorkflowFailureError

from tests.chaos.deeds import Deeds
from tests.chaos.hands import result, start, until

PARTS = 5
RUNS = "abcdefgh"


def expected(letter: str) -> dict[str, object]:
    text = letter * 20_000 * PARTS
    return {"late": [], "size": len(text), "digest": hashlib.sha256(text.encode()).hexdigest()}


async def test_many_runs_keep_their_own_large_values_through_failures_and_a_kill(
    hands, deeds, client: Client, task_queue: str
):
    team = hands(0.2)
    graphs = ("relay", "bad")
    worker = await team.hire(*graphs)
    good = [await start(client, task_queue, "relay", {"parts": [letter * 20_000]}) for letter in RUNS]
    bad = await start(client, task_queue, "failing", {"parts": []})
    gone = await start(client, task_queue, "relay", {"parts": ["z" * 20_000]})
    await until(lambda: len(Deeds.read(deeds).ended) >= len(RUNS), "some nodes to end")
    with pytest.raises(WorkflowFailureError):
        await result(bad)
    await gone.terminate()
    worker.kill()
    await team.hire(*graphs)
    assert await asyncio.gather(*map(result, good)) == [expected(letter) for letter in RUNS]
