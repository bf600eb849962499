"""What is said of a graph of channels step by step: nodes before it, and whether it can run after it."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.channels import LastValue
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.types import RetryPolicy


def test_a_node_that_was_built_before_it_has_a_graph_gets_its_name_there() -> None:
    failed: list[int] = []

    def once(number: int) -> int:
        if not failed:
            failed.append(number)
            raise ConnectionError
        return number + 1

    built = NodeBuilder().subscribe_only("in").do(once).write_to("out").build()
    channels = {"in": LastValue(int), "out": LastValue(int)}
    policy = RetryPolicy(initial_interval=0.001)
    app = Pregel(
        nodes={"named": built}, channels=channels, input_channels="in", output_channels="out", retry_policy=policy
    )
    assert list(app.stream(1, stream_mode="updates")) == [{"named": {"out": 2}}]
    assert failed == [1]
    with pytest.raises(TypeError, match="Node 'wrong' is a function; expected a NodeBuilder"):
        Pregel(nodes={"wrong": once}, channels=channels, input_channels="in", output_channels="out")


def test_a_graph_that_was_not_looked_at_can_be_looked_at_later() -> None:
    node = NodeBuilder().subscribe_only("lost").write_to("out")
    channels = {"in": LastValue(int), "out": LastValue(int)}
    said: Any = {"channels": channels, "input_channels": "in", "output_channels": "out"}
    app = Pregel(nodes={"node": node}, **said, auto_validate=False)
    with pytest.raises(ValueError, match="Node node reads channel 'lost' is not in known channels: 'in', 'out'"):
        app.validate()
    whole = Pregel(nodes={"node": NodeBuilder().subscribe_only("in").write_to("out")}, **said)
    assert whole.validate() is whole


def test_a_compiled_graph_is_whole_and_has_no_prompts_to_show() -> None:
    app = StateGraph(dict).add_node("node", lambda state: state).add_edge(START, "node").compile(name="mine")
    assert app.validate() is app
    assert app.get_prompts() == []
    assert (app.get_name("Input"), app.get_name(name="Other", suffix="output")) == ("mine_input", "OtherOutput")
