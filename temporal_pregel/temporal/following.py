"""A run followed from outside: the same loop as in the workflow, with the outcomes that its history tells.

The state after a superstep is a function of plan, input and outcomes (invariant 1). So whoever reads the history can
fold it as the workflow did, and show what a run in process would show, and the run itself need not know that anybody
looks: it keeps nothing for readers, and a thousand of them cost it nothing.

Sans I/O: `Following` is given what came and gives the parts that follow from it; see `streaming` for where it comes
from.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from temporal_pregel.config import RunnableConfig, merge_configs
from temporal_pregel.core.ids import checkpoint_id
from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.task import Task
from temporal_pregel.core.views import cells_at_rest
from temporal_pregel.errors import ParentCommand
from temporal_pregel.local.saving import Place, kept_metadata
from temporal_pregel.local.showing import Showing
from temporal_pregel.local.streams import Part, Streams
from temporal_pregel.pregel import Pregel
from temporal_pregel.temporal.assignments import Parcel
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import writes_of_command
from temporal_pregel.temporal.driving import Driver
from temporal_pregel.temporal.events import AGAIN, TURN, UPDATE, Told
from temporal_pregel.temporal.names import WAITING
from temporal_pregel.temporal.options import config_of, terms_of
from temporal_pregel.temporal.raised import raised
from temporal_pregel.temporal.run import GraphRun
from temporal_pregel.temporal.stepping import SteppingLoop
from temporal_pregel.temporal.turns import another_turn, opened_loop, take_in, taken_up
from temporal_pregel.temporal.verdicts import Verdicts
from temporal_pregel.types import Interrupt
from temporal_pregel.wire.v1.run_pb2 import RunOptions
from temporal_pregel.wire.v1.task_pb2 import Outcome


@dataclass(frozen=True)
class Reading:
    """What a reader wants to see. ``since``: how many things the run had been told before what he wants to see of it;
    None for a run from its beginning."""

    modes: tuple[str, ...]
    subgraphs: bool = False
    typed: bool = False
    outputs: tuple[str, ...] | str | None = None
    since: int | None = None


@dataclass(frozen=True)
class Started:
    """How a run began: its graph with the structure that it keeps, the JSON of its input, its options.
    ``first_run_id``: see `GraphRun`."""

    graph: ServedGraph
    text: str
    options: RunOptions
    thread: str
    first_run_id: str


@dataclass(frozen=True)
class Ended:
    """An activity has ended: what it told, or what ended it. ``name``: its id, where the run gave it one; else its
    type."""

    name: str
    outcome: RawValue | BaseException


@dataclass
class ShownGraph:
    """A graph of the run, as `Showing` wants to know it."""

    app: Pregel
    plan: Plan
    outputs: tuple[str, ...] | str
    streams: Streams
    config: RunnableConfig
    metadata: Mapping[str, Any]
    finished: Callable[[str], Any] | None = None


@dataclass
class Nobody:
    """The window and the inbox of a run that is only followed: all may enter, and nobody is asked."""

    async def enter(self, size: int) -> None:
        """See `Window`."""

    def leave(self) -> None:
        """See `Window`."""

    def ask(self, question: Any) -> None:
        """See `Inbox`."""

    def drop(self) -> None:
        """See `Inbox`."""


class Following:
    """A run, for those who read along. To its drivers it is what `GraphRun` is in the workflow."""

    status = WAITING
    """When it is told something."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.live = reading.since is None
        """Whether parts are shown. What happened before is only folded."""
        self.told = 0
        """How much of what the run was told has been taken in."""
        self.done = False
        self.fault: BaseException | None = None
        """Why it could not be followed to its end."""
        self.window = self.inbox = Nobody()
        self.kept_graphs: dict[tuple[str, ...], Loop] = {}
        self.verdicts = Verdicts()
        self.began_at = 0
        self.turned = False
        self._loop = SteppingLoop()
        self._parts: list[Part] = []
        self._outcomes: dict[str, deque[RawValue | BaseException]] = {}
        self._awaited: dict[str, asyncio.Future[RawValue]] = {}
        self._next: asyncio.Future[Told] | None = None
        self._main: asyncio.Task[None] | None = None

    # From outside

    @property
    def rests(self) -> bool:
        """Whether it goes on only when it is told what the run was told."""
        return self._next is not None

    def start(self, started: Started) -> list[Part]:
        """The run has begun."""
        options = started.options
        self.graph = started.graph
        self.graph_name = started.graph.name
        self.terms = terms_of(options)
        self.origin = options.origin if options.HasField("origin") else None
        self.goes_on = options.no_input
        self.thread = started.thread
        self.first_run_id = started.first_run_id
        self._main = self._loop.create_task(self._follow(started))
        return self._settled()

    def end(self, ended: Ended) -> list[Part]:
        """An activity has ended."""
        awaited = self._awaited.pop(ended.name, None)
        if awaited is None:
            self._outcomes.setdefault(ended.name, deque()).append(ended.outcome)
        elif isinstance(ended.outcome, BaseException):
            awaited.set_exception(ended.outcome)
        else:
            awaited.set_result(ended.outcome)
        return self._settled()

    def tell(self, told: Told) -> list[Part]:
        """The run was told something while it waited."""
        assert self._next is not None
        following, self._next = self._next, None
        following.set_result(told)
        return self._settled()

    def stop(self) -> list[Part]:
        """The run waits, and nobody has said anything to it: what it waits for."""
        if self.live:
            self.driver._stopped()
        return self._taken()

    def close(self) -> None:
        """Follow no longer."""
        if self._main is not None:
            self._main.cancel()
            self._loop.run_ready()

    def _settled(self) -> list[Part]:
        self._loop.run_ready()
        main = self._main
        if main is not None and main.done() and not main.cancelled():
            self.fault = main.exception()
        return self._taken()

    def _taken(self) -> list[Part]:
        parts, self._parts = self._parts, []
        return parts

    # The run

    async def _follow(self, started: Started) -> None:
        run = cast("GraphRun", self)
        last = await taken_up(run)
        loop = opened_loop(run, started.graph, last, started.thread)
        driver = self.driver = ShowingDriver(self, started.graph, loop)
        take_in(run, driver, last, started.text)
        while True:
            await driver.supersteps()
            if loop.phase is Phase.DONE:
                self.done = True
                return
            await self._go_on(driver)

    async def _go_on(self, driver: ShowingDriver) -> None:
        while True:
            self._next = self._loop.create_future()
            said = await self._next
            place, self.told = self.told, self.told + 1
            if said.kind == UPDATE:
                driver.take(writes_of_command(driver.graph.plan, said.value))
                continue
            since = self.reading.since
            self.live = self.live or (since is not None and place >= since)
            if said.kind == TURN:
                request = said.value
                driver.about.config = config_of(driver.graph, terms_of(request.options).shared, self.thread)
                another_turn(cast("GraphRun", self), request)
            else:
                driver.resume(said.value, again=said.kind == AGAIN)
            return

    # What its drivers want of it

    def emit(self, part: Part) -> None:
        """Show a part."""
        self._parts.append(part)

    def now(self) -> float:
        """See `GraphRun.now`; nobody asks here."""
        return 0.0

    def show(self) -> None:
        """See `GraphRun.show`."""

    def read_input(self, graph: ServedGraph, text: str) -> Any:
        """See `GraphRun.read_input`."""
        return GraphRun.read_input(graph, text)

    def decode_answer(self, text: str) -> Any:
        """See `GraphRun.decode_answer`."""
        return self.graph.any.decode(text)

    def refuse(self, node: str, outcome: Outcome) -> None:
        """See `GraphRun.refuse`."""
        self.driver.forget(outcome.interrupts[0].id)

    async def execute(self, kind: str, *args: Any, activity_id: str = "", **options: Any) -> RawValue:
        """What the activity told that the run has scheduled here."""
        name = activity_id or kind
        known = self._outcomes.get(name)
        if known:
            outcome = known.popleft()
            if isinstance(outcome, BaseException):
                raise outcome
            return outcome
        awaited: asyncio.Future[RawValue] = self._loop.create_future()
        self._awaited[name] = awaited
        return await awaited


