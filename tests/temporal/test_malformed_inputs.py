"""Whatever a client sends is taken or refused with a reason: no workflow task fails, no run hangs."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from temporalio.client import Client

from tests.temporal.malformed import Sender, answers, sendings

EXAMPLES, WIDTH = 40, 50


@pytest.mark.timeout(400)  # 100 s without a cache, on a machine that does nothing else
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(sent=st.lists(sendings.filter(lambda what: not answers(what)), min_size=WIDTH, max_size=WIDTH))
async def test_two_thousand_malformed_things_harm_nobody(client: Client, waiting, sent):
    handle, task_queue = waiting
    sender = Sender(client, handle, task_queue)
    await asyncio.gather(*(sender.send(*each) for each in sent))
    state = await handle.query("state")
    assert state["status"] == "waiting"
    if any(kind == "signal" for kind, _, _ in sent):
        assert state["rejected"]
    assert "WORKFLOW_TASK_FAILED" not in str(await handle.fetch_history())
