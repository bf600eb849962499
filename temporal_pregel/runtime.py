"""What a node may ask of the run it is in: its context, store, stream, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

ContextT = TypeVar("ContextT")

__all__ = ["DEFAULT_RUNTIME", "BaseUser", "ExecutionInfo", "RunControl", "Runtime", "ServerInfo", "get_runtime"]


def _nothing(_value: Any) -> None:
    """The stream writer of a run that nobody streams."""


def _no_heartbeat() -> None:
    """The heartbeat of a node that nobody watches."""


@dataclass(frozen=True, slots=True)
class ExecutionInfo:
    """Where a node stands. ``node_attempt`` counts from 1; ``node_first_attempt_time`` is seconds since the epoch."""

    checkpoint_id: str | None = None
    checkpoint_ns: str = ""
    task_id: str = ""
    thread_id: str | None = None
    run_id: str | None = None
    node_attempt: int = 1
    node_first_attempt_time: float | None = None
    idempotency_key: str = ""
    """The same for every attempt of this task, on any worker: give it to services that take one."""

    def patch(self, **changes: Any) -> ExecutionInfo:
        """A copy with ``changes``."""
        return replace(self, **changes)


@runtime_checkable
class BaseUser(Protocol):
    """Who a server runs a graph for."""

    @property
    def is_authenticated(self) -> bool: ...
    @property
    def display_name(self) -> str: ...
    @property
    def identity(self) -> str: ...
    @property
    def permissions(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a server that hosts graphs says of a run in ``configurable``: which of its graphs runs, and for whom."""

    assistant_id: str
    graph_id: str
    user: BaseUser | None = None

    @classmethod
    def of(cls, configurable: Mapping[str, Any]) -> ServerInfo | None:
        """What ``configurable`` says of a server; None where it says nothing."""
        found = [configurable.get(key) for key in ("assistant_id", "graph_id", "langgraph_auth_user")]
        if found == [None, None, None]:
            return None
        return cls(str(found[0] or ""), str(found[1] or ""), found[2])


class RunControl:
    """A handle with which others stop a run between two supersteps."""

    __slots__ = ("_reason",)

    def __init__(self) -> None:
        self._reason: str | None = None

    def request_drain(self, reason: str = "shutdown") -> None:
        """Stop before the next superstep; a run that is finished anyway finishes normally."""
        self._reason = reason

    @property
    def drain_requested(self) -> bool:
        return self._reason is not None

    @property
    def drain_reason(self) -> str | None:
        return self._reason


@dataclass(frozen=True, kw_only=True)  # no slots: frozen ones can't be made through Runtime[Context](...)
class Runtime(Generic[ContextT]):
    """Injected into a node whose function has a parameter ``runtime``."""

    context: ContextT = field(default=None)  # type: ignore[assignment]
    store: Any = None
    stream_writer: Callable[[Any], None] = _nothing
    heartbeat: Callable[[], None] = _no_heartbeat
    previous: Any = None
    execution_info: ExecutionInfo = field(default_factory=ExecutionInfo)
    control: RunControl | None = None
    server_info: ServerInfo | None = None

    def override(self, **changes: Any) -> Runtime[ContextT]:
        """A copy with ``changes``."""
        return replace(self, **changes)

    def merge(self, other: Runtime[ContextT]) -> Runtime[ContextT]:
        """A copy in which everything that ``other`` sets wins."""
        return Runtime(
            context=other.context if other.context is not None else self.context,
            store=other.store if other.store is not None else self.store,
            stream_writer=other.stream_writer if other.stream_writer is not _nothing else self.stream_writer,
            heartbeat=other.heartbeat if other.heartbeat is not _no_heartbeat else self.heartbeat,
            previous=other.previous if other.previous is not None else self.previous,
            execution_info=other.execution_info if other.execution_info != ExecutionInfo() else self.execution_info,
            control=other.control if other.control is not None else self.control,
            server_info=other.server_info if other.server_info is not None else self.server_info,
        )


DEFAULT_RUNTIME: Runtime[Any] = Runtime()
"""What a node would be given outside of any run."""


def get_runtime(context_schema: type[ContextT] | None = None) -> Runtime[ContextT]:
    """The runtime of the node that is running.

    Raises:
        RuntimeError: outside a node.
    """
    from temporal_pregel.nodes.context import current_task

    return cast("Runtime[ContextT]", current_task().runtime)
