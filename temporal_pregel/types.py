"""The words that graphs are written in: Send, Command, interrupt, RetryPolicy, and what a graph answers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from temporal_pregel.constants import INTERRUPT
from temporal_pregel.warnings import LangGraphDeprecatedSinceV10, LangGraphDeprecatedSinceV11

if TYPE_CHECKING:
    from datetime import timedelta

    from temporal_pregel.graph.compiled import ensure_valid_checkpointer
    from temporal_pregel.nodes.asking import interrupt
    from temporal_pregel.payloads import (
        CheckpointPayload,
        CheckpointStreamPart,
        CheckpointTask,
        CustomStreamPart,
        DebugPayload,
        DebugStreamPart,
        MessagesStreamPart,
        StreamPart,
        TaskPayload,
        TaskResultPayload,
        TasksStreamPart,
        UpdatesStreamPart,
        ValuesStreamPart,
    )

__all__ = [
    "All",
    "CachePolicy",
    "CheckpointPayload",
    "CheckpointStreamPart",
    "CheckpointTask",
    "Checkpointer",
    "Command",
    "CustomStreamPart",
    "DebugPayload",
    "DebugStreamPart",
    "Durability",
    "GraphOutput",
    "Interrupt",
    "MessagesStreamPart",
    "Overwrite",
    "PregelTask",
    "RetryPolicy",
    "Send",
    "StateSnapshot",
    "StateUpdate",
    "StreamMode",
    "StreamPart",
    "StreamWriter",
    "TaskPayload",
    "TaskResultPayload",
    "TasksStreamPart",
    "TimeoutPolicy",
    "TracePolicy",
    "UpdatesStreamPart",
    "ValuesStreamPart",
    "ensure_valid_checkpointer",
    "interrupt",
    "omit_payload",
]

N = TypeVar("N", bound=Hashable)
OutputT = TypeVar("OutputT")
ReturnT = TypeVar("ReturnT")
SaveT = TypeVar("SaveT")

All = Literal["*"]
"""Every node that is not hidden."""
Checkpointer = bool | Any | None
"""None: inherit the parent's; True: a stable namespace of one's own; False: none; or a saver."""
StreamMode = Literal["values", "updates", "checkpoints", "tasks", "debug", "messages", "custom", "tools"]
StreamWriter = Callable[[Any], None]
"""Takes one value and sends it to the ``custom`` stream at once."""
Durability = Literal["sync", "async", "exit"]


def default_retry_on(error: Exception) -> bool:
    """Whether an error is worth another attempt when a policy does not say: see `temporal_pregel.nodes.retry`."""
    from temporal_pregel.nodes.retry import is_transient

    return is_transient(error)


class RetryPolicy(NamedTuple):
    """How a node is tried again. Times are seconds; the wait before attempt n+1 is
    ``min(max_interval, initial_interval * backoff_factor ** (n - 1))``, and up to one second more with ``jitter``."""

    initial_interval: float = 0.5
    backoff_factor: float = 2.0
    max_interval: float = 128.0
    max_attempts: int = 3
    jitter: bool = True
    retry_on: type[Exception] | Sequence[type[Exception]] | Callable[[Exception], bool] = default_retry_on


def default_cache_key(*args: Any, **kwargs: Any) -> str | bytes:
    """What an input is known by in a cache when a policy does not say: see `temporal_pregel.nodes.caching`."""
    from temporal_pregel.nodes.caching import pickled

    return pickled(*args, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How long what a node wrote stands for running it again with the same input.

    ``key_func`` gives the text or bytes that an input is known by; inputs of one key are the same. ``ttl``: seconds,
    None for ever.
    """

    key_func: Callable[..., str | bytes] = default_cache_key
    ttl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeoutPolicy:
    """How long one attempt at an async node may take, in seconds or as a timedelta.

    ``run_timeout``: in all. ``idle_timeout``: without progress, which is a call of ``runtime.heartbeat()`` and, unless
    ``refresh_on`` is "heartbeat", a write to a stream, or the start of a task or graph inside the node.
    """

    run_timeout: float | timedelta | None = None
    idle_timeout: float | timedelta | None = None
    refresh_on: Literal["auto", "heartbeat"] = "auto"

    @classmethod
    def of(cls, given: float | timedelta | TimeoutPolicy | None) -> TimeoutPolicy | None:
        """``given`` with its times in seconds; a bare time is the ``run_timeout``.

        Raises:
            TypeError: it is none of these.
            ValueError: a time is not above zero.
        """
        if given is None:
            return None
        # By its attributes, for LangGraph's is one, too.
        policy: Any = given if hasattr(given, "run_timeout") else cls(run_timeout=given)
        run, idle = _seconds("run_timeout", policy.run_timeout), _seconds("idle_timeout", policy.idle_timeout)
        if run is None and idle is None:
            return None
        return cls(run_timeout=run, idle_timeout=idle, refresh_on=policy.refresh_on)


