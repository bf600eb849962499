"""Giving a thread an input: by starting its workflow, for its first turn or another, or by telling one that waits."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
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

from temporal_pregel.config import placed
from temporal_pregel.constants import CONFIG_KEY_STRICT_RESUME
from temporal_pregel.core.interrupts import is_answer_map
from temporal_pregel.core.loop import Loop
from temporal_pregel.core.state import State
from temporal_pregel.core.strictness import check_answers
from temporal_pregel.nodes.commands import no_input
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import writes_of_command
from temporal_pregel.temporal.failures import refusal
from temporal_pregel.temporal.inbox import Refused, check_answer
from temporal_pregel.temporal.names import INVOKE
from temporal_pregel.temporal.options import make_options
from temporal_pregel.temporal.raised import (
    ThreadExistsError,
    ThreadNotWaitingError,
    raised,
    refused_as,
    strictly,
)
from temporal_pregel.types import Command
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.limits import check_size, size_of
from temporal_pregel.wire.payloads import raw_value
from temporal_pregel.wire.v1.run_pb2 import RunOptions, StateView, TurnRequest
from temporal_pregel.wire.v1.value_pb2 import Value

Handle = WorkflowHandle[Any, Any]
Describe = Callable[[Handle], Awaitable[WorkflowExecutionDescription]]
Look = Callable[[Handle], Awaitable[StateView]]


@dataclass(frozen=True)
class Opener:
    """Gives threads of a graph their inputs. ``described``: what the server knows of a thread of this graph,
    ``seen``: what a run of it says of itself; both raise ThreadError."""

    client: Client
    graph: ServedGraph
    task_queue: str
    described: Describe
    seen: Look

    async def begin(self, input: Any, config: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[Handle, bool]:
        """The run that has been given an input, and whether it had begun before. A thread that is over goes on from
        the state that its last run has left; one that waits drops what it waits for. ``given``: see `make_options`.

        Raises:
            ThreadExistsError: the thread runs.
            InvalidUpdateError: the thread waits, and the input does not fit.
            ThreadError: it is one of another graph.
            UnserializableValue, ValueTooLarge: the input or the options.
            ValueError: the thread's id is empty.
            EmptyInputError: the input has none of the graph's input channels.
        """
        graph = self.graph
        inputs = graph.plan.inputs
        if isinstance(input, dict) and not isinstance(inputs, str) and input.keys().isdisjoint(inputs):
            raise no_input(inputs)
        thread = thread_of(config) or f"{graph.name}-{uuid.uuid4()}"
        declared = graph.app.input_schema_type
        text = graph.types.codec(Any if declared is None else declared).encode(input, "input")
        options = make_options(graph, config, **given)
        try:
            return await self._start(thread, text, options, config, WorkflowIDReusePolicy.REJECT_DUPLICATE), False
        except WorkflowAlreadyStartedError:
            pass
        while True:
            last = await self.described(self.client.get_workflow_handle(thread))
            if last.status is not WorkflowExecutionStatus.RUNNING:
                return await self._follow(last, text, options, config), False
            run = self.client.get_workflow_handle(thread, run_id=last.run_id)
            if await _told(run, text, options):
                return run, True

    async def go_on(self, handle: Handle, command: Any, config: Mapping[str, Any], given: Mapping[str, Any]) -> Handle:
        """A run that goes on without an input from where the last one of a thread that is over has left it.

        Raises:
            ThreadNotWaitingError: ``command`` is an answer, and nobody had asked anything when the thread's run failed.
            ThreadExistsError: somebody else was quicker.
            InvalidUpdateError: the command does not fit, or answers what is not open.
        """
        last = await self.described(handle)
        if not isinstance(command, Command):
            command = Command(resume=command)
        if command.resume is not None:
            command = replace(command, resume=await self._answers(last, command.resume, config))
        writes_of_command(self.graph.plan, command)
        options = make_options(self.graph, config, **given)
        options.no_input = True
        return await self._follow(last, self.graph.any.encode(command, "command"), options, config)

    async def _answers(self, last: WorkflowExecutionDescription, answer: Any, config: Mapping[str, Any]) -> Any:
        """An answer by interrupt id, for what was open when a thread's run failed."""
        asked = await self._asked(last) if last.status is WorkflowExecutionStatus.FAILED else []
        if not asked:
            status = last.status.name.lower() if last.status is not None else "closed"
            raise ThreadNotWaitingError(last.id, status=status)
        try:
            check_answer(answer, asked)
        except Refused as error:
            strict = config["configurable"].get(CONFIG_KEY_STRICT_RESUME)
            refused = refusal("Refused", str(error), code=error.code, **error.details)
            raise (strictly if strict else raised)(refused) from None
        return answer if is_answer_map(answer) else {asked[0]: answer}

    async def _asked(self, last: WorkflowExecutionDescription) -> list[str]:
        """Ids of the questions that a run has left open."""
        view = await self.seen(self.client.get_workflow_handle(last.id, run_id=last.run_id))
        return [asked.id for asked in view.interrupts if not asked.when]

    async def begin_with(self, command: Command[Any], config: Mapping[str, Any], given: Mapping[str, Any]) -> Handle:
        """The run of a new thread whose first input is a command.

        Raises:
            ThreadExistsError: somebody else was quicker.
            InvalidUpdateError: the command does not fit.
            UnknownInterruptError: it answers, and the caller wants to be told of answers to what is not open.
        """
        graph, thread = self.graph, str(config["configurable"]["thread_id"])
        writes_of_command(graph.plan, command)
        if command.resume is not None and config["configurable"].get(CONFIG_KEY_STRICT_RESUME):
            check_answers(Loop(graph.plan, State.initial(graph.plan), limit=1), command.resume)
        options = make_options(graph, config, **given)
        options.command = True
        text = graph.any.encode(command, "command")
        try:
            return await self._start(thread, text, options, config, WorkflowIDReusePolicy.REJECT_DUPLICATE)
        except WorkflowAlreadyStartedError:
            raise ThreadExistsError(thread) from None

    async def _follow(
        self, last: WorkflowExecutionDescription, text: str, options: RunOptions, config: Mapping[str, Any]
    ) -> Handle:
        options.origin.run_id = last.run_id
        try:
            return await self._start(last.id, text, options, config, WorkflowIDReusePolicy.ALLOW_DUPLICATE)
        except WorkflowAlreadyStartedError:
            raise ThreadExistsError(last.id) from None

    async def _start(
        self, thread: str, text: str, options: RunOptions, config: Mapping[str, Any], reuse: WorkflowIDReusePolicy
    ) -> Handle:
        said = to_text(options)
        check_size(size_of(text), "The input", graph=self.graph.name)
        check_size(size_of(said), "The run's options", graph=self.graph.name)
        started = await self.client.start_workflow(
            self.graph.name,
            args=[raw_value(text), raw_value(said)],
            id=thread,
            task_queue=self.task_queue,
            # A second start must not lose the first one's state without a word.
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            id_reuse_policy=reuse,
            static_summary=config.get("run_name") or None,
            result_type=RawValue,
        )
        return self.client.get_workflow_handle(started.id, run_id=started.result_run_id)


def thread_of(config: Mapping[str, Any]) -> str | None:
    """The thread that a caller names, None if he names none.

    Raises:
        ValueError: by an empty text.
    """
    thread = placed(config).get("configurable", {}).get("thread_id")
    if thread is not None and not str(thread):
        raise ValueError("config['configurable']['thread_id'] is empty, and the id of a workflow can't be: name it.")
    return None if thread is None else str(thread)


async def _told(handle: Handle, text: str, options: RunOptions) -> bool:
    """Whether a run has taken another input. It has not if it was over just then."""
    request = TurnRequest(input=Value(json=text), options=options)
    request.options.ClearField("plan")  # the run keeps its own
    try:
        await handle.execute_update(INVOKE, raw_value(to_text(request)), result_type=RawValue)
    except WorkflowUpdateFailedError as error:
        if refused_as(error.cause) == "not_waiting":
            raise ThreadExistsError(handle.id) from None
        raise raised(error.cause) from None
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True
