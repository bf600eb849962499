"""Codec nodes: how a value of a channel reads where its type is known. (`schema.py` makes them of annotations.)

A node writes a value of exactly its type in the form that people expect (a `set[int]` as a list, a datetime as a
string, a model as an object of its fields). LangGraph doesn't hold a graph's nodes to annotations, so any other value
may stand there: it is written by its own class, and behind the tag ``$plain`` where it would be taken for the typed
form. Types that JSON says by itself (`int`, `list[str]`, a TypedDict of such) need no node: their values are never
converted.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from temporal_pregel.wire import messages
from temporal_pregel.wire.errors import UndecodableValue
from temporal_pregel.wire.jsontext import dumps
from temporal_pregel.wire.scalars import Scalar, scalar_of
from temporal_pregel.wire.tags import JSON_CLASSES, check_depth, escaped, is_tag, unescaped

if TYPE_CHECKING:
    from temporal_pregel.wire.registry import TypeRegistry
    from temporal_pregel.wire.tags import Tags, Tree


class Node:
    """A type's codec. Subclasses say which class they write (`exact`), how, and which trees they take for their own."""

    exact: type | None = None
    plain = False

    def __init__(self, tags: Tags) -> None:
        self.tags = tags

    def accepts(self, kind: type) -> bool:
        """Whether values of exactly this class have a typed form."""
        return kind is self.exact

    def encode(self, value: Any, depth: int) -> Tree:
        """The tree of any value: typed if it is of exactly this type, else by its own class."""
        return self.write(value, depth) if self.accepts(type(value)) else self.foreign(value, depth)

    def foreign(self, value: Any, depth: int) -> Tree:
        """The tree of a value that is not of this type."""
        tree = self.tags.encode(value, depth)
        return {"$plain": tree} if self.claims(tree) else tree

    def decode(self, tree: Tree, validate: bool) -> Any:
        """The value of what `encode` wrote, or a client."""
        return self.read(tree, validate) if self.claims(tree) else self.tags.decode(tree, validate)

    def write(self, value: Any, depth: int) -> Tree:
        """Typed form, or a tag."""
        raise NotImplementedError

    def read(self, tree: Tree, validate: bool) -> Any:
        """Value of a tree that this node claims."""
        raise NotImplementedError

    def claims(self, tree: Tree) -> bool:
        """Whether the tree is read as this type's form. Never true of a tag."""
        raise NotImplementedError

    def matches(self, tree: Tree) -> bool:
        """Among the members of a union: whether a claimed tree is this one's."""
        return self.claims(tree)


class AnyNode(Node):
    """Types that JSON says by itself, and those of which nothing is known."""

    plain = True

    def encode(self, value: Any, depth: int) -> Tree:
        return self.tags.encode(value, depth)

    def decode(self, tree: Tree, validate: bool) -> Any:
        return self.tags.decode(tree, validate)

    def claims(self, tree: Tree) -> bool:
        return False


class ScalarNode(Node):
    """What one string says."""

    def __init__(self, tags: Tags, kind: type, row: Scalar, adapter: TypeAdapter[Any] | None) -> None:
        super().__init__(tags)
        self._kind = kind
        self._row = row
        self._adapter = adapter

    def accepts(self, kind: type) -> bool:
        return scalar_of(kind) is self._row

    def decode(self, tree: Tree, validate: bool) -> Any:
        if validate and tree is not None and not is_tag(tree) and not self.claims(tree):
            return _parsed(self._adapter, self._kind, tree)  # a client may say a time as a number
        return super().decode(tree, validate)

    def write(self, value: Any, depth: int) -> Tree:
        row = self._row
        return row.dump(value) if row.bare and row.fits(value) else self.tags.encode(value, depth)

    def claims(self, tree: Tree) -> bool:
        return type(tree) is str

    def read(self, tree: Tree, validate: bool) -> Any:
        try:
            if self._row.bare:
                return self._row.load(tree)
        except (ValueError, ArithmeticError):
            pass
        return _parsed(self._adapter, self._kind, tree)


class EnumNode(Node):
    """Members by their value where that is a string or an integer, else by a tag."""

    def __init__(self, tags: Tags, kind: type[Enum]) -> None:
        super().__init__(tags)
        self.exact = kind
        sayable = [member for member in kind if type(member.value) in (str, int)]
        self._members = {(type(member.value), member.value): member for member in sayable}
        self._kinds = frozenset(said for said, _ in self._members)

    def write(self, value: Any, depth: int) -> Tree:
        said = value.value
        if type(said) in self._kinds and self._members.get((type(said), said)) is value:
            return said
        return self.tags.encode(value, depth)

    def claims(self, tree: Tree) -> bool:
        return type(tree) in self._kinds

    def matches(self, tree: Tree) -> bool:
        return (type(tree), tree) in self._members

    def read(self, tree: Tree, validate: bool) -> Any:
        try:
            return self._members[type(tree), tree]
        except KeyError:
            known = ", ".join(repr(said) for _, said in self._members)
            raise UndecodableValue(f"{tree!r} is no {self.exact.__name__}: {known}.") from None  # type: ignore[union-attr]