class ShowingDriver(Driver):
    """Shows what it drives."""

    def __init__(
        self,
        run: Following,
        graph: ServedGraph,
        loop: Loop,
        inside: tuple[str, ...] = (),
        around: ShowingDriver | None = None,
    ) -> None:
        super().__init__(run, graph, loop, inside)  # type: ignore[arg-type]
        self.following = run
        self.about = self._about(around)
        self.showing = Showing(self.about, loop)
        at = loop.position
        self.place = Place(loop.thread, loop.ns, None if at < 0 else checkpoint_id(loop.thread, loop.ns, at))
        self.before: Place | None = None
        """The checkpoint before that."""
        self.keeps = graph.app.checkpointer is not False or around is None
        self._breakpoints: dict[str, None] = {}

    def _about(self, around: ShowingDriver | None) -> ShownGraph:
        graph, run = self.graph, self.following
        if around is None:
            wanted = run.reading
            streams = Streams(wanted.modes, run.emit, subgraphs=wanted.subgraphs)
            streams.typed = wanted.typed
            config = config_of(graph, run.terms.shared, run.thread)
            outputs = graph.plan.streams if wanted.outputs is None else wanted.outputs
            return ShownGraph(graph.app, graph.plan, outputs, streams, config, kept_metadata(config))
        config = merge_configs(graph.app.config, around.about.config)
        metadata = kept_metadata(config)
        metadata["parents"] = {**around.about.metadata["parents"], around.loop.ns: around.loop.checkpoint_id}
        streams = Streams((), None, self.loop.ns, parent=around.about.streams)
        return ShownGraph(graph.app, graph.plan, graph.plan.outputs, streams, config, metadata)

    def _nested(self, graph: ServedGraph, loop: Loop, inside: tuple[str, ...]) -> ShowingDriver:
        return ShowingDriver(self.following, graph, loop, inside, self)

    # Showing

    def begin(self, value: Any) -> None:
        super().begin(value)
        self._saved()

    def resume(self, answers: dict[str, Any], *, again: bool = False) -> None:
        pending = self.loop.pending.items()
        asked = {key: tuple(self._asked_of_people(held.interrupts)) for key, held in pending}
        super().resume(answers, again=again)
        self._went_on(asked)

    def take_up(self) -> None:
        super().take_up()
        at = self.loop.position - 1
        if at >= 0:
            self.before = Place(self.loop.thread, self.loop.ns, checkpoint_id(self.loop.thread, self.loop.ns, at))
        self._went_on({})

    def _went_on(self, asked: Mapping[str, Sequence[Interrupt]]) -> None:
        if self.following.live:
            self.showing.state(force=True)
            if self.keeps:
                record, step = self.loop.record, self.loop.step - 1
                about = {"source": "loop" if record is None else record.source, "step": step, **self.about.metadata}
                self.showing.found(about, self.before, self.place, asked)

    def _began(self, tasks: Sequence[Task]) -> None:
        if self.following.live:
            self.showing.begin(tasks)

    def _committed(self) -> None:
        if self.following.live:
            self.showing.state()
        self._saved()

    def _settle(self, task: Task, outcome: Outcome, writes: list[Write]) -> None:
        try:
            super()._settle(task, outcome, writes)
        except ParentCommand as command:
            task.fail(command)
            self._ended(task)
            raise

    def _ended(self, task: Task, *, cached: bool = False) -> None:
        cause = self._causes.get(task.id)
        if cause is not None:
            task.cause = f"{cause.type}: {cause.message}"
        if self.following.live:
            with self._as_people_see():
                self.showing.end(task, cached=cached)

    def _stopped(self) -> None:
        nested = bool(self.inside)
        if not self.following.live:
            return
        with self._as_people_see():
            questions = tuple(self._asked_of_people(self.loop.questions))
            if questions or not nested:
                cells, some_finished = cells_at_rest(self.graph.plan, self.loop)
                self.showing.stop(cells, questions, some_finished=some_finished)

    def _saved(self) -> None:
        loop = self.loop
        self.before, self.place = self.place, Place(loop.thread, loop.ns, loop.checkpoint_id)
        if self.following.live and self.keeps and self.showing.checkpoints and loop.record is not None:
            self.showing.checkpoint(loop.record, self.before, self.place)

    # Breakpoints of graphs inside: to the engine they are questions, to people they are none

    def _ask(self, task: Task, questions: Sequence[Interrupt], when: str = "during") -> None:
        super()._ask(task, questions, when)
        if when != "during":
            self._breakpoints.update(dict.fromkeys(question.id for question in questions))

    def _asked_of_people(self, questions: Sequence[Interrupt]) -> Iterator[Interrupt]:
        return (question for question in questions if question.id not in self._breakpoints)

    @contextmanager
    def _as_people_see(self) -> Iterator[None]:
        held = [(task, task.interrupts) for task in self.loop.tasks] if self._breakpoints else []
        for task, interrupts in held:
            task.interrupts = tuple(self._asked_of_people(interrupts))
        try:
            yield
        finally:
            for task, interrupts in held:
                task.interrupts = interrupts

    # Tasks that fail

    async def _activity(self, task: Task, name: str, parcel: Parcel) -> Outcome:
        try:
            return await super()._activity(task, name, parcel)
        except ApplicationError as error:
            self._failed(task, error)
            raise

    async def _subgraph(self, task: Task) -> None:
        try:
            await super()._subgraph(task)
        except ApplicationError as error:
            self._failed(task, error)
            raise

    def _failed(self, task: Task, error: ApplicationError) -> None:
        if task.error is None:
            task.fail(raised(error))
            self._ended(task)
