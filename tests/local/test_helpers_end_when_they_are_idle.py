"""The threads on which sync nodes run beside their caller's."""

from __future__ import annotations

import multiprocessing
import threading
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.local import pool
from tests.local.running import BOTH, Run


class Log(TypedDict):
    threads: Annotated[list[int], lambda left, right: left + right]


def graph(width: int) -> Any:
    def node(_: Log) -> dict[str, list[int]]:
        time.sleep(0.02)
        return {"threads": [threading.get_ident()]}

    builder = StateGraph(Log)
    for number in range(width):
        builder.add_node(f"n{number}", node).add_edge(START, f"n{number}")
    return builder.compile()


def helpers() -> set[int | None]:
    return {thread.ident for thread in threading.enumerate() if thread.name == "temporal_pregel-helper"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_idle", [])


@pytest.mark.parametrize("run", BOTH)
def test_they_end_and_others_begin_when_they_are_needed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.05)
    before, app = helpers(), graph(4)
    for _ in range(2):
        assert len(set(run(app, {"threads": []})["threads"])) > 1
        deadline = time.monotonic() + 5
        while helpers() - before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert helpers() <= before
        assert pool._idle == []


def test_they_are_used_again_until_then() -> None:
    app = graph(4)
    first = set(app.invoke({"threads": []})["threads"])
    assert set(app.invoke({"threads": []})["threads"]) <= first


def test_none_is_lost_that_is_called_while_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE", 0.0005)
    for _ in range(500):
        done = threading.Event()
        pool.start(done.set)
        assert done.wait(5)
        time.sleep(0.0005)


def test_a_forked_process_has_helpers_of_its_own() -> None:
    app = graph(4)
    app.invoke({"threads": []})
    time.sleep(0.01)
    assert pool._idle
    process = multiprocessing.get_context("fork").Process(target=app.invoke, args=({"threads": []},))
    process.start()
    process.join(10)
    process.kill()
    assert process.exitcode == 0
