"""A run of `stream_events(version="v3")` goes on as far as its readers ask, and shows each of them one thing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel.runtime import RunControl
from tests.stream.graphs import asking, boom, line, say, two


def test_states_events_and_the_output_come_from_one_run() -> None:
    run = two().stream_events({"log": []}, version="v3")
    events, values = iter(run), iter(run.values)
    assert run.output == {"log": ["a", "b"]}
    assert list(values) == [{"log": []}, {"log": ["a"]}, {"log": ["a", "b"]}]
    shown = list(events)
    assert [event["params"]["data"] for event in shown if event["method"] == "values"][-1] == run.output
    assert [event["seq"] for event in shown] == list(range(1, len(shown) + 1))


def test_a_reader_holds_the_run_up() -> None:
    ran: list[str] = []
    app = line(a=lambda state: ran.append("a"), b=lambda state: ran.append("b")).compile()
    run = app.stream_events({"log": []}, version="v3")
    assert ran == []
    next(iter(run.values))
    assert "b" not in ran
    assert run.output == {"log": []}
    assert ran == ["a", "b"]


def test_what_is_read_together_comes_in_the_order_in_which_it_came() -> None:
    app = line(inner=two(), after=say("after")).compile()
    run = app.stream_events({"log": []}, version="v3")
    shown = [name if name == "values" else item["event"] for name, item in run.interleave("values", "lifecycle")]
    assert shown == ["values", "started", "completed", "values", "values"]


def test_a_projection_has_one_reader_unless_it_is_split() -> None:
    run = two().stream_events({"log": []}, version="v3")
    first, second = run.values.tee(2)
    with pytest.raises(RuntimeError, match="already has a subscriber"):
        iter(run.values)
    assert next(second) == {"log": []}
    assert list(first) == [{"log": []}, {"log": ["a"]}, {"log": ["a", "b"]}]
    assert list(second) == [{"log": ["a"]}, {"log": ["a", "b"]}]


def test_the_end_of_a_with_block_ends_the_run() -> None:
    ran: list[str] = []
    app = line(a=say("a"), b=lambda state: ran.append("b")).compile()
    with app.stream_events({"log": []}, version="v3") as run:
        values = iter(run.values)
        next(values)
    assert list(values) == []
    assert ran == []


def test_questions_are_shown() -> None:
    run = asking().stream_events({"log": []}, {"configurable": {"thread_id": "1"}}, version="v3")
    assert run.interrupted
    assert [question.value for question in run.interrupts] == ["which?"]
    assert run.output == {"log": ["a"]}


def test_every_reader_gets_the_error() -> None:
    run = line(a=boom).compile().stream_events({"log": []}, version="v3")
    values = iter(run.values)
    assert next(values) == {"log": []}
    for read in (lambda: next(values), lambda: run.output, lambda: run.interrupts, lambda: list(run)):
        with pytest.raises(ValueError, match="boom"):
            read()


def test_options_of_a_call_are_passed_on() -> None:
    control = RunControl()
    control.request_drain("closing time")
    with pytest.raises(Exception, match="closing time"):
        _ = two().stream_events({"log": []}, version="v3", control=control).output


async def test_several_tasks_read_an_async_run_at_once() -> None:
    run = await two().astream_events({"log": []}, version="v3")

    async def read(channel: Any) -> list[Any]:
        return [item async for item in channel]

    values, events, output = await asyncio.gather(read(run.values), read(run), run.output())
    assert values[-1] == output == {"log": ["a", "b"]}
    assert [event["params"]["data"] for event in events] == values


async def test_an_async_run_is_cancelled_with_its_last_reader() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def wait(state: Any) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    run = await line(wait=wait).compile().astream_events({"log": []}, version="v3")
    reader = asyncio.ensure_future(run.output())
    await begun.wait()
    reader.cancel()
    await asyncio.wait((reader,))
    assert cancelled.is_set()


async def test_an_async_run_that_is_aborted_ends_for_its_readers() -> None:
    begun = asyncio.Event()

    async def wait(state: Any) -> None:
        begun.set()
        await asyncio.sleep(60)

    run = await line(wait=wait).compile().astream_events({"log": []}, version="v3")
    reader = asyncio.ensure_future(run.output())
    async with run:
        await begun.wait()
    assert await reader == {"log": []}
