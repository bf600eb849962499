"""Channels with a reducer."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Sequence
from typing import Any, get_origin

from temporal_pregel.channels.base import MISSING, UNCHANGED, BaseChannel
from temporal_pregel.errors import ErrorCode
from temporal_pregel.types import Overwrite

OVERWRITE = "__overwrite__"

_ABSTRACT: dict[Any, type] = {
    collections.abc.Sequence: list,
    collections.abc.MutableSequence: list,
    collections.abc.Set: set,
    collections.abc.MutableSet: set,
    collections.abc.Mapping: dict,
    collections.abc.MutableMapping: dict,
}


_MAY_REPLACE = frozenset((Overwrite, dict))


def start_of(typ: Any) -> Any:
    """What makes the first value of ``typ``."""
    origin = get_origin(typ) or typ
    return _ABSTRACT.get(origin, origin)


def overwrite_value(write: Any) -> tuple[bool, Any]:
    """Whether ``write`` replaces the value instead of being folded in, and what with.

    ``Overwrite(v)`` does, and so do its two spellings in JSON: ``{"__overwrite__": v}`` and
    ``{"type": "__overwrite__", "value": v}``.
    """
    kind = type(write)
    if kind is Overwrite:
        return True, write.value
    if kind is dict:
        if len(write) == 1 and OVERWRITE in write:
            return True, write[OVERWRITE]
        if len(write) == 2 and write.get("type") == OVERWRITE and "value" in write:
            return True, write["value"]
    return False, None


def replacement(channel: BaseChannel[Any, Any, Any], values: Sequence[Any]) -> Any:
    """What one of a superstep's ``values`` replaces what ``channel`` holds with; MISSING if none does.

    Raises:
        InvalidUpdateError: two of them do.
    """
    found = MISSING
    for value in values:
        if type(value) in _MAY_REPLACE:
            replaces, new = overwrite_value(value)
            if replaces:
                if found is not MISSING:
                    message = "Can receive only one Overwrite value per super-step."
                    raise channel.refuse(message, ErrorCode.INVALID_CONCURRENT_GRAPH_UPDATE)
                found = new
    return found


_get_overwrite = overwrite_value  # the name that code written against LangGraph imports


class BinaryOperatorAggregate(BaseChannel[Any, Any, Any]):
    """Folds every value into the one it holds: ``operator(held, new)``.

    It starts at ``typ()``; a type that can't be made without arguments starts empty and takes its first value as it is.
    ``operator`` must be pure and should be associative: values arrive in task order, and a replay folds them again. An
    `Overwrite` discards all other writes of its superstep; two of them are an error.
    """

    __slots__ = ("operator", "start")
    replays = True

    def __init__(self, typ: Any, operator: Callable[[Any, Any], Any]) -> None:
        self.start: Any = start_of(typ)
        self.operator = operator
        super().__init__(typ)

    @property
    def prepare(self) -> Callable[[Any], Any] | None:
        hook: Callable[[Any], Any] | None = getattr(self.operator, "prepare", None)
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
            return new
        operator = self.operator
        for value in values:
            cell = value if cell is MISSING else operator(cell, value)
        return cell

    def replay(self, cell: Any, values: Sequence[Any]) -> Any:
        """The cell after ``values``, the oldest first, which were written when this key was a `DeltaChannel`."""
        for value in values:
            cell = self.fold(cell, (value,))
        return cell

    def _same(self, other: Any) -> bool:
        # Two lambdas are never the same object, yet the same schema read twice must give equal channels.
        mine, theirs = self.operator, other.operator
        return mine is theirs or getattr(mine, "__name__", "") == getattr(theirs, "__name__", "") == "<lambda>"
