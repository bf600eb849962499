"""From any exception to the typed error that ends a run: what happened, where, and what to do (invariant 8).

A fault of the graph becomes an `ApplicationError` that nobody retries. A fault of the deployment (`DeploymentFault`)
is no `ApplicationError`: raised in workflow code it fails the workflow *task*, which is tried again until the right
worker comes.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Any, Final

from temporalio.exceptions import ActivityError, ApplicationError, FailureError

from temporal_pregel.core.applying import FOLDING
from temporal_pregel.core.plan import Plan
from temporal_pregel.errors import (
    EmptyInputError,
    GraphRecursionError,
    InvalidUpdateError,
    NodeCancelledError,
    NodeNotFoundError,
)
from temporal_pregel.wire.errors import MalformedPayload, UndecodableValue, UnserializableValue, ValueTooLarge

LONGEST: Final = 1_500
"""Characters of a message: the server keeps 4 KiB of a failure."""
FRAMES: Final = 12
"""Frames of the user's traceback that are kept, the innermost ones."""


class DeploymentFault(RuntimeError):
    """This worker lacks what the run needs; another one, or a later version, has it."""


class ImpureReducerError(DeploymentFault):
    """A replay reached another state than the run did: a reducer gives different results for the same arguments."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a failure."""

    graph: str
    node: str = ""
    step: int | None = None
    task_id: str = ""
    attempt: int = 0
    channel: str = ""
    handling: Mapping[str, str] | None = None
    """``type`` and ``message`` of the error that an error handler was to handle when it failed."""

    @property
    def details(self) -> dict[str, Any]:
        """What is known of it."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "", 0)}

    def __str__(self) -> str:
        parts = [f"graph '{self.graph}'"]
        parts += [f"node '{self.node}'"] if self.node else []
        parts += [f"channel '{self.channel}'"] if self.channel else []
        parts += [f"step {self.step}"] if self.step is not None else []
        parts += [f"task {self.task_id}"] if self.task_id else []
        parts += [f"attempt {self.attempt}"] if self.attempt > 1 else []
        parts += [f"handling {self.handling['message']}"] if self.handling else []
        return ", ".join(parts)


ADVICE: Final[tuple[tuple[type[BaseException], str, str], ...]] = (
    (GraphRecursionError, "GraphRecursionError", "Raise config['recursion_limit'], or look for a loop without an end."),
    (InvalidUpdateError, "InvalidUpdateError", ""),
    (EmptyInputError, "EmptyInputError", "Start the run with the graph's input as its first argument."),
    (NodeCancelledError, "NodeCancelledError", ""),
    (UnserializableValue, "UnserializableValue", ""),
    (ValueTooLarge, "ValueTooLarge", ""),
    (
        MalformedPayload,
        "InvalidInput",
        "The first argument is the graph's input as JSON, the second (optional) its options.",
    ),
    (UndecodableValue, "InvalidInput", "The input has to fit the graph's input schema."),
)
"""Exception -> the type of its ApplicationError, and what to do. Others take the type of the place they come from."""


def failure(error: BaseException, where: Where, otherwise: str = "NodeError", advice: str = "") -> ApplicationError:
    """``error`` as the typed error that ends a run."""
    kind, hint = next(((name, said) for cls, name, said in ADVICE if isinstance(error, cls)), (otherwise, advice))
    said = safe_text(error)
    named = said if type(error).__name__ == kind else f"{type(error).__name__}: {said}"
    message = shortened(f"{named} ({where})" + (f" {hint}" if hint else ""))
    typed = ApplicationError(message, {**where.details, "error": type(error).__name__}, type=kind, non_retryable=True)
    return typed.with_traceback(innermost(error.__traceback__))


def retryable(typed: ApplicationError, after: Any = None) -> ApplicationError:
    """The same, to be tried again."""
    again = ApplicationError(typed.message, *typed.details, type=typed.type, next_retry_delay=after)
    return again.with_traceback(typed.__traceback__)


def refusal(kind: str, message: str, **details: Any) -> ApplicationError:
    """A typed error of a run that could not begin, or of a request that is refused."""
    return ApplicationError(shortened(message), details, type=kind, non_retryable=True)


def missing_node(error: NodeNotFoundError) -> ApplicationError:
    """A node that this worker lacks, for the server to try elsewhere."""
    return ApplicationError(shortened(str(error)), type="NodeNotFound")


def of_activity(error: ActivityError, where: Where) -> ApplicationError:
    """What ended an activity, as what ends the run."""
    cause = error.cause
    if isinstance(cause, ApplicationError):
        return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
    said = cause.message if isinstance(cause, FailureError) else str(error)
    place = replace(where, attempt=0)
    kind = type(cause).__name__ if cause is not None else "ActivityError"
    return ApplicationError(f"{kind}: {shortened(said)} ({place})", asdict(place), type="NodeError", non_retryable=True)


def safe_text(error: BaseException) -> str:
    """What an exception says, whatever its own ``__str__`` does."""
    try:
        said = str(error)
    except Exception:
        return "(an error whose text can't be read)"
    return " ".join((said, *notes_on(error))).encode(errors="replace").decode()


def notes_on(error: BaseException) -> list[str]:
    """The notes that were added to an exception."""
    notes = getattr(error, "__notes__", ())
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, (list, tuple)) else []


def shortened(text: str) -> str:
    """``text``, without its middle where it is long."""
    if len(text) <= LONGEST:
        return text
    half = (LONGEST - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


def innermost(found: TracebackType | None) -> TracebackType | None:
    """The last frames of a traceback: the first thousand of a runaway recursion help nobody and fit nowhere."""
    frames = len(list(traceback.walk_tb(found)))
    while found is not None and frames > FRAMES:
        found, frames = found.tb_next, frames - 1
    return found


def channel_at_fault(error: BaseException) -> str:
    """The channel that was being folded when a reducer raised; empty if none was."""
    before, after = FOLDING.split("{}")
    for note in notes_on(error):
        if note.startswith(before) and note.endswith(after):
            return note[len(before) : -len(after)]
    return ""


def impure(plan: Plan, channels: Iterable[str], where: Where) -> ImpureReducerError:
    """What stops a replay that reaches another state in ``channels`` than the run did."""
    rules = ", ".join(f"{key} ({reducer_name(plan, key)})" for key in channels)
    return ImpureReducerError(
        f"A replay of this run reaches another state than the run did, in step {where.step} before node "
        f"'{where.node}' of graph '{where.graph}', in channel {rules}. A reducer has to be pure: the same "
        "result for the same arguments, without clock, randomness or the outside, and its arguments unchanged. "
        "Mend the reducer (what differs each time belongs into a node). A run that it has touched can't go on: "
        "reset it to before that step, or end it."
    )


def reducer_name(plan: Plan, channel: str) -> str:
    """How the user calls what folds a channel."""
    rule = plan.channels[channel]
    operator = getattr(rule, "operator", None)
    return getattr(operator, "__qualname__", type(rule).__name__) if operator is not None else type(rule).__name__
