"""Compares any number of drawn graphs with LangGraph: ``python -m tests.differential --count 5000``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context

from tests.differential import specs
from tests.differential.comparing import Comparison, portion, quiet, report, verdict

PORTION = 250


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m tests.differential", description="Compare drawn graphs with LangGraph."
    )
    words.add_argument("--count", type=int, default=1000, help="how many are drawn")
    words.add_argument("--seed", type=int, default=1000, help="the same seed draws the same graphs")
    words.add_argument("--async", dest="on_loop", action="store_true", help="async nodes on an event loop")
    words.add_argument("--jobs", type=int, default=1, help="processes")
    words.add_argument("--reports", type=int, default=3, help="how many differences are made small and shown")
    words.add_argument("--spec", help="compare this one scenario, as a report shows it")
    given = words.parse_args()
    if given.spec:
        return again(eval(given.spec, vars(specs).copy()), on_loop=given.on_loop)

    total, begin, shown = Comparison(), time.monotonic(), 0
    for each in portions(given.count, given.seed, given.on_loop, given.jobs):
        total.add(each)
        print(progress(total, time.monotonic() - begin), flush=True)
        for scenario in each.differing[: given.reports - shown]:
            shown += 1
            print(report(scenario, on_loop=given.on_loop), end="\n\n", flush=True)
    return 1 if total.differing else 0


def portions(count: int, seed: int, on_loop: bool, jobs: int) -> Iterator[Comparison]:
    """One after the other; the portion that begins at scenario n is drawn with ``seed + n``, whatever ``jobs`` is."""
    asked = [(min(PORTION, count - done), seed + done, on_loop) for done in range(0, count, PORTION)]
    if jobs == 1:
        yield from map(portion, asked)
        return
    with get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(portion, asked)


def progress(total: Comparison, seconds: float) -> str:
    return ", ".join(
        [
            f"{total.drawn} drawn ({len(total.distinct)} distinct) in {seconds:.0f} s: {len(total.differing)} differ",
            f"{total.refused} refused by both",
            f"{total.again} alike when LangGraph ran again",
            f"{total.undecided} ended by another of several errors",
        ]
    )


def again(scenario: specs.Scenario, *, on_loop: bool) -> int:
    with quiet():
        found = verdict(scenario, on_loop=on_loop)
    print(found)
    if found != "differ":
        return 0
    print(report(scenario, on_loop=on_loop))
    return 1


if __name__ == "__main__":
    sys.exit(main())
