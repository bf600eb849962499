"""Graphs on Temporal: the workflow that every graph is, its activities, and a client.

workflow     the one dynamic workflow: init, run, handlers
sandbox      where it runs
run          from raw start arguments to a raw result
driving      the superstep loop, with activities for tasks
assignments  a task of the workflow -> what its activity is given, and back
activities   what a worker does with it
tasks        a task as a worker sees it; threads, for nodes that block
fetching     values that a run is asked for
inbox        questions and answers; commands, that change a run that waits
views        what a run tells those who ask
failures     any exception -> a typed error, or a fault of the deployment
durable      what can't be run on Temporal, refused by name
plugin       `PregelPlugin`: all of it for a client and its workers
client       `DurableGraph`: the graph's own interface, durably
raised       what its callers may have to catch
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from temporal_pregel.temporal.client import DurableGraph
    from temporal_pregel.temporal.plugin import PregelPlugin

__all__ = ["DurableGraph", "PregelPlugin"]


def __getattr__(name: str) -> Any:
    if name == "PregelPlugin":
        from temporal_pregel.temporal.plugin import PregelPlugin

        return PregelPlugin
    if name == "DurableGraph":
        from temporal_pregel.temporal.client import DurableGraph

        return DurableGraph
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
