"""The state of threads: reading it, its history, and changing it from outside.

Like a run, each of these is a generator that asks its log (`Io`) and is performed sync or async.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.config import placed
from temporal_pregel.constants import NS_END, NS_SEP, PUSH
from temporal_pregel.core.views import live_cells, result_of
from temporal_pregel.local import updating
from temporal_pregel.local.opened import open_tasks
from temporal_pregel.local.saving import Io, Log, Place, Saved, inner_ns, stable_ns
from temporal_pregel.local.session import bound, lent_log
from temporal_pregel.local.snapshots import inner_graph, place_config
from temporal_pregel.local.updating import Choice
from temporal_pregel.nodes.context import current
from temporal_pregel.types import PregelTask, StateSnapshot, StateUpdate

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

Asking = Generator[Io | Choice, Any, Any]


# Performing


def perform(app: Pregel, config: Mapping[str, Any], asking: Asking) -> Any:
    """Perform with blocking calls; the generator's result."""
    return performed(log_of(app, config), asking)


def performed(log: Log, asking: Asking) -> Any:
    """`perform`, with that log."""
    try:
        request = next(asking)
        while True:
            if isinstance(request, Choice):
                answer = request.now()
            else:
                answer = getattr(log, request.method)(*request.args)
            request = asking.send(answer)
    except StopIteration as end:
        return end.value


async def aperform(app: Pregel, config: Mapping[str, Any], asking: Asking) -> Any:
    """Perform on the event loop; the generator's result."""
    log = log_of(app, config)
    try:
        request = next(asking)
        while True:
            if isinstance(request, Choice):
                answer = await request.soon()
            elif log.awaits:
                answer = await getattr(log, "a" + request.method)(*request.args)
            else:
                answer = getattr(log, request.method)(*request.args)
            request = asking.send(answer)
    except StopIteration as end:
        return end.value


def log_of(app: Pregel, config: Mapping[str, Any]) -> Log:
    """The log that ``config`` lends, the graph's own, or that of the run that asks about its own thread.

    Raises:
        ValueError: the graph has no checkpointer.
        RuntimeError: it uses that of a graph around it, and there is none.
    """
    found: Log | None = lent_log(app, config) or app.log
    if found is None and (context := current()) is not None:
        found = context.run.checkpointer
    if found is not None:
        own = app.config.get("configurable", {}) if app.config else {}
        bound_log: Log = bound(found, {**own, **config.get("configurable", {})})
        return bound_log
    if app.checkpointer is True:
        raise RuntimeError("checkpointer=True cannot be used for root graphs.")
    raise ValueError("No checkpointer set: compile the graph with a checkpointer to keep threads")


def place_of(config: Mapping[str, Any]) -> Place:
    """The log, and the checkpoint in it, that a config names.

    Raises:
        ValueError: it names no thread.
    """
    configurable = placed(config).get("configurable", {})
    if configurable.get("thread_id") is None:
        raise ValueError("config['configurable'] has no 'thread_id': it says which thread is meant")
    at = configurable.get("checkpoint_id")
    return Place(
        str(configurable["thread_id"]), configurable.get("checkpoint_ns") or "", None if at is None else str(at)
    )


def graph_at(app: Pregel, config: Mapping[str, Any], *, reading: bool = False) -> tuple[Pregel, Place]:
    """The graph that runs in the namespace that ``config`` names, and the place where that is kept. With a log that is
    lent, it is ``app``. Where a node's function calls a graph that nobody can know of, ``app``'s own channels are what
    can be read there.

    Raises:
        ValueError: there is none.
    """
    place = place_of(config)
    ns = place.ns
    if not ns or lent_log(app, config) is not None:
        return app, place
    outermost = app
    for part in ns.split(NS_SEP):
        if part.isdigit():
            continue
        inner = inner_graph(app, part.split(NS_END)[0])
        if inner is None:
            if reading and outermost.plan.nodes.keys() & {stable_ns(ns).split(NS_SEP)[0]}:
                return outermost, place
            raise ValueError(f"Subgraph {stable_ns(ns)} not found")
        app = inner
    return app, place._replace(ns=inner_ns(app, ns))


# Reading


