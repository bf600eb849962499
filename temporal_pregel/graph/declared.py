"""What a builder knows of a node or a conditional edge: what the user gave, and what its signature tells."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args, get_origin

from temporal_pregel.config import RunnableConfig
from temporal_pregel.constants import END, NS_END, NS_SEP, START
from temporal_pregel.graph.schema import hints_of, is_schema
from temporal_pregel.nodes.calling import Calls
from temporal_pregel.nodes.calls import compile_call, first_parameter, is_async, is_runnable
from temporal_pregel.nodes.yielding import yields_async
from temporal_pregel.types import CachePolicy, Command, RetryPolicy, TimeoutPolicy, TracePolicy


class UserCode(NamedTuple):
    """A user's callable: ``func`` if it is sync, ``afunc`` if it is async."""

    func: Any = None
    afunc: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class StateNodeSpec:
    """A node as it was added. ``ends``: where its Commands may lead, for the drawing; a mapping gives labels."""

    name: str
    action: Any
    calls: Calls
    input_schema: Any
    metadata: Mapping[str, Any] | None = None
    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None
    ends: tuple[str, ...] | dict[str, str] = ()
    defer: bool = False
    error_handler: Calls | None = None
    timeout: TimeoutPolicy | None = None
    cache_policy: CachePolicy | None = None
    trace_policy: TracePolicy | None = None

    @property
    def runnable(self) -> Any:
        """The callable, under the name that LangGraph's users know."""
        if is_runnable(self.action):
            return self.action
        if is_async(self.action) or yields_async(self.action):
            return UserCode(afunc=self.action)
        return UserCode(func=self.action)


@dataclass(frozen=True, slots=True)
class NodeDefaults:
    """What nodes get that do not say otherwise."""

    retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None
    error_handler: Calls | None = None
    timeout: TimeoutPolicy | None = None
    cache_policy: CachePolicy | None = None


class BranchSpec(NamedTuple):
    """A conditional edge as it was added. ``ends``: answer -> node, None where answers are nodes and may be any."""

    path: Any
    calls: Calls
    ends: dict[Hashable, str] | None
    input_schema: Any = None


def node_name(action: Any) -> str:
    """The name of a node that was added without one: that of the function, or of the class of the object."""
    if is_runnable(action):
        get_name = getattr(action, "get_name", None)
        name = get_name() if callable(get_name) else getattr(action, "name", None)
        return str(name) if name else type(action).__name__
    return str(getattr(action, "__name__", type(action).__name__))


def check_node_name(name: str, taken: Mapping[str, Any]) -> None:
    """Refuse a name that is taken, reserved, or would break namespaces.

    Raises:
        ValueError: it is one of these.
    """
    if name in taken:
        raise ValueError(f"Node `{name}` already present.")
    if name in (START, END):
        raise ValueError(f"Node `{name}` is reserved.")
    for character in (NS_SEP, NS_END):
        if character in name:
            raise ValueError(
                f"'{character}' is a reserved character and is not allowed in the node names. Rename {name!r}."
            )


def runnable_action(name: str, action: Any) -> Any:
    """``action`` as something that can be run; a dict of LangChain's runnables becomes one that runs them side by side.

    Raises:
        TypeError: it can be neither called nor invoked.
    """
    if isinstance(action, dict) and "langchain_core.runnables" in sys.modules:
        return sys.modules["langchain_core.runnables"].RunnableParallel(action)
    if not callable(action) and not is_runnable(action):
        raise TypeError(
            f"Expected a Runnable, callable or dict. Instead got an unsupported type: {type(action)} for "
            f"{name or 'a node'}. Give a function, an object with __call__, or a graph."
        )
    return action


def inferred_schema(action: Any) -> Any:
    """The schema that the first parameter of ``action`` is annotated with, or None."""
    hints = hints_of(action)
    hint = hints.get(first_parameter(action) or "") if hints else None
    return hint if is_schema(hint) else None


def check_config_hint(action: Any) -> None:
    """Warn of a parameter ``config`` that is annotated as something else than a config: it gets one all the same."""
    annotations = getattr(action, "__annotations__", None) or {}
    if "config" not in annotations:
        return
    hint = annotations["config"]
    shown = hint if isinstance(hint, str) else repr(hint)
    if "RunnableConfig" not in shown and hint is not RunnableConfig:
        warnings.warn(
            "The 'config' parameter should be typed as 'RunnableConfig' or 'RunnableConfig | None', "
            f"not '{shown}'. It gets the node's config whatever its annotation says.",
            UserWarning,
            stacklevel=3,
        )


def literals(hint: Any) -> tuple[Any, ...]:
    """The values of a Literal; nothing for any other annotation."""
    return get_args(hint) if get_origin(hint) is Literal else ()


def command_ends(action: Any) -> tuple[str, ...]:
    """Where a node's Commands may lead: the names in ``-> Command[Literal[...]]``, alone or in a union."""
    result = hints_of(action).get("return")
    for hint in (result, *get_args(result)):
        if get_origin(hint) is Command:
            return literals(next(iter(get_args(hint)), None))
    return ()


def branch_name(path: Any) -> str:
    """The name of a conditional edge: its function's, or "condition"."""
    name = getattr(path, "name", None) if is_runnable(path) else getattr(path, "__name__", None)
    return str(name) if name and name != "<lambda>" else "condition"


def branch_ends(path: Any, path_map: Mapping[Hashable, str] | Sequence[str] | None) -> dict[Hashable, str] | None:
    """Answers of a router -> nodes: as given, or from ``-> Literal[...]``. An empty map says nothing."""
    if isinstance(path_map, Mapping):
        return dict(path_map) or None
    if path_map is not None:
        names = list(path_map) if isinstance(path_map, (list, tuple)) else sorted(path_map)
        return {name: name for name in names} or None
    names = list(literals(hints_of(path).get("return")))
    return {name: name for name in names} or None


def make_branch(path: Any, path_map: Mapping[Hashable, str] | Sequence[str] | None) -> BranchSpec:
    """What a builder keeps of a conditional edge."""
    path = runnable_action("a conditional edge", path)
    return BranchSpec(path, compile_call(path), branch_ends(path, path_map), inferred_schema(path))


def make_node(name: str, action: Any, **given: Any) -> StateNodeSpec:
    """What a builder keeps of a node; ``input_schema`` and ``ends`` from the signature where they are not given."""
    ends, timeout = given.pop("ends"), TimeoutPolicy.of(given.pop("timeout", None))
    handler = handler_of(given.pop("error_handler", None))
    calls = compile_call(action)
    ends = ends or command_ends(action)
    return StateNodeSpec(name, action, calls, ends=ends, error_handler=handler, timeout=timeout, **given)


def handler_of(handler: Any) -> Calls | None:
    """How to call an error handler.

    Raises:
        TypeError: it can be neither called nor invoked.
    """
    return None if handler is None else compile_call(runnable_action("an error handler", handler))
