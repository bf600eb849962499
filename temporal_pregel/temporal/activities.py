"""The one activity that all nodes are, and the local one that records a plan.

An activity reads its assignment, gets what it refers to, runs the node's code and tells the outcome. What the node
raises ends the run, unless its retry policy wants another attempt; what is the deployment's fault (a node that this
worker lacks, a value that can't be got just now) is tried again for as long as it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import NS_END, NS_SEP
from temporal_pregel.errors import (
    GraphBubbleUp,
    GraphDrained,
    GraphInterrupt,
    NodeCancelledError,
    NodeNotFoundError,
    ParentCommand,
    refused_question,
)
from temporal_pregel.nodes.context import RunContext, TaskContext
from temporal_pregel.nodes.retry import next_pause
from temporal_pregel.temporal.caching import cache_of, recalled, run_or_recall, tell
from temporal_pregel.temporal.catalog import Catalog, ServedGraph
from temporal_pregel.temporal.draining import control_of, hear
from temporal_pregel.temporal.failures import Where, failure, missing_node, retryable, safe_text, shortened
from temporal_pregel.temporal.fetching import Forgotten, fetcher_of, obtained
from temporal_pregel.temporal.inner import InnerLog
from temporal_pregel.temporal.names import PLAN, node_of
from temporal_pregel.temporal.options import BEAT_EVERY, config_of
from temporal_pregel.temporal.recorded import to_message
from temporal_pregel.temporal.shown import Shown
from temporal_pregel.temporal.state_cache import CACHE
from temporal_pregel.temporal.taking_up import take_up
from temporal_pregel.temporal.tasks import AssignedTask, run_handler, run_routers
from temporal_pregel.temporal.texts import echo_of, text_of
from temporal_pregel.temporal.verdicts import schema_text
from temporal_pregel.types import Interrupt, TimeoutPolicy
from temporal_pregel.wire.envelope import from_text, to_text
from temporal_pregel.wire.jsontext import loads
from temporal_pregel.wire.limits import check_size, digest, size_of
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.plan_pb2 import Plan as PlanMessage
from temporal_pregel.wire.v1.task_pb2 import Assignment, Outcome, TaskError, Write
from temporal_pregel.wire.v1.task_pb2 import Interrupt as InterruptMessage
from temporal_pregel.wire.v1.value_pb2 import Value
from temporal_pregel.wire.words import timeout_of


def make_activities(catalog: Catalog) -> list[Callable[..., Any]]:
    """The activities of a worker that serves ``catalog``."""

    @activity.defn(dynamic=True)
    async def run_task(args: Sequence[RawValue]) -> RawValue:
        return raw_value(to_text(await Job(catalog, args).outcome()))

    @activity.defn(name=PLAN)
    async def record_plan(graph: str) -> RawValue:
        served = catalog.find(graph)
        return raw_value(to_text(PlanMessage() if served is None else to_message(served.app)))

    return [run_task, record_plan, take_up]


class Job:
    """One attempt at a task."""

    def __init__(self, catalog: Catalog, args: Sequence[RawValue]) -> None:
        info = activity.info()
        if info.workflow_id is None or len(args) != 1:
            raise ApplicationError("Not an assignment of a graph's run.", type="InvalidAssignment", non_retryable=True)
        self.info = info
        self.workflow_id: str = info.workflow_id
        self.assignment = from_text(raw_json(args[0]), Assignment)
        self.ns = NS_SEP.join(self.assignment.namespace)
        self.inside = tuple(part.partition(NS_END)[0] for part in self.assignment.namespace)
        self.root = info.workflow_type or ""
        self.routing = bool(self.assignment.node) and not self.assignment.cache
        self.name = self.assignment.node or node_of(info.activity_type, self.root, self.inside)
        self.values: dict[str, str] = {}
        """Digest -> text of all that the assignment refers to."""
        self.inner: InnerLog | None = None
        self.shown = Shown(self.assignment.run.shown, self.ns)
        self.control = control_of(self.assignment.run)
        try:
            self.outermost: ServedGraph = catalog.inside(self.root, ())
            self.graph: ServedGraph = catalog.inside(self.root, self.inside)
            self.node = self.graph.node(self.name)
            self.cache = cache_of(catalog, self.root, self.inside)
        except NodeNotFoundError as error:
            raise missing_node(error) from None

    async def outcome(self) -> Outcome:
        """Run the task."""
        beside = [asyncio.ensure_future(self._beat())]
        if self.assignment.run.HasField("control"):  # its caller wants others to stop it, too
            run = activity.client().get_workflow_handle(self.workflow_id, run_id=self.info.workflow_run_id)
            beside.append(asyncio.ensure_future(hear(self.control, run)))
        try:
            return await self._outcome()
        except Forgotten:  # the superstep is over, and nothing waits for this task any more
            return self._tell(Outcome(superseded=True))
        finally:
            for each in beside:
                each.cancel()

    async def _outcome(self) -> Outcome:
        task, context = await self._prepare()
        where = Where(".".join((self.root, *self.inside)), self.name, task.step, task.id, context.attempt)
        try:
            if self.assignment.cache:
                return await self._cached(task, context)
            if self.assignment.HasField("cause"):
                return await self._handled(task, context, RuntimeError(self.assignment.cause.message), where)
            if self.routing:
                return self._finished(await run_routers(task, context, self._value(self.assignment.arg)))
            writes, cached = await run_or_recall(task, context)
            return self._finished(writes, cached=cached)
        except GraphBubbleUp as bubble:
            return self._bubbled(bubble, where)
        except asyncio.CancelledError:
            if activity.is_cancelled() or activity.is_worker_shutdown():
                raise
            raise failure(NodeCancelledError(self.name), where) from None
        except ApplicationError:
            raise
        except Exception as error:
            question = refused_question(error)
            if question is not None:
                return self._refused(question, error)
            wait = next_pause(self.node.code.retry, error, context.attempt)
            if wait is None and self.node.code.handler is not None and not self.routing:
                return await self._handled(task, context, error, where)
            raise self._failed(error, where, context.attempt, wait) from None

    async def _cached(self, task: AssignedTask, context: TaskContext) -> Outcome:
        """What the cache knows of a graph that is a node; or it is told what that has written."""
        if self.assignment.cache == "keep":
            codec, told = self.graph.write_codec, self.assignment.wrote
            wrote = [(each.channel, codec(each.channel).decode(self._text(each.value))) for each in told]
            await tell(task, context, wrote)
            return self._tell(Outcome())
        known = await recalled(task, context)
        if known is None:
            return self._tell(Outcome())
        return self._finished(known, cached=True)

    async def _handled(self, task: AssignedTask, context: TaskContext, error: Exception, where: Where) -> Outcome:
        """What the error handler of a node that has failed for good makes of it."""
        message = self.assignment.cause.message or f"{type(error).__name__}: {safe_text(error)}"
        cause = TaskError(type=self.assignment.cause.type or type(error).__name__, message=shortened(message))
        try:
            outcome = self._finished(await run_handler(task, context, error))
        except GraphBubbleUp as bubble:
            outcome = self._bubbled(bubble, where)
        except Exception as own:
            question = refused_question(own)
            if question is None:
                handling = {"type": cause.type, "message": cause.message}
                raise failure(own, replace(where, handling=handling)) from None
            outcome = self._refused(question, own)
        outcome.error.CopyFrom(cause)
        return outcome

    def _bubbled(self, bubble: GraphBubbleUp, where: Where) -> Outcome:
        """What leaves a node without being an error: questions, or a command for the parent graph."""
        try:
            if isinstance(bubble, ParentCommand):
                return self._for_parent(bubble.command)
            if isinstance(bubble, GraphInterrupt):
                return self._asked(bubble.interrupts)
            if isinstance(bubble, GraphDrained):
                return self._drained(bubble.reason)
        except Exception as error:
            raise failure(error, where) from None
        raise failure(bubble, where)

    async def _prepare(self) -> tuple[AssignedTask, TaskContext]:
        given, graph = self.assignment, self.graph
        await self._fetch()
        cells = {read.key: graph.cell_codec(read.key).decode(self._text(read.value), read.key) for read in given.reads}
        sent = given.HasField("arg") and not self.routing
        node = self.node
        if given.HasField("timeout"):
            policy = TimeoutPolicy.of(timeout_of(loads(given.timeout.json)))
            node = replace(node, code=node.code.limited(policy))
        task = AssignedTask(
            node,
            task_id=given.task_id,
            ns=self.ns,
            step=given.step,
            stop=given.stop,
            path=tuple(loads(given.path.json)) if given.HasField("path") else None,
            arg=self._value(given.arg) if sent else MISSING,
            answers=[self._value(answer.value) for answer in given.answers if not answer.interrupt_id],
        )
        answers = {each.interrupt_id: self._value(each.value) for each in given.answers if each.interrupt_id}
        before = self._text(given.inner) if given.HasField("inner") else ""
        self.inner = InnerLog(graph.types, task.ns, before)
        run = RunContext(
            graph.plan,
            config_of(graph, given.run, self.workflow_id),
            cells=cells,
            answers=answers,
            ns=self.ns,
            thread=self.workflow_id,
            checkpoint_id=lambda: given.checkpoint_id,
            checkpointer=self.inner,
            resuming=task.step if task.answers or answers or before else None,
            context=self._context(),
            control=self.control,
            streams=self.shown.streams,
            store=graph.app.store,
            cache=self.cache,
        )
        context = TaskContext(run, task)
        context.attempt = self._attempts() + 1
        context.started = self.info.started_time.timestamp()
        loop = asyncio.get_running_loop()

        def beat() -> None:
            loop.call_soon_threadsafe(self._heartbeat)

        context.heartbeat = beat
        return task, context

    def _context(self) -> Any:
        if not self.assignment.run.HasField("context"):
            return None
        schema = self.outermost.app.context_schema  # the one it was written with; graphs inside share the object
        text = self._text(self.assignment.run.context)
        return self.outermost.types.codec(Any if schema is None else schema).decode(text, "context", validate=True)

    # What it tells

    def _tell(self, outcome: Outcome) -> Outcome:
        digests = {
            read.key: read.value.ref.digest if read.value.HasField("ref") else read.value.json
            for read in self.assignment.reads
        }
        self.shown.tell(self.graph.any, outcome)
        if self.control.news is not None:
            outcome.drain = self.control.news
        refs = {read.key for read in self.assignment.reads if read.value.HasField("ref")}
        outcome.state_digest = echo_of(
            self.graph, bool(self.ns), digests, lambda key: digests[key] if key in refs else digest(digests[key])
        )
        return outcome

    def _finished(self, writes: list[tuple[str, Any]], *, cached: bool = False) -> Outcome:
        graph, outcome = self.graph, Outcome(cached=cached)
        largest, size, total = "", -1, 0
        for channel, value in writes:
            text = graph.write_codec(channel).encode(value, channel)
            outcome.writes.append(Write(channel=channel, value=Value(json=text) if text != "null" else None))
            bytes_ = size_of(text)
            total += bytes_ + len(channel) + 30
            if bytes_ > size:
                largest, size = channel, bytes_
        check_size(total, "What the node wrote", graph=graph.name, node=self.name, channel=largest)
        return self._tell(outcome)

    def _asked(self, interrupts: Sequence[Interrupt]) -> Outcome:
        outcome = Outcome()
        if not interrupts:
            # A breakpoint of a graph inside: nothing was asked, but somebody has to say that it may go on.
            place = digest(f"{self.ns}\0{self.assignment.task_id}\0{len(self.assignment.answers)}")
            outcome.interrupts.append(InterruptMessage(id=place, when="before"))
        for asked in interrupts:
            text = self.graph.any.encode(asked.value, f"interrupt of {self.name}")
            message = InterruptMessage(id=asked.id, value=Value(json=text))
            if asked.response_schema is not None:
                message.response_schema.json = schema_text(asked.response_schema, self.name)
            outcome.interrupts.append(message)
        inner = self.inner.dump() if self.inner is not None else ""
        if inner:
            outcome.inner.json = inner
        check_size(outcome.ByteSize(), "What the node asked", graph=self.graph.name, node=self.name)
        return self._tell(outcome)

    def _drained(self, reason: str) -> Outcome:
        """A graph inside has stopped before its next superstep."""
        inner = self.inner.dump() if self.inner is not None else ""
        outcome = Outcome(drained=True, drain=reason, inner=Value(json=inner) if inner else None)
        check_size(outcome.ByteSize(), "What the node did", graph=self.graph.name, node=self.name)
        return self._tell(outcome)

    def _refused(self, question: Interrupt, error: Exception) -> Outcome:
        """The question whose answer does not fit its schema, once more."""
        outcome = self._asked((question,))
        outcome.refused.CopyFrom(TaskError(type=type(error).__name__, message=shortened(safe_text(error))))
        return outcome

    def _for_parent(self, command: Any) -> Outcome:
        text = self.graph.any.encode(command, f"command of {self.name}")
        check_size(size_of(text), "A Command", graph=self.graph.name, node=self.name)
        return self._tell(Outcome(parent_command=Value(json=text)))

    # Faults

    def _failed(self, error: Exception, where: Where, attempt: int, wait: float | None) -> ApplicationError:
        typed = failure(error, where)
        if wait is None:
            return typed
        # The next attempt counts from here; the server's own count has lost workers and missing nodes in it.
        activity.heartbeat({"attempts": attempt})
        return retryable(typed, timedelta(seconds=wait))

    def _attempts(self) -> int:
        """Attempts at the node that ended with an error of its own."""
        details = self.info.heartbeat_details
        held = details[0] if details else None
        return int(held.get("attempts", 0)) if isinstance(held, dict) else 0

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY.total_seconds())
            self._heartbeat()

    def _heartbeat(self) -> None:
        activity.heartbeat({"attempts": self._attempts()})

    # Values

    async def _fetch(self) -> None:
        """Get all that the assignment refers to."""
        given = self.assignment
        values = [read.value for read in given.reads] + [answer.value for answer in given.answers]
        values += [given.arg, given.inner, given.run.context, *(write.value for write in given.wrote)]
        digests = [value.ref.digest for value in values if value.HasField("ref")]
        held = {key: CACHE.get(key) for key in digests}
        self.values = {key: text for key, text in held.items() if text is not None}
        lacking = [key for key, text in held.items() if text is None]
        if lacking:
            found = await obtained(fetcher_of(self.workflow_id, self.info.workflow_run_id or ""), lacking)
            self.values |= found
            for key, text in found.items():
                CACHE.put(key, text)

    def _text(self, value: Value) -> str:
        return self.values[value.ref.digest] if value.HasField("ref") else text_of(value)

    def _value(self, value: Value) -> Any:
        return self.graph.any.decode(self._text(value))
