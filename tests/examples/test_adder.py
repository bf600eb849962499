from __future__ import annotations

from temporalio.client import Client

from examples.adder import app, main
from temporal_pregel.testing import running_worker


def test_five_becomes_twelve_in_this_process() -> None:
    assert app.invoke({"value": 5}) == {"value": 12}


async def test_five_becomes_twelve_on_temporal(client: Client, task_queue: str) -> None:
    async with running_worker(client, app, task_queue=task_queue) as durable:
        graph = app.on(durable, task_queue=task_queue)
        assert await graph.ainvoke({"value": 5}, {"configurable": {"thread_id": task_queue}}) == {"value": 12}


def test_the_command_line_takes_another_number(capsys) -> None:  # type: ignore[no-untyped-def]
    main(["1"])
    assert capsys.readouterr().out == "{'value': 4}\n"
