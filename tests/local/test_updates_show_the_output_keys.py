"""The ``updates`` stream shows of a node's writes what ``output_keys`` names."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest

from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, BOTH_STREAMS, Run


class Pair(TypedDict):
    left: int
    right: int


class Right(TypedDict):
    right: int


def graph(**schemas: Any) -> Any:
    builder = StateGraph(Pair, **schemas).add_sequence(
        [("one", lambda _: {"left": 1}), ("two", lambda _: {"left": 2, "right": 2})]
    )
    return builder.add_edge(START, "one").compile()


SHOWN = {
    "one key": ("right", [{"one": None}, {"two": 2}]),
    "a list of one": (["right"], [{"one": None}, {"two": {"right": 2}}]),
    "all keys": (["left", "right"], [{"one": {"left": 1}}, {"two": {"left": 2, "right": 2}}]),
    "no keys": ([], [{"one": None}, {"two": None}]),
}


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
@pytest.mark.parametrize(("keys", "shown"), SHOWN.values(), ids=SHOWN)
def test_updates_have_those_keys(run: Run, keys: Any, shown: Any) -> None:
    assert run(graph(), {"left": 0}, stream_mode="updates", output_keys=keys) == shown


@pytest.mark.parametrize("run", BOTH)
def test_invoke_shows_the_keys_of_the_output_schema(run: Run) -> None:
    assert run(graph(output_schema=Right), {"left": 0}, stream_mode="updates") == [{"one": None}, {"two": {"right": 2}}]


@pytest.mark.parametrize("run", BOTH_STREAMS)
def test_stream_shows_all_keys(run: Run) -> None:
    shown = [{"one": {"left": 1}}, {"two": {"left": 2, "right": 2}}]
    assert run(graph(output_schema=Right), {"left": 0}, stream_mode="updates") == shown
