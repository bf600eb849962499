"""Values without a declared type: JSON where JSON says it, a tag where it doesn't.

A tag is an object of exactly one key that begins with ``$``: ``{"$datetime": "2025-01-01T00:00:00"}``. A user's own
dict of that shape is written with the ``$`` doubled, so nothing that a user writes is taken for a tag. What is read
back is equal to what was written, and of the same class; anything else is an `UnserializableValue` that names the
path.

Decoding imports nothing and calls nothing but the rows of these tables and the classes of the registry. Encoding is a
function of the value alone: sets are sorted, dicts keep their order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any

from temporal_pregel.wire import messages, words
from temporal_pregel.wire.errors import UndecodableValue, UnserializableValue
from temporal_pregel.wire.jsontext import MAX_DEPTH, dumps
from temporal_pregel.wire.records import is_record
from temporal_pregel.wire.scalars import SCALARS, Scalar, dump_clock, load_clock, scalar_of

if TYPE_CHECKING:
    from temporal_pregel.wire.registry import TypeRegistry

Tree = Any
"""What `json.dumps` takes and `json.loads` gives: str, int, float, bool, None, and lists and dicts of them."""

_JSON_WORDS = frozenset({str, int, float, bool, type(None)})
JSON_CLASSES = _JSON_WORDS | {list, dict}
_STRINGS = frozenset({str})
_LARGEST_BITS = 14_000
"""Of an integer in decimal; Python refuses to read or write some 4,300 digits."""


def is_tag(tree: Tree) -> bool:
    """Whether the tree is a tag (and no escaped dict of a user)."""
    if type(tree) is not dict or len(tree) != 1:
        return False
    (key,) = tree
    return key.startswith("$") and not key.startswith("$$")


def escaped(tree: dict[str, Tree]) -> dict[str, Tree]:
    """The dict, with the ``$`` doubled where it would look like a tag."""
    if len(tree) == 1:
        ((key, value),) = tree.items()
        if key.startswith("$"):
            return {f"${key}": value}
    return tree


def unescaped(tree: dict[str, Tree]) -> dict[str, Tree]:
    """The dict that `escaped` was given."""
    if len(tree) == 1:
        ((key, value),) = tree.items()
        if key.startswith("$$"):
            return {key[1:]: value}
    return tree


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether the value is JSON already, by exact classes, and looks like no tag. (NaN and infinities still pass.)"""
    kind = type(value)
    if kind in _JSON_WORDS:
        return True
    if depth > MAX_DEPTH:
        return False
    if kind is list:
        items: Any = value
    elif kind is dict:
        if not _STRINGS.issuperset(map(type, value)):  # type: ignore[call-overload]
            return False
        if len(value) == 1 and next(iter(value)).startswith("$"):  # type: ignore[arg-type,call-overload]
            return False
        items = value.values()  # type: ignore[attr-defined]
    else:
        return False
    if _JSON_WORDS.issuperset(map(type, items)):
        return True
    depth += 1
    return all(type(item) in _JSON_WORDS or is_plain(item, depth) for item in items)


