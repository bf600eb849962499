from __future__ import annotations

from typing import Any, TypedDict

import pytest

from temporal_pregel.graph import START, StateGraph

from .running import BOTH, BOTH_STREAMS, Run


class Pair(TypedDict):
    left: int
    right: int


def graph() -> Any:
    return StateGraph(Pair).add_node("one", lambda _: {"left": 1}).add_edge(START, "one").compile(name="pairs")


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
@pytest.mark.parametrize("keys", ["wrong", ["wrong"], ["left", "wrong"]])
def test_an_unknown_key_is_refused_with_those_that_there_are(run: Run, keys: Any) -> None:
    with pytest.raises(ValueError, match=r"'wrong'.* 'pairs'.* left, right"):
        run(graph(), {"right": 2}, output_keys=keys)


@pytest.mark.parametrize("run", BOTH)
@pytest.mark.parametrize(("keys", "shown"), [("left", 1), (["right"], {"right": 2}), (("left",), {"left": 1})])
def test_known_keys_say_what_is_given_back(run: Run, keys: Any, shown: Any) -> None:
    assert run(graph(), {"right": 2}, output_keys=keys) == shown
