"""A driver that shows what it drives: the parts that a run in process shows, made by the same rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from temporalio.exceptions import ApplicationError

from temporal_pregel.config import RunnableConfig, merge_configs
from temporal_pregel.core.ids import checkpoint_id
from temporal_pregel.core.loop import Loop
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.task import Pending, Task
from temporal_pregel.core.views import cells_at_rest
from temporal_pregel.errors import ParentCommand
from temporal_pregel.local.printing import DEBUGGED
from temporal_pregel.local.saving import Place, kept_metadata
from temporal_pregel.local.showing import Showing
from temporal_pregel.local.streams import Streams
from temporal_pregel.temporal.assignments import Parcel
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.driving import Driver
from temporal_pregel.temporal.options import config_of
from temporal_pregel.temporal.raised import NodeFailedError, raised
from temporal_pregel.temporal.shown import show
from temporal_pregel.types import Interrupt
from temporal_pregel.wire.v1.task_pb2 import Outcome, TaskError

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel
    from temporal_pregel.temporal.following import Following


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
        printed = DEBUGGED if graph.app.debug and run.reading.prints else ()
        streams = Streams(printed, run.emit_inside, self.loop.ns, parent=around.about.streams)
        streams.typed = around.about.streams.typed
        return ShownGraph(graph.app, graph.plan, graph.plan.outputs, streams, config, metadata)

    def reconfigure(self) -> None:
        """The run goes on under other terms."""
        self.about.config = config_of(self.graph, self.following.terms.shared, self.following.thread)
        self.about.metadata = kept_metadata(self.about.config)

    def _nested(self, graph: ServedGraph, loop: Loop, inside: tuple[str, ...]) -> ShowingDriver:
        return ShowingDriver(self.following, graph, loop, inside, self)

    # Showing

    def begin(self, value: Any) -> None:
        super().begin(value)
        self._saved()

    def resume(self, answers: dict[str, Any], *, again: bool = False) -> None:
        known = {
            key: replace(held, interrupts=tuple(self._asked_of_people(held.interrupts)))
            for key, held in self.loop.pending.items()
        }
        super().resume(answers, again=again)
        self._went_on(known)

    def take_up(self) -> None:
        super().take_up()
        at = self.loop.position - 1
        if at >= 0:
            self.before = Place(self.loop.thread, self.loop.ns, checkpoint_id(self.loop.thread, self.loop.ns, at))
        self._went_on({})

    def _went_on(self, known: Mapping[str, Pending]) -> None:
        if self.following.live:
            self.showing.state(force=True)
            if self.keeps:
                record, step = self.loop.record, self.loop.step - 1
                about = {"source": "loop" if record is None else record.source, "step": step, **self.about.metadata}
                self.showing.found(about, self.before, self.place, known)

    def _began(self, tasks: Sequence[Task]) -> None:
        if self.following.live:
            self.showing.begin(tasks)

    def _committed(self) -> None:
        if self.following.live:
            self.showing.state()
        self._saved()

    def _settle(self, task: Task, outcome: Outcome, writes: list[Write]) -> None:
        if self.following.live:
            show(self, task, outcome)
        try:
            super()._settle(task, outcome, writes)
        except ParentCommand as command:
            task.fail(command)
            self._ended(task)
            raise

    def _ended(self, task: Task, *, cached: bool = False) -> None:
        cause = self._causes.get(task.id)
        if cause is not None:
            details = {**self.where(task).details, "error": cause.type}
            task.cause = NodeFailedError(cause.message, "NodeError", details)
        if self.following.live:
            with self._as_people_see():
                self.showing.end(task, cached=cached)
        if cause is not None:
            task.cause = cause.message  # what checkpoints say of it

    def _stopped(self) -> None:
        nested = bool(self.inside)
        if not self.following.live:
            return
        with self._as_people_see():
            questions = tuple(self._asked_of_people(self.loop.questions))
            if questions or not nested:
                cells, some_finished = cells_at_rest(self.graph.plan, self.loop, self.about.outputs, nested=nested)
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
            failed = raised(error)
            handling = failed.details.get("handling") if isinstance(failed, NodeFailedError) else None
            if handling:
                self._causes[task.id] = TaskError(**handling)
            task.fail(failed)
            self._ended(task)