class RecordNode(Node):
    """Dataclasses, pydantic models and named tuples, as an object of their fields."""

    def __init__(self, tags: Tags, kind: type, registry: TypeRegistry) -> None:
        super().__init__(tags)
        self.exact = kind
        self._record = registry.record(kind)

    def write(self, value: Any, depth: int) -> Tree:
        if self._record.has_private:
            return self.tags.encode(value, depth)
        check_depth(value, depth)
        return escaped(self._record.tree(value, depth))

    def claims(self, tree: Tree) -> bool:
        return type(tree) is dict and not is_tag(tree)

    def matches(self, tree: Tree) -> bool:
        if not self.claims(tree):
            return False
        record, content = self._record, unescaped(tree)
        return content.keys() == record.fields.keys() and all(
            type(content[name]) is str and content[name] in allowed for name, allowed in record.literals.items()
        )

    def read(self, tree: Tree, validate: bool) -> Any:
        return self._record.read(unescaped(tree), validate)


class MessageNode(Node):
    """LangChain's messages, as an object that names its class in ``type``."""

    def __init__(self, tags: Tags, registry: TypeRegistry) -> None:
        super().__init__(tags)
        self._registry = registry

    def accepts(self, kind: type) -> bool:
        return messages.is_message(kind)

    def write(self, value: Any, depth: int) -> Tree:
        record = self._registry.message(type(value))
        return self.foreign(value, depth) if record is None else record.tree(value, depth)

    def claims(self, tree: Tree) -> bool:
        return type(tree) is dict and messages.class_of(tree.get("type")) is not None and "content" in tree

    def read(self, tree: Tree, validate: bool) -> Any:
        kind = messages.class_of(tree["type"])
        record = self._registry.message(kind) if kind else None
        if record is None:
            raise UndecodableValue(f"no message class is called {tree['type']!r}.")
        return record.read(tree, validate)


class UnionNode(Node):
    """One of several types: by the first member that takes the tree, and by a tag where that would be another one."""

    def __init__(self, tags: Tags, members: list[Node], plain_kinds: frozenset[type], name: str) -> None:
        super().__init__(tags)
        self._members = members
        self._plain_kinds = plain_kinds
        self._name = name

    def accepts(self, kind: type) -> bool:
        return any(member.accepts(kind) for member in self._members)

    def write(self, value: Any, depth: int) -> Tree:
        for member in self._members:
            if member.accepts(type(value)):
                tree = member.encode(value, depth)
                if is_tag(tree):
                    if "$plain" not in tree:
                        return tree
                elif self._member_of(tree) is member:
                    return tree
        return self.foreign(value, depth)

    def _member_of(self, tree: Tree) -> Node | None:
        if type(tree) in self._plain_kinds:
            return None
        return next((member for member in self._members if member.matches(tree)), None)

    def claims(self, tree: Tree) -> bool:
        return type(tree) not in self._plain_kinds and any(member.claims(tree) for member in self._members)

    def matches(self, tree: Tree) -> bool:
        return self._member_of(tree) is not None

    def read(self, tree: Tree, validate: bool) -> Any:
        member = self._member_of(tree)
        if member is not None:
            return member.read(tree, validate)
        # Nothing that we wrote: a client may have left fields out.
        for member in self._members:
            if member.claims(tree):
                try:
                    return member.read(tree, True)
                except UndecodableValue:
                    continue
        raise UndecodableValue(f"fits no member of {self._name}.")


class AdapterNode(Node):
    """Types that only pydantic knows (URLs, addresses …): in its form, where that form gives the value back."""

    def __init__(self, tags: Tags, adapter: TypeAdapter[Any], kind: Any) -> None:
        super().__init__(tags)
        self._adapter = adapter
        self._kind = kind

    def accepts(self, kind: type) -> bool:
        return kind not in JSON_CLASSES

    def write(self, value: Any, depth: int) -> Tree:
        try:
            tree = self._adapter.dump_python(value, mode="json", warnings="error")
            back = self.read(tree, False)
            if self.claims(tree) and type(back) is type(value) and bool(back == value):
                return tree
        except Exception:  # pydantic's own, and whatever the type's own functions raise: then it isn't of this type
            pass
        return self.foreign(value, depth)

    def claims(self, tree: Tree) -> bool:
        return tree is not None and not is_tag(tree)

    def read(self, tree: Tree, validate: bool) -> Any:
        return _parsed(self._adapter, self._kind, tree)


def _parsed(adapter: TypeAdapter[Any] | None, kind: Any, tree: Tree) -> Any:
    name = getattr(kind, "__name__", str(kind))
    try:
        if adapter is not None:
            return adapter.validate_json(dumps(tree))
    except ValidationError as error:
        raise UndecodableValue(f"no {name}: {error.errors(include_url=False)[0]['msg']}.") from None
    raise UndecodableValue(f"no {name}.")
