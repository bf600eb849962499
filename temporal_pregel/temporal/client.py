"""A graph on a Temporal server, with the graph's own interface: `app.on(client)`.

A thread is a workflow; its id is the thread's. Values are read from the run's result or by a query, never from the
answer of an update, which the history would keep twice more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn

from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.config import RunnableConfig, merge_configs
from temporal_pregel.constants import CONFIG_KEY_STRICT_RESUME, INTERRUPT
from temporal_pregel.local.streams import is_second
from temporal_pregel.pregel.batching import abatch
from temporal_pregel.pregel.options import durability_of, output_keys_of
from temporal_pregel.temporal.blocking import blocking
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import answer_of
from temporal_pregel.temporal.draining import Heed
from temporal_pregel.temporal.durable import (
    ABSENT,
    SHARED,
    NotDurableError,
    check_call,
    check_durable,
    warn_of_checkpointer,
)
from temporal_pregel.temporal.following import Reading
from temporal_pregel.temporal.names import DEFAULT_TASK_QUEUE, DONE, RESUME, WAIT, WAITING
from temporal_pregel.temporal.opening import Opener, thread_of
from temporal_pregel.temporal.options import make_options
from temporal_pregel.temporal.projecting import Projecting
from temporal_pregel.temporal.raised import (
    UNANSWERED,
    OtherGraphError,
    ThreadNotBegunError,
    ThreadNotFoundError,
    ThreadNotWaitingError,
    names_none,
    of_silence,
    raised,
    strictly,
)
from temporal_pregel.temporal.streaming import exhausted
from temporal_pregel.types import Command, GraphOutput, Interrupt
from temporal_pregel.wire.envelope import from_text, to_text
from temporal_pregel.wire.limits import check_size, size_of
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.run_pb2 import TurnAnswer

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.runtime import RunControl
    from temporal_pregel.types import StreamMode

Handle = WorkflowHandle[Any, Any]

PATIENCE: Final = 0.1
"""Seconds for which a call waits for a run's end before it asks, by an update, whether the run waits for somebody: most
short runs end before, and their history has no trace of the caller."""


class DurableGraph(Projecting):
    """A compiled graph, run by workers on ``task_queue``. ``config["configurable"]["thread_id"]`` names the thread.

    Raises:
        NotDurableError: the graph is a function, or was compiled with a store or cache of this process's memory.
    """

    def __init__(self, app: Pregel, client: Client, *, task_queue: str = DEFAULT_TASK_QUEUE) -> None:
        self.app = app
        self.name = app.name
        self.client = client
        self.task_queue = task_queue
        check_durable(app)
        warn_of_checkpointer(app)
        self._graph = ServedGraph(app, _types_of(client))
        self._opener = Opener(client, self._graph, task_queue, self._described, self._view)

    def with_config(self, config: Mapping[str, Any] | None = None, **more: Any) -> DurableGraph:
        """The same graph with a config of its own, which calls may override."""
        return DurableGraph(self.app.with_config(config, **more), self.client, task_queue=self.task_queue)

    def __getattr__(self, name: str) -> Any:
        if name in SHARED:
            return getattr(self.app, name)
        if name not in ABSENT:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        feature, instead = ABSENT[name]

        def refuse(*_args: Any, **_options: Any) -> NoReturn:
            raise NotDurableError(self.name, feature, instead)

        return refuse

    # Running

    async def ainvoke(
        self,
        input: Any,
        config: Mapping[str, Any] | None = None,
        *,
        context: Any = None,
        interrupt_before: Sequence[str] | Literal["*"] | None = None,
        interrupt_after: Sequence[str] | Literal["*"] | None = None,
        output_keys: str | Sequence[str] | None = None,
        stream_mode: StreamMode | Sequence[StreamMode] | None = "values",
        version: Literal["v1", "v2"] = "v1",
        control: RunControl | None = None,
        **options: Any,
    ) -> Any:
        """Run the graph to its end, or to the next question.

        ``input``: an update of the input schema starts the thread, or its next turn; a `Command` goes to a thread that
        waits, with an answer (``resume``), an update of the state, or where to go; None lets it go on: over a
        breakpoint, with the nodes that asked, which then ask again, or with those that had not finished when a run
        failed. Returns as in process: the output, with the open
        questions under ``"__interrupt__"`` where the run waits.

        Raises:
            GraphDrained: ``control``, or a signal, has asked the run to stop before a superstep.
            GraphRecursionError: it did not end within ``recursion_limit`` supersteps.
            InvalidUpdateError: a node's writes do not fit, or the run does not take this Command.
            NodeFailedError: a node raised; graph, node, step and the error's name are on it.
            GraphRunError: the run ended with another error; ``type`` names it.
            ThreadError: the thread still runs, or is over, was never started, runs another graph, answers nobody.
            NotDurableError: an option that only runs in process have.
            UnserializableValue: the input can't be sent.
        """
        merged = merge_configs(self.app.config, config)
        second = is_second(version)
        given: dict[str, Any] = {
            "context": context,
            "interrupt_before": interrupt_before,
            "interrupt_after": interrupt_after,
            "control": control,
        }
        if stream_mode not in (None, "values"):
            shown = {"stream_mode": stream_mode, "version": version, **given, **options}
            shown["output_keys"] = self.app.plan.outputs if output_keys is None else output_keys
            return [part async for part in self.astream(input, config, **shown)]
        subgraphs = options.pop("subgraphs", False)  # a matter of what is printed
        printer = self._printer(options, (), subgraphs=subgraphs)
        durability_of(options, stacklevel=4)  # each leaves the same state: every superstep is recorded
        check_call(self.name, merged, **options)
        heed = Heed(control)
        wanted = output_keys_of(self.app, output_keys)
        keys = self.app.plan.outputs if wanted is None else wanted
        if printer is not None:
            reading = Reading(printer.modes, subgraphs, outputs=keys)
            handle, parts = await self._followed(input, merged, given, reading, printer)
            async with heed.of(handle):
                await exhausted(parts)
        elif input is None or isinstance(input, Command):
            handle, _ = await self._go_on(input, merged, given)
        else:
            handle = await self._start(input, merged, given)
        async with heed.of(handle):
            values, questions = await self._settled(handle, keys)
        if second:
            return GraphOutput(self.app.typed(values) if keys is self.app.plan.outputs else values, tuple(questions))
        if questions:
            return {**(values if isinstance(values, dict) else {}), INTERRUPT: questions}
        return values

    def invoke(self, input: Any, config: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """`ainvoke`, for code without an event loop."""
        return blocking(self.ainvoke(input, config, **options))

    async def abatch(
        self, inputs: Sequence[Any], config: Any = None, *, return_exceptions: bool = False, **options: Any
    ) -> list[Any]:
        """`ainvoke` for each of ``inputs``, side by side; ``config`` is one for all or a list. At most
        ``max_concurrency`` of the (first) config at once."""
        return await abatch(
            lambda given, its: self.ainvoke(given, its, **options), inputs, config, return_exceptions=return_exceptions
        )

    def batch(self, inputs: Sequence[Any], config: Any = None, **options: Any) -> list[Any]:
        """`abatch`, for code without an event loop."""
        return blocking(self.abatch(inputs, config, **options))

    async def aresume(self, answer: Any, config: Mapping[str, Any]) -> None:
        """Answer a thread's open question, or several by ``{interrupt id: answer}``, without waiting for what follows.

        Raises:
            InvalidUpdateError: no question has this id, several are open, or none is.
            ThreadError: as `ainvoke`.
        """
        check_call(self.name, config)
        await self._resume(self._handle(config), answer, config)

    def resume(self, answer: Any, config: Mapping[str, Any]) -> None:
        """`aresume`, for code without an event loop."""
        blocking(self.aresume(answer, config))

    # Inside

    def _handle(self, config: Mapping[str, Any]) -> Handle:
        thread = thread_of(config)
        if thread is None:
            raise ValueError("Name the thread: config['configurable']['thread_id'] is the workflow's id.")
        return self.client.get_workflow_handle(thread)

    async def _start(self, input: Any, config: RunnableConfig, given: Mapping[str, Any]) -> Handle:
        return (await self._opener.begin(input, config, given))[0]

    async def _go_on(
        self, command: Command[Any] | None, config: RunnableConfig, given: Mapping[str, Any]
    ) -> tuple[Handle, bool]:
        """The run that goes on with a command, or with nothing, and whether it had begun before."""
        handle, answer = self._handle(config), answer_of(command)
        try:
            return await self._resume(handle, answer, config, given), True
        except ThreadNotWaitingError:
            return await self._opener.go_on(handle, answer, config, given), False
        except ThreadNotFoundError as error:
            if command is None:
                raise ThreadNotBegunError(error.thread) from None
            return await self._opener.begin_with(command, config, given), False

    async def _resume(
        self, handle: Handle, answer: Any, config: Mapping[str, Any], given: Mapping[str, Any] | None = None
    ) -> Handle:
        """Send an answer; the run that has taken it. ``given``: see `make_options`; None leaves the run its options."""
        strict = config["configurable"].get(CONFIG_KEY_STRICT_RESUME)
        if strict and answer == {} and isinstance(answer, dict):
            raise names_none([asked.id for asked in await self.ainterrupts(config)])
        text = self._graph.any.encode(answer, "resume")
        check_size(size_of(text), "The answer", graph=self.name)
        args = [raw_value(text)]
        if given is not None:
            options = make_options(self._graph, config, **given)
            options.ClearField("plan")  # the run keeps its own, and its engine
            options.ClearField("engine_version")
            check_size(size_of(said := to_text(options)), "The run's options", graph=self.name)
            args.append(raw_value(said))
        found = await self._described(handle)
        try:
            # Of that run, whatever comes after it.
            handle = self.client.get_workflow_handle(handle.id, run_id=found.run_id)
            await handle.execute_update(RESUME, args=args, result_type=RawValue)
            return handle
        except WorkflowUpdateFailedError as error:
            raise (strictly if strict else raised)(error.cause) from None
        except UNANSWERED as error:
            if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
                status = found.status.name.lower() if found.status is not None else "closed"
                raise ThreadNotWaitingError(handle.id, status=status) from None
            raise self._silence(error, handle) from None

    async def _described(self, handle: Handle) -> WorkflowExecutionDescription:
        """What the server knows of a thread of this graph."""
        try:
            found = await handle.describe()
        except RPCError as error:
            raise self._silence(error, handle) from None
        if found.workflow_type != self.name:
            raise OtherGraphError(handle.id, other=found.workflow_type, graph=self.name)
        return found

    def _silence(self, error: Exception, handle: Handle) -> Exception:
        return of_silence(error, handle.id, graph=self.name, task_queue=self.task_queue)

    async def _settled(self, handle: Handle, keys: tuple[str, ...] | str) -> tuple[Any, list[Interrupt]]:
        """What a run gives at its end or its next question: values and open questions."""
        result = asyncio.ensure_future(self._result(handle))
        try:
            done, _ = await asyncio.wait({result}, timeout=PATIENCE)
            if not done and await self._rests(handle, result):
                view = await self._view(handle)
                if view.status == WAITING:
                    values = await self._values(handle, view, keys)
                    return values, [self._question(asked) for asked in view.interrupts if not asked.when]
            text = await result
        finally:
            result.cancel()
        if text != "null" and not _of(keys).issubset(_of(self.app.plan.outputs)):
            return await self._values(handle, await self._view(handle), keys), []
        return self._output(text, keys), []

    async def _rests(self, handle: Handle, result: asyncio.Future[str]) -> bool:
        """Whether the run waits for somebody before it ends; returns when either is known."""
        resting = asyncio.ensure_future(self._ask_rest(handle))
        try:
            await asyncio.wait({resting, result}, return_when=asyncio.FIRST_COMPLETED)
            return not result.done() and resting.result() == WAITING
        finally:
            resting.cancel()

    async def _ask_rest(self, handle: Handle) -> str:
        while True:
            try:
                raw = await handle.execute_update(WAIT, result_type=RawValue)
                return from_text(raw_json(raw), TurnAnswer).status
            except WorkflowUpdateRPCTimeoutOrCancelledError:
                continue
            except (WorkflowUpdateFailedError, RPCError):
                return DONE  # the run was over before the update came; its result says the rest

    async def _result(self, handle: Handle) -> str:
        try:
            run = self.client.get_workflow_handle(handle.id, run_id=handle.run_id, result_type=RawValue)
            return raw_json(await run.result())
        except WorkflowFailureError as error:
            raise raised(error.cause) from error

    def _output(self, text: str, keys: tuple[str, ...] | str) -> Any:
        outputs = self.app.plan.outputs
        if text == "null":
            return None
        if isinstance(outputs, str):
            values = {outputs: self._graph.write_codec(outputs).decode(text)}
        else:
            values = self._graph.record_codec(outputs).decode(text)
        if isinstance(keys, str):
            return values.get(keys)
        return {key: values[key] for key in keys if key in values} or None


def _of(keys: tuple[str, ...] | str) -> frozenset[str]:
    return frozenset((keys,) if isinstance(keys, str) else keys)


def _types_of(client: Client) -> Sequence[Any]:
    from temporal_pregel.temporal.plugin import PregelPlugin

    plugins = client.config(active_config=True).get("plugins", ())
    return next((plugin.catalog.types for plugin in plugins if isinstance(plugin, PregelPlugin)), ())
