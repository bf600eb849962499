"""What only a process of its own shows: peak memory, and how long an import takes.

`python -m bench.processes PACKAGE SCENARIO` is such a process; it prints one number.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench import graphs
from bench.libraries import OURS, THEIRS, load
from bench.report import Row

THREADS: Final = 4
TURNS: Final = 200


def chats(package: str) -> float:
    """Peak memory after conversations with a saver: each turn is a run that adds two messages of 1 KB."""
    lib = load(package)
    app = graphs.chat(lib).compile(checkpointer=lib.InMemorySaver())
    for thread in range(THREADS):
        config = {"configurable": {"thread_id": str(thread)}}
        for turn in range(TURNS):
            app.invoke({"messages": [graphs.message(f"u{turn}")]}, config)
    return peak()


def small(package: str) -> float:
    """Peak memory after one run of a small graph."""
    graphs.two_nodes(load(package)).compile().invoke({"value": 5})
    return peak()


def imported(package: str) -> float:
    """Seconds until a small graph is built, from before the import."""
    begin = time.perf_counter()
    graphs.two_nodes(load(package)).compile()
    return time.perf_counter() - begin


def peak() -> float:
    """Bytes of memory that this process held at most. (`getrusage` counts the parent's too, up to the start.)"""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    if found:
        return int(found[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


SCENARIOS: Final[dict[str, tuple[str, Callable[[str], float], str, float | None]]] = {
    "chats": (f"memory, {THREADS} threads of {TURNS} turns", chats, "B", 0.3),
    "small": ("memory, import and a small graph", small, "B", 0.3),
    "imported": ("import and build two nodes", imported, "s", 0.1),
}
"""Name -> what it is called, what it does, its unit, and the most that is wanted of ours over theirs."""


def compare(scenario: str, rounds: int) -> Row:
    """The smallest number of each library, in processes that alternate."""
    title, _, unit, most = SCENARIOS[scenario]
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_measured(OURS, scenario))
        theirs.append(_measured(THEIRS, scenario))
    ratio = min(ours) / min(theirs)
    wanted = "" if most is None else f"≤ {most:g}"
    return Row(
        title,
        "saver" if scenario == "chats" else "",
        min(ours),
        min(theirs),
        unit,
        ratio,
        wanted,
        most is None or ratio <= most,
    )


def _measured(package: str, scenario: str) -> float:
    words = [sys.executable, "-m", "bench.processes", package, scenario]
    # With bytecode, as users have it, whatever this process was told.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return float(subprocess.run(words, check=True, capture_output=True, text=True, env=env).stdout)


if __name__ == "__main__":
    print(SCENARIOS[sys.argv[2]][1](sys.argv[1]))
