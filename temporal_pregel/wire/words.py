"""The words of graphs that may stand in values: Send, Command, Overwrite, Interrupt. What is written of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from temporal_pregel.wire.errors import UnserializableValue

_MODULE = "temporal_pregel.types"


@dataclass(frozen=True, slots=True)
class Word:
    """A class of `temporal_pregel.types` and the attributes that make it up; what is at its default isn't written."""

    name: str
    attributes: Mapping[str, Any]
    """Name -> default (`...` for none), in the order in which they are written."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Name -> why what is not None there can't be written."""

    def parts(self, value: Any) -> dict[str, Any]:
        """Attributes that say something.

        Raises:
            UnserializableValue: one that is refused does.
        """
        for name, why in self.refused.items():
            if getattr(value, name) is not None:
                raise UnserializableValue(value, f"{self.name}({name}=...) is not supported on Temporal: {why}")
        given = ((name, getattr(value, name), default) for name, default in self.attributes.items())
        return {name: part for name, part, default in given if default is ... or part is not default}

    def build(self, parts: Mapping[str, Any]) -> Any:
        """A value with these attributes."""
        if unknown := parts.keys() - self.attributes.keys():
            raise ValueError(f"{self.name} has no {', '.join(sorted(unknown))}")
        return _class(self.name)(**parts)


def _class(name: str) -> Callable[..., Any]:
    from temporal_pregel import types

    found: Callable[..., Any] = getattr(types, name)
    return found


TABLE: dict[str, Word] = {
    "$send": Word("Send", {"node": ..., "arg": ...}, {"timeout": "give the node a timeout with add_node(timeout=...)"}),
    "$command": Word("Command", {"graph": None, "update": None, "resume": None, "goto": ()}),
    "$overwrite": Word("Overwrite", {"value": ...}),
    "$interrupt": Word("Interrupt", {"value": ..., "id": ..., "response_schema": None}),
}
"""By tag."""


def tag_of(kind: type) -> str | None:
    """The tag of values of exactly this class."""
    module = sys.modules.get(_MODULE)
    if module is None or kind.__module__ != _MODULE:
        return None
    return next((tag for tag, word in TABLE.items() if getattr(module, word.name) is kind), None)
