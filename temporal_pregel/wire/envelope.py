"""Envelope messages as JSON text, and back.

The mapping is the one of `proto/temporal_pregel/v1/value.proto`: snake_case (camelCase is read too), defaults left
out, a Value as the JSON that it holds. protobuf's own JSON would show a Value as a string in a string. A Value's text
goes in and comes out as it is, character for character, so that its digest stays the same; it is never built up and
written again.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from temporal_pregel.wire.errors import MalformedPayload
from temporal_pregel.wire.jsontext import dumps, escape_surrogates, loads, raw_decode
from temporal_pregel.wire.v1.value_pb2 import Value

PACKAGE = "temporal_pregel.v1"
_VALUE = f"{PACKAGE}.Value"
_SPACE = " \t\n\r"

M = TypeVar("M", bound=Message)


def is_envelope(kind: object) -> bool:
    """Whether it is a message class of ours."""
    return isinstance(kind, type) and issubclass(kind, Message) and kind.DESCRIPTOR.file.package == PACKAGE


def value(text: str) -> Value:
    """A Value that holds this JSON text."""
    return Value(json=text)


# -- the shape of a message, looked up once per class -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Slot:
    """One field: how it is called, and how one item of it is written and read."""

    name: str
    prefix: str
    repeated: bool
    pairs: bool
    """A repeated message of ``key`` and ``value``, which reads as an object."""
    presence: bool
    write: Callable[[Any], str]
    read: Callable[[_Reader, Any], Any]
    """Reads one item; messages are read into the second argument."""
    message: bool


@dataclass(frozen=True, slots=True)
class _Shape:
    name: str
    slots: tuple[_Slot, ...]
    by_name: dict[str, _Slot]


_UNSIGNED = range(2**64)
_SCALARS: dict[int, tuple[Callable[[Any], str], type, range]] = {
    FieldDescriptor.TYPE_STRING: (dumps, str, range(0)),
    FieldDescriptor.TYPE_BOOL: (dumps, bool, range(0)),
    FieldDescriptor.TYPE_INT32: (str, int, range(-(2**31), 2**31)),
    FieldDescriptor.TYPE_INT64: (str, int, range(-(2**63), 2**63)),
    FieldDescriptor.TYPE_UINT32: (str, int, range(2**32)),
    FieldDescriptor.TYPE_UINT64: (str, int, _UNSIGNED),
    FieldDescriptor.TYPE_DOUBLE: (dumps, float, range(0)),
    FieldDescriptor.TYPE_BYTES: (lambda item: dumps(base64.b64encode(item).decode()), bytes, range(0)),
}
"""How a field's items are written, their class, and for integers those that fit."""


@functools.cache
def _shape(full_name: str, descriptor: Any) -> _Shape:
    slots = []
    by_name = {}
    for field in descriptor.fields:
        slot = _slot(field)
        slots.append(slot)
        by_name[field.name] = by_name[field.json_name] = slot
    return _Shape(descriptor.name, tuple(slots), by_name)


def _slot(field: Any) -> _Slot:
    inner = field.message_type
    prefix = f'"{field.name}":'
    repeated = field.is_repeated
    if inner is None:
        write, kind, fitting = _SCALARS[field.type]
        read = functools.partial(_read_scalar, kind, fitting, field.name)
        return _Slot(field.name, prefix, repeated, False, field.has_presence, write, read, False)
    if inner.full_name == _VALUE:
        return _Slot(field.name, prefix, repeated, False, field.has_presence, _value_text, _read_value, True)
    pairs = repeated and [member.name for member in inner.fields] == ["key", "value"]
    return _Slot(field.name, prefix, repeated, pairs, field.has_presence, to_text, _read_message, True)


def _shape_of(message: Any) -> _Shape:
    descriptor = message.DESCRIPTOR
    return _shape(descriptor.full_name, descriptor)


# -- out ----------------------------------------------------------------------------------------------------------


def to_text(message: Message) -> str:
    """JSON text of an envelope."""
    parts = []
    for slot in _shape_of(message).slots:
        if slot.repeated:
            items = getattr(message, slot.name)
            if not items:
                continue
            if slot.pairs:
                parts.append(slot.prefix + "{" + ",".join([_pair_text(item) for item in items]) + "}")
            else:
                parts.append(slot.prefix + "[" + ",".join([slot.write(item) for item in items]) + "]")
        elif slot.presence:
            if message.HasField(slot.name):
                parts.append(slot.prefix + slot.write(getattr(message, slot.name)))
        elif item := getattr(message, slot.name):
            parts.append(slot.prefix + slot.write(item))
    return "{" + ",".join(parts) + "}"


def _pair_text(pair: Any) -> str:
    return f"{dumps(pair.key)}:{_value_text(pair.value)}"


def _value_text(item: Any) -> str:
    if item.HasField("ref"):
        return f'{{"$ref":{{"digest":{dumps(item.ref.digest)},"size":{item.ref.size}}}}}'
    text: str = item.json
    return text or "null"


def check_json(text: str) -> None:
    """Raises `MalformedPayload` (bad_json, too_deep) where the text is no JSON."""
    try:
        loads(text)
    except RecursionError:
        raise MalformedPayload("too_deep", "the JSON is nested too deep.") from None
    except ValueError as error:
        raise MalformedPayload("bad_json", f"no JSON: {error}") from None


# -- in -----------------------------------------------------------------------------------------------------------


