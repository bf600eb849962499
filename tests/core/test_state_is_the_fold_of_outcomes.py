"""Invariant 1: the state after superstep n is a pure function of plan, input and the outcomes 1..n."""

from __future__ import annotations

import contextlib
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from temporal_pregel.core.applying import apply
from temporal_pregel.core.state import State
from temporal_pregel.errors import InvalidUpdateError
from tests.core.driving import Drive, drawn, facts, made, specs
from tests.differential.specs import GraphSpec


def whole_run(spec: GraphSpec, order: Random | None = None) -> Drive:
    world, plan = made(spec)
    drive = Drive.started(plan, order=order)
    with contextlib.suppress(InvalidUpdateError):
        drive.converse(world)
    return drive


@drawn
@given(specs)
def test_folding_the_records_gives_every_state_of_the_run(spec: GraphSpec) -> None:
    drive = whole_run(spec)
    state = State.initial(drive.plan)
    for record, reached in zip(drive.records, drive.reached, strict=True):
        for writers in record.applied:
            apply(drive.plan, state, writers)
        assert facts(state) == reached


@drawn
@given(specs, st.randoms(use_true_random=False))
def test_completion_order_never_matters(spec: GraphSpec, order: Random) -> None:
    """Invariant 2: writes are applied in task-path order."""
    straight, shuffled = whole_run(spec), whole_run(spec, order)
    assert shuffled.reached == straight.reached
    assert shuffled.ids == straight.ids
    assert shuffled.loop.phase is straight.loop.phase
    assert [question.id for question in shuffled.loop.questions] == [
        question.id for question in straight.loop.questions
    ]


@drawn
@given(specs)
def test_a_plan_made_twice_is_the_same_plan(spec: GraphSpec) -> None:
    assert made(spec)[1].hash == made(spec)[1].hash
    assert made(spec)[1].structure == made(spec)[1].structure


@drawn
@given(specs)
def test_positions_and_steps_count_up_by_one(spec: GraphSpec) -> None:
    records = whole_run(spec).records
    assert [record.position for record in records] == list(range(len(records)))
    assert [record.step for record in records] == list(range(-1, len(records) - 1))
