"""One run of a graph as a workflow: from its raw start arguments to its raw result, with everything that may go wrong.

What a client sends is decoded here, inside a `try`; nothing in it can fail a workflow task (invariant 8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.channels.base import MISSING
from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.errors import EmptyInputError, InvalidUpdateError, ParentCommand
from temporal_pregel.temporal import views
from temporal_pregel.temporal.catalog import Catalog, ServedGraph, check_input
from temporal_pregel.temporal.commands import writes_of_command
from temporal_pregel.temporal.draining import drained, reason_of
from temporal_pregel.temporal.driving import Driver
from temporal_pregel.temporal.events import AGAIN, LOST, RESUME, UPDATE, Told
from temporal_pregel.temporal.failures import DeploymentFault, Where, failure, refusal, safe_text
from temporal_pregel.temporal.inbox import Inbox, Question, Refused, one_argument
from temporal_pregel.temporal.losing import LOSES, lose, may_lose
from temporal_pregel.temporal.names import CANCELLED, DONE, DRAIN, ENGINE_VERSION, FAILED, PLAN, RUNNING, WAITING
from temporal_pregel.temporal.options import Terms, check_options, terms_of
from temporal_pregel.temporal.questions import BREAKPOINTS
from temporal_pregel.temporal.recorded import is_genuine, restored
from temporal_pregel.temporal.texts import Text
from temporal_pregel.temporal.turns import opened_loop, take_in, taken_up
from temporal_pregel.temporal.verdicts import INVALID_ANSWER, Verdict, Verdicts
from temporal_pregel.temporal.window import Window
from temporal_pregel.types import Command
from temporal_pregel.wire.envelope import from_text
from temporal_pregel.wire.errors import MalformedPayload, WireError
from temporal_pregel.wire.limits import check_size, size_of
from temporal_pregel.wire.payloads import parse, raw_json, raw_value
from temporal_pregel.wire.v1.plan_pb2 import Plan as PlanMessage
from temporal_pregel.wire.v1.run_pb2 import RunOptions, RunOrigin, Snapshot
from temporal_pregel.wire.v1.task_pb2 import Outcome
from temporal_pregel.wire.values import decode


class GraphRun:
    """The state of a run. ``driver`` drives the outermost graph; None until the input was read."""

    hold: Callable[[], Awaitable[None]] | None = None
    """See `Following.hold`: a run knows what it does."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.graph_name = workflow.info().workflow_type
        self.graph: ServedGraph | None = catalog.find(self.graph_name)
        self.terms = Terms()
        self.window = Window()
        self.inbox = Inbox()
        self.verdicts = Verdicts()
        self.driver: Driver | None = None
        self.error: ApplicationError | None = None
        self.shown: dict[str, str] = {}
        """Values too large for an answer to `state`, by digest, for those who ask on."""
        self.kept_graphs: dict[tuple[str, ...], Loop] = {}
        """Subgraphs compiled with ``checkpointer=True``, which keep their state from call to call."""
        self.origin: RunOrigin | None = None
        """The run whose state this one takes up."""
        self.goes_on = False
        """Whether it does so without an input."""
        self.commanded = False
        """Whether its input is a Command."""
        self.began_at = 0
        """The highest version of the state that was taken up."""
        self.turned = False
        """Whether somebody has given another input in place of answers."""
        self.told: list[Told] = []
        """What somebody said to it while it waited, for those who read along."""
        self.drain: str | None = None
        """Why it is to stop before its next superstep."""
        self.first_run_id = workflow.info().first_execution_run_id
        self._waits = False
        self._lost = False
        """Whether, since it waits, it has forgotten what nothing keeps."""
        self._ended = ""

    @property
    def status(self) -> str:
        """ "running", "waiting" (for an answer), "done" or "failed"."""
        waits = self._waits and not self.inbox.answered and not self.turned
        return self._ended or (WAITING if waits else RUNNING)

    # From start to end

    async def run(self, args: Sequence[RawValue]) -> RawValue:
        """Run the graph; the result is its output as JSON."""
        try:
            result = await self._to_the_end(args)
        except ApplicationError as error:
            self.error, self._ended = error, FAILED
            self.verdicts.settle()
            self.show()
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise
        except asyncio.CancelledError:
            self._ended = CANCELLED
            self.verdicts.settle()
            await workflow.wait_condition(workflow.all_handlers_finished)
            raise
        self._ended = DONE
        self.verdicts.settle()
        self.show()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return raw_value(result)

    async def _to_the_end(self, args: Sequence[RawValue]) -> str:
        graph, text = await self._open(args)
        last = await taken_up(self)
        loop = opened_loop(self, graph, last, workflow.info().workflow_id)
        driver = self.driver = Driver(self, graph, loop)
        try:
            self._begin(driver, last, text)
            while True:
                await driver.supersteps()
                if loop.phase is Phase.DONE:
                    return self._output(driver)
                if loop.phase is Phase.DRAINED:
                    driver.keep_answers()
                    raise drained(self.drain, driver.where())
                await self._wait(driver)
        except ParentCommand:
            error = InvalidUpdateError(
                "There is no parent graph: Command(graph=Command.PARENT) from the outermost graph"
            )
            raise failure(error, driver.where()) from None

    def _begin(self, driver: Driver, last: Snapshot | None, text: str) -> None:
        """Take the input in, or what there is in its place."""
        try:
            take_in(self, driver, last, text)
        except (WireError, EmptyInputError) as error:
            self.inbox.reject("start", self.graph_name, error)
            raise failure(error, Where(self.graph_name), "InvalidInput") from None

    async def _wait(self, driver: Driver) -> None:
        """Wait for somebody to answer."""
        phase = driver.loop.phase
        self.verdicts.settle()
        if phase in BREAKPOINTS:
            due = ", ".join(task.name for task in driver.loop.tasks) or "the end"
            self.inbox.ask(Question(driver.breakpoint(), due, when=BREAKPOINTS[phase]))
        self.inbox.order(driver.asked())
        self.inbox.match_early()
        self._waits, self._lost = True, False
        self.drain = None  # it has come to rest by itself
        self.show()
        await workflow.wait_condition(lambda: self.inbox.answered or self.turned)
        self._waits = False
        if self.turned:
            self.turned = False
            return
        self.lose()
        self.began_at = 0  # whoever goes on is given the state, changed or not
        again, answers = self.inbox.told, self.inbox.collect()
        if again:
            answers = {**self.inbox.ask_again(), **answers}
        self.told.append(Told(AGAIN if again else RESUME, answers))
        driver.resume(answers, again=again)

    # Its beginning

    async def _open(self, args: Sequence[RawValue]) -> tuple[ServedGraph, str]:
        """The graph with the structure that this run has, and the JSON of its input."""
        try:
            options, text = self._arguments(args)
            recorded = options.plan if options.HasField("plan") else await self._record()
            graph = self._served(recorded)
            check_options(graph, options)
        except (Refused, WireError) as error:
            self.inbox.reject("start", self.graph_name, error)
            raise failure(error, Where(self.graph_name), "InvalidInput", _HOW_TO_START) from None
        self.terms = terms_of(options)
        self.drain = self.terms.drain if self.drain is None else self.drain
        self.origin = options.origin if options.HasField("origin") else None
        self.goes_on, self.commanded = options.no_input, options.command
        self.graph = restored(graph, recorded)
        return self.graph, text

    def _served(self, recorded: PlanMessage) -> ServedGraph:
        """This worker's graph of that name.

        Raises:
            DeploymentFault: the run has been started with its plan, but this worker lacks the graph.
            ApplicationError: the graph was unknown when the run was started, which its history says.
        """
        if not recorded.graph:
            raise refusal(
                "GraphNotFound",
                f"No graph is called '{self.graph_name}' on the workers of task queue "
                f"'{workflow.info().task_queue}'. The workflow type is the graph's name.",
                graph=self.graph_name,
            )
        if self.graph is None:
            raise DeploymentFault(
                f"This worker does not serve the graph '{self.graph_name}' of this run (it serves: "
                f"{self.catalog.names}). Start a worker that does; the run goes on there."
            )
        return self.graph

    def _arguments(self, args: Sequence[RawValue]) -> tuple[RunOptions, str]:
        if not 1 <= len(args) <= 2:
            raise Refused("one_argument", f"{len(args) or 'no'} arguments came.")
        text = raw_json(args[0])
        options = parse(args[1], RunOptions) if len(args) == 2 else RunOptions()
        if options.HasField("plan") and (options.plan.graph != self.graph_name or not is_genuine(options.plan)):
            raise MalformedPayload("wrong_shape", "the options' plan is not this graph's; leave it out.")
        if options.engine_version > ENGINE_VERSION:
            raise DeploymentFault(
                f"The run needs engine version {options.engine_version}, this worker has {ENGINE_VERSION}. "
                "Deploy a newer one."
            )
        return options, text

    async def _record(self) -> PlanMessage:
        """Put the plan into the history of a run that a bare client started; an empty one if nobody has it."""
        raw = await workflow.execute_local_activity(
            PLAN, self.graph_name, result_type=RawValue, start_to_close_timeout=timedelta(seconds=10)
        )
        return from_text(raw_json(raw), PlanMessage)

    @staticmethod
    def read_input(graph: ServedGraph, text: str) -> Any:
        """A graph's input.

        Raises:
            WireError: it does not fit the graph's input schema.
        """
        declared = graph.app.input_schema_type
        given = decode(text, Any if declared is None else declared, types=graph.types, validate=True)
        check_input(graph, given)
        return given

    # Its end

    def _output(self, driver: Driver) -> str:
        graph, cells = driver.graph, driver.loop.state.cells
        where = driver.where()
        try:
            texts = views.texts_of(driver, graph.plan.outputs)
            shown = driver.loop.output_cells
            for key in sorted(graph.plan.fading.intersection(shown).difference(texts)):
                texts[key] = Text(graph.write_codec(key).encode(shown[key], key))
            result = views.joined(texts, bare=isinstance(graph.plan.outputs, str))
            largest = max(texts, key=lambda key: texts[key].size, default="")
            check_size(size_of(result), "The run's result", graph=graph.name, channel=largest)
        except Exception as error:
            raise failure(error, where) from None
        if self.began_at and not self._wrote(graph.plan.outputs, driver.loop.state.versions):
            return "null"
        if isinstance(graph.plan.outputs, str) and graph.plan.readable(cells, graph.plan.outputs) is MISSING:
            return "null"
        return result

    def _wrote(self, outputs: tuple[str, ...] | str, versions: Mapping[str, int]) -> bool:
        """Whether this turn has written to an output. One that has not gives nothing, as in process."""
        keys = (outputs,) if isinstance(outputs, str) else outputs
        return any(versions.get(key, 0) > self.began_at for key in keys)

    # What people send

    def on_signal(self, name: str, args: Sequence[RawValue]) -> None:
        """Take a signal, or remember why not."""
        try:
            if name == DRAIN:
                self.drain_for(reason_of(args))
                return
            if name != RESUME:
                raise Refused("unknown_signal", f"There is no signal '{name[:100]}'; there are resume, drain.")
            self.take(one_argument(args, self.decode_answer), early=True)
        except (Refused, WireError) as error:
            self.inbox.reject("signal", name, error)

    def drain_for(self, reason: str) -> None:
        """Stop before the next superstep.

        Raises:
            Refused: the run waits, so there is nothing to stop.
        """
        if self.status == WAITING:
            raise Refused("not_running", "The run waits for somebody: nothing runs that could be drained.")
        self.drain = reason

    def decode_answer(self, text: str) -> Any:
        """An answer, of whatever types the graph knows."""
        return decode(text, types=self.graph.types if self.graph is not None else None, validate=True)

    def check(self, answer: Any, *, early: bool) -> None:
        """Whether `take` would take what somebody sends.

        Raises:
            Refused: see `Inbox.check`; or a Command for a run that does not wait, or that does not fit the graph.
        """
        if not isinstance(answer, Command):
            self.inbox.check(answer, early=early)
            return
        if self.driver is None or self.status != WAITING:
            raise Refused("not_waiting", "The run does not wait; it takes a Command only then. Look at `state`.")
        try:
            writes_of_command(self.driver.graph.plan, answer)
        except (InvalidUpdateError, TypeError) as error:
            raise Refused("invalid_command", str(error)) from None
        if answer.resume is not None:
            self.inbox.check(answer.resume, early=False)

    def take(self, answer: Any, *, early: bool) -> list[Question]:
        """Take an answer, or a Command: its answer, its update and where to go. The questions that are answered.

        Raises:
            Refused: see `check`; or a reducer does not take the update.
        """
        self.check(answer, early=early)
        if self.driver is not None:
            self.inbox.order(self.driver.asked())
        if not isinstance(answer, Command):
            return self.inbox.take(answer, early=early)
        assert self.driver is not None
        self.lose()
        try:
            self.driver.take(writes_of_command(self.driver.graph.plan, answer))
        except Exception as error:
            raise Refused("invalid_command", f"{type(error).__name__}: {safe_text(error)}") from None
        self.told.append(Told(UPDATE, answer))
        answered = self.inbox.take(answer.resume, early=False) if answer.resume is not None else []
        self.inbox.told = True
        return answered

    def lose(self) -> None:
        """Forget what nothing keeps, because somebody lets the run go on."""
        if self._lost or self.driver is None or not may_lose(self.driver.graph):
            return
        self._lost = True
        if workflow.patched(LOSES):
            lose(self.driver, self.kept_graphs)
            self.told.append(Told(LOST, None))

    def expected(self, answered: Iterable[Question]) -> list[tuple[str, Verdict]]:
        """What will be known of the answers to those questions that say what an answer looks like."""
        return [
            (question.interrupt.id, self.verdicts.expect(question.interrupt.id, question.task_id))
            for question in answered
            if question.interrupt.response_schema is not None
        ]

    def refuse(self, node: str, outcome: Outcome) -> None:
        """An answer does not fit: forget it, and say so."""
        assert self.driver is not None
        key, why = outcome.interrupts[0].id, outcome.refused.message
        self.driver.forget(key)
        self.inbox.reject("answer", node, Refused(INVALID_ANSWER, why))
        self.verdicts.refuse(key, why)

    async def at_rest(self) -> None:
        """Return once the run is done, has failed, or waits for somebody."""
        await workflow.wait_condition(lambda: self.status != RUNNING)

    # For its drivers

    def now(self) -> float:
        """Seconds since the epoch, the same on every replay."""
        return workflow.time()

    async def execute(self, kind: str, *args: Any, **options: Any) -> RawValue:
        """Run an activity; what it told."""
        raw: RawValue = await workflow.execute_activity(kind, args=args, result_type=RawValue, **options)
        return raw

    async def pause(self, seconds: float, name: str) -> None:
        """Wait for a timer, which people see by its name."""
        await workflow.sleep(seconds, summary=name)

    async def caught_up(self) -> None:
        """Return when all that came with this workflow task has been dealt with."""
        await workflow.wait_condition(lambda: True)

    # What people see

    def show(self) -> None:
        """Bring what the UI shows up to date."""
        workflow.set_current_details(views.details(self))


_HOW_TO_START = (
    "Start it with the graph's input as its first argument (JSON) and, if need be, its options as the second."
)
