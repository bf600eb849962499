"""A generator function as a node or a router: what it yields is added up, or else the last of it counts."""

from __future__ import annotations

import asyncio
import functools
import operator
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.channels import LastValue
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.runtime import Runtime
from temporal_pregel.types import Command, interrupt

from .running import BOTH, Run, ainvoke


class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]
    value: int


def graph(node: Any, **options: Any) -> Any:
    builder = StateGraph(State).add_node("node", node, **options).add_node("other", lambda _: {"log": ["other"]})
    return builder.add_edge(START, "node").compile()


def dicts(_: State) -> Iterator[Any]:
    yield {"log": [1]}
    yield {"log": [2], "value": 2}


def commands(_: State) -> Iterator[Any]:
    yield [Command(update={"log": [1]})]
    yield [Command(update={"log": [2]}, goto="other")]


def nothing(_: State) -> Iterator[Any]:
    yield from ()


def late(_: State) -> Iterator[Any]:
    yield None
    yield {"log": ["late"]}


class Callable:
    def __call__(self, _: State) -> Iterator[Any]:
        yield {"log": ["called"]}


CASES = [
    (dicts, {"log": [2], "value": 2}),
    (commands, {"log": [1, 2, "other"]}),
    (nothing, {"log": []}),
    (late, {"log": ["late"]}),
    (Callable(), {"log": ["called"]}),
    (functools.partial(dicts), {"log": [2], "value": 2}),
]


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize(("node", "result"), CASES, ids=lambda case: getattr(case, "__name__", None))
def test_lists_are_added_and_of_dicts_the_last_counts(run: Run, node: Any, result: Any) -> None:
    assert run(graph(node), {"log": []}) == result


def test_async_ones_too_and_they_may_have_a_timeout() -> None:
    async def node(_: State) -> AsyncIterator[Any]:
        yield [Command(update={"log": [1]})]
        await asyncio.sleep(0)
        yield [Command(update={"log": [2]})]

    assert ainvoke(graph(node, timeout=5), {"log": []}) == {"log": [1, 2]}
    with pytest.raises(TypeError, match="ainvoke"):
        graph(node).invoke({"log": []})


def test_they_are_given_what_they_ask_for() -> None:
    def node(state: State, runtime: Runtime[Any], *, writer: Any) -> Iterator[Any]:
        writer("first")
        yield {"log": [runtime.context]}

    assert list(graph(node).stream({"log": []}, context="c", stream_mode=["custom", "updates"])) == [
        ("custom", "first"),
        ("updates", {"node": {"log": ["c"]}}),
    ]


def test_they_ask_and_fail_as_functions_do() -> None:
    def node(_: State) -> Iterator[Any]:
        yield {"log": [interrupt("?")]}
        raise ValueError("after all")

    builder = StateGraph(State).add_node("node", node).add_edge(START, "node")
    app, thread = builder.compile(checkpointer=InMemorySaver()), {"configurable": {"thread_id": "t"}}
    assert app.invoke({"log": []}, thread)["__interrupt__"][0].value == "?"
    with pytest.raises(ValueError, match="after all"):
        app.invoke(Command(resume="yes"), thread)


def test_routers_and_nodes_of_graphs_said_in_channels_may_yield() -> None:
    def router(_: State) -> Iterator[Any]:
        yield ["other"]

    builder = StateGraph(State).add_node("node", dicts).add_node("other", lambda _: {"log": ["other"]})
    app = builder.add_edge(START, "node").add_conditional_edges("node", router).compile()
    assert app.invoke({"log": []}) == {"log": [2, "other"], "value": 2}

    def twice(number: int) -> Iterator[int]:
        yield number
        yield number

    nodes = {"twice": NodeBuilder().subscribe_only("in").do(twice).write_to("out")}
    channels = {"in": LastValue(int), "out": LastValue(int)}
    assert Pregel(nodes=nodes, channels=channels, input_channels="in", output_channels="out").invoke(3) == 6
