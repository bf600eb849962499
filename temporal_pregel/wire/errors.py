"""What can be wrong with a value or a payload. Each error says what, where, and how to mend it; `code` is stable.

`UnserializableValue` and `ValueTooLarge` are faults of the code that made the value, `UndecodableValue` and
`MalformedPayload` of whoever sent it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

_SHOWN_SEGMENTS = 12

PayloadFault = Literal[
    "bad_json", "unknown_encoding", "undecodable", "not_utf8", "wrong_shape", "no_payload", "too_deep"
]


class WireError(ValueError):
    """Base of all errors of `temporal_pregel.wire`."""

    code: ClassVar[str] = "WIRE"


class _PathError(WireError):
    """An error that learns its path on its way out: each container puts its own segment in front."""

    def __init__(self, problem: str, *, hint: str = "", path: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self._root = "$" if path is None else path
        self._segments: list[str] = []

    def within(self, segment: str | int) -> None:
        """Put ``segment``, a key or an index, in front of the path."""
        self._segments.append(f"[{segment}]" if isinstance(segment, int) else _key(segment))

    def rooted(self, root: str) -> None:
        """Begin the path with ``root`` in place of ``$``."""
        self._root = root

    @property
    def path(self) -> str:
        """Where the value stands, as in ``$.docs[3].embedding``."""
        segments = self._segments[::-1]
        if len(segments) > _SHOWN_SEGMENTS:
            segments = [*segments[:_SHOWN_SEGMENTS], "…"]
        return self._root + "".join(segments)

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" + (f" {self.hint}" if self.hint else "")


def _key(key: str) -> str:
    if key == "*":  # an item of a set has no key
        return "[*]"
    return f".{key}" if key.isidentifier() else f"[{key!a}]"


class UnserializableValue(_PathError):
    """A value that can't be written so that it comes back as it is."""

    code: ClassVar[str] = "VALUE_NOT_SERIALIZABLE"

    def __init__(self, value: object, problem: str, *, hint: str = "") -> None:
        super().__init__(problem, hint=hint)
        self.type = type(value)


class UndecodableValue(_PathError):
    """A JSON text that is no value of the type asked for."""

    code: ClassVar[str] = "VALUE_NOT_DECODABLE"


class MalformedPayload(WireError):
    """A payload that isn't what it should be.

    ``fault`` is one of: bad_json, unknown_encoding, undecodable (the codec refused it), not_utf8, wrong_shape,
    too_deep, no_payload.
    """

    code: ClassVar[str] = "MALFORMED_PAYLOAD"

    def __init__(self, fault: PayloadFault, problem: str) -> None:
        super().__init__(problem)
        self.fault = fault


class ValueTooLarge(WireError):
    """A value above a limit of the server, found before a command is made of it. Sizes are bytes."""

    code: ClassVar[str] = "VALUE_TOO_LARGE"

    def __init__(self, what: str, size: int, limit: int, **place: Any) -> None:
        where = ", ".join(f"{key} {value!r}" for key, value in place.items() if value not in (None, ""))
        super().__init__(
            f"{what} of {size:,} bytes is above the limit of {limit:,} bytes"
            + (f" ({where})." if where else ".")
            + " Keep large data outside the state and put a reference to it there, or give the client's data converter"
            " an external storage."
        )
        self.size = size
        self.limit = limit
        self.place = place
