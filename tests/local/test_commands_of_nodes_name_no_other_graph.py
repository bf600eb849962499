from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.errors import ParentCommand
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import Command

from .asking import Log
from .running import BOTH, Run


def graph(name: str) -> Any:
    builder = StateGraph(Log)
    builder.add_node("one", lambda _: Command(graph=name, update={"log": ["one"]}, goto="two"))
    builder.add_node("two", lambda _: {"log": ["two"]})
    return builder.add_edge(START, "one").compile(name="named")


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("name", ["named", "other"])
def test_any_name_but_the_parents_means_the_nodes_own_graph(run: Run, name: str) -> None:
    app = graph(name)
    assert run(app, {"log": []}) == {"log": ["one", "two"]}
    outer = StateGraph(Log).add_node("inner", app).add_edge(START, "inner").compile(name="other")
    assert run(outer, {"log": []}) == {"log": ["one", "two"]}


@pytest.mark.parametrize("run", BOTH)
def test_a_command_for_a_parent_leaves_the_outermost_graph(run: Run) -> None:
    with pytest.raises(ParentCommand):
        run(graph(Command.PARENT), {"log": []})
