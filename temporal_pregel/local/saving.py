"""What a driver asks of the log of a thread.

A checkpoint is a place in a log of writes, and a state is the fold of that log: the same idea as an event history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from temporal_pregel.constants import TASKS
from temporal_pregel.core import ids
from temporal_pregel.core.loop import Record
from temporal_pregel.core.plan import Plan, Write
from temporal_pregel.core.state import State
from temporal_pregel.core.task import Pending
from temporal_pregel.types import Send

if TYPE_CHECKING:
    from temporal_pregel.checkpoint.log import ThreadLog
    from temporal_pregel.pregel import Pregel


class Place(NamedTuple):
    """Which log, and where in it: at ``checkpoint_id``, or in a log that counts at ``position``; else at its head."""

    thread: str
    ns: str = ""
    checkpoint_id: str | None = None
    position: int | None = None

    @property
    def at_head(self) -> bool:
        return self.checkpoint_id is None and self.position is None

    @property
    def id(self) -> str | None:
        """The id of the checkpoint, made of its position if need be; None at the head."""
        if self.checkpoint_id is None and self.position is not None:
            return ids.checkpoint_id(self.thread, self.ns, self.position)
        return self.checkpoint_id


class Io(NamedTuple):
    """A request: call a method of the log, or of something else."""

    method: str
    args: tuple[Any, ...]
    target: Any = None
    """Whose method, if not the log's: that of a cache, which has an async twin of each."""


@dataclass(slots=True)
class Saved:
    """A checkpoint as it was found.

    ``position`` is that of the log's newest checkpoint, so that the next one comes after all. ``step`` and ``source``
    are the checkpoint's own. ``head``: whether it is the newest.
    """

    place: Place
    state: State
    position: int
    step: int
    source: str
    parent: Place | None
    created: str | float
    """When it was made: ISO 8601, or seconds since the epoch."""
    metadata: Mapping[str, Any]
    pending: dict[str, Pending] = field(default_factory=dict)
    find_outcomes: Callable[[], Mapping[tuple[Any, ...], Sequence[Write]]] = dict
    """Looks up `outcomes`, which only those want who look back."""
    head: bool = True

    @classmethod
    def blank(cls, plan: Plan, place: Place, position: int) -> Saved:
        """A fresh start in a log whose newest checkpoint is at ``position``."""
        return cls(Place(place.thread, place.ns), State.initial(plan), position, -2, "", None, "", {}, head=False)

    @property
    def outcomes(self) -> Mapping[tuple[Any, ...], Sequence[Write]]:
        """Task path -> what the task wrote, for tasks of the superstep after this checkpoint that is already
        committed."""
        return self.find_outcomes()

    @property
    def created_at(self) -> str:
        """When it was made, as ISO 8601."""
        if isinstance(self.created, str):
            return self.created
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.created, UTC).isoformat()

    @property
    def id(self) -> str:
        made = self.place.id
        assert made is not None
        return made

    @property
    def parent_id(self) -> str | None:
        return None if self.parent is None else self.parent.id


class Log(Protocol):
    """Threads and their checkpoints. Every method may block; a log with ``awaits`` has an async twin of each, named
    a…"""

    awaits: bool
    counts: bool
    """Whether it finds a record's parent by its position, so that nobody need make up an id for each superstep. It is a
    `CountingLog` then."""
    keeps_tasks: bool
    """Whether what a task left is worth keeping while others of its superstep run: where it outlives the process."""

    def load(self, plan: Plan, place: Place) -> Saved | None:
        """The checkpoint at ``place``; None in a log without any, a blank one if it is not there."""

    def load_before(self, plan: Plan, place: Place, root: str, until: str) -> Saved | None:
        """The newest checkpoint that was made when the graph at ``root`` stood before its checkpoint ``until``; None
        in a log without any, a blank one if there is none so old."""

    def history(self, plan: Plan, place: Place, before: str | None, where: Mapping[str, Any] | None) -> Iterator[Saved]:
        """All checkpoints of a log, newest first, from before the id ``before``, whose metadata have ``where``."""

    def append(self, plan: Plan, place: Place, record: Record, state: State, metadata: Mapping[str, Any]) -> str | None:
        """Write the checkpoint after ``place``, which ``record`` leads to; its id, None where that is the one that
        follows from the record's position."""

    def hold(self, plan: Plan, place: Place, pending: Mapping[str, Pending]) -> None:
        """Keep what is known of the unfinished superstep after ``place``."""

    def settle(self, plan: Plan, place: Place, state: State) -> None:
        """A run has ended at ``place``: a good time to make reading quick. Nobody changes ``state`` any more."""


class CountingLog(Log, Protocol):
    """A log in memory."""

    def line(self, plan: Plan, place: Place) -> ThreadLog:
        """What `append` writes to for the thread and namespace of ``place``: a run of many supersteps looks it up
        once."""


RESERVED = frozenset(("thread_id", "checkpoint_id", "checkpoint_ns", "checkpoint_map"))
"""Keys of ``configurable`` that say where a run is kept, and so are no metadata of it."""


SCALARS = (str, int, float, bool)
"""What can be metadata of a checkpoint."""


def own_metadata(config: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of a run's config without what says where it is."""
    metadata = config.get("metadata", {})
    return {key: value for key, value in metadata.items() if key not in RESERVED and not key.startswith("langgraph_")}


def kept_metadata(config: Mapping[str, Any]) -> dict[str, Any]:
    """What checkpoints keep of a run's config, beside their step and source."""
    kept: dict[str, Any] = {"parents": {}}
    for key, value in own_metadata(config).items():
        if isinstance(value, SCALARS):
            kept[key] = value
    for key, value in config.get("configurable", {}).items():
        if key not in RESERVED and not key.startswith("__") and isinstance(value, SCALARS):
            kept.setdefault(key, value)
    return kept


def stable_ns(ns: str) -> str:
    """A namespace without task ids: the same in every run."""
    return "|".join(part.split(":")[0] for part in ns.split("|"))


def inner_ns(app: Pregel, ns: str) -> str:
    """The namespace of a graph that is a node, whose task has the namespace ``ns``."""
    return stable_ns(ns) if app.checkpointer is True else ns


def made_before(metadata: Mapping[str, Any], root: str, until: str) -> bool:
    """Whether a checkpoint with ``metadata`` was made when the graph at ``root`` stood before ``until``."""
    parent = metadata.get("parents", {}).get(root)
    return parent is not None and ids.position_of(parent) < ids.position_of(until)


def error_text(error: BaseException | str | None) -> str | None:
    """An error as logs keep it."""
    return error if error is None or isinstance(error, str) else repr(error)


def tracked(plan: Plan, writes: Sequence[Write]) -> Sequence[Write]:
    """``writes`` as logs keep them: without the channels that no checkpoint has."""
    if not plan.untracked:
        return writes
    return [(key, _sent(plan, value) if key == TASKS else value) for key, value in writes if key not in plan.untracked]


def _sent(plan: Plan, value: Any) -> Any:
    if isinstance(value, Send) and isinstance(value.arg, dict):
        kept = {key: item for key, item in value.arg.items() if key not in plan.untracked}
        return Send(value.node, kept, timeout=value.timeout)
    return value
