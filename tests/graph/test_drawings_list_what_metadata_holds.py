"""Metadata of several values in a drawing."""

from __future__ import annotations

import pytest

from temporal_pregel import START, StateGraph


@pytest.mark.parametrize(("value", "shown"), [(["add"], "add"), (["add", 2], "add, 2"), (("a", "b"), "a, b")])
def test_several_values_stand_side_by_side(value: object, shown: str) -> None:
    builder = StateGraph(dict).add_node("a", lambda state: {}, metadata={"tools": value}).add_edge(START, "a")
    assert f"<em>tools = {shown}</em>" in builder.compile().get_graph().draw_mermaid()
