"""The state of threads: reading it, its history, and changing it from outside.

Like a run, each of these is a generator that asks its log (`Io`) and is performed sync or async.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import END, INTERRUPT, NS_END, NS_SEP, NULL_TASK_ID, PUSH, START
from temporal_pregel.core import ids
from temporal_pregel.core.applying import Writer, apply
from temporal_pregel.core.loop import INPUT, Loop, Record
from temporal_pregel.core.plan import Plan
from temporal_pregel.core.scheduling import due
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Task
from temporal_pregel.core.views import live_cells, result_of
from temporal_pregel.errors import InvalidUpdateError
from temporal_pregel.local.procedure import Io
from temporal_pregel.local.saving import Log, Place, Saved
from temporal_pregel.local.session import stable_ns
from temporal_pregel.local.snapshots import place_config
from temporal_pregel.nodes.context import CURRENT, RunContext, TaskContext
from temporal_pregel.nodes.run import route
from temporal_pregel.types import PregelTask, StateSnapshot, StateUpdate

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

Asking = Generator[Io, Any, Any]


# Performing


def perform(app: Pregel, asking: Asking) -> Any:
    """Perform with blocking calls; the generator's result."""
    log = log_of(app)
    try:
        request = next(asking)
        while True:
            request = asking.send(getattr(log, request.method)(*request.args))
    except StopIteration as end:
        return end.value


async def aperform(app: Pregel, asking: Asking) -> Any:
    """Perform on the event loop; the generator's result."""
    log = log_of(app)
    try:
        request = next(asking)
        while True:
            if log.awaits:
                answer = await getattr(log, "a" + request.method)(*request.args)
            else:
                answer = getattr(log, request.method)(*request.args)
            request = asking.send(answer)
    except StopIteration as end:
        return end.value


def log_of(app: Pregel) -> Log:
    """The log of a graph, or of the run that asks about its own thread.

    Raises:
        ValueError: the graph has no checkpointer.
    """
    if app.log is not None:
        return app.log
    context = CURRENT.get()
    if context is not None and context.run.checkpointer is not None:
        found: Log = context.run.checkpointer
        return found
    raise ValueError("No checkpointer set: compile the graph with a checkpointer to keep threads")


def place_of(config: Mapping[str, Any]) -> Place:
    """The log, and the checkpoint in it, that a config names.

    Raises:
        ValueError: it names no thread.
    """
    configurable = config.get("configurable", {})
    if configurable.get("thread_id") is None:
        raise ValueError("config['configurable'] has no 'thread_id': it says which thread is meant")
    return Place(str(configurable["thread_id"]), configurable.get("checkpoint_ns", ""), configurable.get("checkpoint_id"))


def graph_at(app: Pregel, ns: str) -> Pregel:
    """The graph that runs in a namespace.

    Raises:
        ValueError: there is none.
    """
    if not ns:
        return app
    for part in ns.split(NS_SEP):
        if part.isdigit():
            continue
        node = app.plan.nodes.get(part.split(NS_END)[0])
        inner = node.code.subgraph if node is not None else None
        if inner is None:
            raise ValueError(f"Subgraph {ns} not found")
        app = inner
    return app


# Reading


def get_state(app: Pregel, config: Mapping[str, Any], *, subgraphs: bool = False) -> Asking:
    """A thread as it stands, or as it stood."""
    place = place_of(config)
    graph = graph_at(app, place.ns)
    saved = yield Io("load", (graph.plan, place))
    if saved is None or saved.place.checkpoint_id is None:
        return StateSnapshot({}, (), place_config_of(config), None, None, None, (), ())
    return (yield from snapshot(graph, saved, subgraphs=subgraphs, live=place.checkpoint_id is None))


