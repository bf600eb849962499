"""SIGKILL in the middle of a run: another worker ends it with the same result, and runs no recorded task again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from temporalio.client import Client

from examples import digest
from tests.chaos.deeds import Deeds
from tests.chaos.hands import Handle, Hands, events, recorded, result, start, until

FILES = 40
Make = Callable[[float], Hands]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose files all have words of their own."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:02}.txt").write_text(f"garden {'house ' * number}" + "xyzw"[: number % 4 + 1] * 5)
    return folder


async def some_are_recorded(handle: Handle, least: int) -> None:
    async def enough() -> bool:
        return len(recorded(await events(handle))) >= least

    await until(enough, f"{least} tasks that ended")


async def test_the_digest_ends_with_the_same_result_though_its_worker_is_killed_twice(
    hands: Make, folder: Path, deeds: Path, client: Client, task_queue: str
):
    team, given = hands(0.25), {"folder": str(folder)}
    handle = await start(client, task_queue, "digest", given)
    kept: set[str] = set()
    for least in (FILES // 4, FILES // 2):
        worker = await team.hire("digest", TEMPORAL_PREGEL_MAX_NODES="4")
        await some_are_recorded(handle, least)
        worker.kill()
        kept |= recorded(await events(handle))
        assert least <= len(kept) < FILES
    lost = Deeds.read(deeds).begun.keys() - kept
    assert lost, "the worker was killed while nodes were running"

    await team.hire("digest")
    assert await result(handle) == digest.app.invoke(given)
    done = Deeds.read(deeds)
    assert {key: times for key, times in done.begun.items() if key in kept and times > 1} == {}
    assert any(done.begun[key] > 1 for key in lost)
    assert recorded(await events(handle)) >= done.ended.keys()
    assert len(done.ended) == FILES + 1


@pytest.mark.parametrize("half", ["workflows", "nodes"])
async def test_either_half_of_a_split_worker_may_be_killed(
    hands: Make, folder: Path, deeds: Path, client: Client, task_queue: str, half: str
):
    team, given = hands(0.25), {"folder": str(folder)}
    handle = await start(client, task_queue, "digest", given)
    halves = {
        part: await team.hire("digest", TEMPORAL_PREGEL_SERVE=part, TEMPORAL_PREGEL_MAX_NODES="4")
        for part in ("workflows", "nodes")
    }
    await some_are_recorded(handle, FILES // 4)
    halves[half].kill()
    kept = recorded(await events(handle))
    await team.hire("digest", TEMPORAL_PREGEL_SERVE=half)
    assert await result(handle) == digest.app.invoke(given)
    done = Deeds.read(deeds)
    again = {key for key, times in done.begun.items() if times > 1}
    assert not again & kept
    assert bool(again) == (half == "nodes"), "running nodes outlive the process that runs the workflows"
