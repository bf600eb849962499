"""Runs drawn scenarios on both libraries."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import zip_longest
from pprint import pformat
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.differential.conversation import converse
from tests.differential.drawing import could_be_drawn, scenarios
from tests.differential.libraries import ours, theirs
from tests.differential.shrinking import shrunk
from tests.differential.specs import Scenario, words

TRIES = 30
"""Runs after which LangGraph is taken to do only what it has done."""


@dataclass
class Comparison:
    """``drawn`` scenarios, of which ``distinct``. ``refused``: neither library builds the graph, so that nothing was
    compared. ``again``: not alike at once, but LangGraph did the same as ours when it was asked some more.
    ``undecided``: those of `undecided`. ``differing``: all others that are not alike."""

    drawn: int = 0
    distinct: set[int] = field(default_factory=set)
    refused: int = 0
    again: int = 0
    undecided: int = 0
    differing: list[Scenario] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        self.drawn += other.drawn
        self.distinct |= other.distinct
        self.refused += other.refused
        self.again += other.again
        self.undecided += other.undecided
        self.differing += other.differing


def compare(examples: int, *, seed: int, on_loop: bool = False) -> Comparison:
    """Draws ``examples`` scenarios, the same ones for the same ``seed``, and runs each on both libraries."""
    found = Comparison()

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenarios(on_loop=on_loop))
    def one(scenario: Scenario) -> None:
        found.drawn += 1
        found.distinct.add(hash(repr(scenario)))
        match verdict(scenario, on_loop=on_loop):
            case "differ":
                if scenario not in found.differing:
                    found.differing.append(scenario)
            case "refused":
                found.refused += 1
            case "again":
                found.again += 1
            case "undecided":
                found.undecided += 1

    with quiet():
        one()
    return found


def portion(asked: tuple[int, int, bool]) -> Comparison:
    count, seed, on_loop = asked
    return compare(count, seed=seed, on_loop=on_loop)


def verdict(scenario: Scenario, *, on_loop: bool, tries: int = TRIES) -> str:
    """ "alike", "refused", "undecided", "again" or "differ"; see `Comparison`. ``tries``: see `happens`."""
    mine, its = both(scenario, on_loop=on_loop)
    if mine == its:
        return "refused" if mine[0][0] == "refused" else "alike"
    if undecided(mine, its):
        return "undecided"
    return "again" if happens(theirs(), scenario, mine, on_loop=on_loop, tries=tries) else "differ"


def both(scenario: Scenario, *, on_loop: bool) -> tuple[list[Any], list[Any]]:
    """What ours shows, and what LangGraph shows."""
    return converse(ours(), scenario, on_loop=on_loop), converse(theirs(), scenario, on_loop=on_loop)


def happens(lib: Any, scenario: Scenario, seen: list[Any], *, on_loop: bool, tries: int) -> bool:
    """Whether ``lib`` does that too in one of ``tries`` runs: with its helpers some scenarios end in several ways, and
    ours, which is the same every time, has to be one of them."""
    return any(converse(lib, scenario, on_loop=on_loop) == seen for _ in range(tries))


def undecided(mine: list[Any], its: list[Any]) -> bool:
    """Whether they first differ in which of several errors of one superstep ended a run: in LangGraph the one that was
    there first, which is a matter of threads; here the first in task order."""
    first = next((pair for pair in zip(mine, its, strict=False) if pair[0] != pair[1]), None)
    if first is None or not first[0][0] == first[1][0] == "run":
        return False
    (_, parts, error), (_, its_parts, its_error) = first
    return parts == its_parts and None not in (error, its_error)


def report(scenario: Scenario, *, on_loop: bool) -> str:
    """The smallest scenario found that still differs, in words for ``--spec``, and where it does."""
    with quiet():
        smallest = shrunk(
            scenario,
            lambda tried: (
                could_be_drawn(tried, on_loop=on_loop) and verdict(tried, on_loop=on_loop, tries=3) == "differ"
            ),
        )
        mine, its = both(smallest, on_loop=on_loop)
    lines = [words(smallest)]
    for place, (here, there) in enumerate(zip_longest(mine, its)):
        if here != there:
            before, after = (pformat(side, width=120).splitlines() for side in (there, here))
            lines += [f"differs at {place} of what was seen; - LangGraph, + here:"]
            lines += list(unified_diff(before, after, n=3, lineterm=""))[2:]
            break
    return "\n".join(lines)


@contextmanager
def quiet() -> Iterator[None]:
    """Both libraries log every retry and every Send to nowhere."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
