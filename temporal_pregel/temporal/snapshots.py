"""The state of a thread as callers see it, made of what the query `state` tells in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import NS_SEP
from temporal_pregel.core import ids
from temporal_pregel.core.views import result_of
from temporal_pregel.local.saving import Place, inner_ns, kept_metadata
from temporal_pregel.local.snapshots import inner_graph, place_config
from temporal_pregel.local.threads import nothing_at, shown_path
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.durable import NotDurableError
from temporal_pregel.temporal.inner import state_inside
from temporal_pregel.temporal.names import DONE
from temporal_pregel.temporal.options import config_of
from temporal_pregel.temporal.verdicts import schema_of
from temporal_pregel.types import Interrupt, PregelTask, StateSnapshot
from temporal_pregel.wire.jsontext import loads
from temporal_pregel.wire.v1.run_pb2 import StateView, TaskView
from temporal_pregel.wire.v1.task_pb2 import Interrupt as InterruptMessage
from temporal_pregel.wire.v1.value_pb2 import Value

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

Texts = Mapping[str, str]
"""Digest -> text of the values that a view only refers to."""


def values_in(view: StateView) -> Iterable[Value]:
    """All values that a view holds or refers to."""
    yield from (field.value for field in view.values)
    if view.HasField("root"):
        yield view.root
    for task in view.tasks:
        yield from (write.value for write in task.writes)
        if task.HasField("inside"):
            yield task.inside
        yield from values_in(task.inner)


def question(graph: ServedGraph, asked: InterruptMessage) -> Interrupt:
    """A question that a run has open."""
    return Interrupt(graph.any.decode(asked.value.json or "null"), asked.id, response_schema=schema_of(asked))


def leads(ns: str, target: str) -> bool:
    """Whether the graph at ``ns`` is the one at ``target``, or around it, or inside."""
    return target == ns or target.startswith(ns + NS_SEP) or ns.startswith(target + NS_SEP)


def found_in(shown: StateSnapshot, ns: str) -> StateSnapshot | None:
    """The snapshot of the graph at ``ns``: this one, or one inside."""
    if shown.config["configurable"].get("checkpoint_ns", "") == ns:
        return shown
    inside = (found_in(task.state, ns) for task in shown.tasks if isinstance(task.state, StateSnapshot))
    return next((each for each in inside if each is not None), None)


class Snapshots:
    """Makes snapshots of one thread. ``subgraphs``: with those of the graphs inside, where they have begun. ``target``:
    the namespace of the graph that is wanted."""

    def __init__(self, thread: str, texts: Texts, *, subgraphs: bool, target: str = "") -> None:
        self.thread = thread
        self.texts = texts
        self.subgraphs = subgraphs
        self.target = target

    def wanted(self, graph: ServedGraph, view: StateView) -> StateSnapshot:
        """That of the graph that is wanted.

        Raises:
            NotDurableError: it is not due.
        """
        found = found_in(self.outermost(graph, view), self.target)
        if found is None:
            said = f"get_state of a graph inside that is not due ({self.target})"
            raise NotDurableError(graph.name, said, "What it has done is in the state of the graph around it.")
        return found if self.subgraphs or not self.target else self._without_inside(found)

    def _without_inside(self, shown: StateSnapshot) -> StateSnapshot:
        tasks = [
            task
            if task.state is None
            else task._replace(state=self._named(ids.child_ns(self.target, task.name, task.id)))
            for task in shown.tasks
        ]
        return shown._replace(tasks=tuple(tasks))

    def outermost(self, graph: ServedGraph, view: StateView) -> StateSnapshot:
        """That of the graph that the thread is a run of."""
        metadata = kept_metadata(config_of(graph, view.run, self.thread))
        over = view.status == DONE
        return self._snapshot(graph, view, "", metadata, view.step if over else view.step - 1)

    def _snapshot(
        self, graph: ServedGraph, view: StateView, ns: str, metadata: Mapping[str, Any], step: int
    ) -> StateSnapshot:
        parents = metadata["parents"]
        parent = view.parent_checkpoint_id
        tasks = [self._task(graph, task, view, ns, metadata) for task in view.tasks]
        return StateSnapshot(
            values=self._values(graph, view),
            next=tuple(task.node for task in view.tasks if not task.finished),
            config=place_config(Place(self.thread, ns, view.checkpoint_id), parents),
            metadata={"source": view.source, "step": step, **metadata},
            created_at=view.created_at or None,
            parent_config=place_config(Place(self.thread, ns, parent), parents) if parent else None,
            tasks=tuple(tasks),
            interrupts=tuple(asked for task in tasks for asked in task.interrupts),
        )

    def _task(
        self, graph: ServedGraph, task: TaskView, view: StateView, ns: str, metadata: Mapping[str, Any]
    ) -> PregelTask:
        writes = [
            (write.channel, graph.write_codec(write.channel).decode(self._text(write.value), write.channel))
            for write in task.writes
        ]
        state, inner = None, inner_graph(graph.app, task.node)
        if inner is not None and inner.checkpointer is not False:
            around = {**metadata["parents"], ns: view.checkpoint_id}
            state = self._inside(
                graph, task, inner, ids.child_ns(ns, task.node, task.id), {**metadata, "parents": around}
            )
        return PregelTask(
            task.id,
            task.node,
            shown_path(tuple(loads(task.path.json))),
            task.error.message if task.HasField("error") else None,
            tuple(question(graph, asked) for asked in task.interrupts if not asked.when),
            state,
            result_of(graph.plan, writes) if task.finished else None,
        )

    def _inside(self, graph: ServedGraph, task: TaskView, inner: Pregel, ns: str, metadata: Mapping[str, Any]) -> Any:
        own = inner_ns(inner, ns)
        if not (any(leads(each, self.target) for each in (ns, own)) if self.target else self.subgraphs):
            return self._named(ns)
        if task.node not in graph.inner:
            return self._called(graph, task, inner, own, metadata["parents"])
        if not task.HasField("inner"):
            return nothing_at(self._named(own))
        return self._snapshot(graph.inner[task.node], task.inner, own, metadata, task.inner.step - 1)

    def _named(self, ns: str) -> dict[str, Any]:
        return {"configurable": {"thread_id": self.thread, "checkpoint_ns": ns}}

    def _called(self, graph: ServedGraph, task: TaskView, inner: Pregel, ns: str, around: Mapping[str, str]) -> Any:
        """The state of a graph that a node's function calls."""
        if not task.HasField("inside"):
            raise NotDurableError(
                graph.name,
                f"get_state(subgraphs=True), for its node '{task.node}' calls a graph in a function and does not wait",
                "What such a graph has done is known while it waits. Leave subgraphs out, or add that graph as a node.",
            )
        return state_inside(graph.types, inner, Place(self.thread, ns), self._text(task.inside), around)

    def _values(self, graph: ServedGraph, view: StateView) -> Any:
        streams = graph.plan.streams
        if view.HasField("root"):
            key = streams if isinstance(streams, str) else ""
            return graph.write_codec(key).decode(self._text(view.root))
        found = {field.key: field.value for field in view.values}
        keys: Sequence[str] = (streams,) if isinstance(streams, str) else streams
        values = {key: graph.write_codec(key).decode(self._text(found[key]), key) for key in keys if key in found}
        return values.get(streams) if isinstance(streams, str) else values

    def _text(self, value: Value) -> str:
        return self.texts[value.ref.digest] if value.HasField("ref") else value.json or "null"
