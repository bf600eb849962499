"""The superstep loop inside the workflow: the same core as in process, with activities for tasks.

    while tasks := loop.tick():
        run what is open of them, each as an activity
        loop.commit()

A graph that stands as a node is another such loop in the same workflow. What runs here and not in an activity is
pure: the writers of START and of subgraphs, the schema's mapping of a subgraph's input, and reducers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from temporalio.exceptions import ActivityError, ApplicationError

from temporal_pregel.constants import NS_SEP, START
from temporal_pregel.core import ids
from temporal_pregel.core.loop import Loop, Phase
from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import Task, due_tasks
from temporal_pregel.errors import ErrorCode, GraphDrained, GraphRecursionError, ParentCommand, create_error_message
from temporal_pregel.nodes.code import NodeCode
from temporal_pregel.nodes.inputs import task_input
from temporal_pregel.nodes.messages import new_ids_from
from temporal_pregel.temporal.assignments import Clerk, Parcel, questions_of, writes_of
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.commands import input_writes, prepared
from temporal_pregel.temporal.draining import REASON
from temporal_pregel.temporal.failures import (
    DeploymentFault,
    Where,
    channel_at_fault,
    failure,
    impure,
    of_activity,
)
from temporal_pregel.temporal.limiting import within
from temporal_pregel.temporal.names import CACHE, ROUTE, activity_type
from temporal_pregel.temporal.options import activity_options
from temporal_pregel.temporal.questions import BREAKPOINTS, Questions
from temporal_pregel.temporal.texts import Shelf, differing
from temporal_pregel.temporal.turns import left_of, loop_at
from temporal_pregel.temporal.window import together
from temporal_pregel.wire.envelope import from_text
from temporal_pregel.wire.limits import size_of
from temporal_pregel.wire.payloads import raw_json, raw_value
from temporal_pregel.wire.v1.run_pb2 import Snapshot
from temporal_pregel.wire.v1.task_pb2 import Outcome, TaskError

if TYPE_CHECKING:
    from temporal_pregel.temporal.run import GraphRun


class Driver(Questions):
    """Drives one loop. ``inside``: the nodes that lead to its graph, none for the outermost."""

    def __init__(self, run: GraphRun, graph: ServedGraph, loop: Loop, inside: tuple[str, ...] = ()) -> None:
        self.run = run
        self.graph = graph
        self.loop = loop
        self.inside = inside
        self.shelf = Shelf(graph)
        self.clerk = Clerk(graph, loop, run.terms, self.shelf)
        self.inner: dict[str, Driver] = {}
        self.left: dict[str, Snapshot] = {}
        """How far graphs inside had come in an earlier run, by task."""
        self._asked: dict[str, dict[str, None]] = {}
        self.done_inside: dict[str, str] = {}
        """By task, what graphs that its function calls have done so far, for when it runs again."""
        self._causes: dict[str, TaskError] = {}
        self.broken: dict[str, None] = {}
        """The tasks whose graph has ended with an error."""
        self._places: dict[str, int] = {}
        self._step = loop.step
        self._taken = 0
        self.jobs: list[asyncio.Task[None]] = []
        """What runs side by side in this superstep."""
        self.given_up = False
        """Whether a superstep took too long, so that nothing that it still does matters."""
        self._drained = False
        """Whether something inside has stopped, so that the superstep can't be committed."""
        self.saved_at = run.now()
        """When the latest checkpoint was made, in seconds since the epoch."""

    # The loop

    def begin(self, value: Any) -> None:
        """Take the input in."""
        self._guarded(lambda: self.loop.begin(input_writes(self.graph.plan, value)), "InvalidInput")

    async def supersteps(self) -> None:
        """Run until there is nothing to run; the loop's phase says why."""
        loop, hold, limit = self.loop, self.run.hold, self.graph.step_timeout
        loop.drain, self._drained = self.run.drain if self.run.terms.at_once else None, False
        while tasks := self._guarded(loop.tick, "NodeError"):
            self._began(tasks)
            runnable = [task for task in tasks if task.runnable]
            await (self.perform(runnable) if limit is None else within(self, limit, runnable))
            if not self._guarded(self._commit, "ReducerError"):
                if self._drained:
                    loop.phase = Phase.DRAINED
                break
            self._committed()
            if loop.phase is Phase.AFTER:
                break
            self.inner.clear()
            if hold is not None:
                await hold()
            loop.drain = self.run.drain
        if loop.phase is Phase.OUT_OF_STEPS:
            loop.tasks = due_tasks(loop)
            said = f"Recursion limit of {self.run.terms.limit} reached without hitting a stop condition."
            error = GraphRecursionError(create_error_message(message=said, error_code=ErrorCode.GRAPH_RECURSION_LIMIT))
            raise failure(error, self.where())

    def _commit(self) -> bool:
        try:
            return self.loop.commit()
        except Exception:
            self.loop.tasks = due_tasks(self.loop)  # as in process: nothing is kept of it
            raise

    # What somebody who reads along wants to know

    def _began(self, tasks: Sequence[Task]) -> None:
        """A superstep begins."""
        self.run.show()

    def _committed(self) -> None:
        """A superstep was committed."""
        self.saved_at = self.run.now()

    def _halt(self, task: Task) -> None:
        """Something inside a task has stopped before its next superstep; the task's siblings still end."""
        self._drained = True
        task.fail(GraphDrained(self.run.drain or REASON))
        self._ended(task)

    def _ended(self, task: Task, *, cached: bool = False) -> None:
        """A task has finished, or asks something. ``cached``: it did not run, for a cache knew what it writes."""

    def _stopped(self) -> None:
        """The loop has stopped at a question or a breakpoint."""

    # From outside

    def recall(self, left: Snapshot) -> None:
        """Take up what an earlier run has left of tasks that had not finished."""
        self.left = left_of(left)
        self.done_inside = {task.task_id: task.inside.json for task in left.tasks if task.HasField("inside")}

    def take_up(self) -> None:
        """Go on from where an earlier run stopped."""
        self.loop.resume()

    def take(self, writes: list[Write]) -> None:
        """Apply what somebody from outside wants the state to be.

        Raises:
            Exception: it does not fit its channels. Nothing has changed then.
        """
        with new_ids_from(self._new_ids(f"taken {self._taken}")):
            self.loop.take(prepared(self.graph.plan, writes))
        self._taken += 1

    async def perform(self, tasks: Sequence[Task]) -> None:
        """Run the tasks of a superstep."""
        if self._step != self.loop.step:
            self._step = self.loop.step
            self.clerk.kept.clear()
            self._asked.clear()
            self.done_inside.clear()
            self._causes.clear()
        self._places = {task.id: place for place, task in enumerate(self.loop.tasks)}
        if len(tasks) == 1:
            rest = await self._start(tasks[0])
            if rest is not None:
                await rest
            return
        jobs = self.jobs = []
        for task in tasks:
            rest = await self._start(task)
            if rest is not None:
                jobs.append(asyncio.create_task(rest))
        if jobs:
            await together(jobs)

    async def _start(self, task: Task) -> Coroutine[Any, Any, None] | None:
        """Do what needs no waiting; the rest of the task, if there is any."""
        is_graph = task.node.code.subgraph is not None or task.name in self.graph.inner
        if is_graph and task.id not in self._causes:
            cached = task.name in self.graph.cached and task.id not in self.inner
            return self._subgraph_or_cache(task) if cached else self._subgraph(task)
        if task.name == START:
            result = self._guarded(
                lambda: task_input(self.graph.plan, task, self.loop.state.cells), "InvalidInput", task
            )
            return await self._write(task, result, "InvalidInput")
        return self._node(task, await self._parcel(task))

    async def _parcel(self, task: Task) -> Parcel:
        """The assignment of a node's task, admitted to be sent."""
        self._give_answers(task)
        asked, inside, cause = (
            self._asked.get(task.id, ()),
            self.done_inside.get(task.id, ""),
            self._causes.get(task.id),
        )
        parcel: Parcel = self._guarded(lambda: self.clerk.node(task, asked, inside, cause), "NodeError", task)
        await self.run.window.enter(size_of(parcel.text))
        return parcel

    # A task as an activity

    async def _node(self, task: Task, parcel: Parcel) -> None:
        self._settle(task, await self._activity(task, task.name, parcel), [])

    async def _route(self, task: Task, writes: list[Write], parcel: Parcel) -> None:
        self._settle(task, await self._activity(task, ROUTE, parcel), writes)

    def _settle(self, task: Task, outcome: Outcome, writes: list[Write]) -> None:
        if outcome.HasField("drain"):
            self.run.drain = outcome.drain
        if outcome.drained:
            self.done_inside[task.id] = outcome.inner.json
            self._halt(task)
            return
        if outcome.HasField("error"):
            self._causes[task.id] = outcome.error
        if outcome.HasField("refused"):
            self.run.refuse(task.name, outcome)
            del task.answers[self._place_of(task, outcome.interrupts[0].id) :]
        if self.run.verdicts:
            self.run.verdicts.settle(task.id)
        if outcome.interrupts:
            self.done_inside[task.id] = outcome.inner.json
            self._ask(task, questions_of(self.graph, outcome), outcome.interrupts[0].when or "during")
        elif outcome.HasField("error"):
            task.handle(writes_of(self.graph, outcome))
        else:
            task.finish([*writes, *writes_of(self.graph, outcome)])
        self._ended(task, cached=outcome.cached)

    async def _activity(self, task: Task, name: str, parcel: Parcel) -> Outcome:
        place = self._places[task.id]
        space = f":{ids.digest(self.loop.ns)[:8]}" if self.loop.ns else ""
        while True:
            try:
                raw = await self.run.execute(
                    activity_type(self.graph_name, self.inside, name),
                    raw_value(parcel.text),
                    activity_id=f"{task.step}:{name}:{place}{space}",
                    summary=f"step {task.step} · {task.name}",
                    **activity_options(task.node),
                )
            except ActivityError as error:
                if self.given_up:
                    raise asyncio.CancelledError from None
                raise of_activity(error, self.where(task)) from None
            finally:
                self.run.window.leave()
            outcome = from_text(raw_json(raw), Outcome)
            self._compare(task, parcel, outcome)
            if not outcome.superseded:
                return outcome
            await self.run.window.enter(size_of(parcel.text))

    @property
    def graph_name(self) -> str:
        """The outermost graph's."""
        return self.run.graph_name

    def _compare(self, task: Task, parcel: Parcel, outcome: Outcome) -> None:
        found = differing(parcel.echo, outcome.state_digest)
        if found:
            raise impure(self.graph.plan, found, Where(self.graph.name, task.name, task.step))

    # A task as a loop inside this one

    async def _subgraph(self, task: Task) -> None:
        inner = self._guarded(lambda: self._inner(task), "InvalidInput", task)
        try:
            await inner.supersteps()
        except ParentCommand as bubble:
            result: Any = replace(bubble.command, graph=None)
        except ApplicationError as error:
            if task.node.code.handler is None:
                self.broken[task.id] = None
                raise
            self._causes[task.id] = TaskError(type=error.type or "", message=error.message)
            await self._node(task, await self._parcel(task))
            return
        else:
            phase = inner.loop.phase
            if phase is Phase.DRAINED:
                self._halt(task)
                return
            if phase in BREAKPOINTS or phase is Phase.WAITING:
                inner._stopped()
                if phase is Phase.WAITING:
                    task.ask(inner.loop.questions)
                else:
                    self._ask(task, [inner.breakpoint()], BREAKPOINTS[phase])
                self._ended(task)
                return
            result = inner.graph.plan.view(inner.loop.output_cells, inner.graph.plan.outputs)
        rest = await self._write(task, result, "NodeError")
        if rest is not None:
            await rest

    async def _subgraph_or_cache(self, task: Task) -> None:
        known = await self._cache(task, "recall", ())
        if known.cached:
            task.finish(writes_of(self.graph, known))
            self._ended(task, cached=True)
            return
        await self._subgraph(task)
        if task.writes is not None and task.id not in self._causes:
            await self._cache(task, "keep", task.writes)

    async def _cache(self, task: Task, how: str, wrote: Iterable[Write]) -> Outcome:
        parcel: Parcel = self._guarded(lambda: self.clerk.cache(task, how, wrote), "NodeError", task)
        await self.run.window.enter(size_of(parcel.text))
        return await self._activity(task, CACHE, parcel)

    def _inner(self, task: Task) -> Driver:
        inner = self.inner.get(task.id)
        if inner is not None:
            inner.resume(self.loop.answers)
            return inner
        graph = self.graph.inner.get(task.name)
        if graph is None:
            raise DeploymentFault(
                f"Node '{task.name}' of graph '{self.graph.name}' is a subgraph that this worker lacks."
            )
        keeps = graph.app.checkpointer is True
        inside = (*self.inside, task.name)
        before = self.run.kept_graphs.get(inside) if keeps else None
        ns = NS_SEP.join(inside) if keeps else task.ns
        left = self.left.pop(task.id, None)
        loop = loop_at(graph, left, before, limit=self.run.terms.limit, thread=self.loop.thread, ns=ns)
        if keeps:
            self.run.kept_graphs[inside] = loop
        inner = self._nested(graph, loop, inside)
        if left is not None:
            inner.recall(left)
            inner.loop.answers.update(self.loop.answers)
            inner.take_up()
        else:
            inner.begin(task_input(self.graph.plan, task, self.loop.state.cells))
        self.inner[task.id] = inner
        return inner

    def _nested(self, graph: ServedGraph, loop: Loop, inside: tuple[str, ...]) -> Driver:
        return Driver(self.run, graph, loop, inside)

    def _new_ids(self, place: str) -> Callable[[], str]:
        """Ids for messages: the same on every replay, and for everybody who reads along."""
        numbers, checkpoint = count(), self.loop.checkpoint_id
        return lambda: ids.message_id(self.run.first_run_id, f"{checkpoint}\0{place}\0{next(numbers)}")

    async def _write(self, task: Task, result: Any, otherwise: str) -> Coroutine[Any, Any, None] | None:
        """Turn what a task without an activity returned into its writes; its routers run in one."""
        code: NodeCode = task.node.code
        with new_ids_from(self._new_ids(task.id)):
            writes = self._guarded(lambda: code.write(result), otherwise, task)
        if not code.branches:
            task.finish(writes)
            self._ended(task)
            return None
        if type(result) is dict:
            result = {**result, **dict(writes)}  # the routers see messages with the ids that they have just got
        self._give_answers(task)
        asked = self._asked.get(task.id, ())
        parcel = self._guarded(lambda: self.clerk.route(task, result, asked), otherwise, task)
        await self.run.window.enter(size_of(parcel.text))
        return self._route(task, writes, parcel)

    # Faults

    def where(self, task: Task | None = None) -> Where:
        """Here, for an error."""
        name = ".".join((self.graph_name, *self.inside))
        if task is None:
            return Where(name, step=self.loop.step)
        return Where(name, task.name, task.step, task.id)

    def _guarded(self, work: Any, otherwise: str, task: Task | None = None) -> Any:
        """``work()``, whose faults are the graph's and end the run."""
        try:
            return work()
        except (DeploymentFault, ParentCommand):
            raise
        except Exception as error:
            where = self.where(task)
            if task is None:
                where = replace(where, channel=channel_at_fault(error))
            raise failure(error, where, otherwise) from None
