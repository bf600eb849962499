"""A caller who asks for it is told of answers to what nobody asks, in the same words as in process."""

from __future__ import annotations

from typing import Any

import pytest

from temporal_pregel import Command
from temporal_pregel.constants import CONFIG_KEY_STRICT_RESUME
from temporal_pregel.errors import InvalidUpdateError, UnknownInterruptError
from tests.temporal.asking import two_askers
from tests.temporal.conftest import Serve

UNKNOWN = "0" * 32


@pytest.mark.parametrize(
    ("answer", "reason", "named"),
    [({UNKNOWN: "x"}, "not_pending", (UNKNOWN,)), ({}, "empty_map", ()), ("yes", "ambiguous", ())],
    ids=["unknown", "empty", "bare"],
)
async def test_an_answer_that_names_no_open_question(serve: Serve, on, thread, answer: Any, reason: str, named: Any):
    app = two_askers()
    strict = {"configurable": {**thread["configurable"], CONFIG_KEY_STRICT_RESUME: True}}
    async with serve(app) as client:
        durable = on(app, client)
        asked = (await durable.ainvoke({"draft": ""}, strict))["__interrupt__"]
        before = await durable.aget_state(thread)
        with pytest.raises(UnknownInterruptError) as refused:
            await durable.ainvoke(Command(resume=answer), strict)
        assert (refused.value.reason, refused.value.interrupt_ids) == (reason, named)
        assert refused.value.pending_ids == tuple(sorted(item.id for item in asked))
        assert await durable.aget_state(thread) == before
        if answer:
            with pytest.raises(InvalidUpdateError):
                await durable.ainvoke(Command(resume=answer), thread)
        done = await durable.ainvoke(Command(resume={item.id: item.value for item in asked}), strict)
        assert len(done["said"]) == 3


async def test_what_else_is_refused_is_told_as_ever(serve: Serve, on, thread):
    app = two_askers()
    strict = {"configurable": {**thread["configurable"], CONFIG_KEY_STRICT_RESUME: True}}
    async with serve(app) as client:
        await on(app, client).ainvoke({"draft": ""}, thread)
        with pytest.raises(InvalidUpdateError, match="no node of graph"):
            await on(app, client).ainvoke(Command(goto="nowhere"), strict)
