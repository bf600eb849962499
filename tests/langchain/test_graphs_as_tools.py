"""Graphs as LangChain's tools: the fields of the input are the tool's arguments."""

from __future__ import annotations

from typing import TypedDict

import pytest
from pydantic import BaseModel

from temporal_pregel import START, StateGraph


class Fields(TypedDict):
    v: int


class Model(BaseModel):
    v: int


@pytest.mark.parametrize("schema", [Fields, Model])
def test_a_tool_gives_its_arguments_to_the_graph(schema: type) -> None:
    def add(state: Fields | Model) -> dict[str, int]:
        return {"v": (state["v"] if isinstance(state, dict) else state.v) + 1}

    app = StateGraph(schema).add_node("add", add, input_schema=schema).add_edge(START, "add").compile()
    tool = app.as_tool(name="adds", description="Adds one.")
    assert tool.args == {"v": {"title": "V", "type": "integer"}}
    assert tool.invoke({"v": 1}) == {"v": 2}
