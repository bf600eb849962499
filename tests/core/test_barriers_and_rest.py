"""Joined edges wait for all of their sources; deferred nodes for the whole graph."""

from __future__ import annotations

import pytest

from tests.core.driving import Drive, made
from tests.core.test_the_order_of_writes import names
from tests.differential.specs import BranchSpec, GraphSpec, NodeSpec, SendTo

START, END = "__start__", "__end__"


def run(*nodes: NodeSpec, edges: tuple[tuple[str, str], ...], **more: object) -> list[list[str]]:
    return names(Drive.started(made(GraphSpec(nodes, edges, **more))[1]).go())  # type: ignore[arg-type]


A, B, C, D = (NodeSpec(name) for name in "abcd")


def test_a_joined_edge_waits_for_the_slower_way() -> None:
    assert run(A, B, C, D, edges=((START, "a"), (START, "b"), ("b", "c")), joins=((("a", "c"), "d"),)) == [
        ["a", "b"],
        ["c"],
        ["d"],
    ]


def test_a_joined_edge_whose_source_never_runs_never_fires() -> None:
    assert run(A, B, C, edges=((START, "a"),), joins=((("a", "b"), "c"),)) == [["a"]]


def test_a_node_fired_by_an_edge_fires_again_when_its_barrier_completes() -> None:
    assert run(A, B, C, D, edges=((START, "a"), ("a", "b"), ("a", "d"), ("b", "c")), joins=((("b", "c"), "d"),)) == [
        ["a"],
        ["b", "d"],
        ["c"],
        ["d"],
    ]


def test_a_barrier_waits_anew_each_time_round() -> None:
    back = BranchSpec("c", (("a",), (END,), (END,)))
    found = run(A, B, C, edges=((START, "a"), ("a", "b")), joins=((("a", "b"), "c"),), branches=(back,))
    assert found[:3] == [["a"], ["b"], ["c"]]
    assert found.count(["c"]) == len(found) // 3


def test_a_deferred_node_waits_for_the_whole_graph_not_for_its_parents() -> None:
    late = NodeSpec("d", defer=True)
    assert run(A, B, C, late, edges=((START, "a"), (START, "d"), ("a", "b"), ("b", "c"))) == [
        ["a"],
        ["b"],
        ["c"],
        ["d"],
    ]


def test_several_deferred_nodes_run_together() -> None:
    assert run(
        A, NodeSpec("x", defer=True), NodeSpec("y", defer=True), edges=((START, "x"), (START, "a"), (START, "y"))
    ) == [
        ["a"],
        ["x", "y"],
    ]


def test_a_deferred_node_with_a_joined_edge_waits_for_both() -> None:
    late = NodeSpec("d", defer=True)
    assert run(A, B, C, late, edges=((START, "a"), (START, "b"), ("b", "c")), joins=((("a", "b"), "d"),)) == [
        ["a", "b"],
        ["c"],
        ["d"],
    ]


def test_a_deferred_node_that_is_sent_something_does_not_wait() -> None:
    sends = BranchSpec(START, (("a", SendTo("d", 1)),))
    assert run(A, B, NodeSpec("d", defer=True), edges=(("a", "b"),), branches=(sends,))[0] == ["d", "a"]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_deferred_node_triggered_by_many_runs_once(times: int) -> None:
    sources = tuple(NodeSpec(f"s{place}") for place in range(times))
    edges = tuple((START, node.name) for node in sources) + tuple((node.name, "d") for node in sources)
    assert run(*sources, NodeSpec("d", defer=True), edges=edges)[-1] == ["d"]
