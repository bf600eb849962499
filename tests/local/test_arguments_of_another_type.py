"""What is of another type than an argument takes: used as what it stands for, or refused by the argument's name. The
same where the hot paths are compiled, which know no other types than those that they were written with."""

from __future__ import annotations

import math
from typing import Any
from uuid import UUID

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.errors import GraphRecursionError
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import CachePolicy, StateUpdate
from tests.local.running import BOTH, Run


class Number(TypedDict):
    value: int


def builder(**node: Any) -> Any:
    plus_one = lambda state: {"value": state["value"] + 1}  # noqa: E731
    made = StateGraph(Number).add_node("one", plus_one, **node).add_node("two", plus_one)
    return made.add_edge(START, "one").add_edge("one", "two")


def graph() -> Any:
    return builder().compile()


@pytest.mark.parametrize("run", BOTH)
def test_a_limit_may_be_any_number(run: Run) -> None:
    for limit in (3.0, 3.5, math.inf):
        assert run(graph(), {"value": 0}, {"recursion_limit": limit, "max_concurrency": 2.0}) == {"value": 2}
    with pytest.raises(GraphRecursionError, match="Recursion limit of 1 "):
        run(graph(), {"value": 0}, {"recursion_limit": 1.0})


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("key", ["recursion_limit", "max_concurrency"])
def test_a_limit_that_is_no_number_is_refused(run: Run, key: str) -> None:
    for given in ("5", True, [5], math.nan):
        with pytest.raises(TypeError, match=rf"config\['{key}'\] must be a whole number, got"):
            run(graph(), {"value": 0}, {key: given})
    for given in (0, -1, 0.5, -math.inf):
        with pytest.raises(ValueError, match=f"{key} must be at least 1"):
            run(graph(), {"value": 0}, {key: given})


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("thread", [5, UUID(int=1)])
def test_a_thread_may_be_named_by_anything(run: Run, thread: Any) -> None:
    kept, config = builder().compile(checkpointer=InMemorySaver()), {"configurable": {"thread_id": thread}}
    assert run(graph(), {"value": 0}, config) == run(kept, {"value": 0}, config) == {"value": 2}
    assert kept.get_state({"configurable": {"thread_id": str(thread)}}).values == {"value": 2}


@pytest.mark.parametrize("updates", [[[({"value": 1}, "one")]], [StateUpdate({"value": 1}, "one")]])
async def test_updates_of_threads_are_state_updates(updates: Any) -> None:
    app, config = builder().compile(checkpointer=InMemorySaver()), {"configurable": {"thread_id": "t"}}
    with pytest.raises(TypeError, match=r"each a list of StateUpdate\(values, as_node\); got .* as an update"):
        app.bulk_update_state(config, updates)
    with pytest.raises(TypeError, match=r"each a list of StateUpdate\(values, as_node\); got .* as an update"):
        await app.abulk_update_state(config, updates)


@pytest.mark.parametrize("asked", ["yes", 1])
async def test_subgraphs_are_asked_for_by_whatever_is_true(asked: Any) -> None:
    shown = [((), {"one": {"value": 1}}), ((), {"two": {"value": 2}})]
    app = graph()
    assert list(app.stream({"value": 0}, stream_mode="updates", subgraphs=asked)) == shown
    assert [part async for part in app.astream({"value": 0}, stream_mode="updates", subgraphs=asked)] == shown
    assert app.invoke({"value": 0}, subgraphs=asked, print_mode=()) == {"value": 2}


@pytest.mark.parametrize("asked", [1, "x"])
def test_a_node_is_deferred_by_whatever_is_true(asked: Any) -> None:
    app = builder(defer=asked).compile()
    assert app.nodes["one"].node.defer is True
    assert app.invoke({"value": 0}) == {"value": 2}


@pytest.mark.parametrize("arguments", [{"name": 5}, {"name": 0}])
def test_a_graphs_name_is_a_text(arguments: Any) -> None:
    with pytest.raises(TypeError, match=r"A graph's name is a str, got name=\d"):
        builder().compile(**arguments)
    with pytest.raises(TypeError, match=r"A graph's name is a str, got name=\d"):
        graph().copy(arguments)


@pytest.mark.parametrize("which", ["interrupt_before", "interrupt_after"])
@pytest.mark.parametrize("nodes", [5, [5], True])
def test_breakpoints_are_names(which: str, nodes: Any) -> None:
    with pytest.raises(TypeError, match=f"{which} takes a list of names of nodes"):
        builder().compile(**{which: nodes})
    with pytest.raises(TypeError, match=f"{which} takes a list of names of nodes"):
        graph().invoke({"value": 0}, **{which: nodes})


def test_what_is_shown_is_said_by_names() -> None:
    app = graph()
    with pytest.raises(TypeError, match=r"A stream mode is one of values, .* got 5"):
        list(app.stream({"value": 0}, stream_mode=5))
    with pytest.raises(TypeError, match="output_keys takes a key of graph 'LangGraph', or a list of keys; got 5"):
        app.invoke({"value": 0}, output_keys=5)
    with pytest.raises(ValueError, match=r"output_keys names \['value'\], which is no key of graph 'LangGraph'"):
        app.invoke({"value": 0}, output_keys=[["value"]])


@pytest.mark.parametrize("durability", [5, "bogus", ["sync"]])
def test_a_durability_that_there_is_not_is_refused(durability: Any) -> None:
    with pytest.raises(ValueError, match="durability is one of 'sync', 'async' and 'exit', not"):
        graph().invoke({"value": 0}, durability=durability)


def test_the_old_name_of_durability_goes_alone() -> None:
    with pytest.raises(ValueError, match="give durability alone"):
        graph().invoke({"value": 0}, durability="exit", checkpoint_during=True)


def test_policies_are_policies() -> None:
    with pytest.raises(TypeError, match="cache_policy of node 'one' must be a CachePolicy, got 5"):
        builder(cache_policy=5).compile()
    assert builder(cache_policy=CachePolicy(ttl=1)).compile().invoke({"value": 0}) == {"value": 2}
    with pytest.raises(TypeError, match="run_timeout must be a number of seconds"):
        builder(timeout="x")
