"""`durability`, and the word that it had before: the same on both engines, though on Temporal all of it is recorded."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel.warnings import LangGraphDeprecatedSinceV10
from tests.temporal.conftest import Serve
from tests.temporal.graphs import adder
from tests.temporal.test_runs_are_drained import both

ENGINES = ["in process", "on Temporal"]


async def streamed(app: Any, *args: Any, **options: Any) -> Any:
    return [part async for part in app.astream(*args, stream_mode="values", **options)][-1]


async def invoked(app: Any, *args: Any, **options: Any) -> Any:
    return await app.ainvoke(*args, **options)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("call", [invoked, streamed])
@pytest.mark.parametrize("how", ["sync", "async", "exit", None])
async def test_each_of_the_three_is_taken(serve: Serve, on, thread, engine, call, how):
    app = adder()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        assert await call(runs, {"value": 5}, thread, durability=how) == {"value": 12}
        assert (await runs.aget_state(thread)).values == {"value": 12}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("call", [invoked, streamed])
async def test_another_word_is_refused_before_anything_runs(serve: Serve, on, thread, engine, call):
    app = adder()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        with pytest.raises(ValueError, match="durability is one of 'sync', 'async' and 'exit', not 'bogus'"):
            await call(runs, {"value": 5}, thread, durability="bogus")
        assert await call(runs, {"value": 5}, thread) == {"value": 12}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("call", [invoked, streamed])
@pytest.mark.parametrize("during", [True, False])
async def test_the_former_word_is_taken_with_a_warning(serve: Serve, on, thread, engine, call, during):
    app = adder()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        with pytest.warns(LangGraphDeprecatedSinceV10, match="use `durability`"):
            assert await call(runs, {"value": 5}, thread, checkpoint_during=during) == {"value": 12}


@pytest.mark.parametrize("engine", ENGINES)
async def test_what_is_no_option_at_all_is_named(serve: Serve, on, thread, engine):
    app = adder()
    async with serve(app) as client:
        runs = both(app) if engine == "in process" else on(app, client)
        with pytest.raises(TypeError, match="Unknown arguments: checkpoints"):
            await runs.ainvoke({"value": 5}, thread, checkpoints=True)
