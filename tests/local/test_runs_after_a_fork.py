"""A process that was forked runs graphs like its parent, which has run some before."""

from __future__ import annotations

import operator
import os
import time
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from temporal_pregel.graph import START, StateGraph
from tests.local.running import BOTH, Run


class Log(TypedDict):
    log: Annotated[list[str], operator.add]


def graph() -> Any:
    def slow(_: Log) -> dict[str, list[str]]:
        time.sleep(0.02)  # so that each gets a thread
        return {"log": ["done"]}

    builder = StateGraph(Log)
    for name in "abc":
        builder.add_node(name, slow).add_edge(START, name)
    return builder.compile()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.parametrize("run", BOTH)
def test_nodes_side_by_side_run_in_a_child(run: Run) -> None:
    app = graph()
    expected = run(app, {"log": []})
    child = os.fork()
    if child == 0:
        os._exit(0 if run(app, {"log": []}) == expected else 1)
    for _ in range(500):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.01)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")
