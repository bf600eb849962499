"""Giving a thread an input: by starting its workflow, for its first turn or another, or by telling one that waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import RawValue, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.temporal.names import INVOKE
from temporal_pregel.temporal.raised import ThreadExistsError, raised, refused_as
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.limits import check_size, size_of
from temporal_pregel.wire.payloads import raw_value
from temporal_pregel.wire.v1.run_pb2 import RunOptions, TurnRequest
from temporal_pregel.wire.v1.value_pb2 import Value

Handle = WorkflowHandle[Any, Any]
Describe = Callable[[Handle], Awaitable[WorkflowExecutionDescription]]


async def opened(
    client: Client, graph: str, text: str, options: RunOptions, described: Describe, **where: Any
) -> Handle:
    """A handle of the run that has been given an input. A thread that is over goes on from the state that its last run
    has left, one that waits from where it waits. ``where``: more arguments of `Client.start_workflow`.

    Raises:
        ThreadExistsError: the thread runs.
        InvalidUpdateError: the thread waits, and the input does not fit.
        ThreadError: see ``described``.
        ValueTooLarge: the input or the options.
    """
    check_size(size_of(text), "The input", graph=graph)

    async def start(reuse: WorkflowIDReusePolicy) -> Handle:
        said = to_text(options)
        check_size(size_of(said), "The run's options", graph=graph)
        started = await client.start_workflow(
            graph,
            args=[raw_value(text), raw_value(said)],
            # A second start must not lose the first one's state without a word.
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            id_reuse_policy=reuse,
            result_type=RawValue,
            **where,
        )
        return client.get_workflow_handle(started.id, run_id=started.result_run_id)

    try:
        return await start(WorkflowIDReusePolicy.REJECT_DUPLICATE)
    except WorkflowAlreadyStartedError as error:
        thread = error.workflow_id
    last = await described(client.get_workflow_handle(thread))
    if last.status is WorkflowExecutionStatus.RUNNING:
        return await _told(client.get_workflow_handle(thread, run_id=last.run_id), graph, text, options)
    options.origin.run_id = last.run_id
    try:
        return await start(WorkflowIDReusePolicy.ALLOW_DUPLICATE)
    except WorkflowAlreadyStartedError:  # somebody else was quicker
        raise ThreadExistsError(thread) from None


async def _told(handle: Handle, graph: str, text: str, options: RunOptions) -> Handle:
    options.ClearField("plan")  # the run keeps its own
    request = to_text(TurnRequest(input=Value(json=text), options=options))
    try:
        await handle.execute_update(INVOKE, raw_value(request), result_type=RawValue)
    except WorkflowUpdateFailedError as error:
        if refused_as(error.cause) == "not_waiting":
            raise ThreadExistsError(handle.id) from None
        raise raised(error.cause) from None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        raise ThreadExistsError(handle.id) from None  # it was over just then: its caller is to decide
    return handle
