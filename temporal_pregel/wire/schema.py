"""From a declared type to its codec node.

Types that JSON says by itself (`int`, `list[str]`, a TypedDict of such) and types of which nothing is known (`Any`, a
protocol, a class without fields) all get the one `AnyNode`: values there go by their own class.
"""

from __future__ import annotations

import types
import typing
from collections import abc
from enum import Enum
from typing import TYPE_CHECKING, Any

import typing_extensions
from pydantic import RootModel

from temporal_pregel.wire import messages
from temporal_pregel.wire.containers import KeyForm, MappingNode, SequenceNode, TupleNode
from temporal_pregel.wire.records import hints_of, is_record
from temporal_pregel.wire.scalars import SCALARS, Scalar, scalar_of
from temporal_pregel.wire.typed import (
    AdapterNode,
    EnumNode,
    MessageNode,
    Node,
    RecordNode,
    ScalarNode,
    UnionNode,
)

if TYPE_CHECKING:
    from temporal_pregel.wire.registry import TypeRegistry

_NONE = type(None)
_EVERY_KIND: frozenset[type] = frozenset({str, int, float, bool, _NONE, list, dict})
_LISTS = (list, abc.Sequence, abc.MutableSequence, abc.Collection, abc.Iterable)
_SETS = {set: set, abc.MutableSet: set, abc.Set: set, frozenset: frozenset}
_DICTS = (dict, abc.Mapping, abc.MutableMapping)
_UNIONS = (typing.Union, types.UnionType)
_LITERALS = (typing.Literal, typing_extensions.Literal)
_WRAPPERS = (
    typing.Annotated,
    typing.Required,
    typing.NotRequired,
    typing.Final,
    typing.ClassVar,
    typing_extensions.Required,
    typing_extensions.NotRequired,
    typing_extensions.ReadOnly,
)
_ALIASES = tuple(
    {kind for module in (typing, typing_extensions) if (kind := getattr(module, "TypeAliasType", None)) is not None}
)
_PLAIN_KINDS: dict[Any, frozenset[type]] = {
    str: frozenset({str}),
    int: frozenset({int}),
    float: frozenset({int, float}),
    bool: frozenset({bool}),
    _NONE: frozenset({_NONE}),
    **{kind: frozenset({list}) for kind in _LISTS},
    **{kind: frozenset({dict}) for kind in _DICTS},
}


def stripped(declared: Any) -> Any:
    """The type itself, without what annotations, aliases and qualifiers say of it."""
    while True:
        if typing.get_origin(declared) in _WRAPPERS:
            declared = typing.get_args(declared)[0]
        elif _ALIASES and isinstance(declared, _ALIASES):
            declared = declared.__value__
        elif isinstance(declared, typing.NewType):
            declared = declared.__supertype__
        else:
            return _NONE if declared is None else declared


def compile_type(declared: Any, registry: TypeRegistry) -> Node:
    """The node of a type; `registry.any` where JSON needs no help."""
    kind = stripped(declared)
    origin = typing.get_origin(kind) or kind
    arguments = typing.get_args(kind)
    if origin in _UNIONS:
        return _union(kind, registry)
    if origin in _LITERALS:
        kinds = {type(item) for item in arguments if isinstance(item, Enum)}
        return registry.node(kinds.pop()) if len(kinds) == 1 else registry.any
    if origin in _LISTS:
        return _sequence(list, arguments[0] if arguments else Any, registry)
    if origin in _SETS:
        return SequenceNode(registry.tags, _SETS[origin], registry.node(arguments[0] if arguments else Any))
    if origin is tuple:
        return _tuple(kind, arguments, registry)
    if origin in _DICTS:
        return _mapping(*(arguments if len(arguments) == 2 else (str, Any)), registry=registry)
    return _class(kind, origin, registry) if isinstance(origin, type) else registry.any


def _class(kind: Any, origin: type, registry: TypeRegistry) -> Node:
    tags = registry.tags
    if origin in _PLAIN_KINDS or origin in (object, complex, Any):  # since 3.11 Any is a class
        return registry.any
    if (row := scalar_of(origin)) is not None:
        return ScalarNode(tags, origin, row, registry.adapter(origin))
    if typing_extensions.is_typeddict(origin):
        members = {key: node for key, hint in hints_of(origin).items() if not (node := registry.node(hint)).plain}
        return MappingNode(tags, registry.any, None, members) if members else registry.any
    if issubclass(origin, Enum):
        return EnumNode(tags, origin)
    if messages.is_message(origin) or messages.is_base(origin):
        return MessageNode(tags, registry)
    if is_record(origin) and not issubclass(origin, RootModel):
        return RecordNode(tags, origin, registry)
    adapter = registry.adapter(kind)
    return registry.any if adapter is None else AdapterNode(tags, adapter, kind)


def _sequence(kind: type, item: Any, registry: TypeRegistry) -> Node:
    node = registry.node(item)
    return registry.any if node.plain else SequenceNode(registry.tags, kind, node)


def _tuple(kind: Any, arguments: tuple[Any, ...], registry: TypeRegistry) -> Node:
    if kind is tuple:
        arguments = (Any, ...)
    if len(arguments) == 2 and arguments[1] is ...:
        return SequenceNode(registry.tags, tuple, registry.node(arguments[0]))
    return TupleNode(registry.tags, [registry.node(item) for item in arguments])


def _mapping(key: Any, item: Any, *, registry: TypeRegistry) -> Node:
    key, node = stripped(key), registry.node(item)
    row = SCALARS.get(key) if isinstance(key, type) else None
    if key is int:
        form: KeyForm | None = KeyForm(int, str, _integer)
    elif row is not None:
        form = _scalar_keys(key, row)
    else:
        form = None
    if form is None and node.plain:
        return registry.any
    return MappingNode(registry.tags, node, form, {})


def _scalar_keys(kind: type, row: Scalar) -> KeyForm | None:
    # A clock's string may leave something out, and a path's class depends on the system: such keys go by the tag.
    return KeyForm(kind, row.dump, row.load) if row.exact_key else None


def _integer(text: str) -> int:
    value = int(text)
    if str(value) != text:
        raise ValueError("written in another way than we do")
    return value


def _union(kind: Any, registry: TypeRegistry) -> Node:
    plain_kinds: frozenset[type] = frozenset()
    members: list[Node] = []
    for option in _options(kind):
        node = registry.node(option)
        if node.plain:
            plain_kinds |= plain_kinds_of(option)
        elif not (isinstance(node, MessageNode) and any(isinstance(other, MessageNode) for other in members)):
            members.append(node)
    if not members or plain_kinds == _EVERY_KIND:
        return registry.any
    if len(members) == 1 and plain_kinds <= {_NONE}:
        return members[0]  # no node claims null
    return UnionNode(registry.tags, members, plain_kinds, str(kind))


def _options(kind: Any) -> list[Any]:
    found: list[Any] = []
    for option in map(stripped, typing.get_args(kind)):
        found.extend(_options(option) if typing.get_origin(option) in _UNIONS else [option])
    return found


def plain_kinds_of(option: Any) -> frozenset[type]:
    """Classes of the trees that values of a plain type give."""
    origin = typing.get_origin(option) or option
    if origin in _LITERALS:
        return frozenset(type(item) for item in typing.get_args(option))
    if typing_extensions.is_typeddict(origin):
        return frozenset({dict})
    try:
        return _PLAIN_KINDS.get(origin, _EVERY_KIND)
    except TypeError:  # an unhashable annotation
        return _EVERY_KIND
