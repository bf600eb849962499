"""Configs with None in them, and what is no config."""

from __future__ import annotations

from typing import Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, Run


class Number(TypedDict):
    value: int


EMPTY = {
    **dict.fromkeys(("recursion_limit", "metadata", "tags", "callbacks", "run_name", "run_id", "max_concurrency")),
    "configurable": {"thread_id": "t"},
}


def graph(saver: Any = None) -> Any:
    node = lambda state: {"value": state["value"] + 1}  # noqa: E731
    return StateGraph(Number).add_node("node", node).add_edge(START, "node").compile(checkpointer=saver)


@pytest.mark.parametrize("run", BOTH)
def test_what_is_none_is_as_if_it_was_left_out(run: Run) -> None:
    app = graph(InMemorySaver())
    assert run(app, {"value": 1}, EMPTY) == {"value": 2}
    assert app.get_state(EMPTY).values == {"value": 2}
    assert app.get_state({"thread_id": "t", "tags": None}).values == {"value": 2}


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("config", [{"configurable": None}, {"configurable": None, "tags": ["a"]}, {}, None])
def test_a_thread_that_is_not_named_is_asked_for(run: Run, config: Any) -> None:
    with pytest.raises(ValueError, match="thread_id"):
        run(graph(InMemorySaver()), {"value": 1}, config)


def test_a_thread_that_is_not_named_can_not_be_read() -> None:
    app = graph(InMemorySaver())
    with pytest.raises(ValueError, match="has no 'thread_id'"):
        app.get_state({"configurable": None})
    with pytest.raises(ValueError, match="has no 'thread_id'"):
        app.update_state({"configurable": None}, {"value": 1})


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize("config", ["x", ["thread_id"], 5])
def test_what_is_no_mapping_is_no_config(run: Run, config: Any) -> None:
    with pytest.raises(TypeError, match="A config is a dict such as"):
        run(graph(), {"value": 1}, config)


def test_a_batch_takes_one_config_or_one_for_each_input() -> None:
    app = graph()
    assert app.batch([{"value": 1}, {"value": 2}], [EMPTY, None]) == [{"value": 2}, {"value": 3}]
    with pytest.raises(ValueError, match="got 1 configs for 2 inputs"):
        app.batch([{"value": 1}, {"value": 2}], [EMPTY])
