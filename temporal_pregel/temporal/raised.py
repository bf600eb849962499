"""From the typed failure of a run to the exception that a caller in process would have got."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from temporalio.exceptions import ApplicationError

from temporal_pregel.errors import EmptyInputError, GraphRecursionError, InvalidUpdateError, NodeCancelledError


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


_PLAIN: Final[Mapping[str, type[Exception]]] = {
    "EmptyInputError": EmptyInputError,
    "GraphRecursionError": GraphRecursionError,
    "InvalidUpdateError": InvalidUpdateError,
    "Refused": InvalidUpdateError,
}


def raised(cause: BaseException | None) -> Exception:
    """What a caller gets for the cause of a failed run, update or query."""
    if not isinstance(cause, ApplicationError):
        return cause if isinstance(cause, Exception) else GraphRunError(str(cause))
    details = cause.details[0] if cause.details and isinstance(cause.details[0], dict) else {}
    if cause.type == "NodeCancelledError":
        return NodeCancelledError(str(details.get("node", "")))
    plain = _PLAIN.get(cause.type or "")
    if plain is not None:
        return plain(cause.message)
    kind = NodeFailedError if cause.type == "NodeError" else GraphRunError
    return kind(cause.message, cause.type or "", details)
