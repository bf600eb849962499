"""Invariant 4: every id is derived from thread, namespace, step and path."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from temporal_pregel.core import ids
from temporal_pregel.core.loop import Loop
from temporal_pregel.core.state import State
from tests.core.driving import Drive, made
from tests.differential.specs import BranchSpec, GraphSpec, NodeSpec, SendTo

START = "__start__"
NODES = ("zebra", "apple", "mango", "kiwi", "fig")
MANY = GraphSpec(
    tuple(NodeSpec(name, (("total", len(name)),), asks=name == "fig") for name in NODES),
    ((START, "zebra"), (START, "apple"), ("zebra", "mango"), ("apple", "kiwi")),
    ((("mango", "kiwi", "apple"), "fig"), (("zebra", "apple"), "kiwi")),
    (BranchSpec("zebra", (("kiwi", "mango", SendTo("apple", 3), SendTo("fig", 4)),)),),
)
PRINT = "from tests.core.test_ids_are_derived import told; print(told())"


def told() -> str:
    """Everything that a run of MANY derives, as text."""
    world, plan = made(MANY)
    drive = Drive.started(plan).converse(world)
    asked = [question.id for question in drive.loop.questions]
    checkpoints = [ids.checkpoint_id("t", "", record.position) for record in drive.records]
    return json.dumps([drive.ids, asked, checkpoints, plan.hash, plan.structure, drive.reached[-1][0]["log"]])


def test_another_process_with_another_hash_seed_derives_the_same() -> None:
    other = [
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert other == [told(), told()]


def test_no_two_tasks_of_a_run_share_an_id() -> None:
    world, plan = made(MANY)
    drive = Drive.started(plan).converse(world)
    places = {key: (step, path) for step, _, path, key in drive.ids}
    assert len(places) == len({(step, path) for step, _, path, _ in drive.ids})


@given(st.integers(0, 2**60 - 1), st.integers(0, 2**60 - 1), st.text(max_size=5), st.text(max_size=5))
def test_checkpoint_ids_sort_as_they_were_made_and_tell_their_position(
    first: int, second: int, thread: str, ns: str
) -> None:
    one, two = ids.checkpoint_id(thread, ns, first), ids.checkpoint_id(thread, ns, second)
    assert (one < two) == (first < second)
    assert ids.position_of(one) == first
    assert len(one) == 36


def test_what_is_no_id_of_ours_has_no_position() -> None:
    assert ids.position_of("latest") == -1


def test_threads_namespaces_steps_and_paths_tell_tasks_apart() -> None:
    kinds = {
        ids.task_id(checkpoint, ns, step, name, kind, rest)
        for checkpoint in ("c1", "c2")
        for ns in ("", "outer:1")
        for step in (1, 2)
        for name in ("a", "b")
        for kind in ("pull", "push")
        for rest in ("0", "1")
    }
    assert len(kinds) == 64


@settings(max_examples=20)
@given(st.integers(0, 5))
def test_each_question_of_a_task_has_its_own_id(answered: int) -> None:
    assert len({ids.interrupt_id("ns", place) for place in range(answered + 1)}) == answered + 1


def test_a_loop_knows_the_id_of_its_checkpoint_before_any_input() -> None:
    plan = made(MANY)[1]
    assert Loop(plan, State.initial(plan), limit=1, thread="t").checkpoint_id == ids.checkpoint_id("t", "", -1)
