"""PULL tasks by name, then Sends by index; Sends in the next superstep; one task a node, however often it is named."""

from __future__ import annotations

import pytest

from temporal_pregel.core.loop import Phase
from temporal_pregel.errors import InvalidUpdateError
from tests.core.driving import Drive, made
from tests.differential.specs import BranchSpec, GraphSpec, NodeSpec, SendTo

START = "__start__"


def names(drive: Drive) -> list[list[str]]:
    """The names of the tasks of each superstep, after the start's."""
    steps: dict[int, list[str]] = {}
    for step, name, _, _ in drive.ids:
        steps.setdefault(step, []).append(name)
    return [steps[step] for step in sorted(steps)][1:]


def authors(drive: Drive) -> list[str]:
    return [line.partition("(")[0] for line in drive.loop.state.cells["log"]]


def test_pulls_by_name_come_before_sends_by_index() -> None:
    sends = BranchSpec(START, (("z", SendTo("s", 2), "b", SendTo("s", 1)),))
    _, plan = made(GraphSpec((NodeSpec("z"), NodeSpec("s"), NodeSpec("b")), ((START, "z"),), branches=(sends,)))
    drive = Drive.started(plan).go()
    assert names(drive) == [["s", "s", "b", "z"]]
    assert authors(drive) == ["in", "b", "z", "s", "s"]
    assert "s(2" in drive.loop.state.cells["log"][3]


def test_more_than_nine_sends_keep_their_order() -> None:
    sends = BranchSpec(START, (tuple(SendTo("s", place) for place in range(12)),))
    drive = Drive.started(made(GraphSpec((NodeSpec("s"),), (), branches=(sends,)))[1]).go()
    assert [line.partition("|")[0] for line in drive.loop.state.cells["log"][1:]] == [
        f"s({place}" for place in range(12)
    ]


def test_two_sent_tasks_that_go_to_one_node_trigger_it_once() -> None:
    sends = BranchSpec(START, ((SendTo("s", 1), SendTo("s", 2)),))
    drive = Drive.started(made(GraphSpec((NodeSpec("s"), NodeSpec("t")), (("s", "t"),), branches=(sends,)))[1]).go()
    assert names(drive) == [["s", "s"], ["t"]]


def test_a_send_runs_in_the_next_superstep_and_one_that_it_sends_in_the_one_after() -> None:
    first = NodeSpec("a", returns="command", goto=(SendTo("b", 1), "c"))
    second = NodeSpec("b", returns="command", goto=(SendTo("c", 2),))
    drive = Drive.started(made(GraphSpec((first, second, NodeSpec("c")), ((START, "a"),)))[1]).go()
    assert names(drive) == [["a"], ["b", "c"], ["c"]]


def test_a_send_to_an_unknown_node_and_an_update_of_an_unknown_key_are_ignored() -> None:
    lost = NodeSpec("a", (("unknown", 1),), returns="command", goto=(SendTo("nowhere", 1),))
    drive = Drive.started(made(GraphSpec((lost,), ((START, "a"),)))[1]).go()
    assert drive.loop.phase is Phase.DONE
    assert authors(drive) == ["in", "a"]


def test_a_reducer_holds_its_empty_value_before_any_write() -> None:
    drive = Drive.started(made(GraphSpec((NodeSpec("a"),), ((START, "a"),)))[1], given={})
    assert drive.loop.state.cells["log"] == []
    assert drive.loop.state.cells["total"] == 0


@pytest.mark.parametrize("first", ["a", "b"])
def test_an_overwrite_beats_its_siblings_wherever_it_stands(first: str) -> None:
    fresh = (("log", ("overwrite", ("afresh",))),)
    nodes = tuple(NodeSpec(name, fresh if name == first else ()) for name in ("a", "b"))
    drive = Drive.started(made(GraphSpec(nodes, ((START, "a"), (START, "b"))))[1]).go()
    assert drive.loop.state.cells["log"] == ["afresh"]


@pytest.mark.parametrize("write", [("total", ("overwrite", 5)), ("last", 1)])
def test_two_overwrites_or_two_last_values_are_refused(write: tuple[str, object]) -> None:
    nodes = (NodeSpec("a", (write,)), NodeSpec("b", (write,)))
    with pytest.raises(InvalidUpdateError, match=f"'{write[0]}'"):
        Drive.started(made(GraphSpec(nodes, ((START, "a"), (START, "b"))))[1]).go()


def test_a_router_sees_its_own_tasks_writes_and_no_siblings() -> None:
    # The router chooses by the length of the log it sees: in, and its own node's line.
    by_length = BranchSpec("a", (("even",), ("odd",)))
    quiet = NodeSpec("b", (("log", ("x", "y", "z")),))
    nodes = (NodeSpec("a", (("total", -1),)), quiet, NodeSpec("even"), NodeSpec("odd"))
    drive = Drive.started(made(GraphSpec(nodes, ((START, "a"), (START, "b")), branches=(by_length,)))[1]).go()
    assert names(drive) == [["a", "b"], ["even"]]
