"""A run's options: made by our client, or by nobody; what every task is told of them; how activities are run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from temporalio.common import Priority, RetryPolicy

from temporal_pregel.config import DEFAULT_RECURSION_LIMIT, RunnableConfig, limit_of
from temporal_pregel.core.plan import Node
from temporal_pregel.pregel.options import coerce_context
from temporal_pregel.temporal.catalog import ServedGraph
from temporal_pregel.temporal.names import ENGINE_VERSION
from temporal_pregel.temporal.recorded import to_message
from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.v1.plan_pb2 import Plan as PlanMessage
from temporal_pregel.wire.v1.run_pb2 import RunOptions
from temporal_pregel.wire.v1.task_pb2 import RunContext
from temporal_pregel.wire.v1.value_pb2 import Field, Value
from temporal_pregel.wire.values import Codec

RESERVED: Final = frozenset(("thread_id", "checkpoint_id", "checkpoint_ns", "checkpoint_map"))
"""Keys of ``configurable`` that say where a run is, and are known from there."""

LONGEST_TASK: Final = timedelta(days=1)
HEARTBEAT_TIMEOUT: Final = timedelta(seconds=10)
"""After this long without a word a worker is taken for lost and its tasks run elsewhere."""
BEAT_EVERY: Final = timedelta(seconds=2)

RETRIES: Final = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10))
"""For faults of the deployment and lost workers, without end. What a node raises decides by itself: see activities."""


@dataclass(frozen=True)
class Terms:
    """What is the same for all tasks of a run.

    ``context``: the JSON text of the run's context, if it was given one.
    """

    limit: int = DEFAULT_RECURSION_LIMIT
    shared: RunContext = field(default_factory=RunContext)
    context: str | None = None
    before: tuple[str, ...] | str | None = None
    after: tuple[str, ...] | str | None = None
    plan: PlanMessage | None = None
    drain: str | None = None
    """Why the run is to stop before its second superstep; ``at_once``: before its first one."""
    at_once: bool = False


def make_options(graph: ServedGraph, config: Mapping[str, Any], **given: Any) -> RunOptions:
    """The second argument of a start.

    ``given``: ``context``, ``interrupt_before``, ``interrupt_after``, ``control``; ``shown``, ``typed``: the
    stream modes in which graphs that functions call are shown, and whether their states are typed.

    Raises:
        UnserializableValue: a value of the config, or the context, can't be sent.
    """
    options = RunOptions(engine_version=ENGINE_VERSION, plan=to_message(graph.app))
    limit = limit_of(config)
    if limit != DEFAULT_RECURSION_LIMIT:
        options.recursion_limit = limit
    configurable = {key: value for key, value in config.get("configurable", {}).items() if key not in RESERVED}
    options.configurable.extend(_fields(graph, "configurable", configurable))
    options.metadata.extend(_fields(graph, "metadata", config.get("metadata", {})))
    options.tags.extend(config.get("tags", ()))
    options.run_name = config.get("run_name") or ""
    if given.get("context") is not None:
        schema = graph.app.context_schema
        context = coerce_context(schema, given["context"])
        text = graph.types.codec(schema or Any).encode(context, "context")
        options.context.CopyFrom(Value(json=text))
    for name in ("interrupt_before", "interrupt_after"):
        nodes = given.get(name)
        if nodes is not None:
            getattr(options, name).extend([nodes] if isinstance(nodes, str) else nodes)
    if given.get("shown"):
        options.shown.modes.extend(given["shown"])
        options.shown.typed = given["typed"]
    control = given.get("control")
    if control is not None:
        options.control.SetInParent()
        if control.drain_requested:
            options.control.drain = control.drain_reason
            options.control.at_once = True
    return options


def _fields(graph: ServedGraph, where: str, values: Mapping[str, Any]) -> list[Field]:
    texts = {
        key: graph.any.encode(value, f"{where}.{key}") for key, value in values.items() if not key.startswith("__")
    }
    return [Field(key=key, value=Value(json=text)) for key, text in texts.items()]


def check_options(graph: ServedGraph, options: RunOptions) -> None:
    """Whether tasks will be able to read what a client gave.

    Raises:
        MalformedPayload: a number out of range, a reference, a plan that nobody made.
        UndecodableValue: a value that is none.
    """
    if options.recursion_limit < 0:
        raise MalformedPayload("wrong_shape", f"recursion_limit must be at least 1, got {options.recursion_limit}.")
    if options.no_input and not options.HasField("origin"):
        raise MalformedPayload("wrong_shape", "no_input needs an origin: the run to go on from.")
    if options.command and options.HasField("origin"):
        raise MalformedPayload("wrong_shape", "a thread that begins with a command has no origin.")
    if options.HasField("origin"):
        if not options.origin.run_id:
            raise MalformedPayload("wrong_shape", "origin needs the run_id of an earlier run of this thread.")
        if options.origin.workflow_id or options.origin.checkpoint_id:
            raise MalformedPayload("wrong_shape", "origin takes a run_id alone: threads can't be forked on Temporal.")
    for name, fields in (("configurable", options.configurable), ("metadata", options.metadata)):
        for item in fields:
            _check(graph.any, item.value, f"{name}.{item.key}")
    if options.HasField("context"):
        _check(graph.types.codec(graph.app.context_schema or Any), options.context, "context")


def _check(codec: Codec, value: Value, path: str) -> None:
    if value.HasField("ref"):
        raise MalformedPayload("wrong_shape", f"{path} is a reference; options hold values.")
    codec.decode(value.json or "null", path, validate=True)


def terms_of(options: RunOptions) -> Terms:
    """What a run takes from its options."""
    shared = RunContext(
        configurable=options.configurable,
        metadata=options.metadata,
        tags=options.tags,
        run_name=options.run_name,
        recursion_limit=options.recursion_limit,
    )
    if options.HasField("control"):
        shared.control.CopyFrom(options.control)
    if options.HasField("shown"):
        shared.shown.CopyFrom(options.shown)
    return Terms(
        limit=options.recursion_limit or DEFAULT_RECURSION_LIMIT,
        shared=shared,
        context=(options.context.json or "null") if options.HasField("context") else None,
        before=_breakpoints(list(options.interrupt_before)),
        after=_breakpoints(list(options.interrupt_after)),
        plan=options.plan if options.HasField("plan") else None,
        drain=options.control.drain if options.control.HasField("drain") else None,
        at_once=options.control.at_once,
    )


def _breakpoints(nodes: list[str]) -> tuple[str, ...] | str | None:
    return None if not nodes else "*" if nodes == ["*"] else tuple(nodes)


def config_of(graph: ServedGraph, shared: RunContext, thread: str) -> RunnableConfig:
    """The config that a node sees."""
    decode = graph.any.decode
    config: RunnableConfig = {
        "configurable": {
            **{item.key: decode(item.value.json or "null") for item in shared.configurable},
            "thread_id": thread,
        },
        "metadata": {item.key: decode(item.value.json or "null") for item in shared.metadata},
        "tags": list(shared.tags),
        "recursion_limit": shared.recursion_limit or DEFAULT_RECURSION_LIMIT,
    }
    if shared.run_name:
        config["run_name"] = shared.run_name
    return config


def activity_options(node: Node) -> dict[str, Any]:
    """How a node's activity is run: the defaults, and what the node says.

    A node's options are those of `temporalio.workflow.execute_activity`, with seconds where it takes a timedelta.
    """
    given: Mapping[str, Any] = getattr(node.code, "options", None) or {}
    options: dict[str, Any] = {
        "start_to_close_timeout": LONGEST_TASK,
        "heartbeat_timeout": HEARTBEAT_TIMEOUT,
        "retry_policy": RETRIES,
    }
    for key, value in given.items():
        if key.endswith("_timeout") and not isinstance(value, timedelta):
            value = timedelta(seconds=value)
        elif key == "priority" and isinstance(value, int):
            value = Priority(priority_key=value)
        options[key] = value
    return options
