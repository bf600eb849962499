"""A function as a graph is drawn with its one node, from START to END."""

from __future__ import annotations

from typing import TypedDict

from temporal_pregel import START, StateGraph
from temporal_pregel.channels import EphemeralValue
from temporal_pregel.func import entrypoint
from temporal_pregel.pregel import NodeBuilder, Pregel


class State(TypedDict):
    value: int


@entrypoint()
def flow(given: int) -> int:
    return given


def test_the_input_leads_to_the_function_and_it_ends_the_graph() -> None:
    drawn = flow.get_graph()
    assert drawn.draw_mermaid(with_styles=False) == "graph TD;\n\t__start__ --> flow;\n\tflow -.-> __end__;\n"
    assert list(drawn.nodes) == ["flow", "__start__", "__end__"]


def test_inside_a_node_the_function_is_what_is_drawn() -> None:
    outer = StateGraph(State).add_node("step", flow).add_edge(START, "step").compile()
    drawn = outer.get_graph(xray=True)
    assert [(edge.source, edge.target) for edge in drawn.edges] == [
        ("__start__", "step:flow"),
        ("step:flow", "__end__"),
    ]


def test_one_node_that_is_said_in_channels_is_drawn_alike() -> None:
    app = Pregel(
        nodes={"only": NodeBuilder().subscribe_only("a").write_to("b")},
        channels={"a": EphemeralValue(str), "b": EphemeralValue(str)},
        input_channels="a",
        output_channels="b",
    )
    assert app.get_graph().draw_mermaid(with_styles=False) == (
        "graph TD;\n\t__start__ --> only;\n\tonly -.-> __end__;\n"
    )
