"""How the cost of a superstep changes with the size of a graph and the length of a run: it must not.

Of each row, `slope` is the exponent with which the cost grows with the size: 0 is flat, 1 is in proportion. A run's own
cost is spread over its supersteps, so that short runs may cost more by the superstep, and long ones never.
"""

from __future__ import annotations

import gc
import itertools
import math
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from bench import graphs
from bench.libraries import OURS, Library, load

SIZES: Final = (10, 100, 1_000, 10_000)
STEPS: Final = 1_000
"""Supersteps of a run where it is the graph that grows."""
FLAT: Final = 0.15
"""The largest slope that counts as flat."""

Once = Callable[[], Any]
Made = Callable[[Library, int], tuple[Once, int]]
"""Takes the library and a size; what to measure, and over how many units (supersteps, nodes) its cost is spread."""


class Slope(NamedTuple):
    """A row: `costs` of a unit at each of `SIZES`, in µs or bytes."""

    name: str
    unit: str
    costs: list[float]

    @property
    def slope(self) -> float:
        """From the second size on: at the first, what a run costs as a whole outweighs its few supersteps."""
        return math.log(self.costs[-1] / self.costs[1]) / math.log(SIZES[-1] / SIZES[1])

    @property
    def flat(self) -> bool:
        return self.slope <= FLAT


def runs(app: Any, steps: int, start: int = 0) -> Once:
    """Calls of `app` that take `steps` supersteps, each on a thread of its own."""
    threads = itertools.count()

    def once() -> Any:
        config = {"recursion_limit": steps + 10, "configurable": {"thread_id": str(next(threads))}}
        return app.invoke({"value": start}, config)

    return once


def among(lib: Library, size: int, steps: int) -> Any:
    """A loop in a graph with `size` other nodes."""
    builder = graphs.loop(lib, steps=steps)
    for place in range(size):
        builder.add_node(f"idle{place}", graphs.increment)
        builder.add_edge(f"idle{place}", lib.END)
    return builder


def saver(lib: Library, kept: bool) -> Any:
    return lib.InMemorySaver() if kept else None


def by_steps(kept: bool) -> Made:
    return lambda lib, size: (runs(graphs.loop(lib, steps=size).compile(checkpointer=saver(lib, kept)), size), size)


def by_nodes(kept: bool) -> Made:
    return lambda lib, size: (runs(among(lib, size, STEPS).compile(checkpointer=saver(lib, kept)), STEPS), STEPS)


def by_line(kept: bool) -> Made:
    return lambda lib, size: (
        runs(graphs.line(lib, length=size).compile(checkpointer=saver(lib, kept)), size),
        size,
    )


def turns(lib: Library, size: int) -> tuple[Once, int]:
    """Turns of one thread in a graph with `size` other nodes: the whole of a short run."""
    app = among(lib, size, 1).compile(checkpointer=lib.InMemorySaver())
    config = {"configurable": {"thread_id": "one"}}
    return lambda: [app.invoke({"value": 0}, config) for _ in range(20)], 20


def compiling(lib: Library, size: int) -> tuple[Once, int]:
    return lambda: graphs.line(lib, length=size).compile(), size


def chatting(lib: Library, size: int) -> tuple[Once, int]:
    """A conversation of `size` supersteps, whose state grows by 1 KB in each."""
    app = graphs.agent(lib, turns=size // 2).compile(checkpointer=lib.InMemorySaver())
    return lambda: (app.invoke({"messages": [graphs.message("u0")]}, _thread(size)), app)[1], size


def talking(lib: Library, size: int) -> tuple[Once, int]:
    """As many supersteps, in runs of four: a state is loaded, and grows by 2 KB, in each run."""
    app = graphs.chat(lib).compile(checkpointer=lib.InMemorySaver())

    def once() -> Any:
        for place in range(max(1, size // 40)):
            app.invoke({"messages": [graphs.message(f"u{place}")]}, _thread(size))
        return app

    return once, max(1, size // 40)


def kept_steps(lib: Library, size: int) -> tuple[Once, int]:
    app = graphs.loop(lib, steps=size).compile(checkpointer=lib.InMemorySaver())
    once = runs(app, size)
    return lambda: (once(), app)[1], size


TIMES: Final[dict[str, Made]] = {
    "superstep, by supersteps run": by_steps(False),
    "superstep, by supersteps run, saver": by_steps(True),
    "superstep, by nodes in the graph": by_nodes(False),
    "superstep, by nodes in the graph, saver": by_nodes(True),
    "superstep, by nodes that all run": by_line(False),
    "superstep, by nodes that all run, saver": by_line(True),
    "turn of a thread, by nodes in the graph": turns,
    "compiling a node, by nodes in the graph": compiling,
}
BYTES: Final[dict[str, Made]] = {
    "kept of a superstep, by supersteps run": kept_steps,
    "kept of a message of 80 B, by messages": chatting,
    "kept of a turn of 2 KB, by turns (size / 40)": talking,
}


def _thread(size: int) -> dict[str, Any]:
    return {"recursion_limit": size + 10, "configurable": {"thread_id": "one"}}


def seconds(once: Once, rounds: int) -> float:
    """The least processor time of some calls, after one that warms up."""
    once()
    best = math.inf
    for _ in range(rounds):
        gc.collect()
        begin = time.process_time()
        once()
        best = min(best, time.process_time() - begin)
    return best


def bytes_kept(once: Once) -> float:
    """What is still held after a call by what it returns."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = once()
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    del kept
    return after - before


def measured(rounds: int, only: str = "") -> Iterator[Slope]:
    """Each row as soon as it is there; of those whose name has ``only``."""
    lib = load(OURS)
    for name, made in {**TIMES, **BYTES}.items():
        if only not in name:
            continue
        costs = []
        for size in SIZES:
            once, units = made(lib, size)
            amount = bytes_kept(once) if name in BYTES else seconds(once, rounds) * 1e6
            costs.append(amount / units)
        yield Slope(name, "B" if name in BYTES else "µs", costs)


HEAD: Final = f"{'':46} {'':2} {''.join(f'{size:>10,}' for size in SIZES)} {'slope':>7}"


def line(row: Slope) -> str:
    """A row of the table."""
    costs = "".join(f"{cost:>10.3g}" if cost < 1000 else f"{cost:>10.0f}" for cost in row.costs)
    return f"{row.name:46} {row.unit:2} {costs} {row.slope:>7.2f}{'' if row.flat else '  NOT FLAT'}"
