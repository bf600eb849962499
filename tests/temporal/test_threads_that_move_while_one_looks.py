"""A thread may go on between a look at it and what is done about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from temporal_pregel import Command
from temporal_pregel.temporal.raised import ThreadExistsError
from tests.temporal.asking import one_asker
from tests.temporal.conftest import Serve


def late(durable: Any, seen: Any) -> Any:
    """An opener that looks once at what was, and then at what is."""
    looks = [seen]

    async def described(handle: Any) -> Any:
        return looks.pop() if looks else await durable._described(handle)

    return replace(durable._opener, described=described)


async def test_one_that_was_over_when_it_was_told_goes_on_all_the_same(serve: Serve, on, thread):
    app = one_asker("was_waiting")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        waited = await durable._described(durable._handle(thread))
        await durable.ainvoke(Command(resume=1), thread)
        run, _ = await late(durable, waited).begin({"draft": ""}, thread, {})
        assert run.run_id != waited.run_id
        await run.execute_update("wait")
        assert (await durable.ainvoke(Command(resume=2), thread))["said"] == [1, 2]


@pytest.mark.parametrize("given", [{"draft": ""}, None], ids=["input", "None"])
async def test_of_two_callers_one_is_told_that_the_other_was_quicker(serve: Serve, on, thread, given):
    app = one_asker("was_over")
    async with serve(app) as client:
        durable = on(app, client)
        await durable.ainvoke({"draft": ""}, thread)
        await durable.ainvoke(Command(resume=1), thread)
        over = await durable._described(durable._handle(thread))
        await durable.ainvoke({"draft": ""}, thread)
        opener, handle = late(durable, over), durable._handle(thread)
        begun = opener.begin(given, thread, {}) if given else opener.go_on(handle, Command(), thread, {})
        with pytest.raises(ThreadExistsError, match="still runs"):
            await begun
        assert len(await durable.ainterrupts(thread)) == 1
