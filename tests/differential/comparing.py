"""Runs drawn scenarios on both libraries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pprint import pformat
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.differential.conversation import converse
from tests.differential.drawing import scenarios
from tests.differential.libraries import ours, theirs
from tests.differential.specs import Scenario


def compare(examples: int, *, seed: int, on_loop: bool = False) -> list[str]:
    """Reports of where the two differ, the smallest scenario first."""
    differences: list[tuple[int, str]] = []
    here, there = ours(), theirs()

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios())
    def one(scenario: Scenario) -> None:
        mine, its = converse(here, scenario, on_loop=on_loop), converse(there, scenario, on_loop=on_loop)
        if mine != its and not undecided(mine, its) and not happens(there, scenario, mine, on_loop=on_loop):
            differences.append((len(repr(scenario)), report(scenario, mine, its)))

    with quiet():
        one()
    return [text for _, text in sorted(differences)]


TRIES = 30
"""Runs after which LangGraph is taken to do only what it has done."""


def happens(lib: Any, scenario: Scenario, seen: list[Any], *, on_loop: bool) -> bool:
    """Whether ``lib`` does that too now and then: with its helpers some scenarios end in several ways, and ours, which
    is the same every time, has to be one of them."""
    return any(converse(lib, scenario, on_loop=on_loop) == seen for _ in range(TRIES))


def undecided(mine: list[Any], its: list[Any]) -> bool:
    """Whether they first differ in which of several errors of one superstep ended a run: in LangGraph the one that was
    there first, which is a matter of threads; here the first in task order."""
    first = next((pair for pair in zip(mine, its, strict=False) if pair[0] != pair[1]), None)
    if first is None or not first[0][0] == first[1][0] == "run":
        return False
    (_, parts, error), (_, its_parts, its_error) = first
    return parts == its_parts and None not in (error, its_error)


def report(scenario: Scenario, mine: list[Any], its: list[Any]) -> str:
    place = next(
        (place for place, pair in enumerate(zip(mine, its, strict=False)) if pair[0] != pair[1]),
        min(len(mine), len(its)),
    )
    return "\n".join(
        [
            pformat(scenario, width=120),
            f"first difference at {place}; here:",
            pformat(mine[place : place + 1], width=120),
            "LangGraph:",
            pformat(its[place : place + 1], width=120),
        ]
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Both libraries log every retry and every Send to nowhere."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
