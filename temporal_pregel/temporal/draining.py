"""Stopping a run between two supersteps: the signal `drain`, and callers who have a `RunControl`.

A run that is drained ends with the error GraphDrained. Its thread goes on from there, as one goes on that has failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from temporalio.client import WorkflowQueryFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.runtime import RunControl
from temporal_pregel.temporal.failures import Where, shortened
from temporal_pregel.temporal.inbox import one_argument
from temporal_pregel.temporal.names import DRAIN
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.jsontext import dumps, loads
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.task_pb2 import RunContext

if TYPE_CHECKING:
    from temporalio.client import WorkflowHandle

REASON: Final = "shutdown"
"""What is said by somebody who gives no reason."""

HEARD_EVERY: Final = 2.0
"""Seconds between two questions of a node's activity to its run."""
PATIENCE: Final = timedelta(seconds=10)

LOOKED_AT: Final = 0.05
"""Seconds between two looks at a caller's control: it may be set from any thread, or a handler of OS signals, and may
be of any class that has its two properties."""


def reason_of(args: Sequence[RawValue]) -> str:
    """Why somebody wants a run to stop: the argument of the signal, a text; it may be left out.

    Raises:
        Refused: there is more than one.
        WireError: it is no text.
    """
    reason = one_argument(args, loads) if args else REASON
    if not isinstance(reason, str):
        raise MalformedPayload("wrong_shape", "why a run is to stop is said as a text.")
    return shortened(reason.encode(errors="replace").decode())


def drained(reason: str | None, where: Where) -> ApplicationError:
    """The error that ends a run which was asked to stop."""
    said = REASON if reason is None else shortened(reason)
    details = {key: value for key, value in asdict(where).items() if value not in (None, "", 0)}
    return ApplicationError(
        f"The run was asked to stop before its next superstep: {said} ({where}). Its thread goes on "
        "from there when it is invoked with None.",
        {**details, "reason": said},
        type="GraphDrained",
        non_retryable=True,
        category=ApplicationErrorCategory.BENIGN,
    )


class NodeControl(RunControl):
    """The control that a node is given in its activity. ``heard``: what its run has been asked, as far as is known."""

    __slots__ = ("heard",)

    def __init__(self, heard: str | None = None) -> None:
        super().__init__()
        self._reason = self.heard = heard

    @property
    def news(self) -> str | None:
        """What the node has asked itself, for its run to know."""
        return None if self.drain_reason == self.heard else self.drain_reason


def control_of(shared: RunContext) -> NodeControl:
    """The control of a node."""
    return NodeControl(shared.control.drain if shared.control.HasField("drain") else None)


async def hear(control: NodeControl, handle: WorkflowHandle[Any, Any]) -> None:
    """Ask the node's run, now and then, whether somebody wants it to stop."""
    while not control.drain_requested:
        await asyncio.sleep(HEARD_EVERY)
        try:
            asked = await handle.query(DRAIN, result_type=RawValue, rpc_timeout=PATIENCE)
        except (RPCError, WorkflowQueryFailedError):
            continue  # it is asked again
        control.heard = loads(raw_json(asked))
        if control.heard is not None:
            control.request_drain(control.heard)


class Heed:
    """Heeds a caller's control for as long as the caller waits. Made before the run is given its options, which tell
    it what was asked until then."""

    def __init__(self, control: RunControl | None) -> None:
        self._control = None if control is None or control.drain_requested else control

    @asynccontextmanager
    async def of(self, handle: WorkflowHandle[Any, Any]) -> AsyncIterator[None]:
        """Drain that run when it is asked for, while the block runs."""
        if self._control is None:
            yield
            return
        heeding = asyncio.ensure_future(self._heed(self._control, handle))
        try:
            yield
        finally:
            heeding.cancel()

    async def _heed(self, control: RunControl, handle: WorkflowHandle[Any, Any]) -> None:
        while not control.drain_requested:  # noqa: ASYNC110, a control tells nobody
            await asyncio.sleep(LOOKED_AT)
        try:
            await handle.signal(DRAIN, raw_value(dumps(control.drain_reason)))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # it was over just then
                raise
