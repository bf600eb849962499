"""A worker that lacks a run's graph or node, or has it changed: the run waits for the right one, and keeps its plan."""

from __future__ import annotations

from temporalio.client import Client

from tests.chaos.deeds import Deeds
from tests.chaos.hands import Hands, events, kinds, result, start, until

LOG = ["a", "b", "c"]


async def begun(team: Hands, client: Client, task_queue: str, deeds) -> object:
    """A run of the first version of the graph whose worker has ended after its first node."""
    handle = await start(client, task_queue, "steps", {"text": "x"})
    worker = await team.hire("first")
    await until(lambda: Deeds.read(deeds).begun, "the first node to run")
    assert await worker.stop() == 0
    return handle


async def test_a_worker_without_the_graph_fails_the_task_and_not_the_run(hands, deeds, client: Client, task_queue: str):
    team = hands(0.5)
    handle = await begun(team, client, task_queue, deeds)
    wrong = await team.hire("bad")

    async def tried() -> bool:
        return "workflow_task_failed" in kinds(await events(handle))

    await until(tried, "the wrong worker to try")
    assert wrong.says("does not serve the graph 'steps'")
    wrong.kill()
    await team.hire("first")
    assert (await result(handle))["log"] == LOG


async def test_a_worker_without_a_node_leaves_it_to_another(hands, deeds, client: Client, task_queue: str):
    team = hands(0.5)
    handle = await begun(team, client, task_queue, deeds)
    wrong = await team.hire("lacking")

    async def refused() -> bool:
        pending = (await handle.describe()).raw_description.pending_activities
        return any("has no node 'b'" in each.last_failure.message for each in pending)

    await until(refused, "the wrong worker to try the node that it lacks")
    wrong.kill()
    await team.hire("first")
    assert (await result(handle))["log"] == LOG


async def test_a_run_keeps_the_structure_with_which_it_began(hands, deeds, client: Client, task_queue: str):
    team = hands(0.5)
    handle = await begun(team, client, task_queue, deeds)
    await team.hire("changed")
    assert (await result(handle))["log"] == LOG
    fresh = await start(client, task_queue, "steps", {"text": "x"})
    assert (await result(fresh))["log"] == ["a", "x", "c", "b"]
