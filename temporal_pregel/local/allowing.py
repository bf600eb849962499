"""The classes that a saver of the langgraph-checkpoint distribution may make again from what it keeps.

Such a saver, made under ``LANGGRAPH_STRICT_MSGPACK``, makes no objects of classes that nobody told it of: it is told of
those that a graph declares, and of this package's own. Without that it makes them all and warns of each class once,
of this package's too, about which nobody can do anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from temporal_pregel import types

if TYPE_CHECKING:
    import logging

    from temporal_pregel.pregel import Pregel

Name = tuple[str, str]
"""A class's module and name."""

_KEPT = (
    *("Command", "Interrupt", "Overwrite", "PregelTask", "RetryPolicy", "Send", "StateSnapshot", "StateUpdate"),
    "TimeoutPolicy",
)
OURS: frozenset[Name] = frozenset((types.__name__, name) for name in _KEPT)
WARNS = "langgraph.checkpoint.serde.jsonplus"
"""The logger of what such a saver serializes with."""

_declared: WeakKeyDictionary[Pregel, frozenset[Name]] = WeakKeyDictionary()


def allowing(saver: Any, app: Pregel) -> tuple[Any, frozenset[Name] | None]:
    """``saver``, or its twin that knows the classes of ``app`` where it makes none but those that it knows; then with
    their names."""
    derive = getattr(saver, "with_allowlist", None)
    if derive is None:
        return saver, None
    if derive(OURS) is saver:  # it makes them all
        _hush()
        return saver, None
    names = OURS | declared(app)
    return derive(names), names


def declared(app: Pregel) -> frozenset[Name]:
    """The classes that a graph, and those inside it, declare in their schemas, at any depth."""
    found = _declared.get(app)
    if found is None:
        from temporal_pregel.graph.nested import declared_types
        from temporal_pregel.wire.registry import TypeRegistry

        classes: Iterator[type] = TypeRegistry(*declared_types(app)).classes()
        found = _declared[app] = frozenset((kind.__module__, kind.__name__) for kind in classes)
    return found


def _hush() -> None:
    import logging

    logging.getLogger(WARNS).addFilter(_of_others)  # which adds it once


def _of_others(record: logging.LogRecord) -> bool:
    return f"unregistered type {types.__name__}." not in record.getMessage()
