"""A graph as data: drawn once, built with either library, shown whole when the two disagree."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True)
class SendTo:
    """A Send of ``{"log": [...], "total": total, "private": total}``; no channel is called private."""

    node: str
    total: int


Target = str | SendTo
Targets = tuple[Target, ...]


@dataclass(frozen=True)
class NodeSpec:
    """``writes``: what it adds to the state beside its line in the log. ``asks``: how many questions. ``fails``: how
    many attempts raise; with ``attempts`` there is a retry policy. ``returns``: "dict", "none", "command", "commands"
    or "parent"; the last three lead to ``goto``."""

    name: str
    writes: tuple[tuple[str, Any], ...] = ()
    asks: int = 0
    fails: int = 0
    attempts: int = 0
    defer: bool = False
    returns: str = "dict"
    goto: Targets = ()
    inner: GraphSpec | None = None
    called: bool = False
    """The inner graph is invoked by a function, instead of being the node."""
    narrow: bool = False
    """It has an input schema of its own, with the channel ``secret``, which the graph's state lacks."""


@dataclass(frozen=True)
class BranchSpec:
    """One of ``options`` is chosen by what the router sees; with ``mapped``, through a path map."""

    source: str
    options: tuple[Targets, ...]
    mapped: bool = False


@dataclass(frozen=True)
class GraphSpec:
    nodes: tuple[NodeSpec, ...]
    edges: tuple[tuple[str, str], ...]
    joins: tuple[tuple[tuple[str, ...], str], ...] = ()
    branches: tuple[BranchSpec, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    backwards: bool = False
    """The nodes are declared in the reverse order of their names."""
    keeps: bool | None = None
    """The checkpointer that an inner graph is compiled with."""

    @property
    def declared(self) -> tuple[NodeSpec, ...]:
        return self.nodes[::-1] if self.backwards else self.nodes


@dataclass(frozen=True)
class Scenario:
    """``steps``: what a caller does after the first run, each ``(verb, argument)``; see `conversation`. ``modes``: what
    is streamed beside values and updates."""

    graph: GraphSpec
    limit: int = 9
    saver: bool = True
    steps: tuple[tuple[str, Any], ...] = ()
    modes: tuple[str, ...] = ()
    subgraphs: bool = False
    durability: str = "sync"


def words(spec: Any) -> str:
    """The expression that makes ``spec``, without what is as by default."""
    if isinstance(spec, tuple):
        return f"({', '.join(map(words, spec))}{',' * (len(spec) == 1)})"
    if not is_dataclass(spec) or isinstance(spec, type):
        return repr(spec)
    said = [
        f"{each.name}={words(getattr(spec, each.name))}"
        for each in fields(spec)
        if getattr(spec, each.name) != each.default
    ]
    return f"{type(spec).__name__}({', '.join(said)})"
