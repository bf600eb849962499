"""What a run shows of itself while it goes on: parts for its streams."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from temporal_pregel.constants import INTERRUPT
from temporal_pregel.core.loop import Loop, Record
from temporal_pregel.core.task import CALLED, Pending, Task
from temporal_pregel.core.views import shown_writes, task_end, task_start, update_of
from temporal_pregel.errors import ParentCommand
from temporal_pregel.local.saving import Place, own_metadata
from temporal_pregel.local.snapshots import checkpoint_part, debug_part
from temporal_pregel.local.streams import Asked, Streams
from temporal_pregel.nodes.handling import handler_id, handler_start, is_handled, node_failed
from temporal_pregel.nodes.inputs import task_input
from temporal_pregel.types import Interrupt

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Plan
    from temporal_pregel.pregel import Pregel

TASKWISE = frozenset(("updates", "tasks", "debug", "custom", "messages", "tools"))
"""Stream modes that show single tasks."""


class Shown(Protocol):
    """What showing needs to know of a run, wherever it runs. ``config``: what its nodes see. ``metadata``: what its
    checkpoints keep of that, and ``parents``. ``finished`` is told the name of each node that has ended."""

    @property
    def app(self) -> Pregel: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def outputs(self) -> tuple[str, ...] | str: ...
    @property
    def streams(self) -> Streams: ...
    @property
    def config(self) -> Mapping[str, Any]: ...
    @property
    def metadata(self) -> Mapping[str, Any]: ...
    @property
    def finished(self) -> Callable[[str], Any] | None: ...


class Showing:
    """One run that somebody reads along. What is wanted is found once; a mode that nobody wants costs a test."""

    __slots__ = (
        "_turn",
        "checkpoints",
        "failed",
        "finished",
        "keys",
        "loop",
        "session",
        "streams",
        "tasks",
        "taskwise",
        "told",
        "updates",
        "values",
    )

    def __init__(self, session: Shown, loop: Loop) -> None:
        self.session = session
        self.loop = loop
        self.streams = session.streams
        self.finished = session.finished
        self._turn = Lock()
        self.told: set[str] = set()
        """Ids of the superstep's tasks whose questions have been shown."""
        self.failed: frozenset[str] = frozenset()
        """Ids of the superstep's tasks whose nodes failed in an earlier run, and were shown so."""
        outputs = session.outputs
        self.keys: Container[str] | str = outputs if isinstance(outputs, str) else frozenset(outputs)
        """The channels whose updates are shown."""
        wanted = session.streams.wanted
        self.updates = "updates" in wanted
        self.values = "values" in wanted
        self.tasks = "tasks" in wanted or "debug" in wanted
        self.checkpoints = "checkpoints" in wanted or "debug" in wanted
        self.taskwise = not TASKWISE.isdisjoint(wanted)

    def begin(self, tasks: Sequence[Task]) -> None:
        """A superstep begins: its tasks do. Those that ended in an earlier run are shown as begun and cached."""
        if self.tasks:
            for task in tasks:
                if not task.node.hidden:
                    self.start(task)
            known = [task for task in tasks if is_handled(task)]
            for task in known:
                self._start(task, handler_start(task, self._input(task)))
            self.failed = frozenset(task.id for task in known)
        for task in tasks:
            if task.writes is not None:
                self.end(task, cached=True)

    def start(self, task: Task) -> None:
        """A task begins."""
        if self.tasks:
            self._start(task, task_start(task, self._input(task)))

    def _input(self, task: Task) -> Any:
        return task_input(self.session.plan, task, self.loop.state.cells)

    def _start(self, task: Task, start: dict[str, Any]) -> None:
        about = self.about(task)
        if about:
            start["metadata"] = about
        self.streams.emit("tasks", start)
        self.streams.emit("debug", debug_part(task.step, "task", start))

    def about(self, task: Task) -> dict[str, Any]:
        """What the config and the node say about a task."""
        config, node = self.session.config, task.node
        about = own_metadata(config)
        about.update(node.metadata)
        tags = [*config.get("tags", ()), *node.tags]
        return {**about, "tags": tags} if tags else about

    def end(self, task: Task, *, cached: bool = False) -> None:
        """A task has ended. What it shows then stands together, for others end beside it, on threads."""
        with self._turn:
            self._finish(task, cached=cached)

    def _finish(self, task: Task, *, cached: bool) -> None:
        """Show an end. Where an error handler ended in its node's place, the node has failed before."""
        node, writes = task.node, task.writes
        if node.hidden:
            return
        if self.finished is not None and writes is not None:
            self.finished(node.name)
        handled = is_handled(task)
        name = node.code.handled_by if handled else node.name
        if handled and self.tasks and not cached and task.id not in self.failed:
            self._end(task, node_failed(task))
        if self.updates and writes is not None:
            update: dict[str, Any] = {name: update_of(shown_writes(task), self.keys)}
            if cached:
                update["__metadata__"] = {"cached": True}
            self.streams.emit("updates", update)
        asking = task.interrupts and writes is None and task.error is None
        if asking and len(task.path) < CALLED:  # what a called task asks, its caller asks
            self._ask(task)
        if self.tasks and not cached and not isinstance(task.error, ParentCommand):
            end = task_end(self.session.plan, task)
            self._end(task, {**end, "id": handler_id(task), "name": name} if handled else end)

    def _ask(self, task: Task) -> None:
        """A task has stopped with questions: they are shown at once, beside the state that it saw."""
        self.told.add(task.id)
        self.streams.emit("updates", {INTERRUPT: task.interrupts})
        if self.values:
            self._values(self.view(self.loop.state.cells), task.interrupts)

    def _values(self, value: Any, questions: tuple[Interrupt, ...]) -> None:
        if self.streams.typed:
            self.streams.emit("values", Asked(value, questions))
        else:
            self.streams.emit("values", {**(value if isinstance(value, dict) else {}), INTERRUPT: questions})

    def _end(self, task: Task, end: dict[str, Any]) -> None:
        self.streams.emit("tasks", end)
        self.streams.emit("debug", debug_part(task.step, "task_result", end))

    def view(self, cells: Mapping[str, Any]) -> Any:
        """The output that ``cells`` hold."""
        session = self.session
        value = session.plan.view(cells, session.outputs)
        return session.app.typed(value) if self.streams.typed and session.outputs is session.plan.outputs else value

    def state(self, *, force: bool = False) -> None:
        """The state, if what was applied since the last time may have changed what is shown of it."""
        if self.values and (force or self.loop.wrote(self.session.outputs)):
            self.streams.emit("values", self.view(self.loop.state.cells))

    def checkpoint(self, record: Record, parent: Place | None, place: Place) -> None:
        """What ``record`` led to was saved at ``place``."""
        metadata = {"source": record.source, "step": record.step, **self.session.metadata}
        self._checkpoint(record.step, checkpoint_part(self.session, self.loop, metadata, parent, place, {}))

    def found(
        self,
        about: Mapping[str, Any],
        parent: Place | None,
        place: Place,
        known: Mapping[str, Pending],
    ) -> None:
        """The run goes on from the checkpoint at ``place``, whose tasks had left what is ``known``. ``about``: its
        metadata."""
        if self.checkpoints:
            self._checkpoint(about["step"], checkpoint_part(self.session, self.loop, about, parent, place, known))

    def _checkpoint(self, step: int, part: dict[str, Any]) -> None:
        self.streams.emit("checkpoints", part)
        self.streams.emit("debug", debug_part(step, "checkpoint", part))

    def stop(self, cells: Mapping[str, Any], questions: tuple[Interrupt, ...], *, some_finished: bool) -> None:
        """What the run waits for, task by task: nothing at a breakpoint. ``cells``, ``some_finished``: see
        `cells_at_rest`."""
        left = [
            task for task in self.loop.tasks if task.writes is None and task.interrupts and task.id not in self.told
        ]
        for task in left:
            self.streams.emit("updates", {INTERRUPT: task.interrupts})
        if not questions:
            self.streams.emit("updates", {INTERRUPT: ()})
        if questions and left:
            self._values(self.view(cells), questions)
        elif some_finished:
            self.streams.emit("values", self.view(cells))
