"""Classes with fields (dataclasses, pydantic models, named tuples): field by field out, and back without their code.

What we wrote ourselves is *restored*: the instance gets its fields as they were, and neither ``__init__`` nor a
validator runs (a validator that splits a string would fail on the list it made). What a client wrote, and what lacks
a field, is *parsed* by pydantic, with defaults, aliases and validators.
"""

from __future__ import annotations

import dataclasses
import functools
import typing
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from temporal_pregel.wire.errors import UndecodableValue, UnserializableValue

if TYPE_CHECKING:
    from temporal_pregel.wire.registry import TypeRegistry
    from temporal_pregel.wire.tags import Tree
    from temporal_pregel.wire.typed import Node

_WITH_CONTENT = (BaseException, dict, list, tuple, str, bytes, int, float, set, frozenset)


def is_record(kind: object) -> bool:
    """Whether it is a class whose fields are declared."""
    if not isinstance(kind, type):
        return False
    if is_named_tuple(kind) or issubclass(kind, BaseModel):
        return True
    # What else such a class holds than its fields nobody declared.
    return dataclasses.is_dataclass(kind) and not issubclass(kind, _WITH_CONTENT)


def is_named_tuple(kind: type) -> bool:
    """Whether it is a class made by NamedTuple or namedtuple."""
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def field_types(kind: type) -> dict[str, Any]:
    """Field -> annotation, in order; Any where the annotation can't be resolved."""
    if issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    names = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else kind._fields  # type: ignore[attr-defined]
    hints = hints_of(kind)
    return {name: hints.get(name, Any) for name in names}


def hints_of(kind: type) -> dict[str, Any]:
    """Annotations of a class; none where one of them can't be resolved."""
    try:
        return typing.get_type_hints(kind, include_extras=True)
    except Exception:  # a name that exists for type checkers only
        return {}


