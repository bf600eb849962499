"""An entrypoint is a graph: its tasks are kept while it waits, and it sees what it returned the last time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.func import entrypoint, task
from temporal_pregel.types import Command, interrupt
from tests.local.running import BOTH, BOTH_STREAMS, Run, ainvoke, stream

THREAD = {"configurable": {"thread_id": "t"}}


@pytest.mark.parametrize("run", BOTH)
def test_a_task_that_has_finished_is_not_run_again_when_the_run_is_resumed(run: Run) -> None:
    calls = []

    @task
    def double(number: int) -> int:
        calls.append(number)
        return number * 2

    @entrypoint(checkpointer=InMemorySaver())
    def graph(numbers: list[int]) -> list[int]:
        doubled = [future.result() for future in [double(number) for number in numbers]]
        return [number + interrupt("add what?") for number in doubled][:1] + doubled[1:]

    assert run(graph, [1, 2], THREAD)["__interrupt__"][0].value == "add what?"
    run(graph, Command(resume=10), THREAD)
    assert run(graph, Command(resume=20), THREAD) == [12, 4]
    assert sorted(calls) == [1, 2]


@pytest.mark.parametrize("run", BOTH)
def test_questions_of_tasks_are_questions_of_their_entrypoint(run: Run) -> None:
    @task
    def ask(what: str) -> str:
        return str(interrupt(what))

    @entrypoint(checkpointer=InMemorySaver())
    def graph(_: Any) -> list[str]:
        return [future.result() for future in [ask("first"), ask("second")]]

    asked = run(graph, None or {}, THREAD)["__interrupt__"]
    assert sorted(question.value for question in asked) == ["first", "second"]
    assert [task.name for task in graph.get_state(THREAD).tasks] == ["graph"]
    answers = {question.id: question.value.upper() for question in asked}
    assert run(graph, Command(resume=answers), THREAD) == ["FIRST", "SECOND"]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_every_task_shows_its_result_under_its_name(run: Run) -> None:
    @task(name="inc")
    def plus_one(number: int) -> int:
        return number + 1

    @entrypoint()
    def graph(number: int) -> int:
        return int(plus_one(number).result())

    assert run(graph, 1) == [{"inc": 2}, {"graph": 2}]


@pytest.mark.parametrize("run", BOTH)
def test_final_gives_one_value_to_the_caller_and_saves_another(run: Run) -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def graph(word: str, *, previous: list[str] | None = None) -> entrypoint.final[int, list[str]]:
        said = [*(previous or []), word]
        return entrypoint.final(value=len(said), save=said)

    assert [run(graph, word, THREAD) for word in ("a", "b", "c")] == [1, 2, 3]


def test_a_caller_may_catch_what_a_task_raised() -> None:
    @task
    def fail() -> None:
        raise KeyError("gone")

    @entrypoint()
    def graph(_: Any) -> str:
        try:
            fail().result()
        except KeyError as error:
            return str(error)
        return "nothing"

    assert stream(graph, 0) == [{"graph": "'gone'"}]


def test_async_tasks_are_awaited_side_by_side() -> None:
    running = 0
    together = 0

    @task
    async def wait(number: int) -> int:
        nonlocal running, together
        running += 1
        together = max(together, running)
        await asyncio.sleep(0.01)
        running -= 1
        return number

    @entrypoint()
    async def graph(count: int) -> list[int]:
        return await asyncio.gather(*map(wait, range(count)))

    assert ainvoke(graph, 3) == [0, 1, 2]
    assert together == 3


def test_an_async_task_in_a_sync_run_says_how_to_run_it() -> None:
    @task
    async def later() -> None: ...

    @entrypoint()
    def graph(_: Any) -> None:
        later().result()

    with pytest.raises(RuntimeError, match="Use ainvoke or astream"):
        graph.invoke(0)


def test_a_generator_is_no_entrypoint() -> None:
    with pytest.raises(NotImplementedError, match="get_stream_writer"):

        @entrypoint()
        def graph(_: Any) -> Any:
            yield 1
