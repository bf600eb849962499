from __future__ import annotations

import signal

import pytest

from tests.workers.process import worker_process

NOBODY = {"TEMPORAL_ADDRESS": "127.0.0.1:9"}
DOUBLER = "tests.workers.sample:doubler"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "python -m workers: No graph to serve."),
        (["not_there:app"], 2, "python -m workers: not_there:app: there is no module 'not_there'."),
        ([DOUBLER, "--max-nodes", "x"], 2, "python -m workers: --max-nodes is 'x'; it must be"),
        (
            [DOUBLER, "--connect-timeout", "0"],
            1,
            "The Temporal server at 127.0.0.1:9 (namespace default) can't be used",
        ),
    ],
)
async def test_one_line_and_an_exit_code(words: list[str], code: int, said: str) -> None:
    async with worker_process(*words, environment=NOBODY) as worker:
        assert await worker.ended() == code
        assert said in worker.said
        assert "Traceback" not in worker.said


async def test_it_stops_while_it_waits_for_the_server() -> None:
    async with worker_process(DOUBLER, environment=NOBODY) as worker:
        await worker.until(b"waiting for the Temporal server at 127.0.0.1:9")
        worker.signal(signal.SIGTERM)
        assert await worker.ended() == 0


async def test_a_variable_that_is_no_setting_is_pointed_out() -> None:
    variables = {**NOBODY, "TEMPORAL_PREGEL_TASKQUEUE": "x"}
    async with worker_process(DOUBLER, "--connect-timeout", "0", environment=variables) as worker:
        await worker.ended()
        assert "is TEMPORAL_PREGEL_TASK_QUEUE meant?" in worker.said