def get_state(app: Pregel, config: Mapping[str, Any], *, subgraphs: bool = False) -> Asking:
    """A thread as it stands, or as it stood."""
    graph, place = graph_at(app, config, reading=True)
    saved = yield Io("load", (graph.plan, place))
    if saved is None or saved.place.at_head:
        known = config["configurable"]
        return nothing_at({**config, "configurable": {**known, "checkpoint_ns": place.ns}} if place.ns else config)
    return (yield from snapshot(graph, saved, subgraphs=subgraphs, live=place.checkpoint_id is None))


def snapshot(app: Pregel, saved: Saved, *, subgraphs: bool, live: bool) -> Asking:
    """A checkpoint as people see it. ``live``: with what has happened since; else as the step went."""
    plan = app.plan
    tasks = open_tasks(plan, saved, live=live)
    shown = []
    for task in tasks:
        inner = inner_graph(app, task.name)
        state: Any = None
        if inner is not None and inner.checkpointer is not False:
            place = Place(saved.place.thread, inner_ns(inner, task.ns))
            if not subgraphs:
                state = {"configurable": {"thread_id": place.thread, "checkpoint_ns": task.ns}}
            elif (found := (yield Io("load", (inner.plan, place)))) is not None:
                state = yield from snapshot(inner, found, subgraphs=True, live=True)
            else:
                state = nothing_at({"configurable": {"thread_id": place.thread, "checkpoint_ns": place.ns}})
        result = result_of(plan, task.writes) if task.writes is not None else None
        questions = () if live and task.writes is not None else task.interrupts
        shown.append(PregelTask(task.id, task.name, shown_path(task.path), task.error, questions, state, result))  # type: ignore[arg-type]
    cells = live_cells(plan, saved.state, tasks) if live else saved.state.cells
    parents = saved.metadata.get("parents")
    return StateSnapshot(
        values=plan.view(cells, plan.streams),
        next=tuple(task.name for task in tasks if not live or task.writes is None),
        config=place_config(saved.place, parents),
        metadata=dict(saved.metadata),
        created_at=saved.created_at or None,
        parent_config=None if saved.parent is None else place_config(saved.parent, parents),
        tasks=tuple(shown),
        interrupts=tuple(question for task in shown for question in task.interrupts),
    )


def shown_path(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """A task's path as people see it: a Send's says that no task called it."""
    return (*path, False) if path[0] == PUSH and len(path) == 2 else path


def nothing_at(config: Mapping[str, Any]) -> StateSnapshot:
    """The state of a place in which there is nothing yet, with a copy of the config that names it."""
    return StateSnapshot({}, (), {**config, "configurable": dict(config["configurable"])}, None, None, None, (), ())


def history(
    app: Pregel,
    config: Mapping[str, Any],
    *,
    filter: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    limit: int | None,
) -> Iterator[StateSnapshot]:
    """A thread's checkpoints, newest first."""
    graph, place = graph_at(app, config, reading=True)
    log = log_of(app, config)
    for count, saved in enumerate(log.history(graph.plan, place, _before(before), filter), 1):
        yield perform(app, config, snapshot(graph, saved, subgraphs=False, live=False))
        if limit is not None and count >= limit:
            return


async def ahistory(
    app: Pregel,
    config: Mapping[str, Any],
    *,
    filter: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None,
    limit: int | None,
) -> AsyncIterator[StateSnapshot]:
    """A thread's checkpoints, newest first."""
    graph, place = graph_at(app, config, reading=True)
    log = log_of(app, config)
    if not log.awaits:
        for found in history(app, config, filter=filter, before=before, limit=limit):
            yield found
        return
    count = 0
    async for saved in log.ahistory(graph.plan, place, _before(before), filter):  # type: ignore[attr-defined]
        yield await aperform(app, config, snapshot(graph, saved, subgraphs=False, live=False))
        count += 1
        if limit is not None and count >= limit:
            return


def _before(config: Mapping[str, Any] | None) -> str | None:
    found: str | None = placed(config or {}).get("configurable", {}).get("checkpoint_id")
    return found


# Changing


def update(app: Pregel, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Asking:
    """Apply updates, each inner sequence as one superstep; the config of the last checkpoint. See `updating.update`.

    Raises:
        TypeError: an update that is no `StateUpdate`.
    """
    for superstep in supersteps:
        for each in superstep:
            if not hasattr(each, "as_node"):
                raise TypeError(
                    "bulk_update_state takes a list of supersteps, each a list of StateUpdate(values, as_node); "
                    f"got {each!r} as an update"
                )
    log_of(app, config)
    graph, place = graph_at(app, config)
    return updating.update(graph.plan, place, config, supersteps)
