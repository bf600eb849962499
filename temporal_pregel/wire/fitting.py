"""Whether a value that a client gave is of the type that was declared for it, as far as JSON itself says what it is.

Inside a graph nothing holds values to annotations, and a value may stay what it is. At the border it is different: who
sends a text where a number is declared has made a mistake, and is told so before anything runs. Missing and further
keys are no mistake, nor is ``null``, which stands for nothing.
"""

from __future__ import annotations

import types
import typing
from collections import abc
from collections.abc import Iterable
from typing import Any, Final

import typing_extensions
from pydantic import TypeAdapter, ValidationError

from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.records import hints_of
from temporal_pregel.wire.schema import stripped

_SCALARS: Final[dict[Any, tuple[type, ...]]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}
_ITEMS: Final[dict[Any, tuple[type, ...]]] = {
    **dict.fromkeys((list, abc.Sequence, abc.MutableSequence), (list, tuple)),
    **dict.fromkeys((set, frozenset, abc.Set, abc.MutableSet), (set, frozenset, list, tuple)),
}
_DICTS: Final = (dict, abc.Mapping, abc.MutableMapping)
_UNIONS: Final = (typing.Union, types.UnionType)
_LITERALS: Final = (typing.Literal, typing_extensions.Literal)
_SHOWN: Final = 40


def check_fits(value: Any, declared: Any) -> None:
    """Look at a value; types of which JSON says nothing (classes, callables, ``Any``) take every value.

    Raises:
        UndecodableValue: it is not of the declared type; the path leads to the part that is not.
    """
    if value is None:
        return
    kind = stripped(declared)
    origin, arguments = typing.get_origin(kind) or kind, typing.get_args(kind)
    if origin in _UNIONS:
        fits = any(_fits(value, option) for option in arguments)
    elif origin in _LITERALS:
        fits = value in arguments
    elif typing_extensions.is_typeddict(origin):
        fits = isinstance(value, dict)
        if fits:
            hints = hints_of(origin)
            _check_each(((key, item, hints[key]) for key, item in value.items() if key in hints))
    elif origin in _DICTS:
        fits = isinstance(value, abc.Mapping)
        if fits and len(arguments) == 2:
            _check_each((key, item, arguments[1]) for key, item in value.items())
    elif _of(_ITEMS, origin) is not None:
        fits = isinstance(value, _ITEMS[origin])
        if fits and arguments:
            _check_each((place, item, arguments[0]) for place, item in enumerate(value))
    else:
        accepted = _of(_SCALARS, origin)
        fits = accepted is None or isinstance(value, accepted)
    if not fits:
        shown = repr(value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        raise UndecodableValue(f"{shown} is no {kind if arguments else getattr(origin, '__name__', kind)}.")


def check_parses(value: Any, adapter: TypeAdapter[Any] | None) -> None:
    """Look at a value for a field of a class, which pydantic parses; without an adapter, any value will do.

    Raises:
        UndecodableValue: pydantic refuses it.
    """
    if adapter is None:
        return
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        fault = UndecodableValue(f"{first['msg']}.")
        for segment in reversed(first["loc"]):
            fault.within(segment)
        raise fault from None


def _fits(value: Any, declared: Any) -> bool:
    try:
        check_fits(value, declared)
    except UndecodableValue:
        return False
    return True


def _check_each(parts: Iterable[tuple[Any, Any, Any]]) -> None:
    for segment, item, declared in parts:
        try:
            check_fits(item, declared)
        except UndecodableValue as error:
            error.within(segment if isinstance(segment, int) else str(segment))
            raise


def _of(table: dict[Any, tuple[type, ...]], origin: Any) -> tuple[type, ...] | None:
    try:
        return table.get(origin)
    except TypeError:  # an unhashable annotation
        return None
