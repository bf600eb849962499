"""A node's input schema: said, annotated, or the state; and what a schema makes of it."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel, ValidationError

from temporal_pregel import START, StateGraph


class State(TypedDict):
    text: str
    log: Annotated[list[str], operator.add]


class Private(TypedDict):
    secret: str


class Model(BaseModel):
    text: str
    times: int = 2


@dataclass
class Record:
    text: str
    log: list[str] = field(default_factory=list)


def run(*nodes: Any, given: dict[str, Any], schema: Any = State, **schemas: Any) -> Any:
    return StateGraph(schema, **schemas).add_sequence(nodes).set_entry_point(nodes[0].__name__).compile().invoke(given)


def test_a_private_key_passes_between_nodes_and_stays_inside() -> None:
    def hide(state: State) -> dict[str, Any]:
        assert "secret" not in state
        return {"secret": state["text"] + "!"}

    def use(state: Private) -> dict[str, Any]:
        assert state == {"secret": "hi!"}
        return {"text": state["secret"], "nobody knows": 1}

    assert run(hide, use, given={"text": "hi"}) == {"text": "hi!", "log": []}


def test_what_is_said_wins_over_what_is_annotated() -> None:
    def look(state: State) -> dict[str, Any]:
        return {"log": [",".join(state)]}

    graph = StateGraph(State).add_node(look, input_schema=Private).add_edge(START, "look").compile()
    assert graph.invoke({"text": "hi"}) == {"text": "hi", "log": [""]}
    assert graph.plan.nodes["look"].reads == ("secret",)


def test_models_and_dataclasses_are_made_for_the_node() -> None:
    def first(state: Model) -> dict[str, Any]:
        return {"log": [state.text * state.times]}

    def second(state: Record) -> dict[str, Any]:
        return {"log": [f"{state.text} {state.log}"]}

    assert run(first, second, given={"text": "a"})["log"] == ["aa", "a ['aa']"]


def test_a_model_refuses_what_does_not_fit() -> None:
    def strict(state: Model) -> None:
        raise AssertionError("never runs")

    with pytest.raises(ValidationError, match="times"):
        run(strict, given={"text": "a", "times": "many"}, schema=Model)


def test_a_nodes_output_is_not_validated() -> None:
    def loose(state: Model) -> dict[str, Any]:
        return {"times": "many"}

    assert run(loose, given={"text": "a"}, schema=Model) == {"text": "a", "times": "many"}


def test_input_and_output_schemas_cut_what_crosses_the_border() -> None:
    class In(TypedDict):
        text: str

    def grow(state: State) -> dict[str, Any]:
        return {"text": state["text"] * 2, "log": ["grown"]}

    assert run(grow, given={"text": "a", "log": ["dropped"]}, input_schema=In, output_schema=State) == {
        "text": "aa",
        "log": ["grown"],
    }


def test_a_state_without_fields_is_its_value() -> None:
    def count(state: list[int]) -> list[int]:
        return [len(state)]

    assert run(count, given=[7], schema=Annotated[list[int], operator.add]) == [7, 1]


def test_an_annotation_that_names_nothing_known_is_left_alone() -> None:
    def odd(state: Unheard) -> None:  # type: ignore[name-defined]  # noqa: F821
        assert set(state) == {"text", "log"}

    assert run(odd, given={"text": "a"}) == {"text": "a", "log": []}
