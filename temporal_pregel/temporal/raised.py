"""What a caller gets: the exception that the same would have raised in process, and those about threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from temporalio.client import WorkflowQueryFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from temporal_pregel.errors import (
    EmptyInputError,
    GraphDrained,
    GraphRecursionError,
    InvalidUpdateError,
    NodeCancelledError,
    UnknownInterruptError,
    mark_invalid_resume,
)
from temporal_pregel.temporal.names import STEP_TIMEOUT
from temporal_pregel.temporal.verdicts import INVALID_ANSWER
from temporal_pregel.types import Interrupt


class GraphRunError(RuntimeError):
    """A run ended with an error that has no class of its own here. ``type`` names it, ``details`` say where it was."""

    def __init__(self, message: str, type: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.type = type
        self.details = dict(details or {})


class NodeFailedError(GraphRunError):
    """A node raised, and its retry policy, if it has one, gave up. ``error`` is the name of what it raised."""

    @property
    def graph(self) -> str:
        return str(self.details.get("graph", ""))

    @property
    def node(self) -> str:
        return str(self.details.get("node", ""))

    @property
    def step(self) -> int | None:
        return self.details.get("step")

    @property
    def task_id(self) -> str:
        return str(self.details.get("task_id", ""))

    @property
    def error(self) -> str:
        return str(self.details.get("error", ""))


class AnswerRefusedError(InvalidUpdateError, ValueError):
    """An answer does not fit the ``response_schema`` of its question, which stays open. In process this is pydantic's
    ValidationError; both are ValueErrors, and `temporal_pregel.errors.is_invalid_resume` knows both."""

    def __init__(self, message: str, interrupt_id: str) -> None:
        super().__init__(message)
        self.interrupt_id = interrupt_id
        mark_invalid_resume(self, Interrupt(None, interrupt_id))


class ThreadError(RuntimeError):
    """A thread is not in the state that a call needs. ``thread`` is its id."""

    said = ""

    def __init__(self, thread: str, **more: object) -> None:
        super().__init__(self.said.format(thread=thread, **more))
        self.thread = thread


class ThreadExistsError(ThreadError):
    """A thread was given an input while it runs."""

    said = "The thread '{thread}' still runs. Wait until it is over or waits for somebody, or use another thread_id."


class ThreadNotFoundError(ThreadError):
    """No thread has that id: it was never started, or the server has forgotten it after its retention time."""

    said = "There is no thread '{thread}' on this server and namespace. Start it by giving it an input."


class ThreadNotBegunError(ThreadNotFoundError, EmptyInputError):
    """A thread that there is not was to go on without an input."""


class ThreadNotWaitingError(ThreadError):
    """A thread was answered that is over."""

    said = "The thread '{thread}' is over ({status}), so nobody waits for an answer. Give it an input to go on with."


class ThreadMovedError(ThreadError):
    """A thread went on while its state was being read in pieces."""

    said = "The thread '{thread}' went on while its state was read; read it again."


class OtherGraphError(ThreadError):
    """A thread is a run of another graph, or of a workflow that is no graph."""

    said = "The thread '{thread}' is a run of '{other}', not of the graph '{graph}'."


class ThreadUnreachableError(ThreadError):
    """Nobody answers for a thread: a worker has to be there even for a look at it."""

    said = (
        "Nobody answers for the thread '{thread}': {why}. Is a worker running that serves the graph '{graph}' on task "
        "queue '{task_queue}'? Its log says more."
    )


SILENT: Final = frozenset((RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.FAILED_PRECONDITION))
"""What a server, or the SDK, says when no worker answers."""


def of_silence(error: Exception, thread: str, **more: object) -> Exception:
    """What a caller gets where a run could not be asked."""
    if isinstance(error, RPCError):
        if error.status is RPCStatusCode.NOT_FOUND:
            return ThreadNotFoundError(thread)
        if error.status not in SILENT:
            return error  # of the connection, not of the thread
    why = "it took too long" if isinstance(error, WorkflowUpdateRPCTimeoutOrCancelledError) else str(error)
    return ThreadUnreachableError(thread, why=why.rstrip("."), **more)


UNANSWERED: Final = (RPCError, WorkflowQueryFailedError, WorkflowUpdateRPCTimeoutOrCancelledError)

_PLAIN: Final[Mapping[str, type[Exception]]] = {
    "EmptyInputError": EmptyInputError,
    "GraphRecursionError": GraphRecursionError,
    "InvalidUpdateError": InvalidUpdateError,
    "Refused": InvalidUpdateError,
    STEP_TIMEOUT: TimeoutError,
}


_REASONS: Final[Mapping[str, Any]] = {"unknown_interrupt": "not_pending", "several_questions": "ambiguous"}
"""Code of a refused answer -> what a strict caller is told."""


def names_none(pending: Sequence[str]) -> UnknownInterruptError:
    """What a strict caller gets for an answer without content."""
    said = "Command(resume={}) names no interrupt: give {interrupt_id: answer}"
    return UnknownInterruptError(said, reason="empty_map", pending_ids=tuple(sorted(pending)))


def strictly(cause: BaseException | None) -> Exception:
    """`raised`, for a caller who asked to be told of answers to what is not open."""
    reason = _REASONS.get(refused_as(cause))
    if reason is None:
        return raised(cause)
    assert isinstance(cause, ApplicationError)
    details = cause.details[0]
    asked, pending = details.get("interrupt_ids", ()), sorted(details.get("pending_ids", ()))
    return UnknownInterruptError(str(cause), reason=reason, interrupt_ids=asked, pending_ids=pending)


def refused_as(cause: BaseException | None) -> str:
    """The code of a refusal; empty for another error."""
    details = cause.details[0] if isinstance(cause, ApplicationError) and cause.details else None
    return str(details.get("code", "")) if isinstance(details, dict) else ""


def raised(cause: BaseException | None) -> Exception:
    """What a caller gets for the cause of a failed run, update or query."""
    if not isinstance(cause, ApplicationError):
        return cause if isinstance(cause, Exception) else GraphRunError(str(cause))
    details = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
    if cause.type == "NodeCancelledError":
        return NodeCancelledError(str(details.get("node", "")))
    if cause.type == "GraphDrained":
        return GraphDrained(str(details.get("reason", "")))
    if details.get("code") == INVALID_ANSWER:
        return AnswerRefusedError(cause.message, str(details.get("interrupt_id", "")))
    plain = _PLAIN.get(cause.type or "")
    if plain is not None:
        return plain(cause.message)
    kind = NodeFailedError if cause.type == "NodeError" else GraphRunError
    return kind(cause.message, cause.type or "", details)