def _seconds(name: str, given: float | timedelta | None) -> float | None:
    try:
        seconds = given if given is None or isinstance(given, (int, float)) else given.total_seconds()
    except AttributeError:
        raise TypeError(f"{name} must be a number of seconds, a timedelta or a TimeoutPolicy, got {given!r}") from None
    if seconds is not None and seconds <= 0:
        raise ValueError(f"{name} must be greater than 0")
    return seconds


class Send:
    """Run ``node`` in the next superstep with ``arg`` as its input, beside whatever else runs there.

    ``timeout``: of each attempt, in place of the node's own; a number is seconds in all.

    Raises:
        TypeError: ``node`` is no text, or ``timeout`` no time.
        ValueError: a time that is not above zero.
    """

    __slots__ = ("arg", "node", "timeout")
    __match_args__ = ("node", "arg")

    def __init__(self, /, node: str, arg: Any, *, timeout: float | timedelta | TimeoutPolicy | None = None) -> None:
        if type(node) is not str:
            node = _node_name(node)
        self.node = node
        self.arg = arg
        self.timeout = None if timeout is None else TimeoutPolicy.of(timeout)

    def __repr__(self) -> str:
        limit = "" if self.timeout is None else f", timeout={self.timeout!r}"
        return f"Send(node={self.node!r}, arg={self.arg!r}{limit})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Send)
            and self.node == other.node
            and bool(self.arg == other.arg)
            and self.timeout == other.timeout
        )

    def __hash__(self) -> int:
        return hash((self.node, self.arg))


