"""A state schema as channels: what each annotation says about how writes of one superstep become one value."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

from temporal_pregel.channels.base import BaseChannel
from temporal_pregel.channels.binop import BinaryOperatorAggregate
from temporal_pregel.channels.delta import DeltaChannel
from temporal_pregel.channels.last_value import LastValue
from temporal_pregel.constants import ROOT
from temporal_pregel.managed.base import ManagedValueSpec, is_managed_value

Channel = BaseChannel[Any, Any, Any]
CALL = "__call__"
Rule = Channel | ManagedValueSpec
"""What stands behind one key of a state."""


def schema_name(schema: Any) -> str:
    """A schema's name for people."""
    return getattr(schema, "__name__", None) or repr(schema)


def bare(annotation: Any) -> Any:
    """``annotation`` without Required, NotRequired and ReadOnly around it."""
    while (origin := get_origin(annotation)) in (Required, NotRequired) or getattr(origin, "_name", "") == "ReadOnly":
        annotation = get_args(annotation)[0]
    return annotation


def typed(annotation: Any) -> Any:
    """The type in ``annotation``, without its metadata."""
    annotation = bare(annotation)
    return bare(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation


def metadata_of(annotation: Any) -> tuple[Any, ...]:
    """What ``Annotated`` adds to a type."""
    annotation = bare(annotation)
    return tuple(annotation.__metadata__) if get_origin(annotation) is Annotated else ()


def warn_invalid_schema(schema: Any) -> None:
    """Warn of a schema that is an instance where a type belongs."""
    if isinstance(schema, type) or get_origin(schema) is not None or hasattr(schema, "__supertype__"):
        return
    warnings.warn(
        f"Invalid state_schema: {schema!r}. Expected a type or Annotated[type, reducer], "
        "such as a TypedDict, a dataclass or a pydantic model.",
        stacklevel=4,
    )


def field_channel(annotation: Any) -> Channel | None:
    """The channel that ``annotation`` names: an instance is taken as it is, a class is made for the annotated type."""
    for item in metadata_of(annotation):
        if isinstance(item, DeltaChannel):
            return item.annotated(typed(annotation))
        if isinstance(item, BaseChannel):
            return item
        if isinstance(item, type) and issubclass(item, BaseChannel):
            return item(typed(annotation))
    return None


def field_managed(annotation: Any) -> ManagedValueSpec | None:
    """The managed value that ``annotation`` names."""
    return next((item for item in metadata_of(annotation) if is_managed_value(item)), None)


def field_reducer(annotation: Any) -> Callable[[Any, Any], Any] | None:
    """The reducer that ``annotation`` names: its last piece of metadata, if that can be called.

    Raises:
        ValueError: it can be called, but not with the value held and the value written.
    """
    metadata = metadata_of(annotation)
    reducer = metadata[-1] if metadata else None
    if not callable(reducer):
        return None
    import inspect

    signature = inspect.signature(reducer)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if sum(parameter.kind in kinds for parameter in signature.parameters.values()) != 2:
        name = getattr(reducer, "__name__", repr(reducer))
        raise ValueError(
            f"Invalid reducer signature. Expected (a, b) -> c. Got {signature}. "
            f"The reducer {name!r} must take the value held and the value written, and nothing else by position."
        )
    return reducer  # type: ignore[no-any-return]


def channel_of(key: str, annotation: Any) -> Channel:
    """The channel for the values of ``annotation``, named ``key``: a named channel, a reducer's, or a LastValue."""
    channel = field_channel(annotation)
    if channel is None:
        reducer = field_reducer(annotation)
        channel = (
            LastValue(typed(annotation)) if reducer is None else BinaryOperatorAggregate(typed(annotation), reducer)
        )
    return channel.named(key)


def rules_of(schema: Any) -> dict[str, Rule]:
    """Every key of ``schema`` with what stands behind it, in order; one ``__root__`` for a schema without fields."""
    if not hasattr(schema, "__annotations__"):
        return {ROOT: channel_of(ROOT, schema)}
    hints = _evaluated(schema)
    return {
        key: field_managed(hint) or channel_of(key, hint)
        for key, hint in hints.items()
        if key != "__slots__" and not _is_class_variable(hint)
    }


def _is_class_variable(hint: Any) -> bool:
    from typing import ClassVar

    return hint is ClassVar or get_origin(hint) is ClassVar


def is_schema(hint: Any) -> bool:
    """Whether a parameter's annotation names a state: a class with annotated fields."""
    if not isinstance(hint, type):
        return False
    try:
        return bool(_evaluated(hint))
    except (NameError, TypeError):
        return False


def hints_of(function: Any) -> dict[str, Any]:
    """The annotations of ``function``'s parameters and of its result; none where a name in them is unknown here."""
    target = function
    if not hasattr(target, "__code__") and not isinstance(target, type) and not hasattr(target, "__func__"):
        target = getattr(type(target), CALL, None)
    if not getattr(target, "__annotations__", None):
        return {}
    try:
        return _evaluated(target)
    except (NameError, TypeError, AttributeError):
        return {}


_known: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def _evaluated(target: Any) -> dict[str, Any]:
    """The annotations of a class or function, evaluated once: that takes longer than all else about a node."""
    try:
        found = _known.get(target)
    except TypeError:  # it can't be a key
        return get_type_hints(target, include_extras=True)
    if found is None:
        found = _known[target] = get_type_hints(target, include_extras=True)
    return found


def mapper_of(schema: Any) -> Callable[[Any], Any] | None:
    """What turns the fields that a node reads into an object of ``schema``; None where a dict is what it wants."""
    if not isinstance(schema, type) or issubclass(schema, dict) or not hasattr(schema, "__annotations__"):
        return None
    return lambda fields: schema(**fields)


def is_model(schema: Any) -> bool:
    """Whether ``schema`` is a pydantic model; without importing pydantic, which would be there if it were."""
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and isinstance(schema, type) and issubclass(schema, pydantic.BaseModel)


def conflict(key: str, held: Rule | None, new: Rule) -> bool:
    """Whether two schemas disagree about ``key``. A plain annotation leaves what another schema says of a key."""
    if held is None or isinstance(new, LastValue):
        return False
    return held is not new if isinstance(new, type) else held != new


def declare(
    schema: Any, rules: Mapping[str, Rule], channels: dict[str, Channel], managed: dict[str, ManagedValueSpec]
) -> None:
    """Add a schema's keys to those of a graph.

    Raises:
        ValueError: another schema of the graph says something else about a key.
    """
    for key, rule in rules.items():
        held: Rule | None = managed.get(key) if isinstance(rule, type) else channels.get(key)
        if conflict(key, held, rule):
            what = "Managed value" if isinstance(rule, type) else "Channel"
            raise ValueError(
                f"{what} '{key}' already exists with a different type: {schema_name(schema)} declares it another way "
                "than an earlier schema of this graph. Give both the same annotation."
            )
        if isinstance(rule, type):
            managed.setdefault(key, rule)
        else:
            channels.setdefault(key, rule)
