"""Makes a scenario smaller for as long as it still shows the same fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from time import monotonic
from typing import Any

from tests.differential.specs import Scenario

TRIES = 400
SECONDS = 20.0


def shrunk(
    scenario: Scenario, shows: Callable[[Scenario], bool], tries: int = TRIES, seconds: float = SECONDS
) -> Scenario:
    """The smallest of up to ``tries`` scenarios, and of what can be tried in ``seconds``, that ``shows`` holds for;
    ``scenario`` itself if there is none."""
    found, end = True, monotonic() + seconds
    while found and tries > 0 and monotonic() < end:
        found = False
        for smaller in smaller_than(scenario):
            tries -= 1
            if shows(smaller):
                scenario, found = smaller, True
                break
            if tries <= 0 or monotonic() > end:
                break
    return scenario


def smaller_than(value: Any) -> Iterator[Any]:
    """Values with one thing less: with a default for a field, without an item of a field's tuple, or inside one. A
    tuple that is such an item, as an edge or a write, is left whole."""
    for each in fields(value):
        now = getattr(value, each.name)
        if each.default is not MISSING and now != each.default:
            yield replace(value, **{each.name: each.default})
    for each in fields(value):
        for smaller in smaller_field(getattr(value, each.name)):
            yield replace(value, **{each.name: smaller})


def smaller_field(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        yield from smaller_than(value)
    elif isinstance(value, tuple):
        for place in range(len(value)):
            yield value[:place] + value[place + 1 :]
        for place, item in enumerate(value):
            if is_dataclass(item):
                for smaller in smaller_than(item):
                    yield (*value[:place], smaller, *value[place + 1 :])
