"""A timeout that can't be is told where it was said, not when something runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import pytest

from temporal_pregel.func import entrypoint, task
from temporal_pregel.graph import StateGraph
from temporal_pregel.pregel import NodeBuilder
from temporal_pregel.types import Send


class State(TypedDict):
    value: int


SAYINGS: dict[str, Callable[[], Any]] = {
    "task": lambda: task(timeout=0),
    "entrypoint": lambda: entrypoint(timeout=0),
    "node in channels": lambda: NodeBuilder().set_timeout(0),
    "Send": lambda: Send("slow", {}, timeout=0),
    "node": lambda: StateGraph(State).add_node("slow", lambda state: state, timeout=0),
}


@pytest.mark.parametrize("say", SAYINGS.values(), ids=SAYINGS.keys())
def test_no_time_at_all_is_refused(say: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="run_timeout must be greater than 0"):
        say()
