"""What `StateGraph.compile` returns."""

from __future__ import annotations

from typing import Any

from temporal_pregel.graph.described import Described
from temporal_pregel.pregel import Pregel


class CompiledStateGraph(Described, Pregel):
    """A graph that runs, with its builder, its schemas and its drawing."""


OURS = ("load", "append", "hold")
THEIRS = ("get_tuple", "put", "put_writes")
"""What makes a saver: of this package, and of the langgraph-checkpoint distribution."""


def check_checkpointer(checkpointer: Any) -> None:
    """Refuse what is no checkpointer.

    Raises:
        TypeError: it lacks a saver's methods.
    """
    if checkpointer is None or isinstance(checkpointer, bool):
        return
    if isinstance(checkpointer, type) or not any(
        all(callable(getattr(checkpointer, name, None)) for name in names) for names in (OURS, THEIRS)
    ):
        raise TypeError(
            "Invalid checkpointer provided. Expected an instance of `BaseCheckpointSaver`, `True`, `False`, or `None`. "
            f"Received {type(checkpointer).__name__}. Pass a proper saver (e.g., InMemorySaver)."
        )