def snapshot(app: Pregel, saved: Saved, *, subgraphs: bool, live: bool) -> Asking:
    """A checkpoint as people see it. ``live``: with what has happened since; else as the step went."""
    plan = app.plan
    tasks = open_tasks(plan, saved, live=live)
    shown = []
    for task in tasks:
        inner = task.node.code.subgraph
        state: Any = None
        if inner is not None and inner.checkpointer is not False and (task.writes is None or not live):
            place = Place(saved.place.thread, inner_ns(inner, task.ns))
            if not subgraphs:
                state = {"configurable": {"thread_id": place.thread, "checkpoint_ns": place.ns}}
            elif (found := (yield Io("load", (inner.plan, place)))) is not None:
                state = yield from snapshot(inner, found, subgraphs=True, live=True)
        result = result_of(plan, task.writes) if task.writes is not None else None
        questions = () if live and task.writes is not None else task.interrupts
        shown.append(PregelTask(task.id, task.name, shown_path(task.path), task.error, questions, state, result))  # type: ignore[arg-type]
    cells = live_cells(plan, saved.state, tasks) if live else saved.state.cells
    parents = saved.metadata.get("parents")
    parent = None if saved.parent_id is None else Place(saved.place.thread, saved.place.ns, saved.parent_id)
    return StateSnapshot(
        values=plan.view(cells, plan.streams),
        next=tuple(task.name for task in tasks if not live or task.writes is None),
        config=place_config(saved.place, parents),
        metadata=dict(saved.metadata),
        created_at=saved.created_at,
        parent_config=None if parent is None else place_config(parent, parents),
        tasks=tuple(shown),
        interrupts=tuple(question for task in shown for question in task.interrupts),
    )


def inner_ns(app: Pregel, ns: str) -> str:
    """The namespace of a graph that is a node, whose task has the namespace ``ns``."""
    return stable_ns(ns) if app.checkpointer is True else ns


def shown_path(path: tuple[Any, ...]) -> tuple[Any, ...]:
    """A task's path as people see it: a Send's says that no task called it."""
    return (*path, False) if path[0] == PUSH and len(path) == 2 else path


def place_config_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a config says of a place, for a thread in which there is nothing yet."""
    configurable = config["configurable"]
    return {**config, "configurable": dict(configurable)}


def loop_at(plan: Plan, saved: Saved) -> Loop:
    """The loop that would go on from a checkpoint."""
    return Loop(
        plan,
        saved.state,
        limit=1,
        thread=saved.place.thread,
        ns=saved.place.ns,
        step=saved.step + 1,
        position=saved.position,
        checkpoint_id=saved.id,
        pending=saved.pending,
    )


def open_tasks(plan: Plan, saved: Saved, *, live: bool) -> list[Task]:
    """The tasks after a checkpoint, with what is known of them; ``live``: what was written outside tasks counts."""
    loop = loop_at(plan, saved)
    outside = saved.pending.get(NULL_TASK_ID)
    if live and outside is not None and outside.writes:
        apply(plan, saved.state, [Writer(INPUT, (), outside.writes)])
        saved.state.updated = ()
    tasks = [Task(loop, node, path, arg) for node, path, arg in due(plan, saved.state)]
    for task in tasks:
        held = saved.pending.get(task.id)
        if held is not None:
            task.recall(held)
            task.error = None if held.writes is not None else held.error
        if task.writes is None:
            task.writes = saved.outcomes.get(task.path)
    return tasks


def history(
    app: Pregel, config: Mapping[str, Any], *, filter: Mapping[str, Any] | None, before: Mapping[str, Any] | None, limit: int | None
) -> Iterator[StateSnapshot]:
    """A thread's checkpoints, newest first."""
    place = place_of(config)
    graph, log = graph_at(app, place.ns), log_of(app)
    for count, saved in enumerate(log.history(graph.plan, place, _before(before), filter), 1):
        yield perform(app, snapshot(graph, saved, subgraphs=False, live=False))
        if limit is not None and count >= limit:
            return


async def ahistory(
    app: Pregel, config: Mapping[str, Any], *, filter: Mapping[str, Any] | None, before: Mapping[str, Any] | None, limit: int | None
) -> AsyncIterator[StateSnapshot]:
    """A thread's checkpoints, newest first."""
    place = place_of(config)
    graph, log = graph_at(app, place.ns), log_of(app)
    if not log.awaits:
        for found in history(app, config, filter=filter, before=before, limit=limit):
            yield found
        return
    count = 0
    async for saved in log.ahistory(graph.plan, place, _before(before), filter):  # type: ignore[attr-defined]
        yield await aperform(app, snapshot(graph, saved, subgraphs=False, live=False))
        count += 1
        if limit is not None and count >= limit:
            return


