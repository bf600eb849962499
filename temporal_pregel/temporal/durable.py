"""What a graph may have, and be asked, on Temporal. What it may not is refused by name, before anything runs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from temporal_pregel.pregel.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from temporal_pregel.pregel import Pregel


class NotDurableError(NotImplementedError):
    """Something that a graph can do in process, and not on Temporal. ``feature`` says what."""

    def __init__(self, graph: str, feature: str, instead: str) -> None:
        super().__init__(f"Graph '{graph}' can't be run on Temporal with {feature}. {instead}")
        self.graph = graph
        self.feature = feature


ABSENT: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("get_state_history", "aget_state_history"),
        ("the history of its states", "The run's event history has what its tasks wrote."),
    ),
    **dict.fromkeys(
        ("update_state", "aupdate_state", "bulk_update_state", "abulk_update_state"),
        ("update_state", "A thread that waits, or is over, takes Command(update=…, goto=…)."),
    ),
}
"""Methods of a compiled graph that its durable twin lacks: the feature, and what to do instead."""

SHARED: Final = frozenset(
    (
        *("get_graph", "aget_graph", "get_name", "nodes", "channels", "input_schema", "output_schema"),
        *("get_input_schema", "get_output_schema", "get_input_jsonschema", "get_output_jsonschema"),
        *("get_config_jsonschema", "get_context_jsonschema", "config_schema", "clear_cache", "aclear_cache"),
        *ATTRIBUTES,
        *("get_subgraphs", "aget_subgraphs", "config", "checkpointer", "stream_mode"),
    )
)
"""What a compiled graph says of itself, and its durable twin too."""


def check_durable(app: Pregel) -> None:
    """Look at what a graph is, and was compiled with; and at the graphs that stand as its nodes.

    Raises:
        NotDurableError: it is a function (`entrypoint`), or has a store or cache that other processes would not see.
    """
    from temporal_pregel.func.entrypoints import FunctionGraph

    if isinstance(app, FunctionGraph):
        raise NotDurableError(
            app.name, "the functional API (entrypoint and task)", "Make it a StateGraph, or call it in a node of one."
        )
    for name, kept in (("store", app.store), ("cache", app.cache)):
        if kept is not None and in_memory(kept):
            raise NotDurableError(
                app.name,
                f"a {name} that lives in one process's memory ({type(kept).__name__})",
                "Its nodes run in any worker's process: compile it with one that all workers share, or without.",
            )
    for node in app.plan.nodes.values():
        if node.code.subgraph is not None:
            check_durable(node.code.subgraph)


def in_memory(kept: Any) -> bool:
    """Whether a store, cache or saver lives in one process's memory."""
    return any(kind.__module__.rpartition(".")[2] == "memory" for kind in type(kept).__mro__)


def warn_of_checkpointer(app: Pregel) -> None:
    """Say once that a graph's checkpointer has nothing to do on Temporal: one that a person may look into later."""
    if isinstance(app.checkpointer, (bool, type(None))) or in_memory(app.checkpointer):
        return
    if app.name not in _TOLD:
        _TOLD.add(app.name)
        warnings.warn(
            f"The checkpointer of the graph '{app.name}' is not used on Temporal: the event history keeps its threads.",
            stacklevel=4,
        )


_TOLD: set[str] = set()


def check_call(graph: str, config: Mapping[str, Any], **options: Any) -> None:
    """Look at the config and the options of a call.

    Raises:
        NotDurableError: they ask for a checkpoint of the past, a graph inside, or a way to stream.
        TypeError: there are other options.
    """
    configurable = config.get("configurable", {})
    if configurable.get("checkpoint_id"):
        raise NotDurableError(
            graph, "a checkpoint_id in its config (forks and earlier states)", "Name the thread alone: thread_id."
        )
    if configurable.get("checkpoint_ns"):
        raise NotDurableError(graph, "a checkpoint_ns in its config", "Name the thread alone: thread_id.")
    if options:
        raise TypeError(f"Unknown arguments: {', '.join(options)}")


def check_streams(app: Pregel, modes: Sequence[str], option: str = "stream_mode") -> None:
    """Look at what a stream is to show, or a call to print: what ``option`` names.

    Raises:
        NotDurableError: parts that come in the middle of a task, which no history has.
    """
    for mode in modes:
        if mode not in SHOWN:
            raise NotDurableError(app.name, f"{option}={mode!r}", f"What a history shows: {', '.join(SHOWN)}.")


def calls_graphs(app: Pregel, node: str | None = None) -> bool:
    """Whether the function of a node calls a graph; without a node, whether that of any does, in graphs inside too."""
    if node is not None:
        return app.plan.nodes[node].code.subgraph is None and bool(getattr(app.nodes.get(node), "subgraphs", ()))
    inside = (each.code.subgraph for each in app.plan.nodes.values())
    return any(calls_graphs(app, name) for name in app.nodes) or any(calls_graphs(each) for each in inside if each)


SHOWN: Final = ("values", "updates", "tasks", "checkpoints", "debug")
"""The stream modes that the history of a run has all for."""
