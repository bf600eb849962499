"""What a run shows while it goes on: parts, each of a namespace, a mode and a payload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from temporal_pregel.types import Interrupt

Part = tuple[tuple[str, ...], str, Any]
"""Namespace (of tasks, outermost first), stream mode, payload."""

MODES = ("values", "updates", "custom", "tasks", "checkpoints", "debug", "messages", "tools")
CALLED_BACK = frozenset(("messages", "tools"))
"""Modes whose parts come through LangChain's callbacks."""

_NONE: frozenset[str] = frozenset()


class Asked(NamedTuple):
    """A state with open questions, where states are shown typed."""

    value: Any
    interrupts: tuple[Interrupt, ...]


class Streams:
    """Where the parts of one run go: its own reader, and the readers of the runs around it that asked for subgraphs.

    ``sink`` takes the parts of ``modes``; it may be called from any thread. ``typed``: states are shown as what their
    schema says, not as dicts.
    """

    __slots__ = ("modes", "ns", "parent", "sink", "subgraphs", "typed", "wanted")

    def __init__(
        self,
        modes: Iterable[str] = (),
        sink: Callable[[Part], None] | None = None,
        ns: str = "",
        subgraphs: bool = False,
        parent: Streams | None = None,
    ) -> None:
        self.modes = frozenset(modes) if modes else _NONE
        self.sink = sink
        self.ns = tuple(ns.split("|")) if ns else ()
        self.subgraphs = subgraphs
        self.parent = parent
        self.typed: bool = parent.typed if parent is not None and not modes else False
        self.wanted = self.modes
        if parent is not None and parent.wanted and parent.passes_all:
            self.wanted |= parent.wanted

    @property
    def passes_all(self) -> bool:
        """Whether readers of this run see what runs inside it show."""
        return self.subgraphs or (self.parent is not None and self.parent.passes_all)

    def emit(self, mode: str, payload: Any) -> None:
        """Show ``payload`` to whoever wants ``mode``."""
        if mode in self.modes and self.sink is not None:
            self.sink((self.ns, mode, payload))
            if mode == "custom":
                return
        if self.parent is not None:
            self.parent._emit(self.ns, mode, payload)

    def _emit(self, ns: tuple[str, ...], mode: str, payload: Any) -> None:
        if mode in self.modes and self.sink is not None and self.subgraphs:
            self.sink((ns, mode, payload))
            if mode == "custom":
                return
        if self.parent is not None:
            self.parent._emit(ns, mode, payload)


def modes_of(asked: str | Sequence[str] | None, otherwise: str) -> tuple[tuple[str, ...], bool]:
    """The stream modes that a caller asked for, and whether by a list.

    Raises:
        TypeError: what was asked for is neither a mode nor a list of modes.
        ValueError: there is no such mode.
    """
    given = otherwise if asked is None else asked
    try:
        modes = (given,) if isinstance(given, str) else tuple(given)
    except TypeError:
        raise TypeError(f"A stream mode is one of {', '.join(MODES)}, or a list of these; got {given!r}") from None
    unknown = [mode for mode in modes if mode not in MODES]
    if unknown:
        raise ValueError(f"Unknown stream mode {unknown[0]!r}; it is one of {', '.join(MODES)}")
    return modes, not (asked is None or isinstance(asked, str))


def is_second(version: str) -> bool:
    """Whether a caller asked for the second version of what runs give back.

    Raises:
        ValueError: there is no such version.
    """
    if version not in ("v1", "v2"):
        raise ValueError(f"Unknown version {version!r}; it is 'v1' or 'v2'. ('v3' is one of stream_events.)")
    return version == "v2"


UNREAD = Streams()
"""The streams of all outermost runs that nobody reads."""


def shape(part: Part, *, several: bool, subgraphs: bool) -> Any:
    """A part as ``stream`` yields it: the payload, with the mode if several were asked for, with the namespace if
    subgraphs were."""
    ns, mode, payload = part
    if subgraphs:
        return (ns, mode, payload) if several else (ns, payload)
    return (mode, payload) if several else payload


def as_dict(part: Part) -> dict[str, Any]:
    """A stream part in its second version."""
    ns, mode, payload = part
    data = {"type": mode, "ns": ns, "data": payload}
    if mode == "values":
        asked = type(payload) is Asked
        data["data"] = payload.value if asked else payload
        data["interrupts"] = payload.interrupts if asked else ()
    return data
