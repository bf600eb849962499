"""A reducer's channel of which savers keep what was written, and only now and then the whole value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel
from temporal_pregel.channels.binop import overwrite_value, replacement, start_of

SNAPSHOT_FREQUENCY = 100


class DeltaChannel(BaseChannel[Any, Any, Any]):
    """Folds all writes of a superstep at once: ``reducer(held, [write, …])``.

    For values that grow, in savers that keep whole states: such a saver is given the writes, and the value itself
    after ``snapshot_frequency`` supersteps that wrote to it. Between two of these the value is folded anew from the
    writes in between. Our own `InMemorySaver` and an event history are logs of writes, so there it costs what any
    channel costs.

    The reducer must be pure, and it must not matter how the writes are cut into batches:
    ``reducer(reducer(s, xs), ys) == reducer(s, xs + ys)``. ``typ`` is the type of the value, by default what is
    annotated, else a list; the value starts as ``typ()``. An `Overwrite` discards all other writes of its superstep;
    two of them are an error.

    Raises:
        ValueError: a ``snapshot_frequency`` below 1.
    """

    __slots__ = ("reducer", "snapshot_frequency", "start", "stated")
    deltas = True
    replays = True

    def __init__(
        self,
        reducer: Callable[[Any, Sequence[Any]], Any],
        typ: Any = None,
        *,
        snapshot_frequency: int = SNAPSHOT_FREQUENCY,
    ) -> None:
        if not isinstance(snapshot_frequency, int) or snapshot_frequency < 1:
            raise ValueError(f"snapshot_frequency must be a positive int, got {snapshot_frequency!r}")
        self.reducer = reducer
        self.snapshot_frequency = snapshot_frequency
        self.stated = typ is not None
        """Whether the type was given with the channel, so that an annotation around it says nothing new."""
        typ = list if typ is None else typ
        self.start: Any = start_of(typ)
        super().__init__(typ)

    def annotated(self, typ: Any) -> Self:
        """This channel as the one of a key that is annotated as ``typ``."""
        if self.stated:
            return self
        new = self.named(self.key)
        new.typ, new.start = typ, start_of(typ)
        new.cell = new.seed()
        return new

    @property
    def operator(self) -> Callable[[Any, Sequence[Any]], Any]:
        """The reducer, under the name that all channels with a function of the user's give it."""
        return self.reducer

    @property
    def prepare(self) -> Callable[[Any], Any]:
        """What is done with a value before it is written: messages get ids, which every later fold has to find."""
        from temporal_pregel.nodes.messages import identified

        hook: Callable[[Any], Any] = getattr(self.reducer, "prepare", identified)
        return hook

    def seed(self) -> Any:
        try:
            return self.start()
        except Exception:  # a type that needs arguments has no empty value
            return MISSING

    def fold(self, cell: Any, values: Sequence[Any]) -> Any:
        if not values:
            return UNCHANGED
        new = replacement(self, values)
        if new is not MISSING:
            return self._or_empty(new)
        return self.reducer(None if cell is MISSING else cell, list(values))

    def replay(self, cell: Any, values: Sequence[Any]) -> Any:
        """The cell after any number of supersteps, whose writes are ``values``, the oldest first."""
        rest: list[Any] = []
        for value in values:
            replaces, new = overwrite_value(value)
            if replaces:
                cell, rest = self._or_empty(new), []
            else:
                rest.append(value)
        return self.reducer(None if cell is MISSING else cell, rest) if rest else cell

    def replay_writes(self, writes: Sequence[tuple[str, str, Any]]) -> None:
        """`replay` into this object's value; ``writes`` as savers keep them: (task, channel, value)."""
        self.cell = self.replay(self.cell, [value for _, _, value in writes])

    def checkpoint(self) -> Any:
        return MISSING

    def _or_empty(self, value: Any) -> Any:
        return self.seed() if value is None else value

    def _same(self, other: Any) -> bool:
        return self.reducer is other.reducer and bool(self.snapshot_frequency == other.snapshot_frequency)