class Tags:
    """Encodes and decodes values by their own class, with the classes that a registry names."""

    def __init__(self, registry: TypeRegistry) -> None:
        self._registry = registry
        self._encoders: dict[type, Callable[[Any, int], Tree]] = {
            str: _itself,
            bool: _itself,
            type(None): _itself,
            int: _int,
            float: _float,
            complex: lambda value, depth: {"$complex": [_float(value.real, depth), _float(value.imag, depth)]},
            list: self._list,
            dict: self._dict,
            tuple: lambda value, depth: {"$tuple": self._list(value, depth)},
            set: lambda value, depth: {"$set": self._sorted(value, depth)},
            frozenset: lambda value, depth: {"$frozenset": self._sorted(value, depth)},
        }
        self._decoders: dict[str, Callable[[Tree, bool], Any]] = {
            "$plain": self.decode,
            "$map": self._read_map,
            "$int": lambda tree, validate: int(tree, 16),
            "$float": lambda tree, validate: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[tree],
            "$complex": lambda tree, validate: complex(*(_real(self.decode(part)) for part in _items(tree, 2))),
            "$tuple": lambda tree, validate: tuple(self._read_list(tree, validate)),
            "$set": lambda tree, validate: set(self._read_list(tree, validate)),
            "$frozenset": lambda tree, validate: frozenset(self._read_list(tree, validate)),
            "$enum": self._read_enum,
            "$object": self._read_object,
            "$message": self._read_message,
            **{row.tag: _scalar_reader(kind) for kind, row in SCALARS.items()},
            **{tag: self._word_reader(word) for tag, word in words.TABLE.items()},
        }

    # -- out ------------------------------------------------------------------------------------------------------

    def encode(self, value: object, depth: int = 0) -> Tree:
        """The tree of a value.

        Raises:
            UnserializableValue: with the path from here.
        """
        encoder = self._encoders.get(type(value))
        if encoder is None:
            encoder = self._encoders[type(value)] = self._encoder_of(value)
        return encoder(value, depth)

    def _encoder_of(self, value: object) -> Callable[[Any, int], Tree]:
        kind = type(value)
        if (row := scalar_of(kind)) is not None:
            return _scalar_writer(row)
        if (message := self._registry.message(kind)) is not None:
            return lambda value, depth: {"$message": message.tree(value, depth)}
        if (tag := words.tag_of(kind)) is not None:
            word = words.TABLE[tag]
            return lambda value, depth: {tag: self._dict_of(word.parts(value), depth)}
        if (name := self._registry.name_of(kind)) is not None:
            if issubclass(kind, Enum):
                return lambda value, depth: {"$enum": [name, *_member(value)]}
            record = self._registry.record(kind)
            return lambda value, depth: {"$object": [name, *record.parts(value, depth)]}
        raise UnserializableValue(value, _problem(kind), hint=_hint(kind))

    def _list(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Tree]:
        check_depth(value, depth)
        depth += 1
        trees: list[Tree] = []
        try:
            for item in value:
                trees.append(self.encode(item, depth))
        except UnserializableValue as error:
            error.within(len(trees))
            raise
        return trees

    def _dict(self, value: dict[Any, Any], depth: int) -> Tree:
        check_depth(value, depth)
        if not _STRINGS.issuperset(map(type, value)):
            pairs = value.items()
            return {"$map": [[self.encode(key, depth + 1), self._item(key, item, depth)] for key, item in pairs]}
        return escaped(self._dict_of(value, depth))

    def _dict_of(self, value: dict[str, Any], depth: int) -> dict[str, Tree]:
        return {key: self._item(key, item, depth) for key, item in value.items()}

    def _item(self, key: object, item: object, depth: int) -> Tree:
        try:
            return self.encode(item, depth + 1)
        except UnserializableValue as error:
            error.within(key if isinstance(key, str) else repr(key))
            raise

    def _sorted(self, value: set[Any] | frozenset[Any], depth: int) -> list[Tree]:
        try:
            trees = [self.encode(item, depth + 1) for item in value]
        except UnserializableValue as error:
            error.within("*")
            raise
        return sort_trees(trees)

    # -- in -------------------------------------------------------------------------------------------------------

    def decode(self, tree: Tree, validate: bool = False) -> Any:
        """The value of a tree. ``validate``: a client wrote it, so that instances are parsed, never restored.

        Raises:
            UndecodableValue: an unknown tag, a class that the registry doesn't name, or a tag that says nonsense.
        """
        kind = type(tree)
        if kind is dict:
            if len(tree) == 1:
                ((key, content),) = tree.items()
                if key.startswith("$"):
                    return self._read_tag(key, content, validate)
            return {key: self._read_item(key, item, validate) for key, item in tree.items()}
        return self._read_list(tree, validate) if kind is list else tree

    def _read_tag(self, tag: str, content: Tree, validate: bool) -> Any:
        if tag.startswith("$$"):
            return {tag[1:]: self._read_item(tag[1:], content, validate)}
        decoder = self._decoders.get(tag)
        if decoder is None:
            raise UndecodableValue(
                f"unknown tag {tag!a}.", hint="A dict whose only key begins with '$' is written with '$$' for it."
            )
        try:
            return decoder(content, validate)
        except UndecodableValue:
            raise
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
            raise UndecodableValue(f"{tag} can't be read: {error}") from error

    def _read_list(self, tree: Tree, validate: bool) -> list[Any]:
        if type(tree) is not list:
            raise TypeError(f"a list is needed, not {type(tree).__name__}")
        values: list[Any] = []
        try:
            for item in tree:
                values.append(self.decode(item, validate))
        except UndecodableValue as error:
            error.within(len(values))
            raise
        return values

    def _read_item(self, key: str, item: Tree, validate: bool) -> Any:
        try:
            return self.decode(item, validate)
        except UndecodableValue as error:
            error.within(key)
            raise

    def _read_map(self, tree: Tree, validate: bool) -> dict[Any, Any]:
        pairs = (_items(pair, 2) for pair in _items(tree))
        return {self.decode(key, validate): self.decode(item, validate) for key, item in pairs}

    def _read_enum(self, tree: Tree, validate: bool) -> Any:
        name, member = _items(tree, 2)
        kind = self._registry.class_of(name)
        if not issubclass(kind, Enum):
            raise TypeError(f"{name} is no Enum")
        # A composite of flags has no name of its own: its value stands in a list.
        return kind(member[0]) if type(member) is list else kind[member]

    def _read_object(self, tree: Tree, validate: bool) -> Any:
        name, *parts = _items(tree)
        return self._registry.record(self._registry.class_of(name)).restore(validate, *parts)

    def _read_message(self, tree: Tree, validate: bool) -> Any:
        kind = messages.class_of(tree["type"])
        record = None if kind is None else self._registry.message(kind)
        if record is None:
            said = ascii(tree["type"])
            raise UndecodableValue(f"no message class {said} is loaded.", hint="Import langchain_core.messages.")
        return record.restore(validate, tree)

    def _word_reader(self, word: words.Word) -> Callable[[Tree, bool], Any]:
        def read(tree: Tree, validate: bool) -> Any:
            return word.build({key: self._read_item(key, item, validate) for key, item in _members(tree).items()})

        return read


