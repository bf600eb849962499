"""From `module:attribute` to the compiled graph that it names."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from temporal_pregel.graph import StateGraph
from temporal_pregel.pregel import Pregel
from workers.settings import SettingsError


def load_graphs(names: Iterable[str]) -> list[Pregel]:
    """The compiled graphs of these names, in their order.

    Raises:
        SettingsError: A name leads to no compiled graph, or two graphs have one name.
    """
    found: dict[str, tuple[str, Pregel]] = {}
    for name in names:
        graph = load_graph(name)
        if graph.name in found:
            raise SettingsError(
                f"{found[graph.name][0]} and {name} are both named {graph.name!r}, and a run finds its graph by "
                f"that name. Give one of them another: .compile(name=…)."
            )
        found[graph.name] = (name, graph)
    return [graph for _, graph in found.values()]


def load_graph(name: str) -> Pregel:
    """The compiled graph that `module:attribute` names; the attribute may have dots.

    Raises:
        SettingsError: The name has another form, or there is no such module, attribute or graph.
    """
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        raise SettingsError(f"{name!r} names no graph. It must be module:attribute, e.g. examples.adder:app.")
    try:
        value: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise SettingsError(
                f"{name}: there is no module {error.name!r}. The folder that holds it must be the current one, or on "
                "PYTHONPATH, or the module be installed."
            ) from None
        raise SettingsError(f"{name}: {module_name} imports {error.name!r}, which is not installed here.") from error
    except Exception as error:
        raise SettingsError(f"{name}: importing {module_name} failed: {type(error).__name__}: {error}") from error
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            graphs = sorted(key for key, each in getattr(value, "__dict__", {}).items() if isinstance(each, Pregel))
            hint = f" Its compiled graphs: {', '.join(graphs)}." if graphs else ""
            raise SettingsError(f"{name}: {module_name} has no {part!r}.{hint}") from None
    if isinstance(value, StateGraph):
        raise SettingsError(f"{name} is a graph that isn't compiled yet. Serve what its .compile(name=…) returns.")
    if not isinstance(value, Pregel):
        raise SettingsError(f"{name} is {type(value).__name__!r}, not a compiled graph.")
    return value
