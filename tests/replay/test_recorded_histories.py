"""Every kind of run that an engine has ever recorded is replayed by this one, open runs too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from temporal_pregel import PregelPlugin
from tests.replay.kinds import GRAPHS, graph, node
from tests.replay.plays import PLAYS

RECORDED = sorted((Path(__file__).parent / "histories").rglob("*.json"))


def load(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(f"replay-{path.stem}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_a_recorded_history_replays(path: Path):
    await Replayer(workflows=[], plugins=[PregelPlugin(graphs=GRAPHS.values())]).replay_workflow(load(path))


def test_there_is_a_history_of_each_kind():
    assert {path.stem for path in RECORDED} >= set(PLAYS)


def test_some_of_them_are_open():
    last = [json.loads(path.read_text(encoding="utf-8"))["events"][-1]["eventType"] for path in RECORDED]
    assert sum(not kind.endswith(("EXECUTION_COMPLETED", "EXECUTION_FAILED")) for kind in last) >= 3


async def replay(kind: str, app: Any) -> None:
    path = next(path for path in RECORDED if path.stem == kind)
    await Replayer(workflows=[], plugins=[PregelPlugin(graphs=[app])]).replay_workflow(load(path))


@pytest.mark.parametrize("kind", ["plain", "bare"])
async def test_a_run_keeps_the_structure_it_started_with_while_new_code_is_deployed(kind: str):
    later = graph(kind, {"b": node("b"), "a": node("a"), "c": node("c")}, [("__start__", "b"), ("b", "c"), ("c", "a")])
    await replay(kind, later)


async def test_other_commands_than_the_history_has_are_noticed():
    path = next(path for path in RECORDED if path.stem == "plain")
    events = path.read_text(encoding="utf-8").replace('"plain.b"', '"plain.other"')
    replayer = Replayer(workflows=[], plugins=[PregelPlugin(graphs=GRAPHS.values())])
    with pytest.raises(Exception, match=r"(?i)nondeterminism|mismatch|does not match"):
        await replayer.replay_workflow(WorkflowHistory.from_json("replay-plain", events))


@pytest.mark.parametrize("kind", ["plain", "bare"])
async def test_a_worker_that_lacks_the_graph_fails_the_task_and_not_the_run(kind: str):
    with pytest.raises(Exception, match="does not serve the graph"):
        await replay(kind, graph("another", {"a": node("a")}, [("__start__", "a")]))
