"""Errors, under the names that LangGraph users know, each saying whose fault it is.

A *graph's* fault (a node raised, two nodes wrote one LastValue) ends a run. A *caller's* fault (no input, an ambiguous
update) is raised at the call. Signals of the engine itself (`GraphBubbleUp`) are exceptions only because they have to
leave user code; nobody else should catch them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from temporal_pregel.types import Command, Interrupt

__all__ = [
    "EmptyChannelError",
    "EmptyInputError",
    "ErrorCode",
    "GraphBubbleUp",
    "GraphDrained",
    "GraphInterrupt",
    "GraphRecursionError",
    "InvalidUpdateError",
    "NodeCancelledError",
    "NodeError",
    "NodeInterrupt",
    "NodeNotFoundError",
    "NodeTimeoutError",
    "ParentCommand",
    "TaskNotFound",
    "UnknownInterruptError",
    "create_error_message",
    "is_invalid_resume",
]


class ErrorCode(Enum):
    """Stable codes for the errors that people look up."""

    GRAPH_RECURSION_LIMIT = "GRAPH_RECURSION_LIMIT"
    INVALID_CONCURRENT_GRAPH_UPDATE = "INVALID_CONCURRENT_GRAPH_UPDATE"
    INVALID_GRAPH_NODE_RETURN_VALUE = "INVALID_GRAPH_NODE_RETURN_VALUE"
    MULTIPLE_SUBGRAPHS = "MULTIPLE_SUBGRAPHS"
    INVALID_CHAT_HISTORY = "INVALID_CHAT_HISTORY"


def create_error_message(*, message: str, error_code: ErrorCode) -> str:
    """``message`` with its code behind it."""
    return f"{message}\nError code: {error_code.value}"


class EmptyChannelError(Exception):
    """A channel was read before anything was written to it."""


class EmptyInputError(Exception):
    """A run was started with nothing to do: no input, and no checkpoint to go on from."""


class GraphRecursionError(RecursionError):
    """The graph did not reach its end within ``config["recursion_limit"]`` supersteps."""


class InvalidUpdateError(Exception):
    """A write does not fit its channel, or a node returned something that is no update."""


class TaskNotFound(Exception):
    """A task id that this superstep does not have."""


class NodeNotFoundError(LookupError):
    """A plan names a node that this process has no code for: a fault of the deployment, not of the graph."""


@dataclass(frozen=True, slots=True)
class NodeError:
    """What an error handler is told: which node failed, and the error that was left when its retries were used up."""

    node: str
    error: BaseException


class NodeTimeoutError(Exception):
    """An attempt at a node took longer than its `TimeoutPolicy` allows. ``elapsed`` is in seconds, like the timeouts.

    ``kind``: "run" for the whole attempt, "idle" for the time without progress; ``timeout`` is the one that was
    exceeded.
    """

    def __init__(
        self,
        node: str,
        elapsed: float,
        *,
        kind: Literal["idle", "run"],
        idle_timeout: float | None = None,
        run_timeout: float | None = None,
    ) -> None:
        timeout = idle_timeout if kind == "idle" else run_timeout
        without = " without making progress" if kind == "idle" else ""
        super().__init__(
            f"Node '{node}' exceeded its {kind} timeout of {timeout or 0:.3f}s{without} (elapsed: {elapsed:.3f}s)."
        )
        self.node = node
        self.elapsed = elapsed
        self.kind = kind
        self.timeout = timeout
        self.idle_timeout = idle_timeout
        self.run_timeout = run_timeout


class NodeCancelledError(Exception):
    """A node raised CancelledError although nobody cancelled the run."""

    def __init__(self, node: str) -> None:
        super().__init__(f"Node '{node}' raised CancelledError, but its run was not cancelled.")
        self.node = node


def step_took_too_long(graph: str, step: int, limit: float, nodes: Sequence[str]) -> TimeoutError:
    """The end of a run whose superstep took longer than the graph's ``step_timeout`` of ``limit`` seconds."""
    return TimeoutError(
        f"Step {step} of graph '{graph}' took longer than its step_timeout of {limit} s (nodes: {', '.join(nodes)}). "
        "Raise it, or make the nodes quicker."
    )


class GraphBubbleUp(Exception):
    """What leaves user code on its way to the engine. Not an error."""


class GraphInterrupt(GraphBubbleUp):
    """A task asked one or more questions, or a breakpoint was reached."""

    def __init__(self, interrupts: Sequence[Interrupt] = ()) -> None:  # ``args`` are there without a call of the base
        self.interrupts = tuple(interrupts)


class NodeInterrupt(GraphInterrupt):
    """Deprecated: raised by a node to stop the run with a question that is not answered but asked anew, until the node
    no longer raises it. `temporal_pregel.types.interrupt` takes an answer."""

    def __init__(self, value: Any, id: str | None = None) -> None:
        import warnings

        from temporal_pregel.types import Interrupt
        from temporal_pregel.warnings import LangGraphDeprecatedSinceV10

        text = "NodeInterrupt is deprecated. Use `temporal_pregel.types.interrupt` instead."
        warnings.warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        asked = [Interrupt(value, id)]
        super().__init__(asked)
        self.args = (asked,)


class UnknownInterruptError(Exception):
    """An answer was refused, in a run that is strict about them; nothing of the call is kept.

    ``reason``: "not_pending" (``interrupt_ids`` are not open), "empty_map" (it names no question), or "ambiguous" (one
    value, but several questions). ``pending_ids``: the open ones, sorted.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: Literal["not_pending", "empty_map", "ambiguous"],
        interrupt_ids: Sequence[str] = (),
        pending_ids: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.interrupt_ids = tuple(interrupt_ids)
        self.pending_ids = tuple(pending_ids)


_REFUSED: Final = "_temporal_pregel_question"


def mark_invalid_resume(error: BaseException, question: Interrupt) -> None:
    """Say of ``error`` that it is the caller's: the answer to ``question`` does not fit its schema."""
    setattr(error, _REFUSED, question)


def is_invalid_resume(error: BaseException) -> bool:
    """Whether ``error`` is that of an answer that does not fit its question's ``response_schema``."""
    return hasattr(error, _REFUSED)


def refused_question(error: BaseException) -> Interrupt | None:
    """The question whose answer ``error`` refuses."""
    return getattr(error, _REFUSED, None)


class GraphDrained(GraphBubbleUp):
    """A run stopped before a superstep because ``RunControl.request_drain`` asked it to."""

    def __init__(self, reason: str = "shutdown") -> None:
        super().__init__(f"Graph drained: {reason}")
        self.reason = reason


class ParentCommand(GraphBubbleUp):
    """A ``Command(graph=Command.PARENT)`` on its way to the task that owns this graph."""

    args: tuple[Command[Any]]

    def __init__(self, command: Command[Any]) -> None:
        super().__init__(command)

    @property
    def command(self) -> Command[Any]:
        return self.args[0]
