"""The same builder calls give the same plan, whatever order this process puts strings in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from temporal_pregel import END, START, StateGraph
from temporal_pregel.core.plan import Plan
from tests.graph.random_graphs import build, calls

SCRIPT = """
import sys
from tests.graph.random_graphs import build, order
for seed in map(int, sys.argv[1:]):
    plan = build(seed).compile().plan
    print(plan.hash, order(plan))
"""


def output(seeds: list[int], hash_seed: str) -> str:
    command = [sys.executable, "-c", SCRIPT, *map(str, seeds)]
    return subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
    ).stdout


def test_hash_and_order_do_not_depend_on_the_process() -> None:
    seeds = list(range(60))
    told = output(seeds, "1")
    assert len(told.splitlines()) == len(seeds)
    assert told == output(seeds, "2") == output(seeds, "12345")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_compiling_twice_gives_equal_plans(seed: int) -> None:
    first, second = build(seed).compile().plan, build(seed).compile().plan
    assert first.hash == second.hash
    assert first.structure == second.structure


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_another_edge_is_another_plan(seed: int) -> None:
    def hashed(*, with_more: bool) -> Plan:
        graph = build(seed)
        if with_more:
            graph.add_node("one more", lambda state: None).add_edge(next(iter(calls(seed))), "one more")
        return graph.compile().plan

    assert hashed(with_more=False).hash != hashed(with_more=True).hash


def routed(router: Callable[[Any], str], ends: Any, inner: Callable[[Any], str] | None = None) -> str:
    graph = StateGraph(dict)
    graph.add_node("a", lambda state: None)
    graph.add_node("b", graph_of(inner) if inner is not None else (lambda state: None))
    graph.add_edge(START, "a").add_conditional_edges("a", router, ends)
    return graph.compile().plan.hash


def graph_of(router: Callable[[Any], str]) -> Any:
    return StateGraph(dict).add_node("n", lambda state: None).add_conditional_edges(START, router, ["n"]).compile()


def here(state: Any) -> str:
    return "b"


def there(state: Any) -> str:
    return "b"


def test_another_router_is_another_plan() -> None:
    hashes = [
        routed(here, ["b", END]),
        routed(there, ["b", END]),
        routed(here, ["b"]),
        routed(here, {"b": "b", True: END}),
        routed(here, None),
        routed(here, None, here),
        routed(here, None, there),
    ]
    assert len(set(hashes)) == len(hashes)
    assert routed(here, [END, "b"]) == hashes[0]
