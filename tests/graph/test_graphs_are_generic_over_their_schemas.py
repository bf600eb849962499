"""Annotations that name a graph's schemas, in any number of them."""

from __future__ import annotations

from typing import TypedDict

import pytest

from temporal_pregel.graph import START, StateGraph
from temporal_pregel.graph.state import CompiledStateGraph
from temporal_pregel.pregel import Pregel


class State(TypedDict):
    n: int


@pytest.mark.parametrize("kind", [StateGraph, CompiledStateGraph, Pregel])
@pytest.mark.parametrize("schemas", [State, (State, None), (State, None, State), (State, None, State, State)])
def test_one_to_four_schemas_may_be_named(kind: type, schemas: object) -> None:
    assert kind[schemas].__origin__ is kind  # type: ignore[index]


def test_a_builder_that_names_them_builds() -> None:
    builder = StateGraph[State, None, State, State](State).add_node("a", lambda state: {"n": state["n"] + 1})
    app = builder.add_edge(START, "a").compile()
    assert type(app) is CompiledStateGraph
    assert app.invoke({"n": 1}) == {"n": 2}
