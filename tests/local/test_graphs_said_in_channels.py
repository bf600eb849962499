"""A graph of nodes that subscribe to channels and write to others, without a state that they share."""

from __future__ import annotations

import asyncio
import operator
from typing import Any

import pytest

from temporal_pregel import InMemorySaver
from temporal_pregel.channels import BinaryOperatorAggregate, LastValue, Topic
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.pregel import ChannelWriteEntry, NodeBuilder, Pregel
from temporal_pregel.types import RetryPolicy

NUMBERS = {key: LastValue(int) for key in ("input", "middle", "output")}


def plus_one(value: int) -> int:
    return value + 1


def node() -> NodeBuilder:
    return NodeBuilder().subscribe_only("input").do(plus_one)


def graph(*, channels: Any = NUMBERS, **nodes: NodeBuilder) -> Pregel:
    return Pregel(nodes=nodes, channels=channels, input_channels="input", output_channels="output")


def test_nodes_run_when_what_they_subscribe_to_is_written() -> None:
    line = graph(
        first=node().write_to("middle"), second=NodeBuilder().subscribe_only("middle").do(plus_one).write_to("output")
    )
    assert line.invoke(1) == 3
    assert asyncio.run(line.ainvoke(1)) == 3
    assert list(line.stream(1, stream_mode="updates")) == [{"first": {"middle": 2}}, {"second": {"output": 3}}]
    assert list(line.stream(1)) == [
        {"input": 1, "middle": 2},
        {"input": 1, "middle": 2, "output": 3},
    ]


def test_a_write_may_be_a_constant_or_what_a_function_makes_of_the_result() -> None:
    several = Pregel(
        nodes={"n": node().write_to("output", fixed=5, twice=lambda value: value * 2)},
        channels={**NUMBERS, "fixed": LastValue(int), "twice": LastValue(int)},
        input_channels="input",
        output_channels=["output", "fixed", "twice"],
    )
    assert several.invoke(1) == {"output": 2, "fixed": 5, "twice": 4}


def test_a_write_of_nothing_may_be_left_out() -> None:
    quiet = NodeBuilder().subscribe_only("input").do(lambda value: None)
    assert graph(n=quiet.write_to(ChannelWriteEntry("output", skip_none=True))).invoke(1) is None


def test_what_is_only_read_does_not_make_a_node_run() -> None:
    calls: list[Any] = []
    counting = NodeBuilder().subscribe_to("input").read_from("total").do(lambda given: calls.append(given) or 1)
    app = Pregel(
        nodes={"n": counting.write_to("total")},
        channels={"input": LastValue(int), "total": BinaryOperatorAggregate(int, operator.add)},
        input_channels="input",
        output_channels="total",
        checkpointer=InMemorySaver(),
    )
    thread = {"configurable": {"thread_id": "t"}}
    assert [app.invoke(1, thread), app.invoke(2, thread)] == [1, 2]
    assert calls == [{"input": 1, "total": 0}, {"input": 2, "total": 1}]


def test_two_nodes_may_write_to_a_topic_and_not_to_a_value() -> None:
    two = {"one": node().write_to("output"), "two": node().write_to("output")}
    assert graph(channels={"input": LastValue(int), "output": Topic(int)}, **two).invoke(1) == [2, 2]
    with pytest.raises(InvalidUpdateError, match="At key 'output'"):
        graph(**two).invoke(1)


def test_a_node_retries_as_the_graph_says_if_it_does_not() -> None:
    failures = [ConnectionError(), ConnectionError()]

    def flaky(value: int) -> int:
        if failures:
            raise failures.pop()
        return value

    app = Pregel(
        nodes={"n": NodeBuilder().subscribe_only("input").do(flaky).write_to("output")},
        channels=NUMBERS,
        input_channels="input",
        output_channels="output",
        retry_policy=RetryPolicy(initial_interval=0, jitter=False),
    )
    assert app.invoke(1) == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"output_channels": "nowhere"}, ValueError, "Output channel 'nowhere' is not in known channels"),
        ({"input_channels": "output"}, ValueError, "Input channel output is not subscribed to by any node"),
        ({"interrupt_before_nodes": ["nobody"]}, ValueError, "node nobody is not in nodes"),
        ({"nodes": {"n": NodeBuilder().subscribe_to("nowhere")}}, ValueError, "Node n reads channel 'nowhere'"),
        ({"channels": None}, TypeError, "Pregel needs channels"),
    ],
)
def test_a_graph_that_is_not_whole_is_refused(change: Any, error: Any, message: str) -> None:
    said = {
        "nodes": {"n": node().write_to("output")},
        "channels": NUMBERS,
        "input_channels": "input",
        "output_channels": "output",
        **change,
    }
    with pytest.raises(error, match=message):
        Pregel(**{key: value for key, value in said.items() if value is not None})


def test_a_bare_value_and_fields_do_not_mix() -> None:
    with pytest.raises(ValueError, match="bare value of 'input'"):
        node().subscribe_to("middle")
    with pytest.raises(ValueError, match="already reads"):
        NodeBuilder().subscribe_to("middle").subscribe_only("input")


def test_its_drawing_leads_from_who_writes_to_who_is_triggered() -> None:
    line = graph(first=node().write_to("middle"), second=NodeBuilder().subscribe_only("middle").write_to("output"))
    assert [(edge.source, edge.target) for edge in line.get_graph().edges] == [
        ("__start__", "first"),
        ("first", "second"),
        ("second", "__end__"),
    ]
    assert line.get_input_jsonschema() == {"title": "LangGraphInput", "type": "integer"}
