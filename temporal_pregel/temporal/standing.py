"""What the query `state` tells in full: the checkpoint that a run stands at, and the tasks that follow it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from temporalio.exceptions import ApplicationError

from temporal_pregel.constants import ROOT
from temporal_pregel.core import ids
from temporal_pregel.core.task import Task
from temporal_pregel.errors import GraphDrained
from temporal_pregel.temporal import views
from temporal_pregel.temporal.durable import calls_graphs
from temporal_pregel.temporal.inbox import Question, Refused
from temporal_pregel.temporal.names import FULL
from temporal_pregel.temporal.questions import BREAKPOINTS
from temporal_pregel.temporal.texts import Text
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.v1.run_pb2 import StateView, TaskView
from temporal_pregel.wire.v1.task_pb2 import TaskError, Write
from temporal_pregel.wire.v1.value_pb2 import Field, Value

if TYPE_CHECKING:
    from temporal_pregel.temporal.driving import Driver
    from temporal_pregel.temporal.run import GraphRun


def full(run: GraphRun, how: str) -> str:
    """The answer to `state` with the argument "full".

    Raises:
        Refused: another argument.
    """
    if how != FULL:
        raise Refused("arguments", f'The query state takes "{FULL}" or no argument.')
    view = views.view_of(run, views.kept_texts)
    if run.driver is not None:
        view.run.CopyFrom(run.terms.shared)
        Teller(run, views.ANSWER - view.ByteSize()).tell(run.driver, view)
    return to_text(view)


class Teller:
    """Tells of the loops of a run. ``room``: bytes of values that its answer still holds; larger ones are
    references."""

    def __init__(self, run: GraphRun, room: int) -> None:
        self.run = run
        self.room = room

    def tell(self, driver: Driver, view: StateView) -> None:
        """Add to ``view`` what is known of the checkpoint of ``driver``, and of the tasks that follow it."""
        loop = driver.loop
        view.source = "loop" if loop.record is None else loop.record.source
        view.created_at = datetime.fromtimestamp(driver.saved_at, UTC).isoformat()
        if loop.position > 0:  # nothing branches off here
            view.parent_checkpoint_id = ids.checkpoint_id(loop.thread, loop.ns, loop.position - 1)
        view.tasks.extend(self._task(driver, task) for task in views.open_tasks(driver))

    def _task(self, driver: Driver, task: Task) -> TaskView:
        graph = driver.graph
        view = TaskView(id=task.id, node=task.name, path=Value(json=dumps(list(task.path))))
        error = self.run.error
        if error is not None and _is_of(error, driver, task):
            view.error.CopyFrom(TaskError(type=error.type or "", message=error.message))
        if task.id in driver.inner:
            self._inside(driver.inner[task.id], view.inner)
        if calls_graphs(graph.app, task.name) and _is_known_inside(driver, task):
            view.inside.CopyFrom(self._value(Text(driver.done_inside.get(task.id) or "{}")))
        if task.writes is not None:
            view.finished = True
            for key, value in task.writes:
                if key in graph.plan.shown and key not in graph.plan.untracked:
                    text = Text(graph.write_codec(key).encode(value, key))
                    view.writes.append(Write(channel=key, value=self._value(text)))
            return view
        for question in task.interrupts:
            known = self.run.inbox.open.get(question.id)
            asked = Question(question, task.name, task.id) if known is None else known
            view.interrupts.append(views.interrupt(self.run, asked))
        return view

    def _inside(self, driver: Driver, view: StateView) -> None:
        view.step, view.checkpoint_id = driver.loop.step, driver.loop.checkpoint_id
        view.next.extend(views.due(driver))
        for key, text in views.kept_texts(driver).items():
            if key == ROOT:
                view.root.CopyFrom(self._value(text))
            else:
                view.values.append(Field(key=key, value=self._value(text)))
        self.tell(driver, view)

    def _value(self, text: Text) -> Value:
        if text.size <= self.room:
            self.room -= text.size
            return text.inline
        self.run.shown[text.digest] = text.text
        return text.reference


def _is_known_inside(driver: Driver, task: Task) -> bool:
    """Whether it is known what the graphs have done that a task's function calls: it travels with what they ask, and
    nothing has been done by a task that has not begun."""
    return bool(task.interrupts) or isinstance(task.error, GraphDrained) or driver.loop.phase in BREAKPOINTS


def _is_of(error: ApplicationError, driver: Driver, task: Task) -> bool:
    """Whether ``task`` failed with this error of the run."""
    if task.id in driver.broken:
        return True
    return bool(error.details) and _holds(driver, task, error.details[0].get("task_id"))


def _holds(driver: Driver, task: Task, task_id: str | None) -> bool:
    """Whether ``task`` has this id, or one of the graphs that run for it has such a task."""
    if task.id == task_id:
        return True
    inner = driver.inner.get(task.id)
    return inner is not None and any(_holds(inner, each, task_id) for each in inner.loop.tasks)
