"""The log of InMemorySaver: each checkpoint folds to the state that the run had there, with and without snapshots."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.local.saving import Place
from temporal_pregel.types import Command
from tests.core.driving import INPUT, drawn, facts, specs
from tests.differential.building import World
from tests.differential.libraries import ours
from tests.differential.specs import GraphSpec

# Sends that send multiply with every superstep: a few are enough.
CONFIG = {"recursion_limit": 4, "configurable": {"thread_id": "t"}}


class Watched(InMemorySaver):
    """Remembers the states that it was shown, by the ids that it is made to tell."""

    counts = False

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, Any] = {}

    def append(self, plan: Any, place: Any, record: Any, state: Any, metadata: Any) -> str | None:
        made = super().append(plan, place, record, state, metadata)
        assert made is not None
        self.shown[made] = deepcopy(facts(state))
        return made


def conversation(spec: GraphSpec) -> tuple[Any, Watched]:
    """Several turns on one thread: answers, healing, more input."""
    world, saver = World(ours()), Watched()
    app = world.build(spec, checkpointer=saver)
    given: Any = INPUT
    for turn in range(5):
        try:
            app.invoke(given, CONFIG)
        except Exception:
            world.healed = True
        state = app.get_state(CONFIG)
        if state.interrupts:
            given = Command(resume={question.id: "yes" for question in state.interrupts})
        else:
            given = None if state.next and turn < 3 else INPUT
    return app, saver


def folded(app: Any, saver: InMemorySaver, checkpoint: str) -> Any:
    saved = saver.load(app.plan, Place("t", "", checkpoint))
    assert saved is not None
    return facts(saved.state)


@pytest.mark.parametrize("often", [1, 3, 10**6])
def test_every_checkpoint_folds_to_the_state_that_the_run_had(often: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InMemorySaver, "snapshot_after", often)

    @drawn
    @given(specs)
    def check(spec: GraphSpec) -> None:
        app, saver = conversation(spec)
        assert saver.shown
        for checkpoint, state in saver.shown.items():
            assert folded(app, saver, checkpoint) == state

    check()


@drawn
@given(specs)
def test_reading_a_thread_changes_nothing_of_it(spec: GraphSpec) -> None:
    app, saver = conversation(spec)
    before = {checkpoint: folded(app, saver, checkpoint) for checkpoint in saver.shown}
    for state in [app.get_state(CONFIG), *app.get_state_history(CONFIG)]:
        state.values.get("log", []).append("scribbled")
        state.values.clear()
    assert {checkpoint: folded(app, saver, checkpoint) for checkpoint in saver.shown} == before
