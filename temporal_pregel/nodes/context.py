"""What user code can reach while a task runs: `interrupt`, `get_config`, `get_runtime`, and graphs that it invokes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

from temporal_pregel.channels.base import MISSING
from temporal_pregel.constants import CONFIG_KEY_DURABILITY, CONFIG_KEY_READ, CONFIG_KEY_RUNTIME, PREVIOUS, PUSH
from temporal_pregel.core.plan import Node, Plan, Write
from temporal_pregel.errors import NodeError
from temporal_pregel.runtime import ExecutionInfo, RunControl, Runtime, ServerInfo
from temporal_pregel.types import Interrupt

SHOWN = ("thread_id", "checkpoint_id", "checkpoint_ns", "task_id", "run_id", "assistant_id", "graph_id")
"""Keys of ``configurable`` that stand in the metadata, too: handlers, and what nodes call, know a run by them."""
OWN_RUN = ("run_id", "run_name")
"""Keys of a config that are about one run, not about those inside it."""

Emit = Callable[[str, Any], None]
"""Takes a stream mode and a payload."""


class RunningTask(Protocol):
    """What a task looks like from inside: `core.task.Task`, or a worker's picture of one."""

    name: str
    node: Node
    path: tuple[Any, ...]
    arg: Any

    @property
    def answers(self) -> list[Any]: ...
    @property
    def id(self) -> str: ...
    @property
    def ns(self) -> str: ...
    @property
    def step(self) -> int: ...
    @property
    def stop(self) -> int: ...
    @property
    def triggers(self) -> tuple[str, ...]: ...
    def question(self, value: Any, schema: dict[str, Any] | None = None) -> Interrupt: ...


class RunContext:
    """What all tasks of one run of one graph share.

    ``cells`` are those of the superstep that runs. ``answers`` (interrupt id -> answer) and ``spare`` (at most one
    answer without a question) are shared with the graphs inside. ``emit`` sends to the streams, or is None.
    ``parent`` is the task in which this run was started, if any.
    """

    cells: Mapping[str, Any] = {}
    ns: str = ""
    thread: str | None = None
    checkpoint_id: Callable[[], str] | None = None
    checkpointer: Any = None
    context: Any = None
    store: Any = None
    cache: Any = None
    emit: Emit | None = None
    streams: Any = None
    shows_updates = False
    """Whether somebody reads what single tasks write."""
    parent: TaskContext | None = None
    control: RunControl | None = None
    durability: str | None = None
    resuming: int | None = None
    """The superstep that goes on from a checkpoint, for graphs inside: they do, too, in that superstep."""
    replay: Any = None
    lone: tuple[str, Any] | None = None
    """See `Loop.lone`; None in graphs inside other tasks than that one."""
    tracing: Any = None
    """Tells LangChain's callbacks of tasks, where there are any."""
    caller: Callable[[TaskContext, Node, int, Any], Any] | None = None
    """Starts a task that a task calls, given its number among the calls and its argument; a future of its result."""
    _handed_on: dict[str, Any] | None = None

    def steered(self) -> RunControl:
        """Its control, which is made when somebody first asks for it; graphs inside share that of the outermost."""
        if self.control is None:
            self.control = RunControl() if self.parent is None else self.parent.run.steered()
        return self.control

    def __init__(self, plan: Plan, config: Mapping[str, Any], **known: Any) -> None:
        self.plan = plan
        self.config = config
        self.answers: dict[str, Any] = {}
        self.spare: list[Any] = []
        for name, value in known.items():
            setattr(self, name, value)

    @property
    def handed_on(self) -> dict[str, Any]:
        """What tasks get of the config, made when the first one asks."""
        if self._handed_on is None:
            config = {key: value for key, value in self.config.items() if key not in OWN_RUN}
            configurable = config.get("configurable") or {}
            shown = {key: configurable[key] for key in SHOWN if configurable.get(key)}
            config["metadata"] = {**shown, **(config.get("metadata") or {})}
            self._handed_on = config
        return self._handed_on


