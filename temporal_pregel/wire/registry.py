"""The classes that values may have: those that a graph's declared types name, and those that a worker's settings add.

One registry serves a graph. It holds the compiled codecs of the types asked for. The one cache of pydantic adapters
is here.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticUserError

from temporal_pregel.wire import messages
from temporal_pregel.wire.errors import UndecodableValue, UnserializableValue
from temporal_pregel.wire.jsontext import MAX_DEPTH, dumps, loads
from temporal_pregel.wire.records import Record, field_types, hints_of, is_record
from temporal_pregel.wire.schema import compile_type, stripped
from temporal_pregel.wire.tags import Tags, is_plain
from temporal_pregel.wire.typed import AnyNode, Node

_adapters: dict[Any, TypeAdapter[Any] | None] = {}


class TypeRegistry:
    """Classes by the name that is written for them, and codec nodes by type.

    Args:
        types: declared types (a state schema, a channel's annotation, a class …). Every Enum, dataclass, pydantic model
            and named tuple that they name, at any depth, is known from then on.
    """

    def __init__(self, *types: Any) -> None:
        self._classes: dict[str, type | None] = {}  # by short name (None: several have it) and by full name
        self._names: dict[type, str] = {}
        self._seen: set[Any] = set()
        self._nodes: dict[Any, Node] = {}
        self._codecs: dict[Any, Codec] = {}
        self._records: dict[type, Record] = {}
        self._messages: dict[type, Record] = {}
        self.tags = Tags(self)
        self.any: Node = AnyNode(self.tags)
        for declared in types:
            self.add(declared)

    # -- classes --------------------------------------------------------------------------------------------------

    def add(self, declared: Any) -> None:
        """Know the classes that this type names."""
        pending = [declared]
        while pending:
            found = stripped(pending.pop())
            try:
                if found in self._seen:
                    continue
                self._seen.add(found)
            except TypeError:  # an unhashable annotation names nothing
                continue
            pending.extend(typing.get_args(found))
            kind = typing.get_origin(found) or found
            if not isinstance(kind, type):
                if isinstance(kind, Enum):
                    pending.append(type(kind))
                continue
            if is_record(kind):
                pending.extend(field_types(kind).values())
            elif typing.is_typeddict(kind):
                pending.extend(hints_of(kind).values())
            if is_record(kind) or issubclass(kind, Enum):
                self._name(kind)

    def _name(self, kind: type) -> None:
        if kind is BaseModel or messages.is_message(kind):
            return
        full = f"{kind.__module__}.{kind.__qualname__}"
        short = kind.__qualname__.rpartition("<locals>.")[2]
        self._classes[full] = kind
        self._classes[short] = None if self._classes.get(short, kind) is not kind else kind
        self._names[kind] = short

    def classes(self) -> Iterator[type]:
        """All that it knows."""
        return iter(self._names)

    def name_of(self, kind: type) -> str | None:
        """What is written for the class; None if it isn't known."""
        short = self._names.get(kind)
        if short is None or self._classes[short] is kind:
            return short
        return f"{kind.__module__}.{kind.__qualname__}"

    def class_of(self, name: object) -> type:
        """The class that was written so.

        Raises:
            UndecodableValue: no declared type names it, or several are called so.
        """
        kind = self._classes.get(name) if isinstance(name, str) else None
        if kind is None:
            problem = "several classes are called" if name in self._names.values() else "no declared type names a class"
            raise UndecodableValue(
                f"{problem} {name!a}.", hint="Name it in the graph's schemas, or in the plugin's types."
            )
        return kind

    # -- codecs ---------------------------------------------------------------------------------------------------

    def codec(self, declared: Any = Any) -> Codec:
        """Text in and out of values of a type."""
        try:
            found = self._codecs.get(declared)
        except TypeError:  # an unhashable annotation
            return Codec(self.node(declared))
        if found is None:
            found = self._codecs[declared] = Codec(self.node(declared))
        return found

    def node(self, declared: Any) -> Node:
        """The codec of a type, compiled once."""
        try:
            found = self._nodes.get(declared)
        except TypeError:  # an unhashable annotation
            return compile_type(declared, self)
        if found is None:
            self.add(declared)
            found = self._nodes[declared] = compile_type(declared, self)
        return found

    def record(self, kind: type) -> Record:
        """How instances of the class are written, field by field."""
        found = self._records.get(kind)
        if found is None:
            found = self._records[kind] = Record(kind, self)
        return found

    def message(self, kind: type) -> Record | None:
        """The same for LangChain's message classes; None for others."""
        found = self._messages.get(kind)
        if found is None and messages.is_message(kind):
            found = self._messages[kind] = Record(kind, self, omit_defaults=True)
        return found

    @staticmethod
    def adapter(declared: Any) -> TypeAdapter[Any] | None:
        """pydantic's adapter of a type; None where pydantic has no schema for it."""
        try:
            if declared in _adapters:
                return _adapters[declared]
        except TypeError:
            return _adapter(declared)
        return _adapters.setdefault(declared, _adapter(declared))


def _adapter(declared: Any) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(declared)
    except (PydanticUserError, NameError, TypeError, AttributeError):
        return None


class Codec:
    """Text in and out of values of one type. Made by `TypeRegistry.codec`."""

    __slots__ = ("_node", "_plain")

    def __init__(self, node: Node) -> None:
        self._node = node
        self._plain = node.plain

    def encode(self, value: Any, path: str = "$") -> str:
        """JSON text of any value. See `temporal_pregel.wire.values.encode`."""
        try:
            if self._plain and is_plain(value):
                try:
                    return dumps(value)
                except ValueError:  # a number that JSON lacks
                    pass
            return dumps(self._node.encode(value, 0))
        except UnserializableValue as error:
            error.rooted(path)
            raise
        except RecursionError:
            fault = UnserializableValue(value, f"nested deeper than {MAX_DEPTH} levels, or contains itself.")
            fault.rooted(path)
            raise fault from None

    def decode(self, text: str, path: str = "$", *, validate: bool = False) -> Any:
        """The value that a text says. See `temporal_pregel.wire.values.decode`."""
        try:
            tree = loads(text)
            if self._plain and '"$' not in text:
                return tree
            return self._node.decode(tree, validate)
        except UndecodableValue as error:
            error.rooted(path)
            raise
        except RecursionError:
            raise UndecodableValue("nested too deep.", path=path) from None
        except ValueError as error:
            raise UndecodableValue(f"no JSON: {error}", path=path) from None
