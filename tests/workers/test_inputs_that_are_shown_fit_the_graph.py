"""The input in the command that a worker with its own server shows: one that its graph takes, to be pasted as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from examples import adder, approval, digest
from temporal_pregel import START, MessagesState, StateGraph
from workers.samples import sample_input


class Optional(TypedDict, total=False):
    names: list[str]
    other: int


class Model(BaseModel):
    size: float
    label: str | None
    ready: bool
    inner: dict[str, int]
    fine: int = 3


class Odd(TypedDict):
    thing: object


def graph(schema: Any) -> Any:
    return StateGraph(schema).add_node("node", lambda _: None).add_edge(START, "node").compile()


@pytest.mark.parametrize(
    ("app", "shown"),
    [
        (adder.app, {"value": 1}),
        (approval.app, {"draft": "hello"}),
        (digest.app, {"folder": "hello"}),
        (graph(MessagesState), {"messages": [{"role": "user", "content": "hello"}]}),
        (graph(Optional), {"names": []}),
        (graph(Model), {"size": 1.5, "label": "hello", "ready": True, "inner": {}}),
        (graph(Odd), {"thing": {}}),
    ],
)
def test_an_input_has_what_the_schema_demands(app: Any, shown: Any) -> None:
    assert json.loads(sample_input(app)) == shown
