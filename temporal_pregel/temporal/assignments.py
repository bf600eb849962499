"""A task of the workflow as the assignment that its activity is given, and what comes back.

Nothing large is copied: a task's reads go by reference when they are more than a few KB together (invariant 9). The
workflow keeps the texts that the running tasks refer to, for those who ask it, and puts them into its process's cache.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import BRANCH_PREFIX, NS_SEP, PUSH
from temporal_pregel.core import ids
from temporal_pregel.core.loop import Loop
from temporal_pregel.core.plan import Write
from temporal_pregel.core.task import Task
from temporal_pregel.errors import ParentCommand
from temporal_pregel.temporal.catalog import ServedGraph, reads_of, routed_reads
from temporal_pregel.temporal.failures import DeploymentFault
from temporal_pregel.temporal.options import Terms
from temporal_pregel.temporal.state_cache import CACHE
from temporal_pregel.temporal.texts import Shelf, Text, echo_of, fitted, text_of
from temporal_pregel.temporal.verdicts import schema_of
from temporal_pregel.types import Command, Interrupt
from temporal_pregel.wire.envelope import to_text
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.limits import DEFAULT
from temporal_pregel.wire.v1.task_pb2 import Answer, Assignment, Outcome, TaskError
from temporal_pregel.wire.v1.task_pb2 import Write as WriteMessage
from temporal_pregel.wire.v1.value_pb2 import Field, Value
from temporal_pregel.wire.words import timeout_parts

SHARED: Final = 4 * DEFAULT.inline
"""Bytes of inline reads that the assignments of one superstep hold together."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An assignment ready to be sent. ``echo``: what its outcome has to say of the state that it read."""

    text: str
    echo: str