def _before(config: Mapping[str, Any] | None) -> str | None:
    return (config or {}).get("configurable", {}).get("checkpoint_id")


# Changing


def update(app: Pregel, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Asking:
    """Apply updates, each inner sequence as one superstep; the config of the last checkpoint.

    Raises:
        ValueError: there are no updates.
        InvalidUpdateError: it is not clear, or not known, which node an update comes from.
    """
    if not supersteps or not all(supersteps):
        raise ValueError("No updates provided" if supersteps else "No supersteps provided")
    place = place_of(config)
    graph = graph_at(app, place.ns)
    plan = graph.plan
    saved = yield Io("load", (plan, place))
    state = State.initial(plan) if saved is None else saved.state
    parent = place if saved is None else saved.place
    position = -1 if saved is None else saved.position
    step = -1 if saved is None else saved.step + 1
    forking = place.checkpoint_id is not None
    given = {key: value for key, value in config.get("metadata", {}).items()}
    for updates in supersteps:
        applied: list[list[Writer]] = []
        source = "update"
        if saved is not None and not forking:
            finished = [task for task in open_tasks(plan, saved) if task.writes]
            if finished:
                applied.append([Writer(task.name, task.triggers, task.writes or ()) for task in sorted(finished, key=lambda task: task.path)])
                apply(plan, state, applied[-1])
        saved_now, saved = saved, None
        if len(updates) == 1 and updates[0].values is None and updates[0].as_node == END:
            applied.append([Writer(node.name, node.triggers, ()) for node, _, _ in due(plan, state)])
        elif len(updates) == 1 and updates[0].as_node in (INPUT, START):
            source = "input"
            applied.append([Writer(INPUT, (), [(str(plan.inputs), updates[0].values)])])
        elif len(updates) == 1 and updates[0].values is None and updates[0].as_node is None:
            applied.append([])
        else:
            writers = []
            for change in updates:
                name = change.as_node or author(plan, state)
                if name == START:
                    source = "input"
                    writers.append(Writer(INPUT, (), [(str(plan.inputs), change.values)]))
                else:
                    writers.append(Writer(name, (INTERRUPT,), writes_as(plan, state, name, change.values, config)))
            applied.append(writers)
        apply(plan, state, applied[-1])
        position += 1
        record = Record(position, step, source, tuple(applied))
        parents = dict(saved_now.metadata.get("parents", {})) if saved_now is not None else {}
        made = yield Io("append", (plan, parent, record, state, {**given, "parents": parents}))
        parent = Place(parent.thread, parent.ns, made)
        step += 1
    return place_config(parent)


def author(plan: Plan, state: State) -> str:
    """The node that an update without ``as_node`` comes from: the only one, or the one that ran last.

    Raises:
        InvalidUpdateError: several could be meant.
    """
    names = [name for name in plan.nodes if name != START]
    if len(names) == 1:
        return names[0]
    ran = {name: max(seen.values(), default=0) for name, seen in state.seen.items() if name in plan.nodes and seen}
    if not any(name != START for name in ran):
        if START in ran and state.versions and any(key for key in state.versions if key != START):
            return START if not ran else max(ran, key=lambda name: ran[name])
        return START
    latest = max(ran.values())
    last = [name for name, version in ran.items() if version == latest]
    if len(last) != 1:
        raise InvalidUpdateError("Ambiguous update, specify as_node")
    return last[0]


def writes_as(plan: Plan, state: State, name: str, values: Any, config: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What ``name`` would write had it returned ``values``; its routers decide as they would.

    Raises:
        InvalidUpdateError: there is no such node.
    """
    node = plan.nodes.get(name)
    if node is None:
        raise InvalidUpdateError(f"Node {name} does not exist")
    loop = Loop(plan, state, limit=1, checkpoint_id=ids.checkpoint_id("", "", 0))
    task = Task(loop, node, (INTERRUPT, name), None)
    context = TaskContext(RunContext(plan, config, cells=state.cells), task)
    token = CURRENT.set(context)
    try:
        writes = node.code.write(values)
        for branch in node.code.branches:
            writes.extend(branch.writes(route(branch, context, writes)))
    finally:
        CURRENT.reset(token)
    return [*writes, *node.edges]
