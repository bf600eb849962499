"""The two libraries as one interface: the same code builds and runs the graphs of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, Final


@dataclass(frozen=True)
class Library:
    """What a graph is built of. Fields are named as both libraries name the things."""

    name: str
    distribution: str
    StateGraph: Any
    START: Any
    END: Any
    Send: Any
    Command: Any
    interrupt: Callable[[Any], Any]
    InMemorySaver: Any

    @property
    def title(self) -> str:
        return f"{self.name} {version(self.distribution)}"


def load(package: str) -> Library:
    """The library whose top-level package has this name; it is imported here."""
    graph, types = import_module(f"{package}.graph"), import_module(f"{package}.types")
    saver = import_module(f"{package}.checkpoint.memory")
    return Library(
        name=package,
        distribution=package.replace("_", "-"),
        StateGraph=graph.StateGraph,
        START=graph.START,
        END=graph.END,
        Send=types.Send,
        Command=types.Command,
        interrupt=types.interrupt,
        InMemorySaver=saver.InMemorySaver,
    )


OURS: Final = "temporal_pregel"
THEIRS: Final = "langgraph"


def build() -> str:
    """Whether our hot paths are "compiled" to C (`make compiled`) or "pure" Python."""
    loop = import_module(f"{OURS}.core.loop")
    return "pure" if str(loop.__file__).endswith(".py") else "compiled"
