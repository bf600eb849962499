"""The shapes of what streams give: payloads of single modes, and parts with ``version="v2"``.

For annotations, and to be loaded by whoever wants them: `temporal_pregel.types` has all their names. (Their own
annotations are not put off: a TypedDict would not see which of its keys need not be there.)
"""

from typing import Any, Generic, Literal, NotRequired, TypeVar

from typing_extensions import TypedDict  # pydantic takes no other before Python 3.12

from temporal_pregel.config import RunnableConfig
from temporal_pregel.types import Interrupt, StateSnapshot
from temporal_pregel.typing import StateT

ShownT = TypeVar("ShownT")
"""What the ``values`` stream shows: the output schema's part of the state, or all of it."""


class TaskPayload(TypedDict):
    """A task that begins. ``triggers``: the channels that made it run."""

    id: str
    name: str
    input: Any
    triggers: list[str]
    metadata: NotRequired[dict[str, Any]]


class TaskResultPayload(TypedDict):
    """A task that has ended. ``interrupts``: what it asked; ``result``: channel -> what it wrote."""

    id: str
    name: str
    error: str | None
    interrupts: list[dict[str, Any]]
    result: dict[str, Any]


class CheckpointTask(TypedDict):
    """A task that is due at a checkpoint. ``state``: of the graph inside it, or the config that names it."""

    id: str
    name: str
    error: NotRequired[str]
    interrupts: NotRequired[list[dict[str, Any]]]
    result: NotRequired[Any]
    state: StateSnapshot | RunnableConfig | None


class CheckpointPayload(TypedDict, Generic[StateT]):
    """A new checkpoint. ``next``: the names of the nodes that are due."""

    config: RunnableConfig | None
    metadata: dict[str, Any]
    values: StateT
    next: list[str]
    parent_config: RunnableConfig | None
    tasks: list[CheckpointTask]


class CheckpointDebug(TypedDict, Generic[StateT]):
    """A checkpoint in the ``debug`` stream. ``timestamp``: ISO 8601."""

    step: int
    timestamp: str
    type: Literal["checkpoint"]
    payload: CheckpointPayload[StateT]


class TaskDebug(TypedDict):
    """A task that begins, in the ``debug`` stream."""

    step: int
    timestamp: str
    type: Literal["task"]
    payload: TaskPayload


class TaskResultDebug(TypedDict):
    """A task that has ended, in the ``debug`` stream."""

    step: int
    timestamp: str
    type: Literal["task_result"]
    payload: TaskResultPayload


DebugPayload = CheckpointDebug[StateT] | TaskDebug | TaskResultDebug


class ValuesStreamPart(TypedDict, Generic[ShownT]):
    """The state after a superstep, with the questions that are open. ``ns``: the tasks around the graph."""

    type: Literal["values"]
    ns: tuple[str, ...]
    data: ShownT
    interrupts: tuple[Interrupt, ...]


class UpdatesStreamPart(TypedDict):
    """Node -> what it returned."""

    type: Literal["updates"]
    ns: tuple[str, ...]
    data: dict[str, Any]


class MessagesStreamPart(TypedDict):
    """A chat model's message, or a piece of one, with what is known of where it comes from."""

    type: Literal["messages"]
    ns: tuple[str, ...]
    data: tuple[Any, dict[str, Any]]


class CustomStreamPart(TypedDict):
    """What a node wrote to its `StreamWriter`."""

    type: Literal["custom"]
    ns: tuple[str, ...]
    data: Any


class CheckpointStreamPart(TypedDict, Generic[StateT]):
    """A new checkpoint."""

    type: Literal["checkpoints"]
    ns: tuple[str, ...]
    data: CheckpointPayload[StateT]


class TasksStreamPart(TypedDict):
    """A task that begins or has ended."""

    type: Literal["tasks"]
    ns: tuple[str, ...]
    data: TaskPayload | TaskResultPayload


class DebugStreamPart(TypedDict, Generic[StateT]):
    """A checkpoint, or a task that begins or has ended, with its step and time."""

    type: Literal["debug"]
    ns: tuple[str, ...]
    data: DebugPayload[StateT]


StreamPart = (
    CheckpointStreamPart[StateT]
    | ValuesStreamPart[ShownT]
    | UpdatesStreamPart
    | MessagesStreamPart
    | CustomStreamPart
    | TasksStreamPart
    | DebugStreamPart[StateT]
)
