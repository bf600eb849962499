"""SIGTERM during a run: what runs may end and is recorded, the rest is another worker's; nothing runs twice."""

from __future__ import annotations

from temporalio.client import Client

from tests.chaos.deeds import Deeds
from tests.chaos.hands import events, kinds, recorded, result, start, until


async def test_after_a_graceful_stop_no_task_has_run_twice(hands, deeds, client: Client, task_queue: str):
    team = hands(1.0)
    handle = await start(client, task_queue, "steps", {"text": "x"})
    worker = await team.hire("first")
    await until(lambda: len(Deeds.read(deeds).begun) == 2, "the second node to run")
    assert await worker.stop() == 0
    stopped = Deeds.read(deeds)
    assert stopped.begun == stopped.ended
    assert recorded(await events(handle)) == stopped.ended.keys()

    await team.hire("first")
    assert await result(handle) == {"log": ["a", "b", "c"], "text": "x"}
    done = Deeds.read(deeds)
    assert sorted(done.begun.values()) == [1, 1, 1]
    assert not kinds(await events(handle)) & {"workflow_task_failed", "activity_task_failed"}