class Record:
    """How instances of one class are written and read."""

    def __init__(self, kind: type, registry: TypeRegistry, *, omit_defaults: bool = False) -> None:
        self.kind = kind
        self._registry = registry
        self._defaults = _plain_defaults(kind) if omit_defaults else {}
        self._model = issubclass(kind, BaseModel)
        self._tuple = is_named_tuple(kind)
        self.has_private = self._model and bool(kind.__private_attributes__)  # type: ignore[attr-defined]
        self._open = self._model and kind.model_config.get("extra") == "allow"  # type: ignore[attr-defined]

    @functools.cached_property
    def fields(self) -> dict[str, Node]:
        """Field -> codec node. (Made late: a class may name itself.)"""
        return {name: self._registry.node(annotation) for name, annotation in field_types(self.kind).items()}

    @functools.cached_property
    def literals(self) -> dict[str, frozenset[Any]]:
        """Fields that can only be one of some strings: they tell the classes of a union apart."""
        found = {}
        for name, annotation in field_types(self.kind).items():
            arguments = typing.get_args(annotation)
            if typing.get_origin(annotation) is typing.Literal and all(type(item) is str for item in arguments):
                found[name] = frozenset(arguments)
        return found

    # -- out ------------------------------------------------------------------------------------------------------

    def tree(self, value: Any, depth: int) -> dict[str, Tree]:
        """Fields by name."""
        content = self._content(value)
        trees: dict[str, Tree] = {}
        fields, defaults, open_node = self.fields, self._defaults, self._registry.any
        name = ""
        try:
            for name, item in content.items():
                if name in defaults and type(item) is type(defaults[name]) and item == defaults[name]:
                    continue
                trees[name] = fields.get(name, open_node).encode(item, depth + 1)
        except UnserializableValue as error:
            error.within(name)
            raise
        return trees

    def parts(self, value: Any, depth: int) -> list[Tree]:
        """What stands in a tag behind the name: fields, and private attributes where the class has any."""
        private = value.__pydantic_private__ if self.has_private else None
        if private is None:
            return [self.tree(value, depth)]
        return [self.tree(value, depth), self._registry.any.encode(dict(private), depth + 1)]

    def _content(self, value: Any) -> dict[str, Any]:
        fields = self.fields
        if self._tuple:
            return dict(zip(fields, value, strict=True))
        try:
            content = {name: getattr(value, name) for name in fields}
        except AttributeError as error:
            raise UnserializableValue(value, f"a {self.kind.__name__} lacks its field {error.name!r}.") from None
        if self._model:
            return {**content, **(value.__pydantic_extra__ or {})}
        for name in getattr(value, "__dict__", ()):
            if name not in fields and not isinstance(getattr(self.kind, name, None), functools.cached_property):
                raise UnserializableValue(
                    value,
                    f"a {self.kind.__name__} has an attribute {name!r} that is no field of its class.",
                    hint="Declare it as a field.",
                )
        return content

    # -- in -------------------------------------------------------------------------------------------------------

    def read(self, tree: dict[str, Tree], validate: bool) -> Any:
        """An instance of what we or a client wrote."""
        values = self._values(tree, validate)
        if validate or self.has_private or not self._complete(values):
            return self.parse(values)
        return self._restored(values, None)

    def restore(self, validate: bool, tree: Tree, private: Tree = None) -> Any:
        """The instance that `parts` was given; parsed if its class has other fields by now, or a client wrote it."""
        if type(tree) is not dict:
            raise TypeError("an object of fields is needed")
        values = self._values(tree, validate)
        if validate or not self._complete(values):
            return self.parse(values)
        kept = None if private is None else self._registry.any.decode(private, False)
        return self._restored(values, kept)

    def parse(self, values: dict[str, Any]) -> Any:
        """An instance made by pydantic."""
        try:
            adapter = self._registry.adapter(self.kind)
            if adapter is None:
                return self.kind(**values)
            return adapter.validate_python(values)
        except ValidationError as error:
            raise _undecodable(self.kind, error) from None
        except (TypeError, ValueError) as error:
            raise UndecodableValue(f"no {self.kind.__name__}: {error}") from error

    def _values(self, tree: dict[str, Tree], validate: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        fields, open_node = self.fields, self._registry.any
        name = ""
        try:
            for name, item in tree.items():
                values[name] = fields.get(name, open_node).decode(item, validate)
        except UndecodableValue as error:
            error.within(name)
            raise
        return values

    def _complete(self, values: dict[str, Any]) -> bool:
        given = values.keys()
        return self._required <= given and (self._open or given <= self.fields.keys())

    @functools.cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(self.fields.keys() - self._defaults.keys())

    def _restored(self, values: dict[str, Any], private: Any) -> Any:
        fields = self.fields
        for name, default in self._defaults.items():
            if name not in values:
                values[name] = default.copy() if default is not None else None
        if self._tuple:
            return tuple.__new__(self.kind, [values[name] for name in fields])
        instance: Any = object.__new__(self.kind)
        put = functools.partial(object.__setattr__, instance)
        if self._model:
            put("__dict__", {name: values[name] for name in fields})
            put("__pydantic_fields_set__", set(values))
            put("__pydantic_extra__", {key: values[key] for key in values if key not in fields} if self._open else None)
            put("__pydantic_private__", private)
            return instance
        for name in fields:
            put(name, values[name])
        return instance


def _undecodable(kind: type, error: ValidationError) -> UndecodableValue:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    fault = UndecodableValue(f"no {kind.__name__}: {first['msg']}{more}")
    for segment in reversed(first["loc"]):
        fault.within(segment)
    return fault


def _plain_defaults(kind: Any) -> dict[str, Any]:
    """Defaults that are None, or an empty list or dict, or the one literal that a field can be."""
    found = {}
    for name, field in kind.model_fields.items():
        default = field.default_factory() if field.default_factory in (list, dict) else field.default
        if default is None or default in ([], {}):
            found[name] = default
    return found