def _node_name(given: Any) -> str:
    """The name in a text of a class of its own, such as an enum's."""
    if isinstance(given, str):
        return given
    raise TypeError(f"Send(node, arg) takes the name of a node, a str, and its input; got {given!r} as the node")


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A write that replaces a reducer channel's value instead of being folded into it. ``type`` tells it from a plain
    value where it was written as JSON."""

    value: Any
    type: Literal["__overwrite__"] = "__overwrite__"


def _hash_id(text: str) -> str:
    from temporal_pregel.core.ids import digest

    return digest(text)


@dataclass(init=False, slots=True)
class Interrupt:
    """A question that a task asked with `interrupt`.

    ``value`` is what was asked; ``id`` (32 hex digits) names the question in ``Command(resume={id: answer})``;
    ``response_schema`` is the JSON Schema of its answer, if the node said one.
    """

    value: Any
    id: str
    response_schema: dict[str, Any] | None

    def __init__(
        self, value: Any, id: str | None = None, *, response_schema: dict[str, Any] | None = None, **legacy: Any
    ) -> None:
        self.value = value
        self.response_schema = response_schema
        if id is None:
            namespace = legacy.get("ns")
            id = _hash_id("|".join(namespace)) if namespace else "placeholder-id"
        self.id = id

    @classmethod
    def from_ns(cls, value: Any, ns: str) -> Interrupt:
        """The question with the id that belongs to the task namespace ``ns``."""
        return cls(value=value, id=_hash_id(ns))

    @property
    def interrupt_id(self) -> str:
        """Deprecated name of ``id``."""
        warnings.warn(LangGraphDeprecatedSinceV10("`interrupt_id` is deprecated. Use `id` instead."), stacklevel=2)
        return self.id

    def __hash__(self) -> int:
        return hash(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePolicy:
    """What tracers (LangSmith's, for one) record of a node in place of what it is given and what it returns. The runs
    inside of it, the graph's own, streams and other handlers know nothing of it: so it hides no secrets.

    Each processor takes the value and gives the one to record; where it raises, the value is recorded as it is.
    """

    process_inputs: Callable[[Any], Any] | None = None
    process_outputs: Callable[[Any], Any] | None = None


def omit_payload(_value: Any) -> dict[str, Any]:
    """A processor of a `TracePolicy` that has nothing recorded."""
    return {}


@dataclass(slots=True)
class Final(Generic[ReturnT, SaveT]):
    """What an entrypoint returns whose caller gets something else than its next run: see ``entrypoint.final``."""

    value: ReturnT
    """For the caller."""
    save: SaveT
    """For the next run on the thread, as ``previous``."""


class StateUpdate(NamedTuple):
    """One update of ``bulk_update_state``."""

    values: dict[str, Any] | None
    as_node: str | None = None
    task_id: str | None = None


class PregelTask(NamedTuple):
    """A task of a superstep as `StateSnapshot` shows it. ``error`` is a repr once it was saved."""

    id: str
    name: str
    path: tuple[Any, ...]
    error: Exception | str | None = None
    interrupts: tuple[Interrupt, ...] = ()
    state: Any = None
    result: Any = None


class StateSnapshot(NamedTuple):
    """A thread at one of its checkpoints."""

    values: Any
    next: tuple[str, ...]
    config: dict[str, Any]
    metadata: dict[str, Any] | None
    created_at: str | None
    parent_config: dict[str, Any] | None
    tasks: tuple[PregelTask, ...]
    interrupts: tuple[Interrupt, ...]


@dataclass(frozen=True)
class Command(Generic[N]):
    """An update of the state and a choice of what runs next, in one.

    A node returns it; a caller gives it as input. ``graph=Command.PARENT`` sends it to the graph that owns this one.
    ``goto`` is a node's name, a Send, or several of them. ``resume`` answers interrupts: one value, or {id: value}.
    """

    _: KW_ONLY
    graph: str | None = None
    update: Any | None = None
    resume: dict[str, Any] | Any | None = None
    goto: Send | Sequence[Send | N] | N = ()

    PARENT: ClassVar[Literal["__parent__"]] = "__parent__"

    def __repr__(self) -> str:
        given = ((name, getattr(self, name)) for name in ("graph", "update", "resume", "goto"))
        return f"Command({', '.join(f'{name}={value!r}' for name, value in given if value)})"


class GraphOutput(Generic[OutputT]):
    """What ``invoke(version="v2")`` answers."""

    __slots__ = ("interrupts", "value")

    def __init__(self, value: OutputT, interrupts: tuple[Interrupt, ...] = ()) -> None:
        self.value = value
        self.interrupts = interrupts

    def __getitem__(self, key: Any) -> Any:
        """Deprecated: the value's item, or under ``"__interrupt__"`` the questions."""
        _warn_of_dict_access("result[key]")
        return self.interrupts if key == INTERRUPT else self.value[key]  # type: ignore[index]

    def __contains__(self, key: Any) -> bool:
        """Deprecated: whether `__getitem__` has ``key``."""
        _warn_of_dict_access("key in result")
        return bool(self.interrupts) if key == INTERRUPT else key in self.value  # type: ignore[operator]

    def __repr__(self) -> str:
        return f"GraphOutput(value={self.value!r}, interrupts={self.interrupts!r})"


def _warn_of_dict_access(how: str) -> None:
    message = f"Accessing GraphOutput via `{how}` is deprecated. Use `result.value` and `result.interrupts` instead."
    warnings.warn(LangGraphDeprecatedSinceV11(message), stacklevel=3)


_LATER = {
    "interrupt": "nodes.asking",  # it reaches into the running task, and what runs tasks imports this module
    "ensure_valid_checkpointer": "graph.compiled",
    **dict.fromkeys(
        (
            "CheckpointPayload",
            "CheckpointStreamPart",
            "CheckpointTask",
            "CustomStreamPart",
            "DebugPayload",
            "DebugStreamPart",
            "MessagesStreamPart",
            "StreamPart",
            "TaskPayload",
            "TaskResultPayload",
            "TasksStreamPart",
            "UpdatesStreamPart",
            "ValuesStreamPart",
        ),
        "payloads",
    ),
}
"""Names of this module that others have."""


def __getattr__(name: str) -> Any:
    home = _LATER.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"temporal_pregel.{home}"), name)
