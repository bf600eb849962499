"""The history of a run as what followers of it want to know: how it began, and which activities have ended.

The long poll of the server is the source: it needs no worker, wakes nobody, and any number of readers may use it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.converter import ActivitySerializationContext, SerializationContext, WorkflowSerializationContext
from temporalio.exceptions import ActivityError

from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.draining import reason_of
from temporal_pregel.temporal.following import Decided, Drain, Elapsed, Ended, Started
from temporal_pregel.temporal.inbox import Refused
from temporal_pregel.temporal.names import DRAIN, PLAN, TAKE_UP
from temporal_pregel.temporal.recorded import restored
from temporal_pregel.wire.errors import WireError
from temporal_pregel.wire.payloads import parse, raw_json
from temporal_pregel.wire.v1.plan_pb2 import Plan as PlanMessage
from temporal_pregel.wire.v1.run_pb2 import RunOptions

LOCAL_ACTIVITY: Final = "core_local_activity"
"""The marker with which the SDK records what a local activity told."""


@dataclass(frozen=True)
class Closed:
    """The run is over."""


Item = Started | Ended | Drain | Elapsed | Decided | Closed


class Reader:
    """Reads one run of ``graph``."""

    def __init__(self, client: Client, graph: ServedGraph, handle: WorkflowHandle[Any, Any]) -> None:
        self._converter = client.data_converter
        self._graph = graph
        self._handle = handle
        self._run = WorkflowSerializationContext(client.namespace, handle.id)
        self._activities: dict[int, ActivitySerializationContext] = {}
        """Id of the event that scheduled an activity -> whose payloads follow."""
        self._timers: dict[str, HistoryEvent] = {}
        """Id of a timer -> the event that started it."""
        self._begun: tuple[Any, RunOptions, str] | None = None
        """A run whose plan is not known yet: arguments, and the id of the first run."""

    async def pages(self) -> AsyncIterator[list[Item]]:
        """What there is, and then what comes, until the run is over.

        Raises:
            RPCError: the server does not know the run, or can't be reached.
        """
        events = self._handle.fetch_history_events(wait_new_event=True)
        while True:
            await events.fetch_next_page()
            found = [await self._known(event) for event in events.current_page or ()]
            yield [item for item in found if item is not None]
            if events.next_page_token is None:
                return

    async def _known(self, event: HistoryEvent) -> Item | None:
        kind = event.event_type
        if kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            return await self._started(event)
        if kind == EventType.EVENT_TYPE_MARKER_RECORDED:
            return await self._recorded(event)
        if kind == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            self._activities[event.event_id] = self._activity(
                scheduled.activity_type.name, scheduled.activity_id, scheduled.task_queue.name
            )
        if kind == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            completed = event.activity_task_completed_event_attributes
            whose = self._activities.pop(completed.scheduled_event_id)
            return Ended(_name(whose), await self._raw(completed.result, whose))
        if kind == EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
            failed = event.activity_task_failed_event_attributes
            return await self._failed(failed.scheduled_event_id, failed.failure)
        if kind == EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
            late = event.activity_task_timed_out_event_attributes
            return await self._failed(late.scheduled_event_id, late.failure)
        if kind == EventType.EVENT_TYPE_TIMER_STARTED:
            self._timers[event.timer_started_event_attributes.timer_id] = event
        if kind == EventType.EVENT_TYPE_TIMER_CANCELED:
            del self._timers[event.timer_canceled_event_attributes.timer_id]
        if kind == EventType.EVENT_TYPE_TIMER_FIRED:
            return await self._fired(event.timer_fired_event_attributes.timer_id)
        if kind == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            return Decided()
        if kind == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
            return await self._signalled(event)
        return Closed() if kind in CLOSING else None

    async def _fired(self, timer_id: str) -> Elapsed:
        summary = self._timers.pop(timer_id).user_metadata.summary
        (name,) = await self._converter.with_context(self._run).decode([summary], [str])
        return Elapsed(name)

    async def _signalled(self, event: HistoryEvent) -> Drain | None:
        signal = event.workflow_execution_signaled_event_attributes
        if signal.signal_name != DRAIN:
            return None
        try:
            return Drain(reason_of(await self._raws(signal.input, self._run)))
        except (Refused, WireError):  # the run has refused it too
            return None

    async def _started(self, event: HistoryEvent) -> Started | None:
        began = event.workflow_execution_started_event_attributes
        args = await self._raws(began.input, self._run)
        options = parse(args[1], RunOptions) if len(args) > 1 else RunOptions()
        self._begun = (args[0], options, began.first_execution_run_id)
        return self._start(options.plan) if options.HasField("plan") else None

    async def _recorded(self, event: HistoryEvent) -> Started | None:
        """The plan of a run that a bare client started."""
        marker = event.marker_recorded_event_attributes
        if marker.marker_name != LOCAL_ACTIVITY or "result" not in marker.details or self._begun is None:
            return None
        whose = self._activity(PLAN, None, None, is_local=True)
        return self._start(parse(await self._raw(marker.details["result"], whose), PlanMessage))

    def _start(self, plan: PlanMessage) -> Started:
        assert self._begun is not None
        (given, options, first_run_id), self._begun = self._begun, None
        return Started(restored(self._graph, plan), raw_json(given), options, self._handle.id, first_run_id)

    async def _failed(self, scheduled: int, failure: Failure) -> Ended:
        whose = self._activities.pop(scheduled)
        error = ActivityError(
            "Activity task failed",
            scheduled_event_id=scheduled,
            started_event_id=0,
            identity="",
            activity_type="",
            activity_id=whose.activity_id or "",
            retry_state=None,
        )
        error.__cause__ = await self._converter.with_context(whose).decode_failure(failure)
        return Ended(_name(whose), error)

    def _activity(
        self, kind: str, activity_id: str | None, task_queue: str | None, *, is_local: bool = False
    ) -> ActivitySerializationContext:
        return ActivitySerializationContext(
            namespace=self._run.namespace,
            workflow_id=self._run.workflow_id,
            workflow_type=self._graph.name,
            activity_type=kind,
            activity_id=activity_id,
            activity_task_queue=task_queue,
            is_local=is_local,
        )

    async def _raws(self, payloads: Payloads, whose: SerializationContext) -> list[RawValue]:
        return [await self._raw(Payloads(payloads=[each]), whose) for each in payloads.payloads]

    async def _raw(self, payloads: Payloads, whose: SerializationContext) -> RawValue:
        (value,) = await self._converter.with_context(whose).decode(payloads.payloads, [RawValue])
        assert isinstance(value, RawValue)
        return value


def _name(whose: ActivitySerializationContext) -> str:
    return TAKE_UP if whose.activity_type == TAKE_UP else whose.activity_id or ""


CLOSING: Final = frozenset(
    (
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
    )
)
