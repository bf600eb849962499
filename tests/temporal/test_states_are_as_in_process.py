"""`get_state` on Temporal says what it says in process, of a thread that waits, of one that is over, and of the graphs
inside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from temporal_pregel import Command
from temporal_pregel.checkpoint.memory import InMemorySaver
from temporal_pregel.types import StateSnapshot
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Number, chain
from tests.temporal.test_streams_are_as_in_process import GRAPHS
from tests.temporal.test_streams_of_all_kinds_of_graphs import GRAPHS as MORE


def timeless(snapshot: Any) -> Any:
    """A snapshot, and those inside, without the times; of errors that there is one."""
    if not isinstance(snapshot, StateSnapshot):
        return snapshot
    assert datetime.fromisoformat(snapshot.created_at).tzinfo is not None
    tasks = [task._replace(state=timeless(task.state), error=bool(task.error)) for task in snapshot.tasks]
    return snapshot._replace(created_at="", tasks=tuple(tasks))


THREADS = {
    **{name: GRAPHS[name] for name in ("line", "sends", "questions", "a question beside others", "a question inside")},
    **{name: GRAPHS[name] for name in ("breakpoints", "commands")},
    **{name: MORE[name] for name in ("graphs in graphs", "a graph that keeps its state", "a model as its state")},
    **{name: MORE[name] for name in ("large values", "metadata and tags", "one bare channel")},
}


@pytest.mark.parametrize("name", THREADS)
@pytest.mark.parametrize("subgraphs", [False, True], ids=["", "subgraphs"])
async def test_after_each_turn(serve: Serve, on, thread, name, subgraphs):
    app, inputs = THREADS[name]
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    async with serve(app) as client:
        durable = on(app, client)
        for given in inputs:
            await kept.ainvoke(given, thread)
            await durable.ainvoke(given, thread)
            here = timeless(await kept.aget_state(thread, subgraphs=subgraphs))
            assert timeless(await durable.aget_state(thread, subgraphs=subgraphs)) == here


async def test_of_a_run_that_failed_it_says_where(serve: Serve, on, thread):
    def fail(state: Number) -> Number:
        raise ValueError("no")

    app = chain("failing", Number, {"add": lambda state: {"value": state["value"] + 1}, "fail": fail})
    kept = app.copy()
    kept.checkpointer = InMemorySaver()
    async with serve(app) as client:
        durable = on(app, client)
        for graph in (kept, durable):
            with pytest.raises(Exception, match="no"):
                await graph.ainvoke({"value": 1}, thread)
        there = await durable.aget_state(thread)
        assert timeless(there) == timeless(await kept.aget_state(thread))
        assert "ValueError: no" in there.tasks[0].error


async def test_a_person_at_a_terminal_may_have_it_in_full(serve: Serve, on, thread):
    app, inputs = GRAPHS["questions"]
    async with serve(app) as client:
        await on(app, client).ainvoke(inputs[0], thread)
        handle = client.get_workflow_handle(thread["configurable"]["thread_id"])
        plain, full = await handle.query("state"), await handle.query("state", "full")
        assert {key: full[key] for key in plain} == plain
        assert [(task["node"], [asked["value"] for asked in task["interrupts"]]) for task in full["tasks"]] == [
            ("ask", ["one?"])
        ]
        await on(app, client).ainvoke(Command(resume="1"), thread)
        with pytest.raises(Exception, match='takes "full" or no argument'):
            await handle.query("state", "nonsense")
