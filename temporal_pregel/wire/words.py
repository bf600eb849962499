"""The words of graphs that may stand in values: Send, Command, Overwrite, Interrupt. What is written of each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_MODULE = "temporal_pregel.types"


class Form(NamedTuple):
    """How an attribute is written as JSON's types, and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def timeout_parts(policy: Any) -> float | dict[str, Any]:
    """What is said of a `TimeoutPolicy` whose times are seconds: its ``run_timeout`` alone, where there is no more."""
    said = {"run_timeout": policy.run_timeout, "idle_timeout": policy.idle_timeout}
    parts = {name: time for name, time in said.items() if time is not None}
    if policy.refresh_on != "auto":
        parts["refresh_on"] = policy.refresh_on
    return parts["run_timeout"] if parts.keys() == {"run_timeout"} else parts


def timeout_of(parts: Any) -> Any:
    """What `timeout_parts` said: seconds, or a policy.

    Raises:
        TypeError: neither a number nor the parts of a policy.
    """
    if isinstance(parts, dict):
        return _class("TimeoutPolicy")(**parts)
    if isinstance(parts, bool) or not isinstance(parts, (int, float)):
        raise TypeError(f"a timeout is a number of seconds, or an object, not {type(parts).__name__}")
    return parts


@dataclass(frozen=True, slots=True)
class Word:
    """A class of `temporal_pregel.types` and the attributes that make it up; what is at its default isn't written."""

    name: str
    attributes: Mapping[str, Any]
    """Name -> default (`...` for none), in the order in which they are written."""
    forms: Mapping[str, Form] = field(default_factory=dict)
    """Name -> how an attribute is said that is no value of a user's."""

    def parts(self, value: Any) -> dict[str, Any]:
        """Attributes that say something."""
        given = ((name, getattr(value, name), default) for name, default in self.attributes.items())
        said = {name: part for name, part, default in given if default is ... or part is not default}
        for name in self.forms.keys() & said.keys():
            said[name] = self.forms[name].write(said[name])
        return said

    def build(self, parts: Mapping[str, Any]) -> Any:
        """A value with these attributes."""
        if unknown := parts.keys() - self.attributes.keys():
            raise ValueError(f"{self.name} has no {', '.join(sorted(unknown))}")
        read = {name: self.forms[name].read(parts[name]) for name in self.forms.keys() & parts.keys()}
        return _class(self.name)(**{**parts, **read})


def _class(name: str) -> Callable[..., Any]:
    from temporal_pregel import types

    found: Callable[..., Any] = getattr(types, name)
    return found


TABLE: dict[str, Word] = {
    "$send": Word("Send", {"node": ..., "arg": ..., "timeout": None}, {"timeout": Form(timeout_parts, timeout_of)}),
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
