"""The state of a thread as callers see it, made of what the query `state` tells in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.core import ids
from temporal_pregel.core.views import result_of
from temporal_pregel.local.saving import Place, inner_ns, kept_metadata
from temporal_pregel.local.snapshots import inner_graph, place_config
from temporal_pregel.local.threads import shown_path
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


class Snapshots:
    """Makes snapshots of one thread. ``subgraphs``: with those of the graphs inside, where they have begun."""

    def __init__(self, thread: str, texts: Texts, *, subgraphs: bool) -> None:
        self.thread = thread
        self.texts = texts
        self.subgraphs = subgraphs

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
        if not self.subgraphs:
            return {"configurable": {"thread_id": self.thread, "checkpoint_ns": ns}}
        if task.node not in graph.inner:
            return self._called(graph, task, inner, ns, metadata["parents"])
        if not task.HasField("inner"):
            return None
        return self._snapshot(graph.inner[task.node], task.inner, inner_ns(inner, ns), metadata, task.inner.step - 1)

    def _called(self, graph: ServedGraph, task: TaskView, inner: Pregel, ns: str, around: Mapping[str, str]) -> Any:
        """The state of a graph that a node's function calls."""
        if not task.HasField("inside"):
            raise NotDurableError(
                graph.name,
                f"get_state(subgraphs=True), for its node '{task.node}' calls a graph in a function and does not wait",
                "What such a graph has done is known while it waits. Leave subgraphs out, or add that graph as a node.",
            )
        place = Place(self.thread, inner_ns(inner, ns))
        return state_inside(graph.types, inner, place, self._text(task.inside), around)

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
