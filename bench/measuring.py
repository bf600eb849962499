"""Times of two libraries, side by side.

A machine is never quiet. So the two alternate, in rounds, with the one that begins changing each time; a sample repeats
short calls until it is long enough for the clock; and of each library's samples the smallest counts, which is the one
that was disturbed least. Where others compute, the processor's time says more than the wall's: no node here ever waits.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any, Final

from bench.cases import Case
from bench.libraries import Library
from bench.report import Row

SAMPLE: Final = 0.05
"""Seconds that a sample lasts at least."""
MOST_CALLS: Final = 2_000


class DifferentResultsError(AssertionError):
    """The two libraries do not agree on what comes out, so their times can't be compared."""


Clock = Callable[[], float]


def compare(case: Case, ours: Library, theirs: Library, rounds: int, clock: Clock = time.perf_counter) -> Row:
    """The times of one call, in seconds of `clock`.

    Raises:
        DifferentResultsError: the results differ.
    """
    results = [plain(_call_once(case, lib)) for lib in (ours, theirs)]
    if results[0] != results[1]:
        raise DifferentResultsError(f"{case.name}: {ours.name} gives {results[0]!r}, {theirs.name} {results[1]!r}")
    calls = {lib.name: _enough(case, lib, clock) for lib in (ours, theirs)}
    samples: dict[str, list[float]] = {ours.name: [], theirs.name: []}
    for place in range(rounds):
        for lib in (ours, theirs) if place % 2 else (theirs, ours):
            samples[lib.name].append(_sample(case, lib, calls[lib.name], clock))
    best = {name: min(times) for name, times in samples.items()}
    return Row(
        case.name,
        "saver" if case.saver else "",
        best[ours.name],
        best[theirs.name],
        "s",
        best[theirs.name] / best[ours.name],
        f"≥ {case.wanted:.0f}",
        best[theirs.name] / best[ours.name] >= case.wanted,
    )


def plain(value: Any) -> Any:
    """`value` without what is each library's own: the objects of questions, whose ids differ."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.value if type(value).__name__ == "Interrupt" else value


def _call_once(case: Case, lib: Library) -> Any:
    once = case.prepare(lib)
    return asyncio.run(once()) if case.is_async else once()  # type: ignore[arg-type]


def _enough(case: Case, lib: Library, clock: Clock) -> int:
    """How many calls fill a sample, after a first one that warms up."""
    once = _sample(case, lib, 2, clock)
    return max(1, min(MOST_CALLS, round(SAMPLE / once)))


def _sample(case: Case, lib: Library, calls: int, clock: Clock) -> float:
    """Seconds a call."""
    once: Callable[[], Any] = case.prepare(lib)
    gc.collect()
    if not case.is_async:
        begin = clock()
        for _ in range(calls):
            once()
        return (clock() - begin) / calls

    async def repeated() -> float:
        await once()  # starts the threads of the event loop
        begin = clock()
        for _ in range(calls):
            await once()
        return (clock() - begin) / calls

    return asyncio.run(repeated())