class TaskContext:
    """One attempt at a task, as user code sees it through the functions of `temporal_pregel.config`."""

    # Defaults of the class: most tasks ask for none of this.
    asked = 0
    calls = 0
    tasks = 0
    attempt = 1
    failure: NodeError | None = None
    """What an error handler is to handle."""
    chain: Any = None
    """What LangChain's callbacks know it as, where there are any."""
    returned: Any = None
    """What the function returned, where somebody is to be told."""
    watched: Callable[[], None] | None = None
    """Called at each sign of progress."""
    started: float | None = None
    heartbeat: Callable[[], None] | None = None
    pushed: list[Write] | None = None
    """What it wrote on its way."""
    _config: dict[str, Any] | None = None
    _runtime: Runtime[Any] | None = None

    def __init__(self, run: RunContext, task: RunningTask) -> None:
        self.run = run
        self.task = task

    def again(self, attempt: int) -> None:
        """Start another attempt: questions and inner graphs are counted from the beginning."""
        self.asked = self.calls = self.tasks = 0
        self.pushed = None
        self.attempt = attempt
        self._runtime = None

    # Questions

    def next_answer(self) -> tuple[bool, Any]:
        """Whether the question that is being asked has an answer, and the answer."""
        place, self.asked = self.asked, self.asked + 1
        answers = self.task.answers
        if place < len(answers):
            return True, answers[place]
        run = self.run
        if run.answers:
            answer = run.answers.get(self.task.question(None).id, MISSING)
            if answer is not MISSING:
                answers.append(answer)
                return True, answer
        if run.spare:
            answer = run.spare.pop()
            answers.append(answer)
            return True, answer
        return False, None

    def take_back(self) -> None:
        """Forget the last answer: it does not fit."""
        self.asked -= 1
        del self.task.answers[self.asked :]

    def question(self, value: Any, schema: dict[str, Any] | None = None) -> Interrupt:
        """The interrupt for the question that has no answer yet."""
        return self.task.question(value, schema)

    # The outside

    def progress(self) -> None:
        """Tell whoever watches this task, or one that it works for, that it is not idle."""
        context: TaskContext | None = self
        while context is not None:
            if context.watched is not None:
                context.watched()
            context = context.run.parent

    def write_custom(self, value: Any) -> None:
        """Send ``value`` to the ``custom`` stream."""
        self.progress()
        if self.run.emit is not None:
            self.run.emit("custom", value)

    def call(self, node: Node, arg: Any) -> Any:
        """Start a task of its own for ``node``; a future of its result.

        Raises:
            RuntimeError: whoever runs this task can't run others for it.
        """
        if self.run.caller is None:
            raise RuntimeError(
                f"The task {node.name!r} can't be called here: tasks are called from graphs that run in process."
            )
        self.progress()
        place, self.tasks = self.tasks, self.tasks + 1
        return self.run.caller(self, node, place, arg)

    def inner_ns(self) -> str:
        """The namespace for the next graph that this task invokes."""
        if self.watched is not None:
            self.watched()
        place, self.calls = self.calls, self.calls + 1
        return self.task.ns if place == 0 else f"{self.task.ns}|{place}"

    @property
    def config(self) -> dict[str, Any]:
        """The run's config with this task's place in it."""
        if self._config is None:
            run, task = self.run, self.task
            config = dict(run.handed_on)
            path = task.path
            place = {
                "langgraph_step": task.step,
                "langgraph_node": task.name,
                "langgraph_triggers": task.triggers,
                "langgraph_path": (*path, False) if path[0] == PUSH and len(path) == 2 else path,
                "langgraph_checkpoint_ns": task.ns,
            }
            config["metadata"] = {**config["metadata"], **task.node.metadata, **place}
            config["tags"] = [*config.get("tags", ()), *task.node.tags]
            config["configurable"] = {
                **config.get("configurable", {}),
                "checkpoint_ns": task.ns,
                CONFIG_KEY_READ: partial(read_state, self, run.plan.channels),
                CONFIG_KEY_DURABILITY: run.durability,
            }
            config.setdefault("callbacks", None)
            self._config = config
        return self._config

    @property
    def runnable_config(self) -> dict[str, Any]:
        """`config` for what looks for everything there: LangChain's runnables are given nothing else."""
        self.config["configurable"][CONFIG_KEY_RUNTIME] = self.runtime
        return self.config

    @property
    def runtime(self) -> Runtime[Any]:
        """What a parameter ``runtime`` gets."""
        if self._runtime is None:
            run, task = self.run, self.task
            run_id = run.config.get("run_id")
            info = ExecutionInfo(
                checkpoint_id=run.checkpoint_id() if run.checkpoint_id else None,
                checkpoint_ns=task.ns,
                task_id=task.id,
                thread_id=run.thread,
                run_id=str(run_id) if run_id is not None else None,
                node_attempt=self.attempt,
                node_first_attempt_time=self.started or time.time(),
                idempotency_key=task.id,
            )
            beat = {"heartbeat": self.heartbeat} if self.heartbeat else {}
            self._runtime = Runtime(
                context=run.context,
                store=run.store,
                stream_writer=self.write_custom,
                execution_info=info,
                control=run.steered(),
                previous=run.cells.get(PREVIOUS),
                server_info=ServerInfo.of(run.config.get("configurable", {})),
                **beat,
            )
        return self._runtime


def read_state(
    context: TaskContext, _channels: Mapping[str, Any], keys: Sequence[str] | str, fresh: bool = False
) -> Any:
    """The channels ``keys`` as the task of ``context`` sees them; one key gives its bare value."""
    return context.run.plan.view(context.run.cells, keys if isinstance(keys, str) else tuple(keys))


TOOL_WRITER: ContextVar[Callable[[Any], None] | None] = ContextVar("temporal_pregel_tool_writer", default=None)
"""What takes parts of the output of the tool that is running here, where somebody reads them."""

Slot = list[Any]
"""A run, one of its tasks, and the task's context once somebody has asked for it: most tasks never do."""

SLOT: ContextVar[Slot | None] = ContextVar("temporal_pregel_task", default=None)
"""What is running here, if anything."""


def context_of(slot: Slot) -> TaskContext:
    """The context of the task in a slot."""
    context: TaskContext | None = slot[2]
    if context is None:
        context = slot[2] = TaskContext(slot[0], slot[1])
    return context


def current() -> TaskContext | None:
    """The context of the task that is running here, if any."""
    slot = SLOT.get()
    return None if slot is None else context_of(slot)


def current_task() -> TaskContext:
    """The task that is running.

    Raises:
        RuntimeError: there is none.
    """
    context = current()
    if context is None:
        raise RuntimeError("Called get_config outside of a runnable context: this works only inside a node of a graph.")
    return context
