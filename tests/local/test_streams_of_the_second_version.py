"""With ``version="v2"`` every part says its type and namespace, and states are what their schema says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.graph import START, StateGraph
from temporal_pregel.types import GraphOutput, interrupt
from tests.local.running import BOTH, BOTH_STREAMS, Run

THREAD = {"configurable": {"thread_id": "t"}}


class Model(BaseModel):
    word: str


@dataclass
class Data:
    word: str


def graph(schema: Any, node: Any, **options: Any) -> Any:
    return StateGraph(schema).add_node("node", node).add_edge(START, "node").compile(**options)


@pytest.mark.parametrize("schema", [Model, Data])
@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_values_are_objects_of_the_schema(run: Run, schema: Any) -> None:
    parts = run(graph(schema, lambda state: {"word": "new"}), {"word": "old"}, stream_mode="values", version="v2")
    assert [part["data"] for part in parts] == [schema(word="old"), schema(word="new")]
    assert all((part["type"], part["ns"], part["interrupts"]) == ("values", (), ()) for part in parts)


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_questions_stand_beside_the_values(run: Run) -> None:
    app = graph(Model, lambda state: {"word": interrupt("which?")}, checkpointer=InMemorySaver())
    last = run(app, {"word": "old"}, THREAD, stream_mode="values", version="v2")[-1]
    assert last["data"] == Model(word="old")
    assert [question.value for question in last["interrupts"]] == ["which?"]


@pytest.mark.parametrize("run", BOTH)
def test_invoke_gives_the_value_and_the_questions_apart(run: Run) -> None:
    output = run(graph(Model, lambda state: {"word": "new"}), {"word": "old"}, version="v2")
    assert isinstance(output, GraphOutput)
    assert (output.value, output.interrupts) == (Model(word="new"), ())


@pytest.mark.parametrize("run", BOTH)
def test_other_modes_give_a_list_of_parts(run: Run) -> None:
    parts = run(graph(Model, lambda state: {"word": "new"}), {"word": "old"}, stream_mode="updates", version="v2")
    assert parts == [{"type": "updates", "ns": (), "data": {"node": {"word": "new"}}}]


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
def test_a_version_that_is_not_there_is_refused(run: Run) -> None:
    ran: list[str] = []
    with pytest.raises(ValueError, match="Unknown version 'v9'; it is 'v1' or 'v2'"):
        run(graph(Model, lambda state: ran.append("node")), {"word": "old"}, version="v9")
    assert ran == []
