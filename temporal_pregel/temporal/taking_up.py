"""The activity with which a run takes the state of an earlier run of its thread up."""

from __future__ import annotations

from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.temporal.fetching import LONGEST_PATIENCE
from temporal_pregel.temporal.names import SNAPSHOT, TAKE_UP
from temporal_pregel.wire.payloads import raw_value


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
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise ApplicationError(
            f"The thread '{thread}' has no run {run_id} (any more) to go on from: the namespace's retention time has "
            "passed. Start another thread.",
            type="RunForgotten",
            non_retryable=True,
        ) from None
    return answer