# -- rows ---------------------------------------------------------------------------------------------------------


def sort_trees(trees: list[Tree]) -> list[Tree]:
    """In an order that depends on the trees alone: numbers by size, strings by code points, else by their text."""
    kinds = set(map(type, trees))
    if kinds in ({int}, {str}, {float}):
        return sorted(trees)
    return sorted(trees, key=dumps)


def _itself(value: Any, depth: int) -> Tree:
    return value


def _int(value: int, depth: int) -> Tree:
    return value if value.bit_length() < _LARGEST_BITS else {"$int": hex(value)}


def _float(value: float, depth: int) -> Tree:
    return value if math.isfinite(value) else {"$float": repr(value)}


def _member(value: Enum) -> list[Tree]:
    name = value.name if value.name in type(value).__members__ else None
    if name is None and type(value.value) is not int:
        raise UnserializableValue(value, f"{value!r} has no name of its own")
    return [[value.value] if name is None else name]


def _scalar_writer(row: Scalar) -> Callable[[Any, int], Tree]:
    def write(value: Any, depth: int) -> Tree:
        if row.fits(value):
            return {row.tag: row.dump(value)}
        try:
            return {row.tag: dump_clock(value)}
        except ValueError as error:
            raise UnserializableValue(value, f"{type(value.tzinfo).__name__}: {error}") from None

    return write


def _scalar_reader(kind: type) -> Callable[[Tree, bool], Any]:
    load = SCALARS[kind].load

    def read(tree: Tree, validate: bool) -> Any:
        if kind in (datetime, time) and type(tree) is list:
            return load_clock(kind, _items(tree, 3))
        if type(tree) is not str:
            raise TypeError(f"a string is needed, not {type(tree).__name__}")
        return load(tree)

    return read


def _items(tree: Tree, count: int | None = None) -> list[Tree]:
    if type(tree) is not list or (count is not None and len(tree) != count):
        raise TypeError("a list is needed" if count is None else f"a list of {count} is needed")
    return tree


def _members(tree: Tree) -> dict[str, Tree]:
    if type(tree) is not dict:
        raise TypeError("an object is needed")
    return tree


def _real(value: object) -> float:
    if type(value) is not float:
        raise TypeError("a number with a decimal point is needed")
    return value


def check_depth(value: object, depth: int) -> None:
    """Raises UnserializableValue where a value is nested too deep, which a cycle is too."""
    if depth > MAX_DEPTH:
        raise UnserializableValue(value, f"nested deeper than {MAX_DEPTH} levels, or contains itself.")


def _problem(kind: type) -> str:
    return f"a value of type {kind.__module__}.{kind.__qualname__} can't be written."


def _hint(kind: type) -> str:
    """How to mend it."""
    root = kind.__module__.partition(".")[0]
    if root == "numpy":
        return "Convert it with .tolist()."
    if is_record(kind) or issubclass(kind, Enum):
        return "Name the class in the graph's schemas, or in the plugin's types."
    for base in (dict, list, str, int, float, tuple, set):
        if issubclass(kind, base):
            return f"Convert it with {base.__name__}(…)."
    return "Use JSON types, a dataclass or a pydantic model that the graph's schemas name, or keep it out of the state."
