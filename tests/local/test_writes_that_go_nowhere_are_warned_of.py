from __future__ import annotations

import logging
import operator
from typing import Annotated, Any, TypedDict

import pytest

from temporal_pregel.channels import LastValue
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.graph import END, START, StateGraph
from temporal_pregel.pregel import NodeBuilder, Pregel
from temporal_pregel.types import Command

from .running import BOTH, Run

LOGGER = "temporal_pregel.nodes.writers"


class State(TypedDict):
    log: Annotated[list[str], operator.add]


def graph(node: Any, schema: Any = State) -> Any:
    builder = StateGraph(schema).add_node("node", node).add_node("other", lambda _: {"log": ["other"]})
    return builder.add_edge(START, "node").compile(name="somewhere")


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == LOGGER]


@pytest.mark.parametrize("run", BOTH)
def test_a_command_that_goes_to_no_node(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    app = graph(lambda _: Command(update={"log": ["here"]}, goto=["nowhere", "other"]))
    assert run(app, {"log": []}) == {"log": ["here", "other"]}
    assert said(caplog) == [
        "Node 'node' of graph 'somewhere' goes to 'nowhere' by its Command, which is no node there: that is ignored."
    ]
    assert caplog.records[0].levelno == logging.WARNING


def test_one_in_a_list_of_updates_and_one_of_a_state_without_fields(caplog: pytest.LogCaptureFixture) -> None:
    graph(lambda _: [{"log": ["here"]}, Command(goto="nowhere")]).invoke({"log": []})
    graph(lambda _: Command(update={}, goto="nowhere"), schema=dict).invoke({})
    assert len(said(caplog)) == 2


def test_nothing_is_said_of_nodes_and_ends(caplog: pytest.LogCaptureFixture) -> None:
    graph(lambda _: Command(goto="other")).invoke({"log": []})
    graph(lambda _: Command(goto=END)).invoke({"log": []})
    assert said(caplog) == []


def test_an_update_in_the_name_of_a_node(caplog: pytest.LogCaptureFixture) -> None:
    from temporal_pregel import InMemorySaver

    builder = StateGraph(State).add_node("node", lambda _: None).add_edge(START, "node")
    app, thread = builder.compile(checkpointer=InMemorySaver()), {"configurable": {"thread_id": "t"}}
    app.update_state(thread, Command(goto="nowhere"), as_node="node")
    assert len(said(caplog)) == 1


def test_a_channel_that_the_graph_lacks(caplog: pytest.LogCaptureFixture) -> None:
    node = NodeBuilder().subscribe_only("in").do(lambda number: number + 1).write_to("out", "lost")
    channels = {"in": LastValue(int), "out": LastValue(int)}
    app = Pregel(nodes={"node": node}, channels=channels, input_channels="in", output_channels="out")
    assert app.invoke(1) == 2
    assert said(caplog) == [
        "Node 'node' of graph 'LangGraph' wrote to 'lost', which is no channel of its graph: that is ignored."
    ]


def test_what_somebody_outside_asks_for_and_what_a_router_chooses_is_refused() -> None:
    with pytest.raises(InvalidUpdateError, match="nowhere"):
        graph(lambda _: None).invoke(Command(goto="nowhere"))
    builder = StateGraph(State).add_node("node", lambda _: None).add_edge(START, "node")
    app = builder.add_conditional_edges("node", lambda _: "nowhere").compile()
    with pytest.raises(InvalidUpdateError, match="nowhere"):
        app.invoke({"log": []})
