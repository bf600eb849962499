"""How far a run may go, and where it is told to stop."""

from __future__ import annotations

import pytest

from temporal_pregel.core.loop import Phase
from temporal_pregel.managed.is_last_step import IsLastStepManager, RemainingStepsManager
from tests.core.driving import Drive, made
from tests.core.test_the_order_of_writes import names
from tests.differential.specs import GraphSpec, NodeSpec

START = "__start__"
CHAIN = GraphSpec((NodeSpec("a"), NodeSpec("b"), NodeSpec("c")), ((START, "a"), ("a", "b"), ("b", "c")))


@pytest.mark.parametrize(
    ("limit", "phase"), [(1, Phase.OUT_OF_STEPS), (3, Phase.OUT_OF_STEPS), (4, Phase.DONE), (5, Phase.DONE)]
)
def test_three_supersteps_need_a_limit_of_four(limit: int, phase: Phase) -> None:
    drive = Drive.started(made(CHAIN)[1], limit=limit).go()
    assert drive.loop.phase is phase
    assert len(names(drive)) == min(limit, 3)


def test_a_run_that_goes_on_has_the_whole_limit_again() -> None:
    drive = Drive.started(made(CHAIN)[1], limit=1).go()
    drive.loop.start_at(drive.loop.step, drive.loop.position, None, None)
    drive.go()
    assert names(drive) == [["a"], ["b"], ["c"]]


def test_the_last_step_is_known_one_step_early() -> None:
    drive = Drive.started(made(CHAIN)[1], limit=3)
    seen = []
    while tasks := drive.loop.tick():
        seen.append((RemainingStepsManager.get(tasks[0]), IsLastStepManager.get(tasks[0])))
        drive.run(tasks)
        drive.loop.commit()
    assert seen == [(3, False), (2, False), (1, True), (0, False)]


def test_before_a_node_it_stops_once() -> None:
    drive = Drive.started(made(GraphSpec(CHAIN.nodes, CHAIN.edges, before=("b",)))[1]).go()
    assert (drive.loop.phase, names(drive)) == (Phase.BEFORE, [["a"]])
    drive.loop.resume()
    assert drive.go().loop.phase is Phase.DONE
    assert names(drive) == [["a"], ["b"], ["c"]]


def test_after_a_node_it_stops_once() -> None:
    drive = Drive.started(made(GraphSpec(CHAIN.nodes, CHAIN.edges, after=("b",)))[1]).go()
    assert (drive.loop.phase, names(drive)) == (Phase.AFTER, [["a"], ["b"]])
    drive.loop.resume()
    assert drive.go().loop.phase is Phase.DONE


def test_a_star_stops_at_every_node_but_hidden_ones() -> None:
    drive = Drive.started(made(CHAIN)[1])
    drive.loop.before = "*"
    stops = []
    while drive.go().loop.phase is Phase.BEFORE:
        stops.append([task.name for task in drive.loop.tasks])
        drive.loop.resume()
    assert stops == [["a"], ["b"], ["c"]]


def test_a_goto_at_a_breakpoint_runs_beside_what_was_pending() -> None:
    drive = Drive.started(made(GraphSpec(CHAIN.nodes, CHAIN.edges, before=("b",)))[1]).go()
    drive.loop.take([("branch:to:a", None)])
    drive.loop.resume()
    drive.superstep()
    assert names(drive)[-1] == ["a", "b"]


def test_draining_stops_before_the_next_superstep() -> None:
    drive = Drive.started(made(CHAIN)[1])
    drive.superstep()
    drive.loop.drain = "shutdown"
    assert drive.go().loop.phase is Phase.DRAINED
    drive.loop.drain = None
    assert drive.go().loop.phase is Phase.DONE


def test_a_run_that_is_finished_when_it_is_drained_ends_normally() -> None:
    drive = Drive.started(made(CHAIN)[1]).go()
    drive.loop.drain = "shutdown"
    assert drive.go().loop.phase is Phase.DONE


def test_a_breakpoint_beats_draining() -> None:
    drive = Drive.started(made(GraphSpec(CHAIN.nodes, CHAIN.edges, before=("a",)))[1])
    drive.superstep()
    drive.loop.drain = "shutdown"
    assert drive.go().loop.phase is Phase.BEFORE
