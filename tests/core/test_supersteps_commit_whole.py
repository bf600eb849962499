"""Invariant 3: a superstep commits whole, and a task that has finished never runs again."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given

from temporal_pregel.core.loop import Phase
from temporal_pregel.errors import InvalidUpdateError
from tests.core.driving import Drive, drawn, facts, made, specs
from tests.differential.specs import GraphSpec, NodeSpec

START = "__start__"


@drawn
@given(specs)
def test_nothing_of_an_unfinished_superstep_reaches_the_state(spec: GraphSpec) -> None:
    drive = Drive.started(made(spec)[1])
    with suppress(InvalidUpdateError):
        for _ in range(8):
            before = deepcopy(facts(drive.loop.state))
            count = len(drive.records)
            drive.superstep()
            if len(drive.records) == count:
                assert facts(drive.loop.state) == before
                break


@drawn
@given(specs)
def test_a_finished_task_never_runs_again_whatever_its_siblings_do(spec: GraphSpec) -> None:
    world, plan = made(spec)
    drive = Drive.started(plan)
    finished: set[str] = set()
    try:
        for _ in range(12):
            count = len(drive.ran)
            if drive.superstep():
                continue
            assert finished.isdisjoint(drive.ran[count:])
            finished.update(key for key, held in drive.loop.pending.items() if held.writes is not None)
            if drive.loop.phase is Phase.WAITING:
                drive.loop.answer({question.id: "yes" for question in drive.loop.questions})
            elif drive.loop.phase is Phase.FAILED:
                world.healed = True
            else:
                break
            drive.loop.resume()
    except InvalidUpdateError:
        pass
    assert finished.isdisjoint(key for key, runs in Counter(drive.ran).items() if runs > 1)


@drawn
@given(specs)
def test_taking_up_what_was_kept_gives_the_same_as_going_on(spec: GraphSpec) -> None:
    """After each stop: one goes on, one is pickled and taken up elsewhere."""
    world, plan = made(spec)
    here = Drive.started(plan)
    try:
        for _ in range(5):
            here.go()
            there = Drive.taken_up(here)
            assert facts(there.loop.state) == facts(here.loop.state)
            if here.loop.phase is Phase.WAITING:
                here.loop.tick()
                there.loop.tick()
                answers = {question.id: "yes" for question in here.loop.questions}
                here.loop.answer(answers)
                there.loop.answer(answers)
            elif here.loop.phase is Phase.FAILED:
                world.healed = True
            else:
                break
            before = len(here.ids)
            for drive in (here, there):
                drive.loop.resume()
                drive.go()
            assert there.ids == here.ids[before:]
            assert facts(there.loop.state) == facts(here.loop.state)
            assert there.loop.questions == here.loop.questions
    except InvalidUpdateError:
        pass


@pytest.mark.parametrize("update", [(), (("last", 0),), (("last", None),)])
def test_a_task_that_wrote_nothing_or_something_falsy_has_finished(update: tuple[tuple[str, int | None], ...]) -> None:
    quiet = NodeSpec("quiet", update, returns="dict" if update else "none")
    world, plan = made(GraphSpec((quiet, NodeSpec("asks", asks=1)), ((START, "quiet"), (START, "asks"))))
    drive = Drive.started(plan).converse(world)
    assert drive.loop.phase is Phase.DONE
    names = {key: name for _, name, _, key in drive.ids}
    assert Counter(names[key] for key in drive.ran) == {START: 1, "quiet": 1, "asks": 2}
