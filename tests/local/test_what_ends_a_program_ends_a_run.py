"""What is no Exception passes through a run, whichever of several nodes raises it."""

from __future__ import annotations

import operator
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, BOTH_STREAMS, Run

NAMES = "abcd"


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def graph(raising: str, error: type[BaseException]) -> Any:
    def node(name: str) -> Any:
        def run(_: Log) -> dict[str, list[str]]:
            time.sleep(0.02)  # so that each gets a thread
            if name == raising:
                raise error("stop")
            return {"log": [name]}

        return run

    builder = StateGraph(Log)
    for name in NAMES:
        builder.add_node(name, node(name)).add_edge(START, name)
    return builder.compile()


@pytest.mark.parametrize("run", [*BOTH, *BOTH_STREAMS])
@pytest.mark.parametrize("raising", NAMES)
def test_an_exit_of_one_of_several_nodes_is_raised(run: Run, raising: str) -> None:
    with pytest.raises(SystemExit, match="stop"):
        run(graph(raising, SystemExit), {"log": []})
    assert sorted(graph("", SystemExit).invoke({"log": []})["log"]) == list(NAMES)
