"""Whether a builder's edges make a whole graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from temporal_pregel.constants import END, START

if TYPE_CHECKING:
    from temporal_pregel.graph.state import StateGraph


def all_edges(builder: StateGraph[Any]) -> Iterator[tuple[str, str]]:
    """The static edges, those of joins included."""
    yield from builder.edges
    for starts, end in builder.waiting_edges:
        for start in starts:
            yield start, end


def sources(builder: StateGraph[Any]) -> Iterator[str]:
    """Where edges start."""
    yield from (start for start, _ in all_edges(builder))
    yield from builder.branches


def targets(builder: StateGraph[Any]) -> Iterator[str]:
    """Where edges and Commands lead, as far as that was said."""
    yield from (end for _, end in all_edges(builder))
    for spec in builder.nodes.values():
        yield from spec.ends


def graph_name(name: Any) -> str:
    """``name``, if a graph can have it.

    Raises:
        TypeError: it is no text.
    """
    if not isinstance(name, str):
        raise TypeError(f"A graph's name is a str, got name={name!r}")
    return name


def breakpoints(what: str, given: Any) -> tuple[str, ...] | str:
    """The nodes at which runs stop, "*" for all; ``what`` is the argument that says so.

    Raises:
        TypeError: it is neither "*" nor names.
    """
    if given is None or isinstance(given, str):
        return given or ()
    try:
        names = tuple(given)
    except TypeError:
        names = (None,)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f'{what} takes a list of names of nodes, or "*" for all; got {given!r}')
    return names


def validate(builder: StateGraph[Any], stops: Sequence[str]) -> None:
    """See `StateGraph.validate`."""
    known = builder.nodes.keys()
    begun = False
    for source in sources(builder):
        begun = begun or source == START
        if source not in known and source != START:
            raise ValueError(f"Found edge starting at unknown node '{source}'. Add it with add_node.")
    if not begun:
        raise ValueError("Graph must have an entrypoint: add at least one edge from START to another node")
    for source, branches in builder.branches.items():
        for name, branch in branches.items():
            for end in (branch.ends or {}).values():
                if end not in known and end != END:
                    raise ValueError(
                        f"At '{source}' node, '{name}' branch found unknown target '{end}'. Add it with add_node."
                    )
    for target in targets(builder):
        if target not in known and target != END:
            raise ValueError(f"Found edge ending at unknown node `{target}`. Add it with add_node.")
    for node in stops:
        if node not in known:
            raise ValueError(
                f"Interrupt node `{node}` not found. Name nodes of this graph in interrupt_before and interrupt_after."
            )
