"""An error that a reducer raises says which channel was being written."""

from __future__ import annotations

from typing import Annotated, TypedDict

import pytest

from temporal_pregel import START, StateGraph


def divided(left: float, right: float) -> float:
    return left / right


class State(TypedDict):
    share: Annotated[float, divided]


def test_it_is_a_note_on_the_error() -> None:
    app = StateGraph(State).add_node("a", lambda state: {"share": 0}).add_edge(START, "a").compile()
    with pytest.raises(ZeroDivisionError) as raised:
        app.invoke({"share": 1})
    assert raised.value.__notes__ == ["While writes to channel 'share' were folded"]
