"""What a channel is: a rule for one key of the state, as pure functions of a *cell*.

A **cell** is what a channel holds between two supersteps: any value, or `MISSING` while there is none. A state is a
plain dict of cells, so that it is copied, compared and serialized at the speed of a dict; the channel objects in a
plan hold rules only and are shared by every run. Four functions make up a rule, and none of them changes its
arguments:

    fold(cell, values)  the cell after a superstep that wrote ``values``, or `UNCHANGED`
    read(cell)          what nodes see, or `MISSING` while the channel is not available
    consumed(cell)      the cell after a task that it triggered was committed, or `UNCHANGED`
    finished(cell)      the cell once the graph has come to rest, or `UNCHANGED`

The same classes work as objects with a value of their own (``update``, ``get``, ``checkpoint``, …); that face is
written once, here, in terms of the four.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, Self, TypeVar

from temporal_pregel.errors import EmptyChannelError, ErrorCode, InvalidUpdateError, create_error_message

Value = TypeVar("Value")
Update = TypeVar("Update")
Cell = TypeVar("Cell")


class _Mark:
    """A value that is only ever itself, after copying and pickling too."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return self.name

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


MISSING: Final = _Mark("MISSING")
"""The cell of a channel that holds nothing."""
UNCHANGED: Final = _Mark("UNCHANGED")
"""The answer of a rule that leaves the cell as it is."""


class BaseChannel(Generic[Value, Update, Cell]):
    """The rule of one channel. ``typ`` is the annotation of its values, ``key`` its name in the state."""

    __slots__ = ("cell", "key", "typ")

    transient = False
    """Whether a superstep that writes nothing to the channel empties it."""
    plain = True
    """Whether nodes see the cell as it is."""
    tracked = True
    """Whether checkpoints keep the cell."""
    replaces = False
    """Whether folding one value gives just that value, so that nobody need ask."""
    settles = False
    """Whether the channel waits for the graph to come to rest."""
    deltas = False
    """Whether savers that keep whole states are given what was written instead of the cell."""
    replays = False
    """Whether a cell that was kept so can be made again from the writes (a method ``replay``)."""

    def __init__(self, typ: Any, key: str = "") -> None:
        self.typ = typ
        self.key = key
        self.cell: Any = self.seed()

    @property
    def prepare(self) -> Callable[[Any], Any] | None:
        """What is to be done with a value before it is written, so that folding it later gives the same again."""
        return None

    # The rule

    def seed(self) -> Any:
        """The cell before the first write."""
        return MISSING

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        """The cell after a superstep in which ``values`` were written, in task order.

        Raises:
            InvalidUpdateError: the values do not fit the channel.
        """
        raise NotImplementedError(f"{type(self).__name__} has no fold")

    def read(self, cell: Any) -> Any:
        """What a node sees of ``cell``."""
        return cell

    def consumed(self, cell: Any) -> Any:
        """The cell after a task that this channel triggered was committed."""
        return UNCHANGED

    def finished(self, cell: Any) -> Any:
        """The cell once no node is left to run."""
        return UNCHANGED

    def refuse(self, message: str, code: ErrorCode | None = None) -> InvalidUpdateError:
        """An error that names this channel."""
        text = f"At key '{self.key}': {message}"
        return InvalidUpdateError(create_error_message(message=text, error_code=code) if code else text)

    # The same rule as an object with a value of its own

    @property
    def ValueType(self) -> Any:
        """The annotation of what `get` returns."""
        return self.typ

    @property
    def UpdateType(self) -> Any:
        """The annotation of what `update` takes."""
        return self.typ

    def _take(self, cell: Any) -> bool:
        if cell is UNCHANGED:
            return False
        self.cell = cell
        return True

    def update(self, values: Sequence[Any]) -> bool:
        """Fold ``values`` in; whether that changed the channel."""
        return self._take(self.fold(self.cell, values))

    def get(self) -> Any:
        """The current value.

        Raises:
            EmptyChannelError: there is none.
        """
        value = self.read(self.cell)
        if value is MISSING:
            raise EmptyChannelError(self.key)
        return value

    def is_available(self) -> bool:
        """Whether `get` would return a value."""
        return self.read(self.cell) is not MISSING

    def consume(self) -> bool:
        """Tell the channel that a task it triggered was committed."""
        return self._take(self.consumed(self.cell))

    def finish(self) -> bool:
        """Tell the channel that the graph has come to rest."""
        return self._take(self.finished(self.cell))

    def checkpoint(self) -> Any:
        """What a checkpoint keeps of the channel."""
        return self.cell if self.tracked else MISSING

    def from_checkpoint(self, checkpoint: Any) -> Self:
        """A channel with this rule and the value that ``checkpoint`` kept."""
        new = self.named(self.key)
        new.cell = self.seed() if checkpoint is MISSING else checkpoint
        return new

    def named(self, key: str) -> Self:
        """A channel with this rule, empty, under the name ``key``."""
        new = object.__new__(type(self))
        for kind in type(self).__mro__:
            for slot in getattr(kind, "__slots__", ()):
                setattr(new, slot, getattr(self, slot))
        new.key = key
        new.cell = new.seed()
        return new

    def copy(self) -> Self:
        """A channel with the same rule and value."""
        new = self.named(self.key)
        new.cell = self.cell
        return new

    def _same(self, other: Any) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._same(other)

    __hash__ = None  # type: ignore[assignment]
