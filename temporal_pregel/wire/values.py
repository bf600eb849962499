"""A user's value as JSON text, and back: by its declared type where there is one, by its own class elsewhere.

    codec = TypeRegistry(State).codec(set[int])
    codec.encode({3, 1})        # '[1,3]'
    codec.decode("[1,3]")       # {1, 3}

Always true: what is decoded is equal to what was encoded, and of the same classes, whatever the declared type says (a
str in an int channel stays a str). The text is a function of the value and the type. A plain JSON value's text is what
`json.dumps` makes of it.
Decoding imports no name and makes instances of no class but the closed list in `tags.py` and the registry's own.
"""

from __future__ import annotations

from typing import Any

from temporal_pregel.wire.errors import UndecodableValue, UnserializableValue
from temporal_pregel.wire.registry import Codec, TypeRegistry

__all__ = ["Codec", "TypeRegistry", "codec", "decode", "encode", "strict_values"]

_default = TypeRegistry()


def codec(declared: Any = Any, types: TypeRegistry | None = None) -> Codec:
    """The codec of a type. Without a registry, only the classes that this and earlier such types name are known."""
    return (types or _default).codec(declared)


def encode(value: Any, declared: Any = Any, *, types: TypeRegistry | None = None, path: str = "$") -> str:
    """JSON text of a value, compact, keys in their own order.

    Raises:
        UnserializableValue: a value outside the closed list, a cycle, or more than 200 levels.
            The error's path begins with ``path``.
    """
    return (types or _default).codec(declared).encode(value, path)


def decode(
    text: str, declared: Any = Any, *, types: TypeRegistry | None = None, path: str = "$", validate: bool = False
) -> Any:
    """The value that a text says. ``validate``: a client wrote it, so pydantic checks whatever has fields.

    Raises:
        UndecodableValue: no JSON, an unknown tag or class, or nothing that the type could be.
    """
    return (types or _default).codec(declared).decode(text, path, validate=validate)


def strict_values(value: Any, declared: Any = Any, *, types: TypeRegistry | None = None, path: str = "$") -> Any:
    """What a reader on Temporal would get for this value: an equal copy.

    Raises:
        UnserializableValue: as `encode`, and where the copy can't be made.
    """
    text = encode(value, declared, types=types, path=path)
    try:
        return decode(text, declared, types=types, path=path)
    except UndecodableValue as error:
        fault = UnserializableValue(value, f"can be written but not read back: {error.problem}", hint=error.hint)
        fault.rooted(error.path)
        raise fault from error
