"""What a run shows, printed on the way: ``print_mode`` of a call, and ``debug`` of a call or a graph."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from temporal_pregel.constants import INTERRUPT
from temporal_pregel.local.streams import Asked, Part, modes_of

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel

DEBUGGED: Final = ("updates", "values")
"""What ``debug`` prints."""


class OfInside(NamedTuple):
    """A part that a graph inside, compiled with ``debug``, prints for itself."""

    ns: tuple[str, ...]
    mode: str
    payload: Any


class Printer:
    """Called with each part of a run: prints those that are to be printed, and says which ones the reader asked for.

    ``modes``: all that the run has to show for both.
    """

    __slots__ = ("_asked", "_printed", "_subgraphs", "modes")

    def __init__(self, printed: tuple[str, ...], asked: tuple[str, ...] = (), *, subgraphs: bool = False) -> None:
        self._printed, self._asked, self._subgraphs = frozenset(printed), frozenset(asked), subgraphs
        self.modes = (*asked, *(mode for mode in printed if mode not in self._asked))

    def __call__(self, part: Part) -> bool:
        if type(part) is OfInside:
            show((), part[1], part[2])
            return False
        ns, mode, payload = part
        if mode in self._printed:
            show(ns if self._subgraphs else (), mode, payload)
        return mode in self._asked

    def sink(self, part: Part) -> None:
        """Take a part that nobody reads."""
        self(part)

    async def through(self, parts: AsyncIterator[Part]) -> AsyncGenerator[Part, None]:
        """The parts that the reader asked for, the others printed."""
        try:
            async for part in parts:
                if self(part):
                    yield part
        finally:
            await parts.aclose()  # type: ignore[attr-defined]


def printed_modes(app: Pregel, options: dict[str, Any]) -> tuple[str, ...]:
    """What is to be printed of a run; takes out of a call's options what says so. ``debug`` comes before
    ``print_mode``.

    Raises:
        ValueError: there is no such mode.
    """
    asked, debug = options.pop("print_mode", None), options.pop("debug", None)
    return DEBUGGED if debug or app.debug else modes_of(asked or (), "")[0]


def printer_of(
    app: Pregel, options: dict[str, Any], asked: tuple[str, ...], *, subgraphs: bool = False
) -> Printer | None:
    """What prints a run whose reader asked for some modes, if anything is to be printed. See `printed_modes`."""
    printed = printed_modes(app, options)
    return Printer(printed, asked, subgraphs=subgraphs) if printed else None


def debugged_inside(app: Pregel) -> bool:
    """Whether a graph that stands as a node was compiled with ``debug``."""
    inside = (node.code.subgraph for node in app.plan.nodes.values())
    return any(inner is not None and (inner.debug or debugged_inside(inner)) for inner in inside)


def show(ns: tuple[str, ...], mode: str, payload: Any) -> None:
    """Print a part to the standard output, in one line."""
    if type(payload) is Asked:
        value = payload.value
        payload = {**(value if isinstance(value, dict) else {}), INTERRUPT: payload.interrupts}
    graph = f"\x1b[1;30;33m[graph={ns}]\x1b[0m " if ns else ""
    print(f"\x1b[1m[{mode}]\x1b[0m {graph}{payload!r}")