class _Reader:
    """A place in a text."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def next(self) -> str:
        """The next character that is no space; empty at the end."""
        text, at = self.text, self.at
        while (char := text[at : at + 1]) and char in _SPACE:
            at += 1
        self.at = at
        return char

    def take(self, char: str) -> bool:
        """Whether this character comes next; if so it is passed."""
        if self.next() != char:
            return False
        self.at += 1
        return True

    def need(self, char: str, where: str) -> None:
        if not self.take(char):
            found = self.next()
            raise MalformedPayload(
                "wrong_shape" if found else "bad_json",
                f"{where}: {char!a} is needed at character {self.at}, not {ascii(found) if found else 'the end'}.",
            )

    def json(self) -> Any:
        """The JSON value that comes next."""
        self.next()
        tree, self.at = raw_decode(self.text, self.at)
        return tree

    def null(self) -> bool:
        """Whether ``null`` comes next; if so it is passed."""
        if self.next() != "n" or not self.text.startswith("null", self.at):
            return False
        self.at += 4
        return True


def from_text(text: str, kind: type[M]) -> M:
    """The envelope that a JSON text says.

    Raises:
        MalformedPayload: bad_json, or wrong_shape with the name of the field.
    """
    message = kind()
    reader = _Reader(text)
    try:
        _read_message(reader, message)
        if reader.next():
            raise MalformedPayload("bad_json", f"something follows the JSON at character {reader.at}.")
    except MalformedPayload as error:
        check_json(text)  # what is no JSON at all is called so, wherever its shape went wrong
        raise error
    except RecursionError:
        raise MalformedPayload("too_deep", "the JSON is nested too deep.") from None
    except ValueError as error:
        check_json(text)
        raise MalformedPayload("wrong_shape", f"no {kind.DESCRIPTOR.name}: {error}") from None
    return message


def _read_message(reader: _Reader, message: Any) -> None:
    shape = _shape_of(message)
    reader.need("{", f"a {shape.name}")
    if reader.take("}"):
        return
    while True:
        name = _read_key(reader, shape.name)
        slot = shape.by_name.get(name)
        if slot is None:
            known = ", ".join(known.name for known in shape.slots)
            raise MalformedPayload("wrong_shape", f"a {shape.name} has no field {name!a}; it has {known}.")
        _read_slot(reader, message, slot, shape)
        if not reader.take(","):
            reader.need("}", f"a {shape.name}")
            return


def _read_key(reader: _Reader, where: str) -> str:
    if reader.next() != '"':
        reader.need('"', f"a {where}")
    key: str = reader.json()
    reader.need(":", f"{where}.{key}")
    return key


def _read_slot(reader: _Reader, message: Any, slot: _Slot, shape: _Shape) -> None:
    if not slot.repeated:
        if slot.read is not _read_value and reader.null():
            return
        if slot.message:
            into = getattr(message, slot.name)
            into.SetInParent()
            slot.read(reader, into)
        else:
            setattr(message, slot.name, slot.read(reader, None))
        return
    if reader.null():
        return
    items = getattr(message, slot.name)
    where = f"{shape.name}.{slot.name}"
    if slot.pairs:
        _read_pairs(reader, items, where)
        return
    reader.need("[", where)
    if reader.take("]"):
        return
    while True:
        if slot.message:
            slot.read(reader, items.add())
        else:
            items.append(slot.read(reader, None))
        if not reader.take(","):
            reader.need("]", where)
            return


def _read_pairs(reader: _Reader, items: Any, where: str) -> None:
    reader.need("{", where)
    if reader.take("}"):
        return
    while True:
        key = _read_key(reader, where)
        pair = items.add(key=_utf8(key, where))
        _read_value(reader, pair.value)
        if not reader.take(","):
            reader.need("}", where)
            return


def _read_value(reader: _Reader, into: Any) -> None:
    reader.next()
    start = reader.at
    tree: Any = reader.json()
    if type(tree) is dict and len(tree) == 1 and "$ref" in tree:
        into.ref.digest, into.ref.size = _reference(tree["$ref"])
        return
    into.json = escape_surrogates(reader.text[start : reader.at])


def _reference(said: Any) -> tuple[str, int]:
    if isinstance(said, dict) and said.keys() == {"digest", "size"}:
        digest, size = said["digest"], said["size"]
        if isinstance(digest, str) and isinstance(size, int) and not isinstance(size, bool):
            return _utf8(digest, "$ref"), _in_range(size, _UNSIGNED, "$ref")
    raise MalformedPayload("wrong_shape", '$ref needs {"digest": "…", "size": 1}. (A dict of yours: "$$ref".)')


def _read_scalar(kind: type, fitting: range, name: str, reader: _Reader, into: None) -> Any:
    item = reader.json()
    given = type(item)
    if given is kind:
        return _utf8(item, name) if kind is str else _in_range(item, fitting, name) if kind is int else item
    if kind is float and given is int:
        return float(item)
    if kind is int and given is str and item.lstrip("-").isdecimal():
        return _in_range(int(item), fitting, name)  # protobuf's own JSON writes 64-bit integers so
    if kind is bytes and given is str:
        return base64.b64decode(item)
    raise MalformedPayload("wrong_shape", f"{name} is {kind.__name__}, not {given.__name__}.")


def _utf8(text: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedPayload("wrong_shape", f"{where}: a lone surrogate is no text.") from None
    return text


def _in_range(number: int, fitting: range, where: str) -> int:
    if number not in fitting:
        raise MalformedPayload("wrong_shape", f"{where} is from {fitting[0]} to {fitting[-1]}, not {number:#x}.")
    return number