class Clerk:
    """Writes the assignments of one loop. ``kept``: the texts that they refer to, by digest."""

    def __init__(self, graph: ServedGraph, loop: Loop, terms: Terms, shelf: Shelf) -> None:
        self._graph = graph
        self._loop = loop
        self._terms = terms
        self._shelf = shelf
        self.kept: dict[str, str] = {}

    def node(self, task: Task, asked: Iterable[str], inner: str, cause: TaskError | None) -> Parcel:
        """The assignment of a node's task.

        ``asked``: ids of all that it has asked so far. ``inner``: what graphs inside its function have done so far.
        ``cause``: the error that its error handler is to handle.

        Raises:
            UnserializableValue: what the task reads can't be written.
        """
        assignment = self._common(task)
        sent = task.arg is not MISSING
        texts = self._reads(routed_reads(task.node) if sent else reads_of(task.node))
        if sent:
            text = Text(self._graph.any.encode(task.arg, f"Send('{task.name}')"))
            assignment.arg.CopyFrom(self._value(text))
            if task.node is not self._loop.plan.nodes[task.name]:  # the Send has a timeout of its own
                assignment.timeout.json = dumps(timeout_parts(task.node.code.timeout))
        if task.path[0] == PUSH:
            assignment.path.json = f'["{PUSH}",{task.path[1]}]'
        self._answers(assignment, task, asked)
        if cause is not None:
            assignment.cause.CopyFrom(cause)
        if inner:
            assignment.inner.CopyFrom(self._value(Text(inner)))
        return self._parcel(assignment, texts)

    def route(self, task: Task, result: Any, asked: Iterable[str]) -> Parcel:
        """The assignment of a task whose routers have to be asked, given what the node returned."""
        assignment = self._common(task)
        assignment.node = task.name
        assignment.arg.CopyFrom(self._value(Text(self._graph.any.encode(result, task.name))))
        self._answers(assignment, task, asked)
        return self._parcel(assignment, self._reads(routed_reads(task.node)))

    def cache(self, task: Task, how: str, wrote: Iterable[Write]) -> Parcel:
        """The assignment of asking the cache of a node that is a graph ("recall"), or of telling it ("keep")."""
        assignment = self._common(task)
        assignment.node, assignment.cache = task.name, how
        if task.arg is not MISSING:
            assignment.arg.CopyFrom(self._value(Text(self._graph.any.encode(task.arg, f"Send('{task.name}')"))))
        for channel, value in wrote:
            text = Text(self._graph.write_codec(channel).encode(value, channel))
            assignment.wrote.append(WriteMessage(channel=channel, value=self._value(text)))
        return self._parcel(assignment, self._reads(reads_of(task.node)) if task.arg is MISSING else {})

    def _answers(self, assignment: Assignment, task: Task, asked: Iterable[str]) -> None:
        """The task's own answers in the order of its calls, and by id those of graphs that its function invokes."""
        for place, answer in enumerate(task.answers):
            assignment.answers.append(
                Answer(value=self._value(Text(self._graph.any.encode(answer, f"answer {place}"))))
            )
        own = {ids.interrupt_id(task.ns, place) for place in range(len(task.answers))}
        for key in asked:
            if key not in own and key in self._loop.answers:
                text = Text(self._graph.any.encode(self._loop.answers[key], f"answer {key}"))
                assignment.answers.append(Answer(interrupt_id=key, value=self._value(text)))

    def _common(self, task: Task) -> Assignment:
        terms, loop = self._terms, self._loop
        assignment = Assignment(task_id=task.id, step=task.step, stop=task.stop, checkpoint_id=loop.checkpoint_id)
        if loop.ns:
            assignment.namespace.extend(loop.ns.split(NS_SEP))
        if terms.shared.ByteSize():
            assignment.run.CopyFrom(terms.shared)
        if terms.context is not None:
            assignment.run.context.CopyFrom(self._value(Text(terms.context)))
        return assignment

    def _reads(self, channels: Iterable[str]) -> dict[str, Text]:
        state = self._loop.state
        return {key: self._shelf.cell(state, key) for key in channels if key in state.cells}

    def _parcel(self, assignment: Assignment, texts: dict[str, Text]) -> Parcel:
        # What all tasks of a wide superstep read is not written into each of their assignments.
        budget = min(DEFAULT.inline, SHARED // len(self._loop.tasks))
        for key, inline in fitted(texts, budget).items():
            value = texts[key].inline if inline else self._referred(texts[key])
            assignment.reads.append(Field(key=key, value=value))
        nested = bool(self._loop.ns)
        echo = echo_of(self._graph, nested, texts, lambda key: texts[key].digest)
        return Parcel(to_text(assignment), echo)

    def _value(self, text: Text) -> Value:
        return text.inline if text.size <= DEFAULT.inline else self._referred(text)

    def _referred(self, text: Text) -> Value:
        self.kept[text.digest] = text.text
        CACHE.put(text.digest, text.text)
        return text.reference


def writes_of(graph: ServedGraph, outcome: Outcome) -> list[Write]:
    """The writes of a task that ended well. Those to channels that the plan does not have are left out, as the core
    would.

    Raises:
        ParentCommand: the task's command is for the graph around this one.
        DeploymentFault: see `check_unknown`.
    """
    if outcome.HasField("parent_command"):
        command: Command[Any] = graph.any.decode(outcome.parent_command.json)
        raise ParentCommand(command)
    channels = graph.plan.channels
    for write in outcome.writes:
        if write.channel not in channels:
            check_unknown(graph, write.channel)
    return [
        (write.channel, graph.write_codec(write.channel).decode(text_of(write.value), write.channel))
        for write in outcome.writes
        if write.channel in channels
    ]


def check_unknown(graph: ServedGraph, channel: str) -> None:
    """Look at a channel that the run's plan does not have, and to which a task wrote.

    Raises:
        DeploymentFault: it makes a node run that newer code has: to leave it out would end the run without a word.
    """
    node = channel.removeprefix(BRANCH_PREFIX)
    if channel != node and node in graph.app.plan.nodes:
        raise DeploymentFault(
            f"A task leads to node '{node}' of graph '{graph.name}', which the graph did not have when this run was "
            "started. Deploy the version that it was started with, and reset the run to before that task; or end it."
        )


def questions_of(graph: ServedGraph, outcome: Outcome) -> list[Interrupt]:
    """What a task asked."""
    return [
        Interrupt(graph.any.decode(text_of(asked.value)), asked.id, response_schema=schema_of(asked))
        for asked in outcome.interrupts
    ]
