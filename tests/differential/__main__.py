"""Compares any number of drawn graphs with LangGraph: ``python -m tests.differential --examples 5000``."""

from __future__ import annotations

import argparse
import sys
import time

from tests.differential.comparing import compare

PORTION = 250


def main() -> int:
    words = argparse.ArgumentParser(
        prog="python -m tests.differential", description="Compare drawn graphs with LangGraph."
    )
    words.add_argument("--examples", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1000, help="the same seed draws the same graphs")
    words.add_argument("--async", dest="on_loop", action="store_true", help="async nodes on an event loop")
    given = words.parse_args()
    differing, begin = 0, time.monotonic()
    for done in range(0, given.examples, PORTION):
        count = min(PORTION, given.examples - done)
        found = compare(count, seed=given.seed + done, on_loop=given.on_loop)
        differing += len(found)
        seconds = time.monotonic() - begin
        print(f"{done + count} compared in {seconds:.0f} s, {differing} differ", flush=True)
        for text in found[:3]:
            print(text, end="\n\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
