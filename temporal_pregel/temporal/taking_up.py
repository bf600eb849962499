"""The activity with which a run takes the state of an earlier run of its thread up."""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.temporal.fetching import LONGEST_PATIENCE
from temporal_pregel.temporal.names import SNAPSHOT, TAKE_UP
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.payloads import parse, raw_value
from temporal_pregel.wire.v1.run_pb2 import Handover, RunOptions


@activity.defn(name=TAKE_UP)
async def take_up(run_id: str, offset: int) -> RawValue:
    """Ask a run of this activity's own thread; what it answers is a Handover.

    Raises:
        ApplicationError: the server does not know the run (any more). What else goes wrong is tried again.
    """
    thread = activity.info().workflow_id
    assert thread is not None
    handle = activity.client().get_workflow_handle(thread, run_id=run_id)
    try:
        answer: RawValue = await handle.query(
            SNAPSHOT, raw_value(str(offset)), result_type=RawValue, rpc_timeout=LONGEST_PATIENCE
        )
    except RPCError as error:
        if error.status is RPCStatusCode.FAILED_PRECONDITION and not await _began(handle):
            return raw_value(to_text(await _passed_over(handle)))
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise ApplicationError(
            f"The thread '{thread}' has no run {run_id} (any more) to go on from: the namespace's retention time has "
            "passed. Start another thread.",
            type="RunForgotten",
            non_retryable=True,
        ) from None
    return answer


async def _began(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether any worker has seen the run. One that was ended before can't be asked."""
    async for event in handle.fetch_history_events(page_size=10):
        if event.HasField("workflow_task_started_event_attributes"):
            return True
    return False


async def _passed_over(handle: WorkflowHandle[Any, Any]) -> Handover:
    """What a run that never began would say: that its own origin is to be asked."""
    events = [event async for event in handle.fetch_history_events(page_size=10)]
    start = events[0].workflow_execution_started_event_attributes
    answer = Handover(graph=start.workflow_type.name)
    converter = activity.client().data_converter
    args = await converter.decode(start.input.payloads, [RawValue] * len(start.input.payloads))
    if len(args) > 1:
        options = parse(args[1], RunOptions)
        if options.HasField("origin"):
            answer.origin.CopyFrom(options.origin)
    return answer
