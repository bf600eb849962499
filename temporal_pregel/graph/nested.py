"""Graphs inside nodes: a node that is one, or whose function names one.

A function may invoke a graph from anywhere; found are those that its code reaches by name: a captured variable, a
global, or attributes of these (``tools.search_graph.invoke(...)``). What is found serves people (drawings, lists of
subgraphs); a run never depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporal_pregel.core.plan import Node
    from temporal_pregel.pregel import Pregel

Chain = tuple[str, ...]
"""The name of a variable, and of attributes on the way from it."""
_ABSENT = object()


def subgraph_of(node: Node, action: Any) -> Pregel | None:
    """The graph that runs inside ``node``, whose user code is ``action``."""
    held: Pregel | None = node.code.subgraph
    return held if held is not None else next(graphs_named_by(action), None)


def declared_types(app: Pregel, known: tuple[Pregel, ...] = ()) -> list[Any]:
    """Everything that a graph declares, and those inside it: for the classes that it names. ``known``: the graphs
    around it."""
    around = (*known, app)
    schemas = (app.state_schema, app.input_schema_type, app.output_schema_type, app.context_schema)
    called = (each for node in app.nodes.values() for each in getattr(node, "subgraphs", ()))
    return [
        *(typ for each in called if each not in around for typ in declared_types(each, around)),
        *(schema for schema in (*schemas, *getattr(app.builder, "schemas", ())) if schema is not None),
        *(channel.typ for channel in app.plan.channels.values()),
    ]


def graphs_named_by(action: Any) -> Iterator[Pregel]:
    """The graphs that a function's code reaches by name."""
    from temporal_pregel.pregel import Pregel

    function = getattr(action, "func", None) or getattr(action, "afunc", None) or action
    seen = 0
    while function is not None and seen < 10:  # a chain of wrappers, not a ring
        for value in values_named_by(function):
            if isinstance(value, Pregel):
                yield value
        function, seen = getattr(function, "__wrapped__", None), seen + 1


def values_named_by(function: Any) -> Iterator[Any]:
    """What a function captures, and what its code loads by name: globals and captured variables with their
    attributes."""
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return
    captured = {}
    for name, cell in zip(code.co_freevars, getattr(function, "__closure__", None) or (), strict=False):
        try:
            captured[name] = cell.cell_contents
        except ValueError:
            continue  # assigned later, or never
    yield from captured.values()
    if not captured and not code.co_names:
        return
    names = {name: function.__globals__[name] for name in code.co_names if name in function.__globals__}
    yield from _reached(chains(code, "LOAD_GLOBAL"), names.get)
    yield from _reached((chain for inner in _codes(code) for chain in chains(inner, "LOAD_DEREF")), captured.get)


def _reached(found: Iterable[Chain], lookup: Callable[[str, Any], Any]) -> Iterator[Any]:
    for name, *attributes in found:
        value = lookup(name, _ABSENT)
        for attribute in attributes:
            # Of what lies in the object itself: a property is code, and asking what a node names must run none.
            value = getattr(value, "__dict__", {}).get(attribute, _ABSENT)
        if value is not _ABSENT:
            yield value


@lru_cache(maxsize=4096)
def chains(code: CodeType, opcode: str) -> tuple[Chain, ...]:
    """Every variable that ``code`` loads with ``opcode``, with every attribute chain that it follows from there."""
    return tuple(_chains(code, opcode))


def _chains(code: CodeType, opcode: str) -> Iterator[Chain]:
    import dis

    chain: Chain = ()
    for instruction in dis.get_instructions(code):
        if instruction.opname == opcode:
            chain = (str(instruction.argval),)
            yield chain
        elif chain and instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            chain = (*chain, str(instruction.argval))
            yield chain
        elif instruction.opname not in ("CACHE", "PRECALL", "NOP", "EXTENDED_ARG"):
            chain = ()


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
