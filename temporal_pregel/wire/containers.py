"""Codec nodes of lists, sets, tuples and dicts whose items JSON does not say by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from temporal_pregel.wire.errors import UndecodableValue, UnserializableValue
from temporal_pregel.wire.tags import check_depth, escaped, is_tag, sort_trees, unescaped
from temporal_pregel.wire.typed import Node

if TYPE_CHECKING:
    from temporal_pregel.wire.tags import Tags, Tree


class SequenceNode(Node):
    """Lists, sets and tuples of one item type, as a list."""

    def __init__(self, tags: Tags, kind: type, item: Node) -> None:
        super().__init__(tags)
        self.exact = kind
        self._item = item
        self._unordered = kind in (set, frozenset)

    def write(self, value: Any, depth: int) -> Tree:
        trees: list[Tree] = []
        encode, depth = self._item.encode, depth + 1
        check_depth(value, depth)
        try:
            for item in value:
                trees.append(encode(item, depth))
        except UnserializableValue as error:
            error.within("*" if self._unordered else len(trees))
            raise
        return sort_trees(trees) if self._unordered else trees

    def claims(self, tree: Tree) -> bool:
        return type(tree) is list

    def read(self, tree: Tree, validate: bool) -> Any:
        values: list[Any] = []
        decode = self._item.decode
        try:
            for item in tree:
                values.append(decode(item, validate))
            return values if self.exact is list else self.exact(values)  # type: ignore[misc]
        except UndecodableValue as error:
            error.within(len(values))
            raise
        except TypeError as error:
            raise UndecodableValue(f"no {self.exact.__name__}: {error}") from None  # type: ignore[union-attr]


class TupleNode(Node):
    """Tuples of a fixed length, as a list."""

    exact = tuple

    def __init__(self, tags: Tags, items: list[Node]) -> None:
        super().__init__(tags)
        self._items = items

    def write(self, value: Any, depth: int) -> Tree:
        if len(value) != len(self._items):
            return self.tags.encode(value, depth)
        trees: list[Tree] = []
        check_depth(value, depth)
        try:
            for node, item in zip(self._items, value, strict=True):
                trees.append(node.encode(item, depth + 1))
        except UnserializableValue as error:
            error.within(len(trees))
            raise
        return trees

    def claims(self, tree: Tree) -> bool:
        return type(tree) is list

    def matches(self, tree: Tree) -> bool:
        return type(tree) is list and len(tree) == len(self._items)

    def read(self, tree: Tree, validate: bool) -> Any:
        if len(tree) != len(self._items):
            raise UndecodableValue(f"{len(self._items)} items are needed, not {len(tree)}.")
        values: list[Any] = []
        try:
            for node, item in zip(self._items, tree, strict=True):
                values.append(node.decode(item, validate))
        except UndecodableValue as error:
            error.within(len(values))
            raise
        return tuple(values)


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How the keys of a dict read as strings. ``load`` raises ValueError for what ``dump`` can't have written."""

    kind: type
    dump: Callable[[Any], str]
    load: Callable[[str], Any]


class MappingNode(Node):
    """Dicts: of one key and item type, or a TypedDict's."""

    exact = dict

    def __init__(self, tags: Tags, item: Node, keys: KeyForm | None, members: Mapping[str, Node]) -> None:
        super().__init__(tags)
        self._item = item
        self._keys = keys
        self._members = members

    def write(self, value: Any, depth: int) -> Tree:
        keys, members, item_node = self._keys, self._members, self._item
        kind = str if keys is None else keys.kind
        if not all(type(key) is kind for key in value):
            return self.foreign(value, depth)
        trees: dict[str, Tree] = {}
        check_depth(value, depth)
        key: Any = None
        try:
            for key, item in value.items():
                node = members.get(key, item_node) if members else item_node
                trees[key if keys is None else keys.dump(key)] = node.encode(item, depth + 1)
        except UnserializableValue as error:
            error.within(str(key))
            raise
        return escaped(trees)

    def claims(self, tree: Tree) -> bool:
        return type(tree) is dict and not is_tag(tree)

    def read(self, tree: Tree, validate: bool) -> Any:
        values: dict[Any, Any] = {}
        keys, members, item_node = self._keys, self._members, self._item
        key = ""
        try:
            for key, item in unescaped(tree).items():
                node = members.get(key, item_node) if members else item_node
                values[key if keys is None else keys.load(key)] = node.decode(item, validate)
        except UndecodableValue as error:
            error.within(key)
            raise
        except (ValueError, ArithmeticError) as error:
            raise UndecodableValue(f"the key {key!r} is no {keys and keys.kind.__name__}: {error}") from None
        return values
