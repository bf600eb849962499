"""A graph's ``step_timeout`` ends a run on Temporal as it does in process: what runs is cancelled, what has finished
stays."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import START, InMemorySaver, StateGraph
from tests.temporal.conftest import Serve
from tests.temporal.graphs import Log, around, soon
from tests.temporal.slow import LIMIT, Slow, limited, quick, within
from tests.temporal.streamed import in_process, streamed

SAID = r"^Step 1 of graph 'limited' took longer than its step_timeout of 0.5 s \(nodes: .*slow.*\)"


@pytest.mark.parametrize("beside", [(), (quick,)], ids=["alone", "beside another"])
async def test_the_run_ends_and_its_thread_goes_on_without_what_has_finished(serve: Serve, on, thread, beside):
    slow = Slow()
    app = limited(*beside, slow)
    finished = ["quick"] if beside else []

    async def checked(run: Any, unlimited: Any) -> None:
        slow.open = False
        with pytest.raises(TimeoutError, match=SAID):
            await run.ainvoke({"log": []}, thread)
        state = await run.aget_state(thread)
        assert (state.values, state.next) == ({"log": finished} if finished else {"log": []}, ("slow",))
        slow.open = True
        assert (await unlimited.ainvoke(None, thread))["log"] == [*finished, "slow"]

    kept = app.copy({"checkpointer": InMemorySaver()})
    await checked(kept, within(kept, None))
    async with serve(app) as client:
        await checked(on(app, client), on(within(app, None), client))


async def test_nodes_that_run_are_cancelled(serve: Serve, on, thread):
    slow = Slow()
    async with serve(limited(slow)) as client:
        with pytest.raises(TimeoutError, match=SAID):
            await on(limited(slow), client).ainvoke({"log": []}, thread)
        await soon(lambda: slow.cancelled == slow.begun == 1)


async def test_a_stream_ends_with_the_same_error_after_the_same_parts(serve: Serve, on, thread):
    app = limited(quick, Slow())

    async def parts(run: Any) -> list[Any]:
        found = []

        async def collect() -> None:
            async for part in run.astream({"log": []}, thread, stream_mode=["values", "updates"]):
                found.append(part)

        with pytest.raises(TimeoutError, match=SAID):
            await collect()
        return found

    shown = [("values", {"log": []}), ("updates", {"quick": {"log": ["quick"]}})]
    assert await parts(app) == shown
    async with serve(app) as client:
        assert await parts(on(app, client)) == shown


async def test_a_graph_inside_has_a_limit_of_its_own(serve: Serve, on, thread):
    app = around("outer", limited(Slow(), quick), Log)
    async with serve(app) as client:
        with pytest.raises(TimeoutError, match=SAID):
            await on(app, client).ainvoke({"log": []}, thread)


async def test_a_limit_covers_the_graphs_inside(serve: Serve, on, thread):
    inner = limited(Slow(), seconds=30)
    app = around("outer", inner, Log)
    app.step_timeout = LIMIT
    async with serve(app) as client:
        with pytest.raises(TimeoutError, match=r"^Step 1 of graph 'outer' .* of 0.5 s \(nodes: inner\)"):
            await on(app, client).ainvoke({"log": []}, thread)


def handled(inner: Any) -> Any:
    builder = StateGraph(Log)
    builder.add_node("inner", inner, error_handler=lambda state: {"log": ["handled"]})
    return builder.add_edge(START, "inner").compile(name="handles")


@pytest.mark.parametrize("inner", [limited(Slow()), limited(quick, Slow())], ids=["alone", "beside another"])
async def test_an_error_handler_takes_over_and_readers_see_it(serve: Serve, on, thread, inner):
    app = handled(inner)
    turns, asked = [{"log": []}], {"stream_mode": ["values", "updates"], "subgraphs": True}
    here = await in_process(app, turns, thread, **asked)
    async with serve(app) as client:
        assert await streamed(on(app, client), turns, thread, **asked) == here
    assert here[0][-1] == ((), "values", {"log": ["handled"]})
