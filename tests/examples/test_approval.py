from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle

from examples import approval, running
from examples.approval import app, main
from temporal_pregel.testing import running_worker


def answers(*given: Any) -> Callable[[Any], Any]:
    """Somebody who gives these answers, one after the other."""
    left = iter(given)
    return lambda question: next(left)


CONVERSATIONS = [
    pytest.param(["yes"], {"draft": "hello", "published": True}, id="yes at once"),
    pytest.param([" Yes "], {"draft": "hello", "published": True}, id="yes as people type it"),
    pytest.param([True], {"draft": "hello", "published": True}, id="true"),
    pytest.param(["louder", "yes"], {"draft": "HELLO", "wishes": ["louder"], "published": True}, id="a wish"),
    pytest.param(["no", "yes"], {"draft": "hello (no)", "wishes": ["no"], "published": True}, id="no is a wish too"),
    pytest.param(
        [{"tone": 3}, "friendlier", "yes"],
        {"draft": 'Dear reader, hello ({"tone": 3})', "wishes": ['{"tone": 3}', "friendlier"], "published": True},
        id="two wishes, one no text",
    ),
]


@pytest.mark.parametrize(("given", "outcome"), CONVERSATIONS)
async def test_it_asks_until_the_answer_is_yes(given: list[Any], outcome: dict[str, Any]) -> None:
    assert await running.converse(app, {"draft": "hello"}, answers(*given)) == outcome


async def test_it_asks_in_the_same_way_on_temporal(client: Client, task_queue: str) -> None:
    async with running_worker(client, app, task_queue=task_queue) as durable:
        graph = app.on(durable, task_queue=task_queue)
        for each in CONVERSATIONS:
            given, outcome = each.values
            assert await running.converse(graph, {"draft": "hello"}, answers(*given)) == outcome


async def test_a_plain_client_starts_looks_answers_and_gets_the_outcome(client: Client, task_queue: str) -> None:
    async with running_worker(client, app, task_queue=task_queue):
        handle = await client.start_workflow("approval", {"draft": "hello"}, id=task_queue, task_queue=task_queue)
        state = await asked(handle)
        assert state["values"]["draft"] == "hello"
        assert state["next"] == ["review"]
        assert state["interrupts"][0]["value"].startswith('Publish "hello"?')
        await handle.signal("resume", "yes")
        assert await handle.result() == {"draft": "hello", "published": True}


async def asked(handle: WorkflowHandle[Any, Any]) -> dict[str, Any]:
    while True:
        state: dict[str, Any] = await handle.query("state")
        if state["status"] == "waiting":
            return state
        await asyncio.sleep(0.02)


def test_answers_come_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    main(["good   day", "--answer", "shorter", "--answer", "yes"])
    assert capsys.readouterr().out.splitlines() == [
        'Publish "good day"? Answer "yes", or say what to change.',
        "> shorter",
        'Publish "good"? Answer "yes", or say what to change.',
        "> yes",
        "{'draft': 'good', 'wishes': ['shorter'], 'published': True}",
    ]


def test_nobody_at_the_terminal_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(SystemExit, match="--answer"):
        approval.ask("Publish?")
