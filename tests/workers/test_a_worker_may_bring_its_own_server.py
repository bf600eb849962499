from __future__ import annotations

import re
import signal

from temporalio.client import Client

from tests.workers.process import READY, worker_process

WORDS = ("--dev", "--dev-port", "0", "--dev-ui-port", "0", "tests.workers.sample:doubler")


async def test_it_serves_there_says_where_the_ui_is_and_ends_both() -> None:
    # The address in the environment is not used: nobody listens there.
    async with worker_process(*WORDS, environment={"TEMPORAL_ADDRESS": "127.0.0.1:9"}) as worker:
        await worker.until(READY)
        found = re.search(r"Temporal server (\S+),", worker.said)
        assert found is not None
        client = await Client.connect(found[1])
        assert await client.execute_workflow("doubler", {"value": 4}, id="t1", task_queue="pregel") == {"value": 8}
        worker.signal(signal.SIGINT)
        assert await worker.ended() == 0
    assert re.search(r"Temporal UI      http://127\.0\.0\.1:\d+\n", worker.said)
    assert "workflow start  --type doubler --task-queue pregel --workflow-id t1 --input '{\"value\": 1}'" in worker.said
    assert f"--address {found[1]}" in worker.said


async def test_a_port_that_is_taken_is_one_line() -> None:
    async with worker_process("--dev", "--dev-port", "0", *WORDS[3:], environment={}) as first:
        await first.until(READY)
        found = re.search(r"Temporal server 127\.0\.0\.1:(\d+),", first.said)
        assert found is not None
        async with worker_process("--dev", "--dev-port", found[1], *WORDS[3:], environment={}) as second:
            assert await second.ended() == 1
            assert f"python -m workers: A Temporal server can't listen on 127.0.0.1:{found[1]}" in second.said
            assert "Traceback" not in second.said
